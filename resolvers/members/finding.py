"""Finding the members of a practice."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from typing_extensions import Doc

import storage.database.people
from resolvers.asking import Ask
from resolvers.given import reads
from resolvers.loaders import loaded
from resolvers.members.changing import MembershipChanged
from resolvers.paging import After, Before, First, Last, Page
from resolvers.practice_lists import page_of
from storage.database.ordering import Order
from storage.database.people import EmailRow, MemberRow, PracticeRow

BY_NAME = Order(("name", "id"), (str, UUID))

Past = Annotated[bool, Doc("Also those who have left.")]


@reads()
async def of_practices(
    ask: Ask, practices: Sequence[PracticeRow], *, past: Past = False,
    first: First = None, after: After = None, last: Last = None, before: Before = None,
) -> Sequence[Page[MemberRow]]:  # fmt: skip
    """Who works here, by name."""
    return await page_of(
        ask, practices, MemberRow, storage.database.people.members_page, storage.database.people.members_count,
        name="members", order=BY_NAME, all=past, first=first, after=after, last=last, before=before,
    )  # fmt: skip


@reads()
async def emails(ask: Ask, members: Sequence[MemberRow]) -> Sequence[str | None]:
    """The address they sign in with."""
    ids = list({member.person_id for member in members})
    found = {row.id: row.email for row in await ask.rows(EmailRow, storage.database.people.emails_of, ids=ids)}
    return [found.get(member.person_id) for member in members]


async def of_outcomes(ask: Ask, outcomes: Sequence[MembershipChanged]) -> Sequence[MemberRow | None]:
    """The member as they stand now; null when nothing was done."""
    return await loaded(ask.loaders.member_by_id, [outcome.membership_id for outcome in outcomes])


async def current_of_outcomes(ask: Ask, outcomes: Sequence[MembershipChanged]) -> Sequence[MemberRow | None]:
    """The member as they stand now, when the caller had seen another version."""
    return await loaded(ask.loaders.member_by_id, [outcome.current_id for outcome in outcomes])
