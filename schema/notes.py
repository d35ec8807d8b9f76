"""Notes as the graph shows them."""

from datetime import datetime

import strawberry

import resolvers.notes.finding
import resolvers.notes.labelling
import resolvers.notes.mentioning
import resolvers.notes.signing
import resolvers.notes.supervising
import resolvers.notes.writing
import schema.given
from domain.notes import NoteStatus
from resolvers.notes.labelling import LabelUse
from resolvers.notes.signing import AddendumAdded, SignatureRow
from resolvers.notes.supervising import MemberSupervised
from resolvers.notes.writing import NoteUpdated, NoteWritten
from schema.actors import Actor
from schema.fields import answered_by, presents
from schema.nodes import Node
from schema.people import Member
from schema.problems import Problem
from schema.references import ClientRef, JourneyRef, NoteRef
from storage.database.notes import AddendumRow, NoteRevisionRow, NoteRow

schema.given.one_of(NoteStatus)


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


@presents(SignatureRow)
class NoteSignature:
    """What a note is signed by and under."""

    signed_at: datetime
    "When it was signed."
    signed_by: Actor = answered_by(resolvers.notes.signing.signers)
    digest: str
    "SHA-256 over title, text and time told of, as hexadecimal digits: what the signature is under."
    intact: bool
    "Whether the note still says exactly what was signed."


@presents(AddendumRow)
class Addendum(Node):
    """What was added to a note after it was fixed. It never changes."""

    id: strawberry.ID = answered_by(resolvers.notes.signing.addendum_ids)
    note: NoteRef | None = answered_by(resolvers.notes.signing.notes_of_addenda)
    text: str
    "What it says, in Markdown. Not safe to show as HTML without cleaning."
    recorded_at: datetime
    "When it was written."
    author: Actor = answered_by(resolvers.notes.signing.addendum_authors)


@presents(LabelUse)
class NoteLabel:
    """A label in use."""

    label: str
    "The word, in one of its spellings."
    notes: int
    "How many notes within reach carry it."


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
    status: NoteStatus = answered_by(resolvers.notes.finding.statuses)
    signature: NoteSignature | None = answered_by(resolvers.notes.signing.signatures)
    cosigned_at: datetime | None
    "When the second signature was given, where one was needed."
    cosigned_by: Actor | None = answered_by(resolvers.notes.signing.cosigners)
    addenda: list[Addendum] = answered_by(resolvers.notes.signing.addenda)
    private: bool = answered_by(resolvers.notes.finding.private)
    labels: list[str] = answered_by(resolvers.notes.labelling.of_notes)
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
    mentioned: list[Member] = answered_by(resolvers.notes.mentioning.told)
    not_notified: list[strawberry.ID] = answered_by(resolvers.notes.mentioning.untold_ids)
    problems: list[Problem]
    "What kept it from being written; empty when it was."


@presents(NoteUpdated)
class NoteUpdatePayload:
    """What came of changing a note."""

    note: Note | None = answered_by(resolvers.notes.writing.notes_written)
    current: Note | None = answered_by(resolvers.notes.writing.notes_in_conflict)
    sent_title: str | None
    "After a `CONFLICT`: the title that was sent and not kept."
    sent_text: str | None
    "After a `CONFLICT`: the text that was sent and not kept, to be shown beside that of `current`."
    mentioned: list[Member] = answered_by(resolvers.notes.mentioning.told)
    not_notified: list[strawberry.ID] = answered_by(resolvers.notes.mentioning.untold_ids)
    problems: list[Problem]
    "What kept it from being changed; empty when it was."


@presents(NoteWritten)
class NoteArchivePayload:
    """What came of putting a note away."""

    note: Note | None = answered_by(resolvers.notes.writing.notes_written)
    problems: list[Problem]
    "What kept it from being put away; empty when it was."


@presents(NoteWritten)
class NoteRestorePayload:
    """What came of taking up a note again."""

    note: Note | None = answered_by(resolvers.notes.writing.notes_written)
    problems: list[Problem]
    "What kept it from being taken up; empty when it was."


@presents(NoteUpdated)
class NoteSignPayload:
    """What came of signing a note."""

    note: Note | None = answered_by(resolvers.notes.writing.notes_written)
    current: Note | None = answered_by(resolvers.notes.writing.notes_in_conflict)
    problems: list[Problem]
    "What kept it from being signed; empty when it was."


@presents(NoteWritten)
class NoteCosignPayload:
    """What came of signing a note a second time."""

    note: Note | None = answered_by(resolvers.notes.writing.notes_written)
    problems: list[Problem]
    "What kept it from being signed; empty when it was."


@presents(AddendumAdded)
class NoteAddendumAddPayload:
    """What came of adding to a note."""

    note: Note | None = answered_by(resolvers.notes.writing.notes_written)
    addendum: Addendum | None = answered_by(resolvers.notes.signing.addenda_added)
    mentioned: list[Member] = answered_by(resolvers.notes.mentioning.told)
    not_notified: list[strawberry.ID] = answered_by(resolvers.notes.mentioning.untold_ids)
    problems: list[Problem]
    "What kept it from being added; empty when it was."


@presents(NoteUpdated)
class NoteMovePayload:
    """What came of moving a note."""

    note: Note | None = answered_by(resolvers.notes.writing.notes_written)
    current: Note | None = answered_by(resolvers.notes.writing.notes_in_conflict)
    problems: list[Problem]
    "What kept it from being moved; empty when it was."


@presents(MemberSupervised)
class MemberSupervisePayload:
    """What came of marking a member as supervised."""

    member: Member | None = answered_by(resolvers.notes.supervising.members_supervised)
    problems: list[Problem]
    "What kept it from being done; empty when it was."
