"""Work for later: done once, taken up again after a death, given up in sight."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from domain.refusals import NotFound
from resolvers import jobs, writing
from resolvers.jobs import GiveUp, Handler, Lease, LeaseLost, Work, by_kind
from resolvers.writing import carry_out
from storage.database.audit import AuditEvent
from storage.database.clients import Client
from storage.database.jobs import Due, Job, JobState
from storage.database.opening import Database, open_database
from tests.acts import FileGiven, FileOpened, open_file
from tests.makers import PracticeUnderTest

LATER = timedelta(hours=23)
"""Long after every delay, and before the first housekeeping of a new practice."""


async def nothing(work: Work) -> None:
    """A job that does nothing."""


async def open_one_file(work: Work) -> dict[str, Any]:
    """A job that opens a file."""
    async with work.writing() as write:
        opened = await open_file(write, FileGiven("Nia"))
    return {"client": str(opened.client_id)}


async def fail(work: Work) -> None:
    """A job that never comes to its end."""
    raise ArithmeticError("a name that must not be kept")


HANDLERS = by_kind(Handler("nothing", nothing), Handler("open", open_one_file), Handler("fail", fail, most_attempts=3))


async def ask_for(practice: PracticeUnderTest, kind: str, *keys: str, **more: Any) -> None:
    async with writing.opened(practice.casegraph.database, practice.system, "test") as write:
        for key in keys or ("",):
            await jobs.enqueue(write, kind, key, **more)


async def take(
    practice: PracticeUnderTest, handlers: jobs.Handlers = HANDLERS, *, after: timedelta = timedelta()
) -> Lease:
    leased = await jobs.lease(practice.casegraph.database, handlers, practice.id, datetime.now(UTC) + after)
    assert leased is not None
    return leased


async def kept(practice: PracticeUnderTest) -> list[Job]:
    """The practice's jobs, but for the housekeeping that every practice has."""
    async with practice.casegraph.database.write(practice.id) as session:
        found = select(Job).where(Job.practice_id == practice.id, Job.kind != "housekeeping")
        return list((await session.scalars(found.order_by(Job.run_at, Job.key))).all())


async def due(practice: PracticeUnderTest) -> datetime | None:
    async with practice.casegraph.database.write(practice.id) as session:
        moment: datetime | None = await session.scalar(select(Due.run_at).where(Due.practice_id == practice.id))
        return moment


async def clients(practice: PracticeUnderTest) -> int:
    async with practice.casegraph.database.write(practice.id) as session:
        return len((await session.scalars(select(Client.id).where(Client.practice_id == practice.id))).all())


async def test_a_job_is_run_and_its_result_kept(practice: PracticeUnderTest) -> None:
    await ask_for(practice, "open")

    await jobs.run(practice.casegraph, HANDLERS, await take(practice))

    (job,) = await kept(practice)
    assert (job.state, job.attempts, job.leased_until, job.error) == (JobState.DONE, 1, None, None)
    assert job.result is not None
    assert await clients(practice) == 1


async def test_what_a_job_writes_stands_in_the_audit_log_under_the_system(practice: PracticeUnderTest) -> None:
    await ask_for(practice, "open")
    await jobs.run(practice.casegraph, HANDLERS, await take(practice))
    async with practice.casegraph.database.write(practice.id) as session:
        found = await session.execute(
            select(AuditEvent.actor_kind, AuditEvent.operation).where(
                AuditEvent.practice_id == practice.id, AuditEvent.subject == "client"
            )
        )
        assert list(map(tuple, found)) == [("SYSTEM", "jobs.open")]


async def test_a_refused_cause_leaves_no_job(practice: PracticeUnderTest) -> None:
    async def refuse() -> None:
        async with writing.opened(practice.casegraph.database, practice.system, "test") as write:
            await jobs.enqueue(write, "open")
            raise NotFound("client")

    with pytest.raises(NotFound):
        await refuse()
    assert await kept(practice) == []


async def test_an_open_job_is_not_doubled(practice: PracticeUnderTest) -> None:
    await ask_for(practice, "nothing", "a", "a", "b", payload={"round": 1})
    await ask_for(practice, "nothing", "a", payload={"round": 2})
    assert [(job.key, job.payload) for job in await kept(practice)] == [("a", {"round": 2}), ("b", {"round": 1})]


async def test_a_key_is_free_again_when_its_job_is_done(practice: PracticeUnderTest) -> None:
    for _ in range(2):
        await ask_for(practice, "nothing", "a")
        await jobs.run(practice.casegraph, HANDLERS, await take(practice))
    assert [job.state for job in await kept(practice)] == [JobState.DONE, JobState.DONE]


async def test_a_job_waits_for_its_time(practice: PracticeUnderTest) -> None:
    moment = datetime.now(UTC) + timedelta(hours=1)
    await ask_for(practice, "nothing", run_at=moment)
    assert await jobs.lease(practice.casegraph.database, HANDLERS, practice.id, moment - timedelta(seconds=1)) is None
    assert await jobs.lease(practice.casegraph.database, HANDLERS, practice.id, moment) is not None


async def test_a_practice_is_due_when_its_next_job_is(practice: PracticeUnderTest) -> None:
    database, now = practice.casegraph.database, datetime.now(UTC)
    await ask_for(practice, "nothing", "late", run_at=now + timedelta(hours=2))
    await ask_for(practice, "nothing", "early", run_at=now + timedelta(hours=1))
    assert await due(practice) == now + timedelta(hours=1)

    leased = await jobs.lease(database, HANDLERS, practice.id, now + timedelta(hours=1))
    assert leased is not None
    assert await due(practice) == now + timedelta(hours=1) + jobs.LEASE
    await jobs.run(practice.casegraph, HANDLERS, leased)

    assert await due(practice) == now + timedelta(hours=2)


async def test_every_practice_with_a_job_to_run_is_found_without_entering_any(practice: PracticeUnderTest) -> None:
    other = await PracticeUnderTest.founded(practice.casegraph)
    await ask_for(practice, "nothing", run_at=datetime(2000, 1, 1, tzinfo=UTC))
    await ask_for(other, "nothing", run_at=datetime(2000, 1, 2, tzinfo=UTC))

    found = await jobs.practices_due(practice.casegraph.database, datetime(2000, 1, 2, tzinfo=UTC))

    assert found == [practice.id, other.id]
    for each in (practice, other):
        await jobs.run(practice.casegraph, HANDLERS, await take(each))
    assert await jobs.practices_due(practice.casegraph.database, datetime(2000, 1, 2, tzinfo=UTC)) == []


async def test_many_workers_never_take_up_one_job_twice(practice: PracticeUnderTest, database_url: str) -> None:
    await ask_for(practice, "nothing", *(f"{number:02}" for number in range(40)))
    others = [await open_database(database_url) for _ in range(2)]

    async def work(database: Database) -> list[str]:
        taken = []
        while (leased := await jobs.lease(database, HANDLERS, practice.id)) is not None:
            taken.append(leased.key)
        return taken

    try:
        taken = await asyncio.gather(*(work(database) for database in others for _ in range(4)))
    finally:
        for database in others:
            await database.close()

    # A worker finds nothing while others hold the last ones, so some may have left early; no job is left behind.
    assert Counter(key for keys in taken for key in keys) == Counter(f"{number:02}" for number in range(40))


async def test_a_job_whose_worker_died_is_taken_up_when_its_lease_runs_out(practice: PracticeUnderTest) -> None:
    await ask_for(practice, "open")
    first = await take(practice)

    assert await jobs.lease(practice.casegraph.database, HANDLERS, practice.id) is None
    second = await take(practice, after=jobs.LEASE + timedelta(seconds=1))

    assert (second.id, second.attempt) == (first.id, 2)


async def test_a_worker_that_was_away_too_long_can_write_and_finish_nothing(practice: PracticeUnderTest) -> None:
    await ask_for(practice, "open")
    database = practice.casegraph.database
    first = await take(practice)
    second = await take(practice, after=jobs.LEASE + timedelta(seconds=1))

    await jobs.run(practice.casegraph, HANDLERS, first)

    assert await clients(practice) == 0
    for attempt in (jobs.renew(database, first), jobs.finish(database, HANDLERS["open"], first, None)):
        with pytest.raises(LeaseLost):
            await attempt
    await jobs.run(practice.casegraph, HANDLERS, second)
    assert await clients(practice) == 1


async def test_a_lease_is_renewed_for_as_long_as_the_work_takes(practice: PracticeUnderTest) -> None:
    async def take_long(work: Work) -> None:
        await asyncio.sleep(2.5)

    handlers = by_kind(Handler("long", take_long, lease=timedelta(seconds=1)))
    await ask_for(practice, "long")
    running = asyncio.create_task(jobs.run(practice.casegraph, handlers, await take(practice, handlers)))

    while not running.done():
        assert await jobs.lease(practice.casegraph.database, handlers, practice.id) is None
        await asyncio.sleep(0.05)

    (job,) = await kept(practice)
    assert (job.state, job.attempts) == (JobState.DONE, 1)


async def test_work_stops_when_its_lease_is_lost(practice: PracticeUnderTest) -> None:
    stopped = asyncio.Event()

    async def wait(work: Work) -> None:
        try:
            await asyncio.sleep(30)
        finally:
            stopped.set()

    handlers = by_kind(Handler("wait", wait, lease=timedelta(seconds=0.2)))
    await ask_for(practice, "wait")
    first = await take(practice, handlers)
    second = await take(practice, handlers, after=timedelta(seconds=1))

    async with asyncio.timeout(5):
        await jobs.run(practice.casegraph, handlers, first)

    assert stopped.is_set()
    (job,) = await kept(practice)
    assert (job.state, job.attempts) == (JobState.WAITING, second.attempt)


async def test_a_failed_job_is_tried_again_later(practice: PracticeUnderTest) -> None:
    await ask_for(practice, "fail")
    before = datetime.now(UTC)

    await jobs.run(practice.casegraph, HANDLERS, await take(practice))

    (job,) = await kept(practice)
    assert (job.state, job.attempts, job.leased_until, job.error) == (JobState.WAITING, 1, None, "ArithmeticError")
    assert before + 0.8 * jobs.SHORTEST_DELAY < job.run_at < before + 2 * jobs.SHORTEST_DELAY
    assert await due(practice) == job.run_at


def test_delays_double_up_to_an_hour() -> None:
    seconds = [jobs.delay_after(attempts).total_seconds() for attempts in range(1, 13)]
    wanted = [5, 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600]
    assert all(0.9 * most <= delay <= 1.1 * most for delay, most in zip(seconds, wanted, strict=True))


async def test_a_job_that_fails_too_often_is_given_up_in_sight(practice: PracticeUnderTest) -> None:
    await ask_for(practice, "fail")
    for _ in range(3):
        await jobs.run(practice.casegraph, HANDLERS, await take(practice, after=LATER))

    (job,) = await kept(practice)
    assert (job.state, job.attempts, job.error) == (JobState.FAILED, 3, "ArithmeticError")
    assert await jobs.lease(practice.casegraph.database, HANDLERS, practice.id, datetime.now(UTC) + LATER) is None


async def test_a_handler_can_give_up_at_once(practice: PracticeUnderTest) -> None:
    async def give_up(work: Work) -> None:
        raise GiveUp

    handlers = by_kind(Handler("hopeless", give_up))
    await ask_for(practice, "hopeless")
    await jobs.run(practice.casegraph, handlers, await take(practice, handlers))
    assert [(job.state, job.error) for job in await kept(practice)] == [(JobState.FAILED, "GiveUp")]


async def test_a_job_that_takes_every_worker_with_it_is_given_up(practice: PracticeUnderTest) -> None:
    await ask_for(practice, "fail")
    for attempt in range(3):
        await take(practice, after=attempt * timedelta(hours=1))

    last = datetime.now(UTC) + timedelta(hours=4)
    assert await jobs.lease(practice.casegraph.database, HANDLERS, practice.id, last) is None

    assert [(job.state, job.error) for job in await kept(practice)] == [(JobState.FAILED, "WorkerLost")]


async def test_a_job_of_a_kind_that_nobody_knows_fails_in_sight(practice: PracticeUnderTest) -> None:
    await ask_for(practice, "unheard of")
    await jobs.run(practice.casegraph, HANDLERS, await take(practice))
    assert [(job.state, job.error) for job in await kept(practice)] == [(JobState.WAITING, "UnknownKind")]


async def test_a_repeat_begins_where_the_work_had_come_to(practice: PracticeUnderTest) -> None:
    seen = []

    async def count(work: Work) -> None:
        seen.append(work.progress.get("done", 0))
        await work.report(done=work.progress.get("done", 0) + 1)
        if work.progress["done"] < 3:
            raise ArithmeticError

    handlers = by_kind(Handler("count", count))
    await ask_for(practice, "count")
    for _ in range(3):
        await jobs.run(practice.casegraph, handlers, await take(practice, handlers, after=LATER))

    assert seen == [0, 1, 2]
    assert [job.state for job in await kept(practice)] == [JobState.DONE]


async def test_a_settled_job_and_its_effect_are_one(practice: PracticeUnderTest) -> None:
    fails = [True, False]

    async def settle(work: Work) -> None:
        async with work.writing() as write:
            await open_file(write, FileGiven("Nia"))
            await work.settle(write, {"opened": 1})
            if fails.pop(0):
                raise ArithmeticError

    handlers = by_kind(Handler("settle", settle))
    await ask_for(practice, "settle")
    await jobs.run(practice.casegraph, handlers, await take(practice, handlers))
    assert (await clients(practice), (await kept(practice))[0].state) == (0, JobState.WAITING)

    await jobs.run(practice.casegraph, handlers, await take(practice, handlers, after=LATER))

    (job,) = await kept(practice)
    assert (await clients(practice), job.state, job.result) == (1, JobState.DONE, {"opened": 1})


async def test_a_job_asked_for_while_it_runs_runs_once_more(practice: PracticeUnderTest) -> None:
    await ask_for(practice, "nothing", "a")
    leased = await take(practice)
    await ask_for(practice, "nothing", "a", payload={"round": 2})

    await jobs.run(practice.casegraph, HANDLERS, leased)

    (job,) = await kept(practice)
    assert (job.state, job.attempts, job.leased_until) == (JobState.WAITING, 0, None)
    again = await take(practice)
    assert again.payload == {"round": 2}
    await jobs.run(practice.casegraph, HANDLERS, again)
    assert [job.state for job in await kept(practice)] == [JobState.DONE]


async def test_a_cancelled_worker_gives_its_job_back_untried(practice: PracticeUnderTest) -> None:
    begun = asyncio.Event()

    async def wait(work: Work) -> None:
        begun.set()
        await asyncio.sleep(30)

    handlers = by_kind(Handler("wait", wait))
    await ask_for(practice, "wait")
    running = asyncio.create_task(jobs.run(practice.casegraph, handlers, await take(practice, handlers)))
    await begun.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running

    assert (await take(practice, handlers)).attempt == 1


@pytest.mark.parametrize("kind", ["daily", "daily and hopeless"])
async def test_a_daily_job_is_written_down_anew_when_it_ends(practice: PracticeUnderTest, kind: str) -> None:
    day = timedelta(days=1)
    handlers = by_kind(
        Handler("daily", nothing, every=day), Handler("daily and hopeless", fail, every=day, most_attempts=1)
    )
    moment = datetime.now(UTC) - timedelta(hours=1)
    await ask_for(practice, kind, run_at=moment)

    await jobs.run(practice.casegraph, handlers, await take(practice, handlers))

    first, second = await kept(practice)
    assert first.state is (JobState.DONE if kind == "daily" else JobState.FAILED)
    assert (second.state, second.attempts) == (JobState.WAITING, 0)
    assert second.run_at == moment + day


async def test_a_daily_job_that_was_late_for_weeks_is_not_run_for_each_day(practice: PracticeUnderTest) -> None:
    day = timedelta(days=1)
    handlers = by_kind(Handler("daily", nothing, every=day))
    await ask_for(practice, "daily", run_at=datetime.now(UTC) - 30 * day)
    before = datetime.now(UTC)

    await jobs.run(practice.casegraph, handlers, await take(practice, handlers))

    assert (await kept(practice))[1].run_at >= before + day


async def test_a_new_practice_has_its_housekeeping_to_come(practice: PracticeUnderTest) -> None:
    now = datetime.now(UTC)
    moment = await due(practice)
    assert moment is not None
    assert timedelta(hours=23) < moment - now <= timedelta(hours=24)


async def test_an_act_can_ask_for_a_job(practice: PracticeUnderTest) -> None:
    await carry_out(practice.casegraph.database, practice.system, ask_for_more, FileGiven("Nia"), FileOpened)
    assert [job.key for job in await kept(practice)] == ["Nia"]


async def ask_for_more(write: writing.Write, given: FileGiven) -> FileOpened:
    await jobs.enqueue(write, "nothing", given.name)
    return await open_file(write, given)
