"""The worker: takes up what is due in every practice, and what a worker left behind that was killed."""

import asyncio
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from auth.keys import KeyRing
from resolvers import jobs, writing
from resolvers.casegraph import Casegraph
from resolvers.jobs import Handler, Work, by_kind
from server.worker import HANDLERS, Worker
from storage.database.jobs import Job, JobState
from tests.acts import FileGiven, open_file
from tests.makers import PracticeUnderTest
from tests.waiting import until

ROOT = Path(__file__).parents[2]

KILLED_WORKER = """
import asyncio, sys
from datetime import timedelta
from auth.keys import KeyRing
from resolvers.casegraph import Casegraph
from resolvers.jobs import Handler, by_kind
from server.worker import Worker

async def hang(work):
    await work.report(half="done")
    print("working", flush=True)
    await asyncio.sleep(600)

async def main():
    async with Casegraph.opened(sys.argv[1], KeyRing.made()) as casegraph:
        await Worker(casegraph, by_kind(Handler("long", hang, lease=timedelta(seconds=1)))).run()

asyncio.run(main())
"""


@asynccontextmanager
async def working(casegraph: Casegraph, handlers: jobs.Handlers, **options: Any) -> AsyncIterator[None]:
    """A worker, for as long as the body takes."""
    worker = asyncio.create_task(Worker(casegraph, handlers, poll_seconds=0.02, **options).run())
    try:
        yield
    finally:
        worker.cancel()
        await asyncio.gather(worker, return_exceptions=True)


@pytest.fixture
async def opened(fresh_database_url: str) -> AsyncIterator[Casegraph]:
    """The application on a database where nobody else has jobs."""
    async with Casegraph.opened(fresh_database_url, KeyRing.made()) as casegraph:
        yield casegraph


async def ask_for(practice: PracticeUnderTest, kind: str, *keys: str) -> None:
    async with writing.opened(practice.casegraph.database, practice.system, "test") as write:
        for key in keys or ("",):
            await jobs.enqueue(write, kind, key)


async def states(practice: PracticeUnderTest, kind: str) -> Counter[JobState]:
    async with practice.casegraph.database.write(practice.id) as session:
        found = select(Job.state).where(Job.practice_id == practice.id, Job.kind == kind)
        return Counter((await session.scalars(found)).all())


async def test_workers_run_the_jobs_of_every_practice_once(opened: Casegraph, fresh_database_url: str) -> None:
    ran: Counter[tuple[UUID, str]] = Counter()

    async def note(work: Work) -> None:
        ran[work.practice_id, work.lease.key] += 1
        await asyncio.sleep(0.001)

    handlers = by_kind(Handler("note", note))
    practices = [await PracticeUnderTest.founded(opened) for _ in range(3)]
    keys = [f"{number}" for number in range(15)]
    async with (
        Casegraph.opened(fresh_database_url, KeyRing.made()) as beside,
        working(opened, handlers),
        working(beside, handlers),
    ):
        for practice in practices:
            await ask_for(practice, "note", *keys)
        for practice in practices:
            await until(partial(done, practice, "note", len(keys)), seconds=30)

    assert ran == Counter({(practice.id, key): 1 for practice in practices for key in keys})


async def done(practice: PracticeUnderTest, kind: str, number: int) -> bool:
    return await states(practice, kind) == Counter({JobState.DONE: number})


async def test_a_job_of_a_killed_worker_is_taken_up_by_another(opened: Casegraph, fresh_database_url: str) -> None:
    practice = await PracticeUnderTest.founded(opened)
    await ask_for(practice, "long")
    killed = await asyncio.create_subprocess_exec(
        sys.executable, "-c", KILLED_WORKER, fresh_database_url, cwd=ROOT, stdout=subprocess.PIPE
    )
    assert killed.stdout is not None
    assert await killed.stdout.readline() == b"working\n"
    killed.kill()
    await killed.communicate()
    seen = []

    async def go_on(work: Work) -> None:
        seen.append((work.lease.attempt, work.progress))

    async with working(opened, by_kind(Handler("long", go_on))):
        await until(lambda: done(practice, "long", 1))

    assert seen == [(2, {"half": "done"})]


async def test_a_worker_that_stops_lets_its_jobs_end(opened: Casegraph) -> None:
    practice, begun = await PracticeUnderTest.founded(opened), asyncio.Event()

    async def take_a_moment(work: Work) -> None:
        begun.set()
        await asyncio.sleep(0.2)
        async with work.writing() as write:
            await open_file(write, FileGiven("Nia"))

    await ask_for(practice, "moment")
    async with working(opened, by_kind(Handler("moment", take_a_moment))):
        await begun.wait()

    assert await states(practice, "moment") == Counter({JobState.DONE: 1})


async def test_a_worker_that_stops_gives_back_what_takes_too_long(opened: Casegraph) -> None:
    practice, begun = await PracticeUnderTest.founded(opened), asyncio.Event()

    async def hang(work: Work) -> None:
        begun.set()
        await asyncio.sleep(600)

    handlers = by_kind(Handler("hang", hang))
    await ask_for(practice, "hang")
    async with working(opened, handlers, grace_seconds=0.05):
        await begun.wait()

    leased = await jobs.lease(opened.database, handlers, practice.id)
    assert leased is not None
    assert leased.attempt == 1


async def test_no_more_jobs_run_at_once_than_the_worker_was_told(opened: Casegraph) -> None:
    practice, met, together, most = await PracticeUnderTest.founded(opened), asyncio.Event(), 0, 0

    async def meet(work: Work) -> None:
        nonlocal together, most
        together += 1
        most = max(most, together)
        if together == 3:
            met.set()
        await met.wait()
        await asyncio.sleep(0.02)
        together -= 1

    await ask_for(practice, "meet", *(str(number) for number in range(12)))
    async with working(opened, by_kind(Handler("meet", meet)), at_once=3):
        await until(lambda: done(practice, "meet", 12), seconds=30)

    assert most == 3


async def test_the_products_worker_keeps_house(opened: Casegraph) -> None:
    practice = await PracticeUnderTest.founded(opened)
    async with writing.opened(opened.database, practice.system, "test") as write:
        await jobs.enqueue(write, "housekeeping", run_at=datetime.now(UTC) - timedelta(seconds=1))

    async with working(opened, HANDLERS):
        await until(lambda: kept_house(practice))


async def kept_house(practice: PracticeUnderTest) -> bool:
    return await states(practice, "housekeeping") == Counter({JobState.DONE: 1, JobState.WAITING: 1})
