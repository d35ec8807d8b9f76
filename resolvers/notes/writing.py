"""Writing notes, changing them with every version kept, and putting them away."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

import domain.notes
from auth.permissions import May
from domain import texts, timeline
from domain.events import Change
from domain.identity import new_id
from domain.refusals import AlreadyDone, Conflict, Findings
from domain.timeline import EntryKind
from resolvers.asking import Ask
from resolvers.given import ABSENT, AbsentType, ClientId, JourneyId, NoteId
from resolvers.loaders import loaded
from resolvers.outcomes import Outcome
from resolvers.places import check_open, hold_place
from resolvers.writing import Write
from storage.database.notes import Note, NoteRevision, NoteRow
from storage.database.timeline import TimelineEntry


@dataclass(frozen=True)
class NoteCreateInput:
    """A new note."""

    client_id: ClientId
    """The client it is about."""
    text: str
    """What it says, in Markdown."""
    journey_id: JourneyId | None = None
    """The journey it belongs to; left out, it is about the client as a whole."""
    title: str | None = None
    """What it is called; left out, it goes by the first heading or line of its text."""
    occurred_at: datetime | None = None
    """When what it tells of happened, for a note written later; now if left out."""
    pinned: bool = False
    """Keep it in view."""


@dataclass(frozen=True)
class NoteUpdateInput:
    """What becomes of a note; what is left out stays as it is."""

    id: NoteId
    """The note."""
    expected_version: int
    """The version that the change was made from."""
    text: str | AbsentType = ABSENT
    """What it says, in Markdown."""
    title: str | AbsentType | None = ABSENT
    """What it is called; null to let it go by its text."""
    occurred_at: datetime | AbsentType = ABSENT
    """When what it tells of happened."""
    pinned: bool | AbsentType = ABSENT
    """Whether it is kept in view. Pinning makes no new version."""


@dataclass(frozen=True)
class NoteArchiveInput:
    """Which note is put away, and why."""

    id: NoteId
    """The note."""
    reason: str
    """Why it is put away."""


@dataclass(slots=True, kw_only=True)
class NoteWritten(Outcome):
    """What came of writing a note or putting it away."""

    note_id: UUID | None = None


@dataclass(slots=True, kw_only=True)
class NoteUpdated(NoteWritten):
    """What came of changing a note."""

    current_id: UUID | None = None


async def create(write: Write, input: NoteCreateInput) -> NoteWritten:
    """Write a note about a client, or in one of the journeys. It stands on the timeline at the time it tells of."""
    findings = Findings()
    title = texts.taken_or_none(input.title, texts.OPTIONAL_TITLE, ("input", "title"), findings)
    text = texts.taken(input.text, texts.MARKDOWN, ("input", "text"), findings)
    occurred_at = input.occurred_at or write.moment
    domain.notes.check_occurred(occurred_at, write.moment, findings)
    findings.settle()
    await hold_place(write, input.client_id, input.journey_id, May.WRITE_CLINICAL)
    note = Note(
        id=new_id(), client_id=input.client_id, journey_id=input.journey_id, title=title, text=text,
        occurred_at=occurred_at, recorded_at=write.moment, author_id=write.viewer.membership_id,
        pinned=input.pinned, imported=False, version=1, updated_at=write.moment,
    )  # fmt: skip
    await write.add(note)
    await write.happened(
        EntryKind.NOTE, note.client_id, _told(note),
        journey_id=note.journey_id, subject_id=note.id, occurred_at=note.occurred_at,
    )  # fmt: skip
    return NoteWritten(note_id=note.id)


async def update(write: Write, input: NoteUpdateInput) -> NoteUpdated:
    """Change a note. The version before is kept, and the timeline entry moves to the note's time. A stale
    `expectedVersion` is a `CONFLICT`: nothing is changed, and `current` shows what stands now. An archived or
    imported note stays as it is."""
    note = await _find(write, input.id)
    domain.notes.check_changeable(archived=note.archived_at is not None, imported=note.imported)
    if input.expected_version != note.version:
        raise Conflict(note.version, ("input", "expectedVersion")).with_beside(current_id=note.id)
    before, pinned = _kept(note), note.pinned
    after = _changed(note, input, write.moment)
    if domain.notes.is_new_version(before, after):
        await write.add(_revision(write, note))
        note.title, note.text, note.occurred_at = after
        note.version += 1
    if input.pinned is not ABSENT:
        note.pinned = domain.notes.pinned(input.pinned, archived=False)
    if (before, pinned) != (_kept(note), note.pinned):
        note.updated_at = write.moment
        await _move_entry(write, note)
    return NoteUpdated(note_id=note.id)


async def archive(write: Write, input: NoteArchiveInput) -> NoteWritten:
    """Put a note away. It leaves the lists; its timeline entry stays where it was and says only that a note was
    removed, and by whom. The note and its versions can still be read by its id."""
    findings = Findings()
    reason = texts.taken(input.reason, texts.REASON, ("input", "reason"), findings)
    findings.settle()
    note = await _find(write, input.id)
    if note.archived_at is not None:
        raise AlreadyDone("archived")
    await put_away(write, note, reason)
    return NoteWritten(note_id=note.id)


async def put_away(write: Write, note: Note, reason: str | None) -> None:
    """Archive a note that was found for writing, and leave a tombstone on the timeline."""
    note.archived_at, note.archived_by, note.archive_reason = write.moment, write.viewer.membership_id, reason
    note.pinned, note.updated_at = False, write.moment
    entry = await _entry(write, note)
    entry.removed_at, entry.removed_by = write.moment, write.viewer.membership_id
    entry.facts = dict(timeline.tombstone(await write.name_of_caller()))
    await write.flush()


async def take_up(write: Write, note: Note, *, pinned: bool) -> None:
    """Bring back a note that was put away and found for writing, as it was, and its line on the timeline with it."""
    note.archived_at = note.archived_by = note.archive_reason = None
    note.pinned, note.updated_at = pinned, write.moment
    entry = await _entry(write, note)
    entry.removed_at = entry.removed_by = None
    entry.facts = _told(note)
    await write.flush()


async def notes_written(ask: Ask, outcomes: Sequence[NoteWritten]) -> Sequence[NoteRow | None]:
    """The note as it stands now; null when it was not written."""
    return await loaded(ask.loaders.note_by_id, [outcome.note_id for outcome in outcomes])


async def notes_in_conflict(ask: Ask, outcomes: Sequence[NoteUpdated]) -> Sequence[NoteRow | None]:
    """After a `CONFLICT`: the note as somebody else has changed it meanwhile. What was sent in is not kept."""
    return await loaded(ask.loaders.note_by_id, [outcome.current_id for outcome in outcomes])


async def _find(write: Write, note_id: UUID) -> Note:
    note = await write.find(Note, note_id, May.WRITE_CLINICAL, "note", read=May.READ_CLINICAL)
    await check_open(write, note.client_id, note.journey_id)
    return note


async def _entry(write: Write, note: Note) -> TimelineEntry:
    statement = select(TimelineEntry).where(
        TimelineEntry.practice_id == write.practice_id,
        TimelineEntry.subject_id == note.id,
        TimelineEntry.kind == EntryKind.NOTE,
    )
    return (await write.session.scalars(statement)).one()


async def _move_entry(write: Write, note: Note) -> None:
    """The note's one entry follows it, and is announced as changed even where only the note reads differently."""
    entry, told = await _entry(write, note), _told(note)
    if (entry.occurred_at, entry.facts) == (note.occurred_at, told):
        write.announce(Change.CHANGED, entry)
    else:
        entry.occurred_at, entry.facts = note.occurred_at, told
    await write.flush()


def _changed(note: Note, input: NoteUpdateInput, moment: datetime) -> tuple[str | None, str, datetime]:
    findings = Findings()
    title, text, occurred_at = _kept(note)
    if input.title is not ABSENT:
        title = texts.taken_or_none(input.title, texts.OPTIONAL_TITLE, ("input", "title"), findings)
    if input.text is not ABSENT:
        text = texts.taken(input.text, texts.MARKDOWN, ("input", "text"), findings)
    if input.occurred_at is not ABSENT:
        occurred_at = input.occurred_at
        domain.notes.check_occurred(occurred_at, moment, findings)
    findings.settle()
    return title, text, occurred_at


def _kept(note: Note) -> tuple[str | None, str, datetime]:
    """What a version keeps."""
    return note.title, note.text, note.occurred_at


def _revision(write: Write, note: Note) -> NoteRevision:
    return NoteRevision(
        note_id=note.id, version=note.version, title=note.title, text=note.text, occurred_at=note.occurred_at,
        replaced_at=write.moment, replaced_by=write.viewer.membership_id,
    )  # fmt: skip


def _told(note: Note) -> dict[str, str]:
    return {"title": domain.notes.title(note.title, note.text)}
