"""Finding files that were opened in an emergency: the queue of what waits for review."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

from typing_extensions import Doc

import storage.database.break_glass
from domain.break_glass import BreakGlassState
from domain.identity import Kind, written
from resolvers.asking import Ask
from resolvers.break_glass.changing import GlassChanged
from resolvers.given import reads
from resolvers.loaders import loaded
from resolvers.paging import After, Before, First, Last, Page
from resolvers.practice_lists import page_of
from storage.database.break_glass import BreakGlassRow
from storage.database.clients import ClientRow
from storage.database.ordering import Order
from storage.database.people import MemberRow, PracticeRow

NEWEST = Order(("from_at", "id"), (datetime, UUID), descending=True)

Reviewed = Annotated[bool, Doc("Also those that were reviewed.")]


@reads()
async def of_practices(
    ask: Ask, practices: Sequence[PracticeRow], *, reviewed: Reviewed = False,
    first: First = None, after: After = None, last: Last = None, before: Before = None,
) -> Sequence[Page[BreakGlassRow]]:  # fmt: skip
    """The files opened in an emergency that wait for review, newest first."""
    return await page_of(
        ask, practices, BreakGlassRow, storage.database.break_glass.page_of, storage.database.break_glass.count_of,
        name="break glass", order=NEWEST, all=reviewed, first=first, after=after, last=last, before=before,
    )  # fmt: skip


@reads()
def ids(ask: Ask, rows: Sequence[BreakGlassRow]) -> Sequence[str]:
    """The opening's id."""
    return [written(Kind.BREAK_GLASS, row.id) for row in rows]


@reads("reviewed_at", "to_at")
def states(ask: Ask, rows: Sequence[BreakGlassRow]) -> Sequence[BreakGlassState]:
    """Where it stands."""
    return [_state(row, ask.moment) for row in rows]


def _state(row: BreakGlassRow, moment: datetime) -> BreakGlassState:
    if row.reviewed_at is not None:
        return BreakGlassState.REVIEWED
    return BreakGlassState.OPEN if moment < row.to_at else BreakGlassState.ENDED


@reads()
async def clients(ask: Ask, rows: Sequence[BreakGlassRow]) -> Sequence[ClientRow | None]:
    """Whose file it is; null when it is out of the viewer's reach."""
    return await loaded(ask.loaders.client_by_id, [row.client_id for row in rows])


@reads()
async def members(ask: Ask, rows: Sequence[BreakGlassRow]) -> Sequence[MemberRow | None]:
    """Who opened it."""
    return await loaded(ask.loaders.member_by_id, [row.membership_id for row in rows])


@reads("reviewed_by")
async def reviewers(ask: Ask, rows: Sequence[BreakGlassRow]) -> Sequence[MemberRow | None]:
    """Who reviewed it."""
    return await loaded(ask.loaders.member_by_id, [row.reviewed_by for row in rows])


async def of_outcomes(ask: Ask, outcomes: Sequence[GlassChanged]) -> Sequence[BreakGlassRow | None]:
    """The opening; null when nothing was done."""
    return await loaded(ask.loaders.break_glass_by_id, [outcome.glass_id for outcome in outcomes])


async def current_of_outcomes(ask: Ask, outcomes: Sequence[GlassChanged]) -> Sequence[BreakGlassRow | None]:
    """The opening as it stands now, when the caller had seen another version."""
    return await loaded(ask.loaders.break_glass_by_id, [outcome.current_id for outcome in outcomes])
