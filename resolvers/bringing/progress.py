"""How far an import has come and what became of everything in it, kept in the transactions that bring it in."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select

from domain.bringing import ImportState
from resolvers.writing import Write
from storage.database.imports import ClientImport, ClientImportPart

MOST_REPORTED = 500
"""Reports beyond this are counted, not kept: a table with a wrong heading has one for each row."""


class Stopped(Exception):
    """The import was cancelled, or has ended."""


class Overtaken(Exception):
    """Another run of the same import is ahead of this one."""


@dataclass(frozen=True, slots=True)
class Said:
    """Something that could not be brought in, or not wholly."""

    place: str
    of: str
    """The kind of thing: a type of resource, or `Client`."""
    part: str
    reason: str
    taken: bool
    """Whether the rest of it was brought in."""
    alike: str | None = None
    """The client who is here already, it seems."""


@dataclass(slots=True)
class Counted:
    """What became of a part of an import."""

    tallies: dict[str, dict[str, int]] = field(default_factory=dict)
    said: list[Said] = field(default_factory=list)
    said_in_all: int = 0

    def add(self, of: str, **numbers: int) -> None:
        """So many more of a kind: `imported`, `present`, `counted`, `refused`."""
        tally = self.tallies.setdefault(of, {"imported": 0, "present": 0, "counted": 0, "refused": 0})
        for name, number in numbers.items():
            tally[name] += number

    def say(self, *said: Said) -> None:
        """Report these."""
        self.said_in_all += len(said)
        self.said += said[: max(0, MOST_REPORTED - len(self.said))]


async def held(write: Write, import_id: UUID, done: int) -> ClientImport:
    """The import, locked, with so much behind it; `Stopped` or `Overtaken` when there is nothing for this run to do."""
    found = await write.session.scalar(
        select(ClientImport)
        .where(ClientImport.practice_id == write.practice_id, ClientImport.id == import_id)
        .with_for_update()
    )
    if found is None or found.state is not ImportState.RUNNING:
        raise Stopped
    if found.done != done:
        raise Overtaken
    return found


async def advance(write: Write, held: ClientImport, done: int, permille: int, counted: Counted) -> None:
    """So much is behind it now, and this became of it."""
    held.done, held.permille = done, max(held.permille, min(permille, 1000))
    held.tallies = summed(held.tallies, counted.tallies)
    held.reported_in_all += counted.said_in_all
    if counted.said and len(held.reported) < MOST_REPORTED:
        held.reported = [*held.reported, *map(asdict, counted.said)][:MOST_REPORTED]
    await write.flush()


def summed(one: Mapping[str, Mapping[str, int]], other: Mapping[str, Mapping[str, int]]) -> dict[str, dict[str, int]]:
    """Two tallies as one."""
    total = {of: dict(tally) for of, tally in one.items()}
    for of, tally in other.items():
        into = total.setdefault(of, {})
        for name, number in tally.items():
            into[name] = into.get(name, 0) + number
    return total


async def end(write: Write, import_id: UUID, state: ImportState, error: str | None = None) -> None:
    """The import came to an end; its file is no longer needed."""
    found = await write.session.scalar(
        select(ClientImport)
        .where(ClientImport.practice_id == write.practice_id, ClientImport.id == import_id)
        .with_for_update()
    )
    if found is None or found.ended_at is not None:
        return
    found.state, found.error, found.ended_at = state, error, datetime.now(UTC)
    if state is ImportState.DONE:
        found.permille = 1000
    await write.session.execute(_parts_of(write.practice_id, import_id))
    write.record(f"IMPORT_{state}", found, "kind", "file_name", "dry_run", "done")
    await write.flush()


def _parts_of(practice_id: UUID, import_id: UUID) -> Any:
    part = ClientImportPart
    return delete(part).where(part.practice_id == practice_id, part.import_id == import_id)
