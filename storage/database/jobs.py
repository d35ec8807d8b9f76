"""Work for later, and writes that may be repeated: rows."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.database.base import Base, Kept, OfPractice
from storage.database.columns import Json, Moment, Word


class JobState(StrEnum):
    """Where a job stands."""

    WAITING = "WAITING"
    """To be run at `run_at`; a lease that ran out counts as waiting."""
    DONE = "DONE"
    """Came to its end."""
    FAILED = "FAILED"
    """Given up after its last attempt."""


class Job(Kept, Base):
    """Something to be done later, by a worker."""

    __tablename__ = "job"
    audited = False
    __table_args__ = (
        Index(
            "uq_job_open_key",
            "practice_id",
            "kind",
            "key",
            unique=True,
            sqlite_where=text("state = 'WAITING'"),
            postgresql_where=text("state = 'WAITING'"),
        ),
        Index(None, "practice_id", "state", "run_at"),
    )
    kind: Mapped[str]
    key: Mapped[str]
    state: Mapped[JobState] = mapped_column(Word(JobState))
    run_at: Mapped[datetime] = mapped_column(Moment)
    attempts: Mapped[int]
    leased_until: Mapped[datetime | None] = mapped_column(Moment)
    payload: Mapped[dict[str, Any]] = mapped_column(Json)
    progress: Mapped[dict[str, Any]] = mapped_column(Json)
    result: Mapped[dict[str, Any] | None] = mapped_column(Json)
    error: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(Moment)


class Due(Base):
    """Which practice has a job to run, and when; holds nothing else."""

    __tablename__ = "due"
    practice_id: Mapped[UUID] = mapped_column(primary_key=True)
    run_at: Mapped[datetime] = mapped_column(Moment, index=True)


class IdempotentWrite(OfPractice, Base):
    """A write that carried an idempotency key: what it was given, and what came of it."""

    __tablename__ = "idempotent_write"
    audited = False
    __table_args__ = (Index(None, "practice_id", "created_at"),)
    caller: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    input_hash: Mapped[bytes]
    outcome: Mapped[dict[str, Any]] = mapped_column(Json)
    created_at: Mapped[datetime] = mapped_column(Moment)
