"""Imports of other systems' files as the graph shows them."""

from datetime import datetime

import strawberry

import resolvers.bringing.imports
import schema.given
from domain.bringing import DateOrder, ImportField, ImportKind, ImportState
from resolvers.bringing.imports import ImportChanged
from resolvers.bringing.imports import ImportReport as ImportReportRow
from resolvers.bringing.imports import ImportTally as ImportTallyRow
from schema.actors import Actor
from schema.fields import answered_by, presents
from schema.nodes import Node
from schema.problems import Problem
from storage.database.imports import ImportRow

for vocabulary in (DateOrder, ImportField, ImportKind, ImportState):
    schema.given.one_of(vocabulary)


@presents(ImportTallyRow)
class ImportTally:
    """What became of everything of one kind; the four numbers together are all there was."""

    what: str
    "A type of FHIR resource, or `Client` for the rows of a table."
    imported: int
    "Brought in; of a dry run: would be."
    present: int
    "There already, from an earlier import or twice in the file."
    counted: int
    "Of a type that is not brought in."
    refused: int
    "Not brought in, for a reason that `reports` gives."


@presents(ImportReportRow)
class ImportReport:
    """Something that could not be brought in, or not wholly."""

    place: str
    "Where it stands: a line of the table, or a path as FHIR writes it."
    of: str
    "A type of FHIR resource, or `Client`."
    part: str
    "The column or the part of the resource; empty when it is about the whole."
    reason: str
    "Why; continues the sentence that the place begins."
    taken: bool
    "Whether the rest of it was brought in."
    alike: str | None
    "The id of the client who is here already, it seems; null when it is about something else."


@presents(ImportRow, name="ClientImport")
class ClientImport(Node):
    """A file of another system that is brought in. Needs IMPORT_CLIENTS."""

    id: strawberry.ID = answered_by(resolvers.bringing.imports.ids)
    kind: ImportKind
    "What kind of file it is."
    state: ImportState
    "Where it stands."
    file_name: str
    "What the file is called."
    dry_run: bool
    "Whether it only tells what would come of it."
    allow_duplicates: bool
    "Whether files are opened also for those who look like somebody who is here."
    received: int
    "How many bytes of the file have come."
    done: int
    "How many rows of the table, or patients of the bundle, are behind it."
    permille: int
    "How much of the file is behind it, in thousandths."
    tallies: list[ImportTally] = answered_by(resolvers.bringing.imports.tallies)
    reports: list[ImportReport] = answered_by(resolvers.bringing.imports.reports)
    reported_in_all: int
    "How many reports there are, those beyond the first 500 too."
    error: str | None
    "Why it failed; null unless it did."
    upload_path: str | None = answered_by(resolvers.bringing.imports.upload_paths)
    created_at: datetime
    "When it was begun."
    created_by: Actor = answered_by(resolvers.bringing.imports.beginners)
    ended_at: datetime | None
    "When it came to its end."


@presents(ImportChanged, name="ClientImportBeginPayload")
class ClientImportBeginPayload:
    """What came of beginning an import."""

    client_import: ClientImport | None = answered_by(resolvers.bringing.imports.changed)
    problems: list[Problem]
    "What kept it from being begun; empty when it was."


@presents(ImportChanged, name="ClientImportCancelPayload")
class ClientImportCancelPayload:
    """What came of stopping an import."""

    client_import: ClientImport | None = answered_by(resolvers.bringing.imports.changed)
    problems: list[Problem]
    "What kept it from being stopped; empty when it was."
