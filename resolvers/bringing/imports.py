"""Imports in the graph: beginning one, stopping it, and looking at how far it has come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from typing_extensions import Doc

import storage.database.imports
from auth.permissions import May
from domain import bringing, texts
from domain.bringing import DateOrder, ImportField, ImportKind, ImportState, Layout
from domain.identity import Kind, new_id, written
from domain.refusals import Findings, NotAllowedNow, NotFound
from resolvers import actors
from resolvers.actors import ActorRow
from resolvers.asking import Ask
from resolvers.bringing import progress, receiving
from resolvers.given import ImportId, reads
from resolvers.loaders import loaded
from resolvers.outcomes import Outcome
from resolvers.paging import After, Before, First, Last, Page, Window
from resolvers.writing import Write
from storage.database.clients import NumberRow
from storage.database.imports import ClientImport, ImportRow
from storage.database.ordering import Order

NEWEST = Order(("created_at", "id"), (datetime, UUID), descending=True)
MOST_COLUMNS = 200
USUAL_SYSTEM = "csv"


@dataclass(frozen=True, kw_only=True)
class ImportColumnInput:
    """A column of the table, and what it says."""

    heading: str
    """The heading, as it stands in the first line."""
    field: ImportField
    """What its cells say of a client."""


@dataclass(frozen=True, kw_only=True)
class ClientImportBeginInput:
    """A file to be brought in. Its bytes follow through `uploadPath`."""

    kind: ImportKind
    """What kind of file it is."""
    file_name: str
    """What the file is called, for people."""
    dry_run: bool = False
    """Only tell what would come of it, and write nothing."""
    allow_duplicates: bool = False
    """Of a table: open files also for those who look like somebody who is here."""
    columns: list[ImportColumnInput] | None = None
    """Of a table: the columns that are brought in; all others are left out."""
    system: str | None = None
    """Of a table: what the other system is called; its record numbers are told apart from others' by it."""
    dates: DateOrder = DateOrder.YEAR_MONTH_DAY
    """Of a table: how its days are written; year, month, day if left out."""
    country: str | None = None
    """Of a table: where telephone numbers without a country code are at home, as two letters."""


@dataclass(frozen=True, kw_only=True)
class ClientImportCancelInput:
    """An import to be stopped."""

    id: ImportId
    """The import."""


@dataclass(slots=True, kw_only=True)
class ImportChanged(Outcome):
    """What came of beginning or stopping an import."""

    import_id: UUID | None = None


@dataclass(slots=True)
class ImportTally:
    """What became of everything of one kind."""

    what: str
    imported: int
    present: int
    counted: int
    refused: int


@dataclass(slots=True)
class ImportReport:
    """Something that could not be brought in, or not wholly."""

    place: str
    of: str
    part: str
    reason: str
    taken: bool
    alike: str | None


async def begin(write: Write, input: ClientImportBeginInput) -> ImportChanged:
    """Begin to bring in a file of another system. Its bytes are then sent by PUT to `uploadPath`; when all have come,
    a job brings them in. With `dryRun` it only tells what would come of it."""
    write.require(May.IMPORT_CLIENTS)
    findings = Findings()
    name = texts.taken(input.file_name, texts.TITLE, ("input", "fileName"), findings)
    layout = layout_of(input, findings) if input.kind is ImportKind.CSV else None
    findings.settle()
    row = new_import(write, input.kind, name, layout, dry_run=input.dry_run, allow_duplicates=input.allow_duplicates)
    await write.add(row)
    write.record("IMPORT_BEGUN", row, "kind", "file_name", "dry_run", "allow_duplicates")
    return ImportChanged(import_id=row.id)


def new_import(
    write: Write, kind: ImportKind, name: str, layout: Layout | None, *, dry_run: bool, allow_duplicates: bool
) -> ClientImport:
    """An import whose file has not come yet."""
    return ClientImport(
        id=new_id(), kind=kind, state=ImportState.AWAITING_FILE, file_name=name, dry_run=dry_run,
        allow_duplicates=allow_duplicates, layout=layout.kept() if layout else None, received=0, digest=None, done=0,
        permille=0, tallies={}, reported=[], reported_in_all=0, error=None, created_at=write.moment,
        created_by=write.viewer.membership_id, ended_at=None,
    )  # fmt: skip


async def cancel(write: Write, input: ClientImportCancelInput) -> ImportChanged:
    """Stop an import. What was brought in before stays; sent again, the same file goes on behind it."""
    write.require(May.IMPORT_CLIENTS)
    row = await write.session.get(ClientImport, (write.practice_id, input.id), with_for_update=True)
    if row is None:
        raise NotFound("import", ("input", "id"))
    if row.state not in bringing.OPEN:
        raise NotAllowedNow(row.state.lower(), "be cancelled")
    await progress.end(write, row.id, ImportState.CANCELLED)
    return ImportChanged(import_id=row.id)


def layout_of(input: ClientImportBeginInput, findings: Findings) -> Layout | None:
    """How a table is to be read; None when it cannot be told. What is wrong goes into the findings."""
    at = ("input", "columns")
    columns = input.columns or []
    if len(columns) > MOST_COLUMNS:
        findings.invalid(at, f"must have at most {MOST_COLUMNS} items, not {len(columns):,}")
        return None
    headings = [texts.taken(each.heading, texts.LINE, at, findings) for each in columns]
    if len(set(headings)) < len(headings):
        findings.invalid(at, "must not name a column twice")
    system = texts.taken(input.system or USUAL_SYSTEM, texts.CODE, ("input", "system"), findings)
    country = (input.country or "").strip().upper() or None
    if country is not None and not (len(country) == 2 and country.isascii() and country.isalpha()):
        findings.invalid(("input", "country"), "must be two letters")
    said = {heading: each.field for heading, each in zip(headings, columns, strict=True)}
    layout = Layout(said, system, input.dates, country)
    bringing.check_layout(layout, findings, at)
    return layout


async def client_import(ask: Ask, *, id: Annotated[ImportId, Doc("The import's id.")]) -> ImportRow | None:
    """An import by id; null when there is none."""
    return await ask.loaders.import_by_id.load(id)


async def client_imports(
    ask: Ask, *, first: First = None, after: After = None, last: Last = None, before: Before = None
) -> Page[ImportRow]:
    """The practice's imports, the newest first."""
    window = Window.of(ask.seal("imports"), NEWEST, first, after, last, before)
    rows = await ask.rows(ImportRow, storage.database.imports.page_of, window.slice, ask.wanted, **window.values)

    async def counted(owners: Sequence[Any], most: int) -> Sequence[int]:
        return [(await ask.rows(NumberRow, storage.database.imports.count_of, most=most))[0].number]

    return window.page(rows, counted)


@reads()
def ids(ask: Ask, rows: Sequence[ImportRow]) -> Sequence[str]:
    """The import's id."""
    return [written(Kind.CLIENT_IMPORT, row.id) for row in rows]


@reads("created_by")
def beginners(ask: Ask, rows: Sequence[ImportRow]) -> Sequence[ActorRow]:
    """Who began it."""
    return [actors.actor(row.created_by) for row in rows]


@reads("tallies")
def tallies(ask: Ask, rows: Sequence[ImportRow]) -> Sequence[list[ImportTally]]:
    """What became of everything in the file so far, by kind: types of resources, or `Client`."""
    return [[ImportTally(of, **numbers) for of, numbers in sorted(row.tallies.items())] for row in rows]


@reads("reported")
def reports(ask: Ask, rows: Sequence[ImportRow]) -> Sequence[list[ImportReport]]:
    """What could not be brought in, or not wholly, with place and reason: the first 500."""
    return [[ImportReport(**each) for each in row.reported] for row in rows]


@reads("state", "created_at", "created_by")
def upload_paths(ask: Ask, rows: Sequence[ImportRow]) -> Sequence[str | None]:
    """Where the file's bytes are sent by PUT, on this server: signed, for one hour and this import alone. Whoever began
    the import reads it; null for others, and once the file has come."""
    return [
        receiving.path_of(ask.ring, ask.practice_id, row.id, row.created_at)
        if row.state is ImportState.AWAITING_FILE and row.created_by == ask.viewer.membership_id
        else None
        for row in rows
    ]


async def changed(ask: Ask, outcomes: Sequence[ImportChanged]) -> Sequence[ImportRow | None]:
    """The import; null when there is none."""
    return await loaded(ask.loaders.import_by_id, [each.import_id for each in outcomes])
