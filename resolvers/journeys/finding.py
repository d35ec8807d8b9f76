"""Finding journeys."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from typing_extensions import Doc

import storage.database.journeys
from domain import journeys
from domain.identity import Kind, written
from domain.journeys import JourneyStatus
from resolvers.asking import Ask
from resolvers.given import JourneyId, reads
from resolvers.journeys.changing import JourneyChanged
from resolvers.journeys.creating import JourneyCreated
from resolvers.loaders import loaded
from resolvers.paging import After, Before, First, Last, Page, Window
from storage.database.clients import ClientRow
from storage.database.journeys import Filter, JourneyRow
from storage.database.ordering import CountedRow, Order
from storage.database.people import MemberRow

NEWEST_FIRST = Order(("created_at", "id"), (datetime, UUID), descending=True)
PRESENT = frozenset(JourneyStatus) - {JourneyStatus.ARCHIVED}


@dataclass(frozen=True)
class JourneyFilter:
    """Which journeys of a client are listed."""

    status: list[JourneyStatus] | None = None
    """Those of any of these statuses; all but the archived if left out."""


FilterBy = Annotated[JourneyFilter | None, Doc("Which journeys; all but the archived if left out.")]


async def journey(ask: Ask, *, id: Annotated[JourneyId, Doc("The journey's id.")]) -> JourneyRow | None:
    """A journey by id; null when there is none within reach."""
    return await ask.loaders.journey_by_id.load(id)


@reads()
async def of_clients(
    ask: Ask,
    clients: Sequence[ClientRow],
    *,
    filter: FilterBy = None,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Sequence[Page[JourneyRow]]:
    """The client's journeys within reach, the newest first."""
    wanted = filter.status if filter is not None else None
    chosen = Filter(PRESENT if wanted is None else frozenset(wanted))
    window = Window.of(ask.seal("journeys", NEWEST_FIRST, chosen), NEWEST_FIRST, first, after, last, before)
    ids = [client.id for client in clients]
    rows = await ask.rows(
        JourneyRow, storage.database.journeys.of_clients, ask.backend, ask.reach, chosen, window.slice, ask.wanted,
        parents=ids, **window.values,
    )  # fmt: skip

    async def counted(owners: Sequence[Any], most: int) -> Sequence[int]:
        found = await ask.rows(
            CountedRow, storage.database.journeys.counts_of_clients, ask.backend, ask.reach, chosen,
            parents=list(owners), most=most,
        )  # fmt: skip
        numbers = {row.parent: row.number for row in found}
        return [numbers[owner] for owner in owners]

    return window.pages(rows, ids, "client_id", counted)


@reads()
def ids(ask: Ask, rows: Sequence[JourneyRow]) -> Sequence[str]:
    """The journey's id."""
    return [written(Kind.JOURNEY, row.id) for row in rows]


@reads()
async def clients(ask: Ask, rows: Sequence[JourneyRow]) -> Sequence[ClientRow | None]:
    """The client whose journey it is."""
    return await ask.loaders.client_by_id.load_many([row.client_id for row in rows])


@reads("status_changed_by")
async def changed_by(ask: Ask, rows: Sequence[JourneyRow]) -> Sequence[MemberRow | None]:
    """Who brought it where it stands; null when the practice's own machinery did."""
    return await loaded(ask.loaders.member_by_id, [row.status_changed_by for row in rows])


@reads("status")
async def shown_as_ended(ask: Ask, rows: Sequence[JourneyRow]) -> Sequence[bool]:
    """Whether it is over: completed, put away, or its client has died."""
    found = await ask.loaders.client_by_id.load_many([row.client_id for row in rows])
    deceased = {client.id for client in found if client is not None and client.deceased_on is not None}
    return [journeys.is_shown_as_ended(row.status, client_deceased=row.client_id in deceased) for row in rows]


async def of_outcomes(ask: Ask, outcomes: Sequence[JourneyCreated | JourneyChanged]) -> Sequence[JourneyRow | None]:
    """The journey; null when it was not done, and when it is out of the caller's reach now."""
    return await loaded(ask.loaders.journey_by_id, [outcome.journey_id for outcome in outcomes])


async def current_of_outcomes(ask: Ask, outcomes: Sequence[JourneyChanged]) -> Sequence[JourneyRow | None]:
    """The journey as it stands now, when the caller had seen another version."""
    return await loaded(ask.loaders.journey_by_id, [outcome.current_id for outcome in outcomes])
