"""Signing notes, signing them a second time for who is supervised, and adding to what is signed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

import domain.notes
import storage.database.notes
from domain import texts
from domain.identity import Kind, new_id, written
from domain.notifications import NotificationKind
from domain.refusals import Findings
from resolvers import actors
from resolvers.actors import ActorRow
from resolvers.asking import Ask
from resolvers.auditing import Fact
from resolvers.given import MemberId, NoteId, reads
from resolvers.loaders import loaded
from resolvers.notes import mentioning, places
from resolvers.notes.finding import status_of
from resolvers.notes.writing import NoteUpdated, NoteWritten
from resolvers.notifications import telling
from resolvers.sorting_out import sorted_out
from resolvers.writing import Write
from storage.database.notes import Addendum, AddendumRow, NoteRow
from storage.database.people import Membership


@dataclass(frozen=True)
class NoteSignInput:
    """Which note is signed, as it was seen."""

    id: NoteId
    """The note."""
    expected_version: int
    """The version that is signed."""


@dataclass(frozen=True)
class NoteCosignInput:
    """Which note gets its second signature."""

    id: NoteId
    """The note."""


@dataclass(frozen=True)
class NoteAddendumAddInput:
    """What is added to a note."""

    note_id: NoteId
    """The note."""
    text: str
    """What there is to add, in Markdown."""
    mention_ids: list[MemberId] = field(default_factory=list)
    """Colleagues to tell of it, beside those marked in the text as `@membership_…`. It opens nothing to them."""


@dataclass(slots=True)
class SignatureRow:
    """What a note is signed by and under."""

    signed_at: datetime
    signed_by: UUID | None
    digest: str
    intact: bool


@dataclass(slots=True, kw_only=True)
class AddendumAdded(NoteWritten):
    """What came of adding to a note."""

    addendum_id: UUID | None = None


async def sign(write: Write, input: NoteSignInput) -> NoteUpdated:
    """Sign a note of one's own: from then on what it says stays, and only addenda can be added. The signature is under
    a digest of the content. For who works under supervision it then waits for a colleague's signature too."""
    note = await places.found(write, input.id)
    domain.notes.check_changeable(archived=note.archived_at is not None)
    domain.notes.check_signing(status_of(note), by_author=_is_own(write, note.author_id))
    places.agree(input.expected_version, note)
    note.digest = domain.notes.digest(note.title, note.text, note.occurred_at)
    note.signed_at, note.signed_by = write.moment, write.viewer.membership_id
    note.needs_cosignature = await _is_supervised(write)
    note.sitting_at = note.sitting_by = None
    note.updated_at = write.moment
    await places.move_entry(write, note)
    return NoteUpdated(note_id=note.id)


async def cosign(write: Write, input: NoteCosignInput) -> NoteWritten:
    """Sign a note that waits for a second signature: it is complete then. Not one's own, and not while one works under
    supervision oneself."""
    note = await places.found(write, input.id)
    domain.notes.check_changeable(archived=note.archived_at is not None)
    domain.notes.check_cosigning(
        status_of(note), by_author=_is_own(write, note.author_id), supervised=await _is_supervised(write)
    )
    note.cosigned_at, note.cosigned_by, note.updated_at = write.moment, write.viewer.membership_id, write.moment
    await places.move_entry(write, note)
    await telling.tell(
        write, NotificationKind.COSIGNED, [note.author_id] if note.author_id else [],
        {"by": await write.name_of_caller()}, client_id=note.client_id, journey_id=note.journey_id, subject_id=note.id,
    )  # fmt: skip
    return NoteWritten(note_id=note.id)


async def add(write: Write, input: NoteAddendumAddInput) -> AddendumAdded:
    """Add to a note that is signed or was brought in: an entry of its own with author and time, shown with the note."""
    findings = Findings()
    text = texts.taken(input.text, texts.MARKDOWN, ("input", "text"), findings)
    mentioning.checked(input.mention_ids, findings)
    findings.settle()
    note = await places.found(write, input.note_id, at="noteId")
    domain.notes.check_adding(status_of(note), archived=note.archived_at is not None)
    addendum = Addendum(
        id=new_id(), note_id=note.id, text=text, recorded_at=write.moment, author_id=write.viewer.membership_id
    )
    await write.add(addendum)
    values = {"note_id": [None, str(note.id)], "text": [None, text]}
    said = Fact("CREATED", "addendum", str(addendum.id), note.client_id, values, frozenset({"text"}))
    write.facts.append(said)
    note.updated_at = write.moment
    await places.keep_words(write, note)
    await places.move_entry(write, note)
    outcome = AddendumAdded(note_id=note.id, addendum_id=addendum.id)
    await mentioning.tell(write, note, text, input.mention_ids, outcome, again=True)
    return outcome


def _is_own(write: Write, author_id: UUID | None) -> bool:
    return author_id is not None and author_id == write.viewer.membership_id


async def _is_supervised(write: Write) -> bool:
    held = select(Membership.supervised).where(
        Membership.practice_id == write.practice_id, Membership.id == write.viewer.membership_id
    )
    return bool(await write.session.scalar(held))


@reads("signed_at", "signed_by", "digest", "title", "text", "occurred_at")
def signatures(ask: Ask, rows: Sequence[NoteRow]) -> Sequence[SignatureRow | None]:
    """Who signed the note, when, and under which digest of its content; null while it is a draft."""
    return [_signature(row) for row in rows]


def _signature(row: NoteRow) -> SignatureRow | None:
    if row.signed_at is None or row.digest is None:
        return None
    intact = domain.notes.digest(row.title, row.text, row.occurred_at) == row.digest
    return SignatureRow(row.signed_at, row.signed_by, row.digest.hex(), intact)


def signers(ask: Ask, rows: Sequence[SignatureRow]) -> Sequence[ActorRow]:
    """Who signed."""
    return [actors.actor(row.signed_by) for row in rows]


@reads("cosigned_at", "cosigned_by")
def cosigners(ask: Ask, rows: Sequence[NoteRow]) -> Sequence[ActorRow | None]:
    """Who gave the second signature."""
    return [actors.actor(row.cosigned_by) if row.cosigned_at else None for row in rows]


@reads()
async def addenda(ask: Ask, rows: Sequence[NoteRow]) -> Sequence[list[AddendumRow]]:
    """What was added after the note was fixed, in the order it was written: to be read after the note."""
    ids = [row.id for row in rows]
    found = await ask.rows(AddendumRow, storage.database.notes.addenda_of, ask.wanted, ids=ids)
    return sorted_out(found, ids, "note_id")


@reads()
def addendum_ids(ask: Ask, rows: Sequence[AddendumRow]) -> Sequence[str]:
    """The addendum's id."""
    return [written(Kind.ADDENDUM, row.id) for row in rows]


@reads()
def addendum_authors(ask: Ask, rows: Sequence[AddendumRow]) -> Sequence[ActorRow]:
    """Who wrote it."""
    return [actors.actor(row.author_id) for row in rows]


@reads()
async def notes_of_addenda(ask: Ask, rows: Sequence[AddendumRow]) -> Sequence[NoteRow | None]:
    """The note it adds to."""
    return await loaded(ask.loaders.note_by_id, [row.note_id for row in rows])


async def addenda_added(ask: Ask, outcomes: Sequence[AddendumAdded]) -> Sequence[AddendumRow | None]:
    """The addendum; null when none was added."""
    return await loaded(ask.loaders.addendum_by_id, [outcome.addendum_id for outcome in outcomes])
