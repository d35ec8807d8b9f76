"""Bringing in a table that stands in a file of this machine: the bytes stay where they are.

The import is written down like one of the graph, known by the digest of the file and by how it is read, so the same
command finds it again and goes on.
"""

from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import select

from auth.viewers import System
from domain.bringing import DateOrder, ImportField, ImportKind, ImportState, Layout
from domain.refusals import Findings
from resolvers.bringing import imports, progress
from resolvers.bringing.imports import ClientImportBeginInput, ImportColumnInput
from resolvers.bringing.progress import Overtaken, Stopped
from resolvers.bringing.running import Table, Told
from resolvers.bringing.unpacking import Pieces, Unreadable
from resolvers.outcomes import Outcome
from resolvers.writing import Write, carry_out
from storage.database.imports import ClientImport, ImportRow
from storage.database.opening import Database
from storage.database.selecting import names_of


@dataclass(frozen=True, slots=True)
class Wanted:
    """A table, and how it is to be brought in."""

    file_name: str
    digest: str
    columns: tuple[tuple[str, str], ...]
    system: str
    dates: str
    country: str
    allow_duplicates: bool
    dry_run: bool


@dataclass(frozen=True, slots=True)
class Ending:
    """How an import came to its end."""

    import_id: UUID
    state: ImportState
    error: str | None = None


async def bring(database: Database, practice_id: UUID, wanted: Wanted, pieces: Pieces, told: Told) -> ImportRow:
    """Bring in a table, from where an earlier run of the same command left off; gives what became of it."""
    viewer = System(practice_id, "import")
    begun, _ = await carry_out(database, viewer, take_up, wanted, TakenUp)
    if begun.held is None:
        raise RuntimeError("an import is begun or found")
    ending = Ending(begun.held.id, ImportState.DONE)
    try:
        await Table(database, begun.held, told).bring(pieces)
    except Unreadable as reason:
        ending = replace(ending, state=ImportState.FAILED, error=f"{wanted.file_name} {reason}.")
    except (Stopped, Overtaken):
        ending = replace(ending, state=ImportState.CANCELLED, error="Another run goes on with it, or it was cancelled.")
        return await _shown(database, practice_id, ending)
    await carry_out(database, viewer, end, ending, Outcome)
    return await _shown(database, practice_id, ending)


@dataclass(slots=True, kw_only=True)
class TakenUp(Outcome):
    """The import, begun or found again."""

    held: ClientImport | None = None


async def take_up(write: Write, given: Wanted) -> TakenUp:
    """The unfinished import of the same file read in the same way, else a new one."""
    layout = _layout(given)
    row = ClientImport
    found = await write.session.scalars(
        select(row).where(
            row.practice_id == write.practice_id, row.digest == given.digest, row.state == ImportState.RUNNING,
            row.dry_run == given.dry_run, row.allow_duplicates == given.allow_duplicates, row.created_by.is_(None),
        )
    )  # fmt: skip
    for each in found:
        if each.layout == layout.kept():
            return TakenUp(held=each)
    held = imports.new_import(
        write, ImportKind.CSV, given.file_name, layout, dry_run=given.dry_run, allow_duplicates=given.allow_duplicates
    )
    held.state, held.digest = ImportState.RUNNING, given.digest
    await write.add(held)
    write.record("IMPORT_BEGUN", held, "kind", "file_name", "dry_run", "allow_duplicates")
    return TakenUp(held=held)


async def end(write: Write, given: Ending) -> Outcome:
    """The import came to its end."""
    await progress.end(write, given.import_id, given.state, given.error)
    return Outcome()


def _layout(given: Wanted) -> Layout:
    findings = Findings()
    columns = []
    for heading, said in given.columns:
        if said in ImportField.__members__:
            columns.append(ImportColumnInput(heading=heading, field=ImportField(said)))
        else:
            findings.invalid(("--map", heading), "must be mapped to one of " + ", ".join(ImportField))
    if given.dates not in DateOrder.__members__:
        findings.invalid(("--dates",), "must be one of " + ", ".join(DateOrder))
    findings.settle()
    layout = imports.layout_of(
        ClientImportBeginInput(
            kind=ImportKind.CSV, file_name=given.file_name, columns=columns, system=given.system,
            dates=DateOrder(given.dates), country=given.country or None,
        ),
        findings,
    )  # fmt: skip
    findings.settle()
    if layout is None:
        raise RuntimeError("a layout without findings is a layout")
    return layout


async def _shown(database: Database, practice_id: UUID, ending: Ending) -> ImportRow:
    async with database.write(practice_id) as session:
        held = await session.get(ClientImport, (practice_id, ending.import_id))
    if held is None:
        raise RuntimeError("imports are never removed")
    row = ImportRow(**{name: getattr(held, name) for name in names_of(ImportRow)})
    return replace(row, error=row.error or ending.error)
