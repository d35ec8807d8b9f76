"""The timeline and the sequence every write takes its number from: rows and the questions asked of them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Literal
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Index,
    Integer,
    Select,
    Text,
    Uuid,
    and_,
    bindparam,
    exists,
    false,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column

from domain import searching, timeline
from domain.events import Change, Subject
from domain.timeline import EntryKind, Facts, Visibility
from storage.database.base import Base, Kept, OfPractice, reference
from storage.database.columns import Json, Moment, Word
from storage.database.notes import Note, has_words
from storage.database.ordering import Backend, Slice, counts_per_parent, page_per_parent
from storage.database.selecting import Columns, Reachable, among, any_of, columns, names_of, of_practice, table_of

Parent = Literal["client_id", "journey_id"]
"""Whose timeline is asked for: the column that names it."""


def words_of(kind: EntryKind, facts: Facts, private_to: UUID | None) -> str | None:
    """The words by which an entry is found: those of its sentence. A private one is found by none."""
    return None if private_to else searching.words_kept(timeline.summary(kind, facts))


def _words_of_new(context: Any) -> str | None:
    told = context.get_current_parameters()
    return words_of(told["kind"], told["facts"], told.get("private_to"))


class TimelineEntry(Kept, Base):
    """One line of a client's history: thin; what it speaks of is read live."""

    __tablename__ = "timeline_entry"
    audited = False  # follows from facts that are audited; what a person adds by hand is audited as such
    announces = Subject.ENTRY
    __table_args__ = (
        reference("client_id", "client"),
        reference("journey_id", "journey"),
        Index(None, "practice_id", "client_id", "occurred_at", "id"),
        Index(None, "practice_id", "journey_id", "occurred_at", "id"),
        Index(None, "practice_id", "subject_id"),
        Index(None, "practice_id", "source", unique=True),
    )
    client_id: Mapped[UUID]
    journey_id: Mapped[UUID | None]
    kind: Mapped[EntryKind] = mapped_column(Word(EntryKind))
    subject_id: Mapped[UUID | None]
    occurred_at: Mapped[datetime] = mapped_column(Moment)
    recorded_at: Mapped[datetime] = mapped_column(Moment)
    actor_id: Mapped[UUID | None]
    actor_name: Mapped[str | None]
    visibility: Mapped[Visibility] = mapped_column(Word(Visibility))
    facts: Mapped[dict[str, Any]] = mapped_column(Json)
    removed_at: Mapped[datetime | None] = mapped_column(Moment)
    removed_by: Mapped[UUID | None]
    private_to: Mapped[UUID | None]
    moved_to: Mapped[UUID | None]
    source: Mapped[str | None]
    search_words: Mapped[str | None] = mapped_column(Text, default=_words_of_new, deferred=True)

    def keep_words(self) -> None:
        """Let the entry be found by the words of what it tells now."""
        self.search_words = words_of(self.kind, self.facts, self.private_to)


class PracticeSeq(OfPractice, Base):
    """The number of the practice's last write and the head of its hash chain; the last lock of every write."""

    __tablename__ = "practice_seq"
    audited = False
    seq: Mapped[int] = mapped_column(BigInteger)
    last_hash: Mapped[bytes]
    epoch: Mapped[UUID]


class PracticeNumber(OfPractice, Base):
    """A counter of numbers that people see, such as file numbers: without gaps."""

    __tablename__ = "practice_number"
    audited = False
    series: Mapped[str] = mapped_column(primary_key=True)
    last: Mapped[int] = mapped_column(BigInteger)


class PracticeEvent(OfPractice, Base):
    """What a write changed, for live feeds: names things, holds no content."""

    __tablename__ = "practice_event"
    audited = False
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    ordinal: Mapped[int] = mapped_column(primary_key=True)
    change: Mapped[Change] = mapped_column(Word(Change))
    subject: Mapped[Subject] = mapped_column(Word(Subject))
    subject_id: Mapped[UUID]
    client_id: Mapped[UUID | None]
    journey_id: Mapped[UUID | None]
    recorded_at: Mapped[datetime] = mapped_column(Moment)
    only_for: Mapped[UUID | None]


@dataclass(slots=True)
class EntryRow:
    """One line of a client's history."""

    ON_DEMAND: ClassVar = frozenset({"journey_id", "subject_id", "actor_id"})

    id: UUID
    client_id: UUID
    journey_id: UUID | None
    kind: EntryKind
    subject_id: UUID | None
    occurred_at: datetime
    recorded_at: datetime
    actor_id: UUID | None
    actor_name: str | None
    visibility: Visibility
    facts: dict[str, Any]
    removed_at: datetime | None
    removed_by: UUID | None
    moved_to: UUID | None


@dataclass(slots=True)
class EventRow:
    """What a write changed."""

    seq: int
    ordinal: int
    change: Change
    subject: Subject
    subject_id: UUID
    client_id: UUID | None
    journey_id: UUID | None


def by_ids(reach: Reachable) -> Select[Any]:
    """Timeline entries in reach, by `ids`."""
    entry = table_of(TimelineEntry)
    return select(*columns(entry, EntryRow)).where(of_practice(entry), among(entry.c.id, "ids"), reach.entry(entry))


@dataclass(frozen=True, slots=True)
class Filter:
    """Which filters a timeline goes by; `since`, `until`, `actors` and `journey` are bound by those names.

    `kinds` of None are all of them, and of an empty set none. `words` is the number of prefixes that must all be found,
    bound as `word_0` and so on: in the entry's sentence, or in what the note says that it tells of.
    """

    kinds: frozenset[EntryKind] | None = None
    visibility: Visibility | None = None
    actors: bool = False
    journey: bool = False
    since: bool = False
    until: bool = False
    words: int = 0

    def conditions(self, entry: Any, reach: Reachable) -> list[ColumnElement[bool]]:
        """The conditions on the entries, kept to what the viewer reaches."""
        found = [of_practice(entry), reach.entry(entry)]
        if self.kinds is not None:
            found.append(any_of(entry.c.kind, self.kinds) if self.kinds else false())
        if self.visibility is not None:
            found.append(entry.c.visibility == self.visibility)
        if self.actors:
            found.append(among(entry.c.actor_id, "actors"))
        if self.journey:
            found.append(entry.c.journey_id == bindparam("journey", type_=entry.c.journey_id.type))
        if self.since:
            found.append(entry.c.occurred_at >= bindparam("since", type_=Moment()))
        if self.until:
            found.append(entry.c.occurred_at < bindparam("until", type_=Moment()))
        return found + [_has_word(entry, reach, number) for number in range(self.words)]


def _has_word(entry: Any, reach: Reachable, number: int) -> ColumnElement[bool]:
    note = table_of(Note).alias("told_of")
    of_note = exists().where(
        of_practice(note), note.c.id == entry.c.subject_id, note.c.archived_at.is_(None),
        reach.clinical(note), has_words(note, number),
    )  # fmt: skip
    return or_(has_words(entry, number), and_(entry.c.removed_at.is_(None), of_note))


def page_of(
    backend: Backend, parent: Parent, reach: Reachable, chosen: Filter, part: Slice, wanted: Columns | None
) -> Select[Any]:
    """A page of the timeline for each of `parents`."""
    names = names_of(EntryRow, None if wanted is None else wanted | {*part.order.names, parent})
    return page_per_parent(
        backend, table_of(TimelineEntry), parent, names, lambda entry: chosen.conditions(entry, reach), part
    )


def counts_of(backend: Backend, parent: Parent, reach: Reachable, chosen: Filter) -> Select[Any]:
    """How many entries each of `parents` has."""
    return counts_per_parent(backend, table_of(TimelineEntry), parent, lambda entry: chosen.conditions(entry, reach))


@dataclass(slots=True)
class HeadRow:
    """Where the practice's sequence stands, and the oldest write whose events are still kept."""

    seq: int
    epoch: UUID
    last_hash: bytes
    oldest: int | None


def head() -> Select[Any]:
    """Where the practice's sequence stands in this snapshot."""
    seq = table_of(PracticeSeq)
    oldest = oldest_event().scalar_subquery().label("oldest")
    return select(seq.c.seq, seq.c.epoch, seq.c.last_hash, oldest).where(of_practice(seq))


def oldest_event() -> Select[Any]:
    """The oldest write whose events are still kept; null before the first.

    Events are only ever removed up to a number, all those of a write together, and never the newest. So a follower at
    an older number may have missed some: it must begin anew.
    """
    event = table_of(PracticeEvent)
    return select(func.min(event.c.seq).label("seq")).where(of_practice(event))


def events_after(parent: Parent) -> Select[Any]:
    """The next `size` events that concern a follower of one timeline, after the event `ordinal` of the write `seq`.

    They are those of entries whose client (or journey) is `followed`, and, for as far as they touch `client`, changes
    of the reach of `member` and of the settings.
    """
    event = table_of(PracticeEvent)
    seq, ordinal = bindparam("seq", type_=BigInteger()), bindparam("ordinal", type_=Integer())
    own = and_(event.c.subject == Subject.ENTRY, event.c[parent] == bindparam("followed", type_=Uuid()))
    touched = or_(event.c.client_id.is_(None), event.c.client_id == bindparam("client", type_=Uuid()))
    reach = and_(event.c.subject == Subject.REACH, event.c.subject_id == bindparam("member", type_=Uuid()), touched)
    return (
        select(*columns(event, EventRow))
        .where(
            of_practice(event),
            event.c.seq >= seq,
            or_(event.c.seq > seq, event.c.ordinal > ordinal),
            or_(own, reach, event.c.subject == Subject.SETTINGS),
            _for_all_or_oneself(event),
        )
        .order_by(event.c.seq, event.c.ordinal)
        .limit(bindparam("size"))
    )


def events_for_member() -> Select[Any]:
    """The next `size` events that concern `member` alone, after the event `ordinal` of the write `seq`: what they are
    told of, changes of their reach, and of the settings."""
    event = table_of(PracticeEvent)
    seq, ordinal = bindparam("seq", type_=BigInteger()), bindparam("ordinal", type_=Integer())
    mine = bindparam("member", type_=Uuid())
    told = and_(event.c.subject == Subject.NOTIFICATION, event.c.only_for == mine)
    reach = and_(event.c.subject == Subject.REACH, event.c.subject_id == mine)
    return (
        select(*columns(event, EventRow))
        .where(
            of_practice(event),
            event.c.seq >= seq,
            or_(event.c.seq > seq, event.c.ordinal > ordinal),
            or_(told, reach, event.c.subject == Subject.SETTINGS),
        )
        .order_by(event.c.seq, event.c.ordinal)
        .limit(bindparam("size"))
    )


def _for_all_or_oneself(event: Any) -> ColumnElement[bool]:
    """What happens to a private record is told to whom it is private to: others' feeds do not even read of it."""
    return or_(event.c.only_for.is_(None), event.c.only_for == bindparam("member", type_=Uuid()))
