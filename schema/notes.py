"""Notes as the graph shows them."""

from datetime import datetime

import strawberry

import resolvers.notes.finding
import resolvers.notes.writing
from resolvers.notes.writing import NoteUpdated, NoteWritten
from schema.actors import Actor
from schema.fields import answered_by, presents
from schema.nodes import Node
from schema.problems import Problem
from schema.references import ClientRef, JourneyRef
from storage.database.notes import NoteRevisionRow, NoteRow


@presents(NoteRevisionRow)
class NoteRevision:
    """A note as it stood before it was changed."""

    version: int
    "Which version it was; the first is 1."
    title: str | None
    "The title it was given; null if it had none."
    text: str
    "What it said, in Markdown."
    occurred_at: datetime
    "When what it tells of happened, as was said then."
    replaced_at: datetime
    "When the next version took its place."
    replaced_by: Actor = answered_by(resolvers.notes.finding.replacers)


@presents(NoteRow)
class Note(Node):
    """A note about a client, in Markdown. Clinical: needs READ_CLINICAL."""

    id: strawberry.ID = answered_by(resolvers.notes.finding.ids)
    client: ClientRef = answered_by(resolvers.notes.finding.clients)
    journey: JourneyRef | None = answered_by(resolvers.notes.finding.journeys)
    title: str | None
    "The title it was given; null if it has none."
    heading: str = answered_by(resolvers.notes.finding.headings)
    text: str
    "What it says, in Markdown. Not safe to show as HTML without cleaning."
    excerpt: str = answered_by(resolvers.notes.finding.excerpts)
    occurred_at: datetime
    "When what it tells of happened."
    recorded_at: datetime
    "When it was written down here."
    author: Actor = answered_by(resolvers.notes.finding.authors)
    pinned: bool
    "Whether it is kept in view."
    imported: bool
    "Whether it was brought in from another system; then it cannot be changed."
    version: int
    "Grows by one with every change of what the note says; to be given back as `expectedVersion`."
    revisions: list[NoteRevision] = answered_by(resolvers.notes.finding.revisions)
    updated_at: datetime
    "When it was last changed."
    archived_at: datetime | None
    "When it was put away."
    archived_by: Actor | None = answered_by(resolvers.notes.finding.removers)
    archive_reason: str | None
    "Why it was put away."


@presents(NoteWritten)
class NoteCreatePayload:
    """What came of writing a note."""

    note: Note | None = answered_by(resolvers.notes.writing.notes_written)
    problems: list[Problem]
    "What kept it from being written; empty when it was."


@presents(NoteUpdated)
class NoteUpdatePayload:
    """What came of changing a note."""

    note: Note | None = answered_by(resolvers.notes.writing.notes_written)
    current: Note | None = answered_by(resolvers.notes.writing.notes_in_conflict)
    problems: list[Problem]
    "What kept it from being changed; empty when it was."


@presents(NoteWritten)
class NoteArchivePayload:
    """What came of putting a note away."""

    note: Note | None = answered_by(resolvers.notes.writing.notes_written)
    problems: list[Problem]
    "What kept it from being put away; empty when it was."
