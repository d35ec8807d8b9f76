"""Where in a file something is written: on the whole client, or in one of the journeys."""

from uuid import UUID

from sqlalchemy import select

from auth.errors import Forbidden
from auth.permissions import May
from domain import clients, journeys
from domain.refusals import NotFound
from resolvers.care_team.places import reaches_whole_client
from resolvers.writing import Write
from storage.database.clients import Client
from storage.database.journeys import Journey


async def hold_place(write: Write, client_id: UUID, journey_id: UUID | None, may: May) -> None:
    """Lock the client, or the journey, that something is to be written in.

    `NotFound` for what is out of reach and for a journey of somebody else's; `Forbidden` where the caller may only
    read; `NotAllowedNow` in what is put away. What belongs to no journey needs reach of the whole client, not only of
    one of the journeys.
    """
    client = await write.find(Client, client_id, May.READ_CLIENTS, "client", at="clientId")
    clients.check_changeable(client.status)
    if journey_id is None:
        if not await reaches_whole_client(write, client.id, may):
            raise Forbidden(may)
        return
    journey = await write.find(Journey, journey_id, may, "journey", at="journeyId")
    if journey.client_id != client.id:
        raise NotFound("journey", ("input", "journeyId"))
    journeys.check_changeable(journey.status)


async def check_open(write: Write, client_id: UUID, journey_id: UUID | None) -> None:
    """Raise `NotAllowedNow` where the client or the journey is put away: nothing in it changes."""
    client = select(Client.status).where(Client.practice_id == write.practice_id, Client.id == client_id)
    clients.check_changeable((await write.session.scalars(client)).one())
    if journey_id is not None:
        journey = select(Journey.status).where(Journey.practice_id == write.practice_id, Journey.id == journey_id)
        journeys.check_changeable((await write.session.scalars(journey)).one())
