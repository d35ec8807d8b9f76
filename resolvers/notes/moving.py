"""Moving a note that stands in the wrong place: everything of it goes along, and a tombstone stays."""

from dataclasses import dataclass
from uuid import UUID

import domain.notes
from auth.permissions import May
from domain import timeline
from domain.identity import new_id
from domain.refusals import Invalid
from resolvers.given import ClientId, JourneyId, NoteId
from resolvers.notes import places
from resolvers.notes.writing import NoteUpdated
from resolvers.places import hold_place
from resolvers.writing import Write
from storage.database.notes import Note
from storage.database.timeline import TimelineEntry


@dataclass(frozen=True)
class NoteMoveInput:
    """Which note is moved, and where to."""

    id: NoteId
    """The note."""
    expected_version: int
    """The version that the caller saw."""
    client_id: ClientId
    """The client it is about in truth."""
    journey_id: JourneyId | None = None
    """The journey it belongs to; left out, it is about the client as a whole."""


async def move(write: Write, input: NoteMoveInput) -> NoteUpdated:
    """Move a note to the client or journey it belongs to, signed or not. Its versions, addenda, labels and signature go
    along. Where it stood, a tombstone says that a note was moved, and by whom; not what it said nor where it is now."""
    note = await places.found(write, input.id)
    if note.archived_at is not None:
        domain.notes.check_changeable(archived=True)
    places.agree(input.expected_version, note)
    await hold_place(write, input.client_id, input.journey_id, May.WRITE_CLINICAL)
    if (note.client_id, note.journey_id) == (input.client_id, input.journey_id):
        raise Invalid(("input", "clientId"), "must be another place than where the note is")
    left = await places.entry_of(write, note)
    note.client_id, note.journey_id, note.updated_at = input.client_id, input.journey_id, write.moment
    arrived = _line(note, left)
    left.moved_to, left.removed_at, left.removed_by = arrived.id, write.moment, write.viewer.membership_id
    left.facts = dict(timeline.moved_away(await write.name_of_caller()))
    await write.add(arrived)
    return NoteUpdated(note_id=note.id)


def _line(note: Note, left: TimelineEntry) -> TimelineEntry:
    """The line of the note in its new place: by the same author, of the same time."""
    new: UUID = new_id()
    return TimelineEntry(
        id=new, client_id=note.client_id, journey_id=note.journey_id, kind=left.kind, subject_id=note.id,
        occurred_at=note.occurred_at, recorded_at=left.recorded_at, actor_id=left.actor_id, actor_name=left.actor_name,
        visibility=left.visibility, facts=places.told(note), private_to=note.private_to,
    )  # fmt: skip
