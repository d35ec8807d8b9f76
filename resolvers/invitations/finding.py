"""Finding invitations, and what they are made of."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

from typing_extensions import Doc

import storage.database.invitations
from domain.identity import Kind, written
from domain.people import InvitationState
from resolvers import actors
from resolvers.actors import ActorRow
from resolvers.asking import Ask
from resolvers.given import reads
from resolvers.invitations.changing import InvitationChanged
from resolvers.loaders import loaded
from resolvers.paging import After, Before, First, Last, Page
from resolvers.practice_lists import page_of
from storage.database.invitations import InvitationRow
from storage.database.ordering import Order
from storage.database.people import MemberRow, PracticeRow

NEWEST = Order(("created_at", "id"), (datetime, UUID), descending=True)

Past = Annotated[bool, Doc("Also those accepted, withdrawn and run out.")]


@reads()
async def of_practices(
    ask: Ask, practices: Sequence[PracticeRow], *, past: Past = False,
    first: First = None, after: After = None, last: Last = None, before: Before = None,
) -> Sequence[Page[InvitationRow]]:  # fmt: skip
    """The invitations to work here, newest first."""
    return await page_of(
        ask, practices, InvitationRow, storage.database.invitations.page_of, storage.database.invitations.count_of,
        name="invitations", order=NEWEST, all=past, first=first, after=after, last=last, before=before,
    )  # fmt: skip


@reads()
def ids(ask: Ask, rows: Sequence[InvitationRow]) -> Sequence[str]:
    """The invitation's id."""
    return [written(Kind.INVITATION, row.id) for row in rows]


@reads("accepted_at", "withdrawn_at", "ends_at")
def states(ask: Ask, rows: Sequence[InvitationRow]) -> Sequence[InvitationState]:
    """Where it stands."""
    return [_state(row, ask.moment) for row in rows]


def _state(row: InvitationRow, moment: datetime) -> InvitationState:
    if row.accepted_at is not None:
        return InvitationState.ACCEPTED
    if row.withdrawn_at is not None:
        return InvitationState.WITHDRAWN
    return InvitationState.OPEN if moment < row.ends_at else InvitationState.EXPIRED


@reads("created_by")
def inviters(ask: Ask, rows: Sequence[InvitationRow]) -> Sequence[ActorRow]:
    """Who invited them."""
    return [actors.actor(row.created_by) for row in rows]


@reads()
async def members(ask: Ask, rows: Sequence[InvitationRow]) -> Sequence[MemberRow | None]:
    """The member they became."""
    return await loaded(ask.loaders.member_by_id, [row.membership_id for row in rows])


async def of_outcomes(ask: Ask, outcomes: Sequence[InvitationChanged]) -> Sequence[InvitationRow | None]:
    """The invitation; null when nothing was done."""
    return await loaded(ask.loaders.invitation_by_id, [outcome.invitation_id for outcome in outcomes])


async def current_of_outcomes(ask: Ask, outcomes: Sequence[InvitationChanged]) -> Sequence[InvitationRow | None]:
    """The invitation as it stands now, when the caller had seen another version."""
    return await loaded(ask.loaders.invitation_by_id, [outcome.current_id for outcome in outcomes])
