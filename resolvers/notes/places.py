"""A note as a write finds it: itself, and its one line on the timeline."""

from typing import Any
from uuid import UUID

from sqlalchemy import select

import domain.notes
from auth.permissions import May
from domain.events import Change
from domain.refusals import Conflict
from domain.timeline import EntryKind
from resolvers.places import check_open
from resolvers.writing import Write
from storage.database.notes import Addendum, Note, words_of
from storage.database.timeline import TimelineEntry


async def found(write: Write, note_id: UUID, at: str = "id") -> Note:
    """The note, locked, in a file that is open."""
    note = await write.find(Note, note_id, May.WRITE_CLINICAL, "note", read=May.READ_CLINICAL, at=at)
    await check_open(write, note.client_id, note.journey_id)
    return note


def agree(expected: int, note: Note, **beside: Any) -> None:
    """Raise `Conflict`, with the note and what was sent beside it, when the caller saw another version of it."""
    if expected != note.version:
        raise Conflict(note.version, ("input", "expectedVersion")).with_beside(current_id=note.id, **beside)


async def entry_of(write: Write, note: Note) -> TimelineEntry:
    """The note's line where it is filed now; what it left behind elsewhere are other lines."""
    statement = select(TimelineEntry).where(
        TimelineEntry.practice_id == write.practice_id,
        TimelineEntry.subject_id == note.id,
        TimelineEntry.kind == EntryKind.NOTE,
        TimelineEntry.moved_to.is_(None),
    )
    return (await write.session.scalars(statement)).one()


async def move_entry(write: Write, note: Note) -> None:
    """The note's one entry follows it, and is announced as changed even where only the note reads differently."""
    entry, facts = await entry_of(write, note), told(note)
    if (entry.occurred_at, entry.facts, entry.private_to) == (note.occurred_at, facts, note.private_to):
        write.announce(Change.CHANGED, entry)
    else:
        entry.occurred_at, entry.private_to, entry.facts = note.occurred_at, note.private_to, facts
    await write.flush()


async def keep_words(write: Write, note: Note) -> None:
    """Let the note be found by what it and its addenda say now; a private one by nothing."""
    added = select(Addendum.text).where(Addendum.practice_id == write.practice_id, Addendum.note_id == note.id)
    addenda = (await write.session.scalars(added.order_by(Addendum.recorded_at, Addendum.id))).all()
    note.search_words = words_of(note.title, note.text, note.private_to, tuple(addenda))


def told(note: Note) -> dict[str, str]:
    """The facts that the note's line tells."""
    return {"title": domain.notes.title(note.title, note.text)}
