"""What every change of a journey looks at first: the journey itself, and where its client stands."""

from uuid import UUID

from sqlalchemy import select

from auth.permissions import May
from domain import clients
from resolvers import versions
from resolvers.writing import Write
from storage.database.clients import Client
from storage.database.journeys import Journey


async def found(write: Write, id: UUID, expected_version: int | None, may: May = May.WRITE_CLIENTS) -> Journey:
    """The journey, locked, as the caller saw it."""
    row = await write.find(Journey, id, may, "journey")
    versions.agree(expected_version, row)
    return row


async def check_client(write: Write, client_id: UUID, *, new_work: bool = False) -> None:
    """Raise `NotAllowedNow` when the client's file is put away; with `new_work`, also when the client has died."""
    chosen = select(Client.status, Client.deceased_on)
    chosen = chosen.where(Client.practice_id == write.practice_id, Client.id == client_id)
    client = (await write.session.execute(chosen)).one()
    clients.check_changeable(client.status)
    if new_work:
        clients.check_new_work(client.status, deceased=client.deceased_on is not None)
