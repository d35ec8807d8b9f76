"""Small acts of the tests' own: each writes real rows through the one way to write."""

from dataclasses import dataclass
from uuid import UUID

from auth.permissions import May
from domain.clients import ClientStatus, FlagSeverity
from domain.identity import Kind, new_id
from domain.refusals import NotFound
from resolvers.outcomes import Outcome
from resolvers.practices import FILES
from resolvers.writing import Write
from storage.database.clients import Client, SafetyFlag


@dataclass(frozen=True)
class FileGiven:
    """Whose file is opened."""

    name: str
    flags: int = 0
    """How many warnings to write beside it: each is one more fact of the write."""


@dataclass(slots=True, kw_only=True)
class FileOpened(Outcome):
    """What came of it."""

    client_id: UUID | None = None


async def open_file(write: Write, given: FileGiven) -> FileOpened:
    """Open a file: a client with the next file number, and its warnings."""
    number = await write.take_number(FILES)
    client = Client(
        id=new_id(),
        file_counter=number,
        file_number=f"C-{number}",
        status=ClientStatus.ACTIVE,
        names=[{"use": "USED", "given": given.name, "family": None}],
        display_name=given.name,
        sort_name=given.name.lower(),
        created_at=write.moment,
        updated_at=write.moment,
    )
    flags = [
        SafetyFlag(id=new_id(), client_id=client.id, position=place, severity=FlagSeverity.CAUTION, text=f"No. {place}")
        for place in range(given.flags)
    ]
    await write.add(client, *flags)
    return FileOpened(client_id=client.id)


async def open_file_and_refuse(write: Write, given: FileGiven) -> FileOpened:
    """Write everything, then refuse all the same."""
    await open_file(write, given)
    raise NotFound("journey", ("input", "journeyId"))


@dataclass(frozen=True)
class NameGiven:
    """Whose file gets another name."""

    client_id: UUID
    name: str


async def rename(write: Write, given: NameGiven) -> FileOpened:
    """Give a client another name."""
    client = await write.find(Client, given.client_id, May.WRITE_CLIENTS, Kind.CLIENT, at="clientId")
    client.display_name = given.name
    client.version += 1
    return FileOpened(client_id=client.id)
