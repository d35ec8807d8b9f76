"""Work for later: written down in the transaction of its cause, run by a worker, repeated until it is done or given up.

A worker leases a job for a minute and keeps renewing the lease while it works; a worker that dies leaves a lease that
runs out, and the job is taken up again. Each taking has a number, so a worker that was away too long can finish
nothing: its writes ask for the lease in their own transaction. A handler may therefore run several times, but `settle`
makes its effect and the job's end one.
"""

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import structlog
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

import storage.database.jobs
from auth.viewers import System
from domain.identity import new_id
from resolvers import writing
from resolvers.writing import Write
from storage.database.jobs import Due, DueRow, Job, JobState
from storage.database.opening import Database

if TYPE_CHECKING:
    from resolvers.casegraph import Casegraph

LEASE = timedelta(seconds=60)
BEATS_A_LEASE = 3
MOST_ATTEMPTS = 10
SHORTEST_DELAY = timedelta(seconds=5)
LONGEST_DELAY = timedelta(hours=1)
WORKER_LOST = "WorkerLost"
UNKNOWN_KIND = "UnknownKind"
LOGINS = UUID(int=1)
"""Under this id wait the jobs about people's logins, which belong to no practice; no practice has it."""

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


class LeaseLost(Exception):
    """Somebody else has taken the job up meanwhile."""


class GiveUp(Exception):
    """Raised by a handler that knows that trying again is of no use."""


@dataclass(frozen=True, slots=True)
class Handler:
    """What runs the jobs of a kind. It may be run again after any failure, so it begins where `work.progress` says."""

    kind: str
    run: Callable[["Work"], Awaitable[dict[str, Any] | None]]
    every: timedelta | None = None
    """Its next job is written down when one ends, this much later."""
    most_attempts: int = MOST_ATTEMPTS
    lease: timedelta = LEASE
    """How long after its worker's death a job is taken up again."""


Handlers = Mapping[str, Handler]


def by_kind(*handlers: Handler) -> Handlers:
    """The handlers, to be found by the kind of a job."""
    return {handler.kind: handler for handler in handlers}


@dataclass(frozen=True, slots=True)
class Lease:
    """A job that a worker has taken up: for the `attempt`th time."""

    practice_id: UUID
    id: UUID
    kind: str
    key: str
    payload: dict[str, Any]
    progress: dict[str, Any]
    run_at: datetime
    attempt: int
    lasts: timedelta


async def enqueue(
    write: Write, kind: str, key: str = "", *, payload: dict[str, Any] | None = None, run_at: datetime | None = None
) -> None:
    """Write a job down in the transaction of its cause. One that is open under this key already is not doubled."""
    moment = run_at or write.moment
    await _write_down(write.session, write.practice_id, kind, key, payload or {}, moment, write.moment)


async def enqueue_for_logins(
    session: AsyncSession, kind: str, key: str, *, payload: dict[str, Any], moment: datetime
) -> None:
    """Write a job about a login down, in a transaction of the practice `LOGINS`; what such jobs leave is tidied up."""
    await _write_down(session, LOGINS, kind, key, payload, moment, moment)
    await _write_down(session, LOGINS, "housekeeping", "", {}, moment + timedelta(days=1), moment)


async def _write_down(
    session: AsyncSession,
    practice_id: UUID,
    kind: str,
    key: str,
    payload: dict[str, Any],
    run_at: datetime,
    now: datetime,
) -> None:
    values = {
        "practice_id": practice_id,
        "id": new_id(),
        "kind": kind,
        "key": key,
        "state": JobState.WAITING,
        "run_at": run_at,
        "attempts": 0,
        "payload": payload,
        "progress": {},
        "created_at": now,
    }
    await session.execute(storage.database.jobs.asked_for(session.get_bind().dialect.name, values))
    await _note_due(session, practice_id, run_at)


async def _note_due(session: AsyncSession, practice_id: UUID, moment: datetime) -> None:
    await session.execute(storage.database.jobs.due_by(session.get_bind().dialect.name, practice_id, moment))


async def practices_due(database: Database, moment: datetime, most: int = 20) -> list[UUID]:
    """The practices with a job to run, the longest waiting first."""
    compiled = database.statements.compiled(storage.database.jobs.practices_due, ())
    snapshot = await database.reader.snapshot(None)
    try:
        arguments = compiled.arguments({"moment": moment, "size": most})
        rows: list[DueRow] = compiled.rows(DueRow, await snapshot.fetch(compiled.sql, arguments))
    finally:
        await snapshot.close()
    return [row.practice_id for row in rows]


async def lease(
    database: Database, handlers: Handlers, practice_id: UUID, moment: datetime | None = None
) -> Lease | None:
    """Take up the practice's next job; None when there is none. No two workers ever hold one job."""
    moment = moment or datetime.now(UTC)
    async with database.write(practice_id) as session:
        job = await _next(session, handlers, practice_id, moment)
        leased = None if job is None else _leased(job, handlers.get(job.kind), moment)
        await session.flush()
        await _plan(session, practice_id)
        await session.commit()
    return leased


def _leased(job: Job, handler: Handler | None, moment: datetime) -> Lease:
    lasts = LEASE if handler is None else handler.lease
    job.attempts, job.leased_until = job.attempts + 1, moment + lasts
    return Lease(
        job.practice_id, job.id, job.kind, job.key, job.payload, job.progress, job.run_at, job.attempts, lasts
    )  # fmt: skip


async def _next(session: AsyncSession, handlers: Handlers, practice_id: UUID, moment: datetime) -> Job | None:
    while True:
        job = await session.scalar(storage.database.jobs.next_to_run(practice_id, moment))
        handler = handlers.get(job.kind) if job is not None else None
        if job is None or job.attempts < (handler.most_attempts if handler else MOST_ATTEMPTS):
            return job
        # Every worker that took it died with it.
        await _end(session, job, handler, JobState.FAILED, moment, error=WORKER_LOST)


async def _plan(session: AsyncSession, practice_id: UUID) -> None:
    """Put off when the practice is due. Whoever asks for a job meanwhile holds the row; then the next look does it."""
    due = await session.scalar(select(Due).where(Due.practice_id == practice_id).with_for_update(skip_locked=True))
    if due is None:
        return
    moment = await session.scalar(storage.database.jobs.next_moment(practice_id))
    if moment is None:
        await session.execute(delete(Due).where(Due.practice_id == practice_id))
    else:
        due.run_at = moment
        await session.flush()


async def _held(session: AsyncSession, lease: Lease) -> Job:
    """The leased job, locked; `LeaseLost` when it was taken up by another."""
    job = await session.scalar(
        select(Job)
        .where(
            Job.practice_id == lease.practice_id,
            Job.id == lease.id,
            Job.attempts == lease.attempt,
            Job.state == JobState.WAITING,
            Job.leased_until.is_not(None),
        )
        .with_for_update()
    )
    if job is None:
        raise LeaseLost
    return job


@asynccontextmanager
async def _changing(database: Database, lease: Lease) -> AsyncIterator[tuple[AsyncSession, Job]]:
    async with database.write(lease.practice_id) as session:
        job = await _held(session, lease)
        yield session, job
        await session.flush()
        await session.commit()


async def renew(database: Database, lease: Lease, progress: dict[str, Any] | None = None) -> None:
    """Hold the lease anew, and keep how far the work has come; `LeaseLost` when it is no longer ours."""
    async with _changing(database, lease) as (_, job):
        job.leased_until = datetime.now(UTC) + lease.lasts
        if progress is not None:
            job.progress = progress


async def finish(database: Database, handler: Handler, lease: Lease, result: dict[str, Any] | None) -> None:
    """The job came to its end."""
    async with _changing(database, lease) as (session, job):
        await _finish(session, job, handler, lease, result, datetime.now(UTC))
        await session.flush()
        await _plan(session, lease.practice_id)


async def put_off(database: Database, handler: Handler | None, lease: Lease, error: str, *, final: bool) -> bool:
    """The job failed: try again later, or give it up when it was tried often enough. True when it was given up."""
    moment = datetime.now(UTC)
    async with _changing(database, lease) as (session, job):
        job.error = error
        given_up = final or job.attempts >= (handler.most_attempts if handler else MOST_ATTEMPTS)
        if given_up:
            await _end(session, job, handler, JobState.FAILED, moment, error=error)
        else:
            job.run_at, job.leased_until = moment + delay_after(job.attempts), None
            await _note_due(session, lease.practice_id, job.run_at)
    return given_up


async def release(database: Database, lease: Lease) -> None:
    """Give the job back untried, for another worker."""
    async with _changing(database, lease) as (session, job):
        job.attempts, job.leased_until = job.attempts - 1, None
        await _note_due(session, lease.practice_id, job.run_at)


def delay_after(attempts: int) -> timedelta:
    """How long to wait after so many failed attempts: doubling, at most an hour, spread by a fifth."""
    delay = min(SHORTEST_DELAY * 2 ** (attempts - 1), LONGEST_DELAY)
    return timedelta(seconds=delay.total_seconds() * (0.9 + secrets.randbelow(1000) / 5000))


async def _finish(
    session: AsyncSession, job: Job, handler: Handler, lease: Lease, result: dict[str, Any] | None, moment: datetime
) -> None:
    if job.run_at == lease.run_at:
        await _end(session, job, handler, JobState.DONE, moment, result=result)
    else:
        # Asked for once more while it ran, by a cause that this run may not have seen.
        job.attempts, job.leased_until, job.progress = 0, None, {}
        await _note_due(session, job.practice_id, job.run_at)


async def _end(
    session: AsyncSession,
    job: Job,
    handler: Handler | None,
    state: JobState,
    moment: datetime,
    *,
    result: dict[str, Any] | None = None,
    error: str | None = None,
) -> None:
    job.state, job.leased_until, job.result, job.error = state, None, result, error
    # The key is free only when this stands in the database.
    await session.flush()
    if handler is not None and handler.every is not None:
        planned = job.run_at + handler.every
        following = planned if planned > moment else moment + handler.every
        await _write_down(session, job.practice_id, job.kind, job.key, job.payload, following, moment)


class Work:
    """A job under way, as its handler sees it."""

    def __init__(self, casegraph: "Casegraph", handler: Handler, lease: Lease) -> None:
        self.casegraph = casegraph
        self.lease = lease
        self.practice_id = lease.practice_id
        self.payload = lease.payload
        self.progress = dict(lease.progress)
        self.viewer = System(lease.practice_id, lease.kind)
        self.is_settled = False
        self._handler = handler

    @asynccontextmanager
    async def writing(self, operation: str | None = None) -> AsyncIterator[Write]:
        """A write of the job. Its transaction holds the lease: a job that was taken up by another writes nothing.

        `report` waits for it to end, so it has no place inside.
        """
        database = self.casegraph.database
        async with writing.opened(database, self.viewer, operation or f"jobs.{self.lease.kind}") as write:
            await _held(write.session, self.lease)
            yield write
        if write.number is not None:
            self.casegraph.hub.ring(self.practice_id, write.number)

    async def settle(self, write: Write, result: dict[str, Any] | None = None) -> None:
        """End the job in the write that is its effect: either both happen or neither."""
        job = await _held(write.session, self.lease)
        await _finish(write.session, job, self._handler, self.lease, result, write.moment)
        await write.session.flush()
        self.is_settled = True

    async def report(self, **progress: Any) -> None:
        """Keep how far the work has come: a repeat begins from there."""
        self.progress.update(progress)
        await renew(self.casegraph.database, self.lease, self.progress)


async def run(casegraph: "Casegraph", handlers: Handlers, lease: Lease) -> None:
    """Run a leased job to its end, to its next try, or until it is given up. When cancelled, it is given back."""
    database, handler = casegraph.database, handlers.get(lease.kind)
    if handler is None:
        await _fail(database, None, lease, UNKNOWN_KIND)
        return
    work = Work(casegraph, handler, lease)
    try:
        result = await _run_and_renew(database, handler, work)
        if not work.is_settled:
            await finish(database, handler, lease, result)
    except LeaseLost:
        log.warning("job taken over", kind=lease.kind, job_id=str(lease.id), attempt=lease.attempt)
    except asyncio.CancelledError:
        with suppress(LeaseLost):
            await release(database, lease)
        raise
    except Exception as error:
        await _fail(database, handler, lease, type(error).__qualname__, final=isinstance(error, GiveUp))


async def _run_and_renew(database: Database, handler: Handler, work: Work) -> dict[str, Any] | None:
    running = asyncio.ensure_future(handler.run(work))
    keeping = asyncio.create_task(_keep(database, work.lease))
    try:
        await asyncio.wait((running, keeping), return_when=asyncio.FIRST_COMPLETED)
        if not running.done():
            raise LeaseLost
        return running.result()
    finally:
        running.cancel()
        keeping.cancel()
        await asyncio.gather(running, keeping, return_exceptions=True)


async def _keep(database: Database, lease: Lease) -> None:
    """Renew the lease again and again; return when it was lost."""
    while True:
        await asyncio.sleep(lease.lasts.total_seconds() / BEATS_A_LEASE)
        try:
            await renew(database, lease)
        except LeaseLost:
            return
        except Exception as error:
            log.warning("lease not renewed", kind=lease.kind, job_id=str(lease.id), exception=type(error).__qualname__)


async def _fail(database: Database, handler: Handler | None, lease: Lease, error: str, *, final: bool = False) -> None:
    try:
        given_up = await put_off(database, handler, lease, error, final=final)
    except LeaseLost:
        return
    tell = log.error if given_up else log.warning
    tell("job given up" if given_up else "job failed", kind=lease.kind, job_id=str(lease.id), exception=error)
