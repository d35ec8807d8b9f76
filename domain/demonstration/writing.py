"""What is written and said in the course of a journey: notes, calls, follow-ups, observations, desk work."""

from dataclasses import replace
from datetime import datetime, timedelta

from domain.demonstration import banks
from domain.demonstration.chance import Chance
from domain.demonstration.facts import MemberFacts, NoteFacts, RevisionFacts
from domain.demonstration.journeys import Run
from domain.demonstration.stories import Beat, Measure
from domain.demonstration.telling import Telling
from domain.demonstration.words import Words
from domain.timeline import INCOMING, OUTGOING, EntryKind, Facts

DAYS_BETWEEN = (2, 9)
"""Something small happens in a journey every few days."""
_IS_CHANGED_LATER, _IS_REMOVED, _IS_PINNED = 0.08, 0.01, 0.04
_KINDS = (
    (EntryKind.CALL, 30),
    (EntryKind.FOLLOW_UP, 24),
    (EntryKind.OBSERVATION, 34),
    (EntryKind.ADMINISTRATION, 12),
)


def write_notes(telling: Telling, run: Run, words: Words) -> None:
    """A note for each beat of the story that has come by now."""
    length = run.ends_at - run.begins_at
    for beat in run.story.beats:
        moment = telling.chance.working_moment((run.begins_at + length * beat.share).date())
        moment = max(moment, run.begins_at + timedelta(minutes=20))
        if length and moment <= min(telling.latest, run.ends_at):
            _write_note(telling, run, beat, words, moment)


def write_days(telling: Telling, run: Run) -> None:
    """The small things, every few days, from the beginning to the end or to now."""
    chance, end = telling.chance, min(run.ends_at, telling.latest)
    moment = run.begins_at + timedelta(days=1)
    while moment < end:
        at = min(chance.working_moment(moment.date()), end)
        kind = chance.weighted(_KINDS)
        actor = chance.one(telling.staff.desk) if kind is EntryKind.ADMINISTRATION else _somebody(chance, run)
        telling.tell(kind, max(at, run.begins_at), actor, _facts(chance, run, kind), run.facts.id)
        moment += timedelta(days=chance.number(*DAYS_BETWEEN))


def _somebody(chance: Chance, run: Run) -> MemberFacts:
    return run.lead if chance.happens(0.75) else chance.one(run.team)


def _facts(chance: Chance, run: Run, kind: EntryKind) -> Facts:
    if kind is EntryKind.CALL:
        return {
            "direction": INCOMING if chance.happens(0.7) else OUTGOING,
            "with": "the client" if chance.happens(0.8) else "the family",
            "minutes": chance.number(2, 25),
            "text": chance.one(run.story.calls),
        }
    if kind is EntryKind.FOLLOW_UP:
        return {"text": chance.one(run.story.follow_ups)}
    if kind is EntryKind.OBSERVATION:
        return _observed(chance, chance.one(run.story.measures))
    return {"text": chance.one(banks.DESK_WORK)}


def _observed(chance: Chance, measure: Measure) -> Facts:
    number = chance.number(measure.low, measure.high)
    value = f"{number / 10:.1f}" if measure.tenths else str(number)
    return {"what": measure.what, "value": value, "unit": measure.unit}


def _write_note(telling: Telling, run: Run, beat: Beat, words: Words, at: datetime) -> None:
    chance, author = telling.chance, _somebody(telling.chance, run)
    recorded_at = chance.soon_after(at, telling.latest)
    note = NoteFacts(
        id=chance.id_at(recorded_at), journey_id=run.facts.id, title=beat.title, text=words.fill(beat.text),
        occurred_at=at, recorded_at=recorded_at, author_id=author.id, author_name=author.name,
        pinned=chance.happens(_IS_PINNED), version=1, updated_at=recorded_at, archived_at=None, archived_by=None,
        archive_reason=None,
    )  # fmt: skip
    telling.plan.notes.append(note)
    telling.tell(EntryKind.NOTE, at, author, {"title": note.title}, run.facts.id, note.id)
    # The line follows its note: it was recorded with it, not at a moment of its own.
    telling.plan.entries[-1] = replace(telling.plan.entries[-1], recorded_at=recorded_at)
    if chance.happens(_IS_CHANGED_LATER):
        _change_later(telling, note)
    if chance.happens(_IS_REMOVED):
        _remove(telling, note, author)


def _change_later(telling: Telling, note: NoteFacts) -> None:
    """The note was shorter at first; its last paragraph came with the second version."""
    at = note.recorded_at + timedelta(minutes=telling.chance.number(4, 600))
    before = note.text.rpartition("\n\n")[0]
    if at > telling.latest or not before:
        return
    telling.plan.revisions.append(
        RevisionFacts(note.id, note.version, note.title, before, note.occurred_at, at, note.author_id)
    )
    note.version, note.updated_at = note.version + 1, at


def _remove(telling: Telling, note: NoteFacts, author: MemberFacts) -> None:
    """Put the note away again; its line in the timeline stays, and says so."""
    at = note.updated_at + timedelta(minutes=telling.chance.number(10, 300))
    if at > telling.latest:
        return
    note.archived_at, note.archived_by, note.updated_at = at, author.id, at
    note.archive_reason, note.pinned = telling.chance.one(banks.REMOVAL_REASONS), False
    line = telling.plan.entries[-1]
    telling.plan.entries[-1] = replace(
        line, facts={"title": note.title, "removed": 1}, removed_at=at, removed_by=author.id
    )
