"""Work for later, and writes that may be repeated: rows."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Index, Insert, Select, and_, bindparam, case, func, or_, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from storage.database.base import Base, Kept, OfPractice
from storage.database.columns import Json, Moment, Word
from storage.database.selecting import columns, table_of


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


@dataclass(slots=True)
class DueRow:
    """A practice that has a job to run."""

    practice_id: UUID


def practices_due() -> Select[Any]:
    """The practices with a job to run at `moment`, the longest waiting first: the one look-up across practices."""
    due = table_of(Due)
    return (
        select(*columns(due, DueRow))
        .where(due.c.run_at <= bindparam("moment", type_=Moment()))
        .order_by(due.c.run_at)
        .limit(bindparam("size"))
    )


def next_to_run(practice_id: UUID, moment: datetime) -> Select[Job]:
    """The practice's next job that nobody else is about to take: waiting, or left behind by a worker that is gone."""
    waiting = and_(Job.leased_until.is_(None), Job.run_at <= moment)
    return (
        select(Job)
        .where(Job.practice_id == practice_id, Job.state == JobState.WAITING, or_(waiting, Job.leased_until <= moment))
        .order_by(Job.run_at, Job.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )


def next_moment(practice_id: UUID) -> Select[datetime | None]:
    """When the practice next has a job to run, or a lease to look after."""
    moment = case((Job.leased_until.is_(None), Job.run_at), else_=Job.leased_until)
    return select(func.min(moment, type_=Moment())).where(Job.practice_id == practice_id, Job.state == JobState.WAITING)


def asked_for(backend: str, values: dict[str, Any]) -> Insert:
    """Write a job down. One that is open under this key is the same job: it runs at the earlier time, with the newer
    payload; while it is running, it is asked for once more."""
    insert = _inserting(backend, Job).values(values)
    new = insert.excluded
    again = case((or_(Job.leased_until.is_not(None), Job.run_at > new.run_at), new.run_at), else_=Job.run_at)
    return insert.on_conflict_do_update(
        index_elements=["practice_id", "kind", "key"],
        index_where=text("state = 'WAITING'"),
        set_={"run_at": again, "payload": new.payload},
    )


def due_by(backend: str, practice_id: UUID, moment: datetime) -> Insert:
    """Note that the practice has a job to run at `moment`, unless it has an earlier one."""
    insert = _inserting(backend, Due).values(practice_id=practice_id, run_at=moment)
    new = insert.excluded
    earlier = case((Due.run_at > new.run_at, new.run_at), else_=Due.run_at)
    return insert.on_conflict_do_update(index_elements=["practice_id"], set_={"run_at": earlier})


def _inserting(backend: str, model: type[Base]) -> postgresql.Insert | sqlite.Insert:
    return postgresql.insert(table_of(model)) if backend == "postgresql" else sqlite.insert(table_of(model))
