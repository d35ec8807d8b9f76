"""Finding who is on a care team."""

from collections.abc import Sequence
from typing import Annotated

from typing_extensions import Doc

import storage.database.people
from domain.identity import Kind, written
from domain.people import Level
from resolvers.asking import Ask
from resolvers.care_team.changing import CareTeamChanged
from resolvers.given import reads
from resolvers.loaders import loaded
from resolvers.sorting_out import sorted_out
from storage.database.clients import ClientRow
from storage.database.journeys import JourneyRow
from storage.database.people import GrantRow, MemberRow

Past = Annotated[bool, Doc("Also those whose time on the team is over.")]


@reads()
async def of_clients(ask: Ask, clients: Sequence[ClientRow], *, past: Past = False) -> Sequence[list[GrantRow]]:
    """Who is on the care team of the client as a whole, or of a journey within reach; who is to join later, too."""
    ids = [client.id for client in clients]
    found = await ask.rows(GrantRow, storage.database.people.grants_of_clients, ask.reach, past, ids=ids)
    return sorted_out(found, ids, "client_id")


@reads()
async def of_journeys(ask: Ask, journeys: Sequence[JourneyRow], *, past: Past = False) -> Sequence[list[GrantRow]]:
    """Who is on the care team of the journey itself, or of the client as a whole; who is to join later, too."""
    ids = [journey.id for journey in journeys]
    clients = list({journey.client_id for journey in journeys})
    rows = await ask.rows(
        GrantRow, storage.database.people.grants_of_journeys, ask.reach, past, ids=ids, clients=clients
    )
    teams = sorted_out(rows, [journey.client_id for journey in journeys], "client_id")
    return [
        [row for row in team if row.journey_id in (None, journey.id)]
        for journey, team in zip(journeys, teams, strict=True)
    ]


@reads()
def ids(ask: Ask, rows: Sequence[GrantRow]) -> Sequence[str]:
    """The id of this place on the team."""
    return [written(Kind.GRANT, row.id) for row in rows]


@reads()
async def members(ask: Ask, rows: Sequence[GrantRow]) -> Sequence[MemberRow | None]:
    """Who is on the team."""
    return await ask.loaders.member_by_id.load_many([row.membership_id for row in rows])


@reads()
async def clients(ask: Ask, rows: Sequence[GrantRow]) -> Sequence[ClientRow | None]:
    """The client cared for."""
    return await ask.loaders.client_by_id.load_many([row.client_id for row in rows])


@reads()
async def journeys(ask: Ask, rows: Sequence[GrantRow]) -> Sequence[JourneyRow | None]:
    """The journey this place is for; null when it is for the client as a whole."""
    return await loaded(ask.loaders.journey_by_id, [row.journey_id for row in rows])


@reads("rank")
def levels(ask: Ask, rows: Sequence[GrantRow]) -> Sequence[Level]:
    """How far it goes."""
    return [Level.of_rank(row.rank) for row in rows]


async def of_outcomes(ask: Ask, outcomes: Sequence[CareTeamChanged]) -> Sequence[GrantRow | None]:
    """The place on the team; null when it was not done, and when it is out of the caller's reach now."""
    return await loaded(ask.loaders.grant_by_id, [outcome.grant_id for outcome in outcomes])


async def current_of_outcomes(ask: Ask, outcomes: Sequence[CareTeamChanged]) -> Sequence[GrantRow | None]:
    """The place as it stands now, when the caller had seen another version."""
    return await loaded(ask.loaders.grant_by_id, [outcome.current_id for outcome in outcomes])
