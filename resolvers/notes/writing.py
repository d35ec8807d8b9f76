"""Writing notes, changing them with every version kept, putting them away and taking them up again."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import domain.notes
from auth.permissions import May
from domain import texts, timeline
from domain.events import Change
from domain.identity import new_id
from domain.refusals import AlreadyDone, Findings, Invalid
from domain.timeline import EntryKind
from resolvers.asking import Ask
from resolvers.given import ABSENT, AbsentType, ClientId, JourneyId, MemberId, NoteId
from resolvers.loaders import loaded
from resolvers.notes import labelling, mentioning, places
from resolvers.notes.mentioning import Mentioning
from resolvers.notes.places import told
from resolvers.places import hold_place
from resolvers.writing import Write
from storage.database.notes import Note, NoteRevision, NoteRow

Content = tuple[str | None, str, datetime]
"""What a version keeps: title, text, and the time told of."""


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
    private: bool = False
    """Show it to nobody but oneself: in no list, count, search or feed of anybody else, whatever their role."""
    labels: list[str] = field(default_factory=list)
    """Words to sort it by, at most 20."""
    mention_ids: list[MemberId] = field(default_factory=list)
    """Colleagues to tell of it, beside those marked in the text as `@membership_…`. It opens nothing to them."""


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
    private: bool | AbsentType = ABSENT
    """False shows a private note to the others; what they could read once cannot be made private."""
    labels: list[str] | AbsentType = ABSENT
    """The words it is sorted by, instead of those so far."""
    mention_ids: list[MemberId] = field(default_factory=list)
    """Colleagues to tell of it, beside those marked in the text; who was told before is not told again."""
    autosave: bool = False
    """Whether this is saved while somebody types: the autosaves of five minutes keep one earlier version together."""


@dataclass(frozen=True)
class NoteArchiveInput:
    """Which note is put away, and why."""

    id: NoteId
    """The note."""
    reason: str
    """Why it is put away."""


@dataclass(frozen=True)
class NoteRestoreInput:
    """Which note is taken up again."""

    id: NoteId
    """The note."""


@dataclass(slots=True, kw_only=True)
class NoteWritten(Mentioning):
    """What came of writing a note or putting it away."""

    note_id: UUID | None = None


@dataclass(slots=True, kw_only=True)
class NoteUpdated(NoteWritten):
    """What came of changing a note. What was sent is beside a conflict only, which is never remembered."""

    current_id: UUID | None = None
    sent_title: str | None = None
    sent_text: str | None = None


async def create(write: Write, input: NoteCreateInput) -> NoteWritten:
    """Write a note about a client, or in one of the journeys. It stands on the timeline at the time it tells of."""
    findings = Findings()
    title = texts.taken_or_none(input.title, texts.OPTIONAL_TITLE, ("input", "title"), findings)
    text = texts.taken(input.text, texts.MARKDOWN, ("input", "text"), findings)
    occurred_at = input.occurred_at or write.moment
    domain.notes.check_occurred(occurred_at, write.moment, findings)
    labels = labelling.taken(input.labels, findings)
    mentioning.checked(input.mention_ids, findings)
    findings.settle()
    await hold_place(write, input.client_id, input.journey_id, May.WRITE_CLINICAL)
    note = Note(
        id=new_id(), client_id=input.client_id, journey_id=input.journey_id, title=title, text=text,
        occurred_at=occurred_at, recorded_at=write.moment, author_id=write.viewer.membership_id,
        private_to=_private_to(write) if input.private else None, pinned=input.pinned, imported=False, version=1,
        updated_at=write.moment,
    )  # fmt: skip
    await write.add(note)
    await write.happened(
        EntryKind.NOTE, note.client_id, told(note), journey_id=note.journey_id, subject_id=note.id,
        occurred_at=note.occurred_at, private_to=note.private_to,
    )  # fmt: skip
    await labelling.keep(write, note, labels)
    outcome = NoteWritten(note_id=note.id)
    await mentioning.tell(write, note, text, input.mention_ids, outcome)
    return outcome


def _private_to(write: Write) -> UUID:
    if write.viewer.membership_id is None:
        raise Invalid(("input", "private"), "is only for members")
    return write.viewer.membership_id


async def update(write: Write, input: NoteUpdateInput) -> NoteUpdated:
    """Change a note. The version before is kept, and the timeline entry moves to the note's time. A stale
    `expectedVersion` is a `CONFLICT`: nothing is changed, `current` shows what stands now and `sentText` what was sent.
    An archived or imported note stays as it is, and so does what a signed one says (`NOTE_SIGNED`)."""
    note = await places.found(write, input.id)
    domain.notes.check_changeable(archived=note.archived_at is not None, imported=note.imported)
    sent = {name: said for name in ("title", "text") if (said := getattr(input, name)) is not ABSENT}
    places.agree(input.expected_version, note, **{f"sent_{name}": said for name, said in sent.items()})
    after, labels = _taken(note, input, write.moment)
    was_private = note.private_to is not None
    goes_on = input.autosave and _is_of_one_sitting(write, note)
    is_new = domain.notes.is_new_version(_kept(note), after)
    if is_new:
        domain.notes.check_content(signed=note.signed_at is not None)
        await _replace(write, note, after, keep=not goes_on)
    else_changed = await _settle(write, note, input, labels)
    if not goes_on:
        note.sitting_at, note.sitting_by = (
            (write.moment, write.viewer.membership_id) if input.autosave else (None, None)
        )
    if is_new or else_changed:
        note.updated_at = write.moment
        await places.move_entry(write, note)
    if was_private and note.private_to is None:
        _show(write, note)
    outcome = NoteUpdated(note_id=note.id)
    await mentioning.tell(write, note, note.text, input.mention_ids, outcome)
    if goes_on and is_new and not else_changed and not outcome.told_ids:
        await write.keep_quiet()
    return outcome


async def archive(write: Write, input: NoteArchiveInput) -> NoteWritten:
    """Put a note away. It leaves the lists; its timeline entry stays where it was and says only that a note was
    removed, and by whom. The note and its versions can still be read by its id."""
    findings = Findings()
    reason = texts.taken(input.reason, texts.REASON, ("input", "reason"), findings)
    findings.settle()
    note = await places.found(write, input.id)
    if note.archived_at is not None:
        raise AlreadyDone("archived")
    await put_away(write, note, reason)
    return NoteWritten(note_id=note.id)


async def restore(write: Write, input: NoteRestoreInput) -> NoteWritten:
    """Take up a note that was put away: it is in the lists again, and its line on the timeline tells of it."""
    note = await places.found(write, input.id)
    if note.archived_at is None:
        raise AlreadyDone("in use")
    await take_up(write, note, pinned=False)
    return NoteWritten(note_id=note.id)


async def put_away(write: Write, note: Note, reason: str | None) -> None:
    """Archive a note that was found for writing, and leave a tombstone on the timeline."""
    note.archived_at, note.archived_by, note.archive_reason = write.moment, write.viewer.membership_id, reason
    note.pinned, note.updated_at = False, write.moment
    entry = await places.entry_of(write, note)
    entry.removed_at, entry.removed_by = write.moment, write.viewer.membership_id
    entry.facts = dict(timeline.tombstone(await write.name_of_caller()))
    await write.flush()


async def take_up(write: Write, note: Note, *, pinned: bool) -> None:
    """Bring back a note that was put away and found for writing, as it was, and its line on the timeline with it."""
    note.archived_at = note.archived_by = note.archive_reason = None
    note.pinned, note.updated_at = pinned, write.moment
    entry = await places.entry_of(write, note)
    entry.removed_at = entry.removed_by = None
    entry.facts = told(note)
    await write.flush()


async def notes_written(ask: Ask, outcomes: Sequence[NoteWritten]) -> Sequence[NoteRow | None]:
    """The note as it stands now; null when it was not written."""
    return await loaded(ask.loaders.note_by_id, [outcome.note_id for outcome in outcomes])


async def notes_in_conflict(ask: Ask, outcomes: Sequence[NoteUpdated]) -> Sequence[NoteRow | None]:
    """After a `CONFLICT`: the note as somebody else has changed it meanwhile."""
    return await loaded(ask.loaders.note_by_id, [outcome.current_id for outcome in outcomes])


def _is_of_one_sitting(write: Write, note: Note) -> bool:
    same = note.sitting_by == write.viewer.membership_id
    return domain.notes.is_of_one_sitting(note.sitting_at, write.moment, same_member=same)


def _taken(note: Note, input: NoteUpdateInput, moment: datetime) -> tuple[Content, dict[str, str] | None]:
    """What the note is to say, and its labels; None to keep them."""
    findings = Findings()
    title, text, occurred_at = _kept(note)
    if input.title is not ABSENT:
        title = texts.taken_or_none(input.title, texts.OPTIONAL_TITLE, ("input", "title"), findings)
    if input.text is not ABSENT:
        text = texts.taken(input.text, texts.MARKDOWN, ("input", "text"), findings)
    if input.occurred_at is not ABSENT:
        occurred_at = input.occurred_at
        domain.notes.check_occurred(occurred_at, moment, findings)
    labels = None if input.labels is ABSENT else labelling.taken(input.labels, findings)
    mentioning.checked(input.mention_ids, findings)
    findings.settle()
    return (title, text, occurred_at), labels


async def _replace(write: Write, note: Note, after: Content, *, keep: bool) -> None:
    """Let the note say something else; with `keep` what it said before stays as an earlier version."""
    if keep:
        await write.add(_revision(write, note))
    note.title, note.text, note.occurred_at = after
    note.version += 1
    await places.keep_words(write, note)


async def _settle(write: Write, note: Note, input: NoteUpdateInput, labels: dict[str, str] | None) -> bool:
    """What of a note makes no new version: its pin, its labels, and who sees it. Whether any of it changed."""
    before = note.pinned, note.private_to
    if input.pinned is not ABSENT:
        note.pinned = domain.notes.pinned(input.pinned, archived=False)
    if input.private is not ABSENT:
        domain.notes.check_shared(input.private, private=note.private_to is not None)
        if not input.private and note.private_to is not None:
            note.private_to = None
            await places.keep_words(write, note)
    relabelled = labels is not None and await labelling.keep(write, note, labels)
    return relabelled or before != (note.pinned, note.private_to)


def _show(write: Write, note: Note) -> None:
    """To the others, the line of a note that was private until now is a new one."""
    for event in write.events:
        if event["client_id"] == note.client_id and event["change"] is Change.CHANGED:
            event["change"] = Change.ADDED


def _kept(note: Note) -> Content:
    return note.title, note.text, note.occurred_at


def _revision(write: Write, note: Note) -> NoteRevision:
    return NoteRevision(
        note_id=note.id, version=note.version, title=note.title, text=note.text, occurred_at=note.occurred_at,
        replaced_at=write.moment, replaced_by=write.viewer.membership_id,
    )  # fmt: skip
