"""Where in a file something is written: on the whole client, or in one of the journeys."""

from uuid import UUID

from sqlalchemy import select

from auth.errors import Forbidden
from auth.permissions import May
from domain import clients, journeys
from domain.refusals import NotFound
from resolvers.writing import Write
from storage.database.clients import Client
from storage.database.journeys import Journey
from storage.database.selecting import of_practice, table_of


async def hold_place(write: Write, client_id: UUID, journey_id: UUID | None, may: May) -> None:
    """Lock the client, or the journey, that something is to be written in.

    `NotFound` for what is out of reach and for a journey of somebody else's; `Forbidden` where the caller may only
    read; `NotAllowedNow` in what is put away. What belongs to no journey needs reach of the whole client, not only of
    one of the journeys.
    """
    client = await write.find(Client, client_id, May.READ_CLIENTS, "client", at="clientId")
    clients.check_changeable(client.status)
    if journey_id is None:
        await _require_whole(write, client.id, may)
        return
    journey = await write.find(Journey, journey_id, may, "journey", at="journeyId")
    if journey.client_id != client.id:
        raise NotFound("journey", ("input", "journeyId"))
    journeys.check_changeable(journey.status)


async def _require_whole(write: Write, client_id: UUID, may: May) -> None:
    client = table_of(Client)
    statement = select(client.c.id).where(
        of_practice(client), client.c.id == client_id, write.reach.whole_client(client, may)
    )
    if await write.session.scalar(statement, write.values) is None:
        raise Forbidden(may)
