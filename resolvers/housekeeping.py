"""Once a day in every practice: what was kept only for a while goes."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import CursorResult, Delete, delete, func, or_, select

from domain.bringing import ImportState
from resolvers.bringing import progress
from resolvers.jobs import Handler, Work
from storage.database.doors import Door
from storage.database.imports import ClientImport
from storage.database.jobs import IdempotentWrite, Job, JobState
from storage.database.people import Session
from storage.database.timeline import PracticeEvent

IDEMPOTENCY_KEYS = timedelta(hours=24)
SESSIONS = timedelta(days=30)
FINISHED_JOBS = timedelta(days=30)
EVENTS = timedelta(days=7)
FILES_AWAITED = timedelta(days=1)
WRITES_AT_ONCE = 2000


async def keep_house(work: Work) -> dict[str, int]:
    """Remove idempotency keys, sessions that have ended, links that ran out, jobs that are done, files that never came
    whole, and events that nobody replays any more.

    None of these is a fact of the audit log, and what is removed twice is removed once.
    """
    moment = datetime.now(UTC)
    return {
        "idempotency_keys": await _remove(work, _idempotency_keys(work, moment - IDEMPOTENCY_KEYS)),
        "sessions": await _remove(work, _sessions(work, moment - SESSIONS)),
        "doors": await _remove(work, _doors(work, moment)),
        "jobs": await _remove(work, _finished_jobs(work, moment - FINISHED_JOBS)),
        "imports": await _close_imports(work, moment - FILES_AWAITED),
        "events": await _remove_events(work, moment - EVENTS),
    }


HOUSEKEEPING = Handler("housekeeping", keep_house, every=timedelta(days=1))


def _idempotency_keys(work: Work, before: datetime) -> Delete:
    kept = IdempotentWrite
    return delete(kept).where(kept.practice_id == work.practice_id, kept.created_at < before)


def _sessions(work: Work, before: datetime) -> Delete:
    """The practice's own, and those that never entered any."""
    return delete(Session).where(
        or_(Session.practice_id == work.practice_id, Session.practice_id.is_(None)),
        or_(Session.ended_at < before, Session.idle_until < before, Session.ends_at < before),
    )


def _doors(work: Work, moment: datetime) -> Delete:
    """What ran out: the practice's own, and those of people's logins."""
    whose = or_(Door.practice_id == work.practice_id, Door.practice_id.is_(None))
    return delete(Door).where(whose, Door.ends_at < moment)


def _finished_jobs(work: Work, before: datetime) -> Delete:
    """Those that were given up stay to be seen."""
    return delete(Job).where(Job.practice_id == work.practice_id, Job.state == JobState.DONE, Job.created_at < before)


async def _close_imports(work: Work, before: datetime) -> int:
    """Imports whose file never came: the pieces of it that did are health data, and go."""
    held = ClientImport
    chosen = select(held.id).where(
        held.practice_id == work.practice_id, held.state == ImportState.AWAITING_FILE, held.created_at < before
    )
    async with work.writing() as write:
        ids = (await write.session.scalars(chosen.limit(WRITES_AT_ONCE))).all()
        for id in ids:
            await progress.end(write, id, ImportState.FAILED, "Its file never came.")
    return len(ids)


async def _remove(work: Work, statement: Delete) -> int:
    async with work.writing() as write:
        removed: CursorResult[Any] = await write.session.execute(statement)  # type: ignore[assignment] # of a DELETE
        return removed.rowcount


async def _remove_events(work: Work, before: datetime) -> int:
    """Whole writes from the oldest on, but never the newest: the oldest that is left tells what is missing."""
    event = PracticeEvent
    removed = 0
    while True:
        async with work.writing() as write:
            oldest, newest = (
                await write.session.execute(
                    select(func.min(event.seq), func.max(event.seq)).where(event.practice_id == work.practice_id)
                )
            ).one()
            young = select(event.seq).where(event.practice_id == work.practice_id, event.recorded_at >= before)
            kept_from = await write.session.scalar(young.order_by(event.seq).limit(1)) or newest
            if oldest is None or oldest >= kept_from:
                return removed
            until = min(oldest + WRITES_AT_ONCE, kept_from)
            gone = delete(event).where(event.practice_id == work.practice_id, event.seq < until)
            done: CursorResult[Any] = await write.session.execute(gone)  # type: ignore[assignment] # of a DELETE
            removed += done.rowcount
