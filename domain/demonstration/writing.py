"""What is written and said in the course of a journey: notes, calls, follow-ups, observations, desk work."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import cycle

from domain import timeline
from domain.demonstration import banks
from domain.demonstration.chance import Chance
from domain.demonstration.facts import MemberFacts, NoteFacts, RevisionFacts
from domain.demonstration.journeys import Run
from domain.demonstration.stories import Beat, Measure
from domain.demonstration.telling import Telling
from domain.demonstration.words import Words
from domain.timeline import CallDirection, EntryKind, Facts

DAYS_BETWEEN = (2, 9)
"""Something small happens in a journey every few days."""
SLOWER_EVERY = timedelta(days=240)
"""A journey of twice this length has something half as often."""
SUNDAY = 6
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
    """The small things, every few days, from the beginning to the end or to now; more seldom in a long journey."""
    chance, end = telling.chance, min(run.ends_at, telling.latest)
    sayings = Sayings(chance, run)
    slowness = max(1, (run.ends_at - run.begins_at) // SLOWER_EVERY)
    moment = run.begins_at + timedelta(days=1)
    while moment < end:
        at = max(run.begins_at, min(chance.working_moment(_working_day(moment)), end))
        kind = chance.weighted(_KINDS)
        actor = chance.one(telling.staff.desk) if kind is EntryKind.ADMINISTRATION else _somebody(chance, run)
        telling.tell(kind, at, actor, sayings.facts(kind), run.facts.id)
        moment += timedelta(days=slowness * chance.number(*DAYS_BETWEEN))


class Sayings:
    """What is said and measured in one journey: nothing again before all was said, numbers that move by small steps."""

    __slots__ = ("_calls", "_chance", "_desk", "_follow_ups", "_levels", "_measures")

    def __init__(self, chance: Chance, run: Run) -> None:
        self._chance = chance
        self._calls = _in_turn(chance, (*run.story.calls, *banks.CALLS))
        self._follow_ups = _in_turn(chance, (*run.story.follow_ups, *banks.FOLLOW_UPS))
        self._desk = _in_turn(chance, banks.DESK_WORK)
        self._measures = run.story.measures
        self._levels: dict[str, int] = {}

    def facts(self, kind: EntryKind) -> Facts:
        """The facts of the next line of this kind."""
        if kind is EntryKind.OBSERVATION:
            return self._observed(self._chance.one(self._measures))
        if kind is EntryKind.CALL:
            return self._call()
        return {"text": next(self._follow_ups if kind is EntryKind.FOLLOW_UP else self._desk)}

    def _call(self) -> Facts:
        return {
            "direction": CallDirection.INCOMING if self._chance.happens(0.7) else CallDirection.OUTGOING,
            "whom": "the client" if self._chance.happens(0.8) else "the family",
            "minutes": self._chance.number(2, 25),
            "text": next(self._calls),
        }

    def _observed(self, measure: Measure) -> Facts:
        step = max(1, (measure.high - measure.low) // 10)
        before = self._levels.get(measure.what, self._chance.number(measure.low, measure.high))
        number = min(measure.high, max(measure.low, before + self._chance.number(-step, step)))
        self._levels[measure.what] = number
        value = f"{number / 10:.1f}" if measure.tenths else str(number)
        return {"what": measure.what, "value": value, "unit": measure.unit}


def _in_turn(chance: Chance, said: tuple[str, ...]) -> Iterator[str]:
    return cycle(chance.some(said, len(said)))


def _working_day(moment: datetime) -> date:
    """The day, or the Monday after it for a Sunday."""
    return (moment + timedelta(days=1)).date() if moment.weekday() == SUNDAY else moment.date()


def _somebody(chance: Chance, run: Run) -> MemberFacts:
    return run.lead if chance.happens(0.75) else chance.one(run.team)


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
        line, facts=dict(timeline.tombstone(author.name)), removed_at=at, removed_by=author.id
    )
