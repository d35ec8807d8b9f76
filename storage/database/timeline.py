"""The timeline and the sequence every write takes its number from: rows and the questions asked of them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Index
from sqlalchemy.orm import Mapped, mapped_column

from domain.timeline import EntryKind, Visibility
from storage.database.base import Base, Kept, OfPractice, reference
from storage.database.columns import Json, Moment, Word


class Change(StrEnum):
    """What happened to what an event names."""

    ADDED = "ADDED"
    """It is new."""
    CHANGED = "CHANGED"
    """It reads differently now."""
    REMOVED = "REMOVED"
    """It is gone, or no longer to be seen."""


class Subject(StrEnum):
    """What an event is about."""

    ENTRY = "ENTRY"
    CLIENT = "CLIENT"
    JOURNEY = "JOURNEY"
    NOTE = "NOTE"
    REACH = "REACH"


class TimelineEntry(Kept, Base):
    """One line of a client's history: thin; what it speaks of is read live."""

    __tablename__ = "timeline_entry"
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
    source: Mapped[str | None]


class PracticeSeq(OfPractice, Base):
    """The number of the practice's last write and the head of its hash chain; the last lock of every write."""

    __tablename__ = "practice_seq"
    seq: Mapped[int] = mapped_column(BigInteger)
    last_hash: Mapped[bytes]
    epoch: Mapped[UUID]


class PracticeNumber(OfPractice, Base):
    """A counter of numbers that people see, such as file numbers: without gaps."""

    __tablename__ = "practice_number"
    series: Mapped[str] = mapped_column(primary_key=True)
    last: Mapped[int] = mapped_column(BigInteger)


class PracticeEvent(OfPractice, Base):
    """What a write changed, for live feeds: names things, holds no content."""

    __tablename__ = "practice_event"
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    ordinal: Mapped[int] = mapped_column(primary_key=True)
    change: Mapped[Change] = mapped_column(Word(Change))
    subject: Mapped[Subject] = mapped_column(Word(Subject))
    subject_id: Mapped[UUID]
    client_id: Mapped[UUID | None]
    journey_id: Mapped[UUID | None]
    recorded_at: Mapped[datetime] = mapped_column(Moment)


@dataclass(slots=True)
class EntryRow:
    """One line of a client's history."""

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
