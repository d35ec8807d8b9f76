"""What was kept only for a while goes after its while, and nothing else does."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, insert, select, update

from auth import doors
from domain.events import Change, Subject
from domain.identity import new_id
from resolvers import housekeeping, jobs
from resolvers.asking import Ask
from resolvers.housekeeping import HOUSEKEEPING
from resolvers.repeating import Repeatable
from resolvers.verifying import verify
from resolvers.writing import carry_out
from storage.database.doors import Door, DoorKind
from storage.database.jobs import IdempotentWrite, Job, JobState
from storage.database.people import Session
from storage.database.timeline import PracticeEvent
from tests.acts import FileGiven, FileOpened, open_file
from tests.makers import PracticeUnderTest

DAY = timedelta(days=1)
HANDLERS = jobs.by_kind(HOUSEKEEPING)


async def keep_house(practice: PracticeUnderTest) -> dict[str, Any] | None:
    """Run the housekeeping that stands in the practice's jobs."""
    leased = await jobs.lease(practice.casegraph.database, HANDLERS, practice.id, datetime.now(UTC) + 2 * DAY)
    assert leased is not None
    await jobs.run(practice.casegraph, HANDLERS, leased)
    async with practice.casegraph.database.write(practice.id) as session:
        job = await session.scalar(select(Job).where(Job.practice_id == practice.id, Job.id == leased.id))
        assert job is not None
        assert job.state is JobState.DONE, job.error
        return job.result


async def open_files(practice: PracticeUnderTest, *ages: timedelta, key: str = "") -> None:
    """One write for each age."""
    for number, age in enumerate(ages):
        repeatable = Repeatable(key, number) if key else None
        await carry_out(
            practice.casegraph.database, practice.system, open_file, FileGiven(f"Nia {number}"), FileOpened,
            repeatable=repeatable,
        )  # fmt: skip
        moment = datetime.now(UTC) - age
        async with practice.casegraph.database.write(practice.id) as session:
            newest = select(func.max(PracticeEvent.seq)).where(PracticeEvent.practice_id == practice.id)
            seq = await session.scalar(newest)
            event, kept = PracticeEvent, IdempotentWrite
            await session.execute(
                update(event).where(event.practice_id == practice.id, event.seq == seq).values(recorded_at=moment)
            )
            await session.execute(
                update(kept).where(kept.practice_id == practice.id, kept.position == number).values(created_at=moment)
            )
            await session.commit()


async def numbers_of_events(practice: PracticeUnderTest) -> list[int]:
    async with practice.casegraph.database.write(practice.id) as session:
        found = select(PracticeEvent.seq).where(PracticeEvent.practice_id == practice.id).distinct()
        return sorted((await session.scalars(found)).all())


async def oldest(practice: PracticeUnderTest) -> int | None:
    """What followers compare their cursors with."""
    ask = Ask.opened(practice.casegraph.database, practice.system)
    try:
        head = await ask.loaders.head_of_practice.load(practice.id)
    finally:
        await ask.close()
    return head.oldest


async def test_idempotency_keys_are_kept_for_a_day(practice: PracticeUnderTest) -> None:
    await open_files(practice, timedelta(hours=25), timedelta(hours=23), key="k")

    result = await keep_house(practice)

    assert result is not None
    assert result["idempotency_keys"] == 1
    async with practice.casegraph.database.write(practice.id) as session:
        kept = select(IdempotentWrite.position).where(IdempotentWrite.practice_id == practice.id)
        assert list((await session.scalars(kept)).all()) == [1]


async def test_sessions_are_kept_for_thirty_days_after_their_end(practice: PracticeUnderTest) -> None:
    now = datetime.now(UTC)
    other = await PracticeUnderTest.founded(practice.casegraph)
    names = ("open", "just ended", "signed out", "idle", "run out", "elsewhere")
    ids = {name: new_id() for name in names}
    ends: dict[str, dict[str, Any]] = {
        "open": {},
        "just ended": {"ended_at": now - 29 * DAY},
        "signed out": {"ended_at": now - 31 * DAY},
        "idle": {"idle_until": now - 31 * DAY},
        "run out": {"ends_at": now - 31 * DAY},
        "elsewhere": {"ended_at": now - 31 * DAY, "practice_id": other.id},
    }
    async with practice.casegraph.database.write(None) as session:
        for name in names:
            row: dict[str, Any] = {
                "id": ids[name], "secret_hash": ids[name].bytes, "person_id": new_id(), "practice_id": practice.id,
                "created_at": now, "used_at": now, "idle_until": now + DAY, "ends_at": now + DAY,
            }  # fmt: skip
            await session.execute(insert(Session).values(row | ends[name]))
        await session.commit()

    await keep_house(practice)

    async with practice.casegraph.database.write(None) as session:
        kept = set((await session.scalars(select(Session.id).where(Session.id.in_(ids.values())))).all())
    assert {name for name in names if ids[name] in kept} == {"open", "just ended", "elsewhere"}


async def test_events_are_kept_for_a_week(practice: PracticeUnderTest) -> None:
    await open_files(practice, 9 * DAY, 8 * DAY, 6 * DAY, 5 * DAY)
    before = await numbers_of_events(practice)

    result = await keep_house(practice)

    assert result is not None
    assert result["events"] == 2
    assert await numbers_of_events(practice) == before[2:]
    assert await oldest(practice) == before[2]


async def test_a_younger_event_keeps_those_behind_it(practice: PracticeUnderTest) -> None:
    await open_files(practice, 9 * DAY, 6 * DAY, 8 * DAY)
    before = await numbers_of_events(practice)
    await keep_house(practice)
    assert await numbers_of_events(practice) == before[1:]


async def test_the_newest_events_are_never_removed(practice: PracticeUnderTest) -> None:
    await open_files(practice, 90 * DAY, 80 * DAY)
    before = await numbers_of_events(practice)
    await keep_house(practice)
    assert await numbers_of_events(practice) == [before[-1]]


async def test_a_practice_without_events_has_no_oldest_one(practice: PracticeUnderTest) -> None:
    await keep_house(practice)
    assert await oldest(practice) is None


async def test_many_events_are_removed_in_several_writes(practice: PracticeUnderTest) -> None:
    old = datetime.now(UTC) - 8 * DAY
    rows = [
        {"practice_id": practice.id, "seq": seq, "ordinal": 0, "change": Change.CHANGED, "subject": Subject.CLIENT,
         "subject_id": practice.id, "recorded_at": old}
        for seq in range(1, 2 * housekeeping.WRITES_AT_ONCE + 10)
    ]  # fmt: skip
    async with practice.casegraph.database.write(practice.id) as session:
        await session.execute(insert(PracticeEvent), rows)
        await session.commit()
    result = await keep_house(practice)
    assert result is not None
    assert result["events"] == len(rows) - 1


async def test_done_jobs_go_after_thirty_days_and_failed_ones_stay(practice: PracticeUnderTest) -> None:
    old, never = datetime.now(UTC) - 31 * DAY, datetime.now(UTC) + 1000 * DAY
    ids = {state: new_id() for state in JobState}
    async with practice.casegraph.database.write(practice.id) as session:
        for state, id in ids.items():
            session.add(
                Job(practice_id=practice.id, id=id, kind="old", key=state, state=state, run_at=never, attempts=1,
                    payload={}, progress={}, created_at=old)
            )  # fmt: skip
        await session.commit()

    await keep_house(practice)

    async with practice.casegraph.database.write(practice.id) as session:
        left = select(Job.state).where(Job.practice_id == practice.id, Job.kind == "old")
        assert set((await session.scalars(left)).all()) == {JobState.WAITING, JobState.FAILED}


async def test_housekeeping_takes_no_number_and_leaves_the_log_sound(practice: PracticeUnderTest) -> None:
    await open_files(practice, 9 * DAY, DAY, key="k")
    before = await verify(practice.casegraph.database, practice.id, None)

    await keep_house(practice)
    after = await verify(practice.casegraph.database, practice.id, None)

    assert (after.writes, after.faults) == (before.writes, [])


async def test_another_practice_keeps_what_it_has(practice: PracticeUnderTest) -> None:
    other = await PracticeUnderTest.founded(practice.casegraph)
    await open_files(other, 9 * DAY, 8 * DAY, key="k")
    before = await numbers_of_events(other)
    await open_files(practice, 9 * DAY, 8 * DAY, key="k")

    await keep_house(practice)

    assert await numbers_of_events(other) == before


async def test_housekeeping_comes_again_the_next_day(practice: PracticeUnderTest) -> None:
    await keep_house(practice)
    async with practice.casegraph.database.write(practice.id) as session:
        waiting = select(Job.run_at).where(Job.practice_id == practice.id, Job.state == JobState.WAITING)
        (moment,) = (await session.scalars(waiting)).all()
    assert timedelta(hours=47) < moment - datetime.now(UTC) <= timedelta(hours=48)


async def test_links_and_keys_that_ran_out_go_and_those_that_open_something_stay(practice: PracticeUnderTest) -> None:
    database, moment = practice.casegraph.database, datetime.now(UTC)
    other = await PracticeUnderTest.founded(practice.casegraph)
    async with database.write(None) as session:
        for practice_id, ends_at in (
            (practice.id, moment - DAY),
            (practice.id, moment + DAY),
            (other.id, moment - DAY),
        ):
            await doors.cut(session, DoorKind.INVITATION, new_id(), ends_at, practice_id)
        await doors.cut(session, DoorKind.PASSWORD_RESET, new_id(), moment - DAY)
        await session.commit()

    result = await keep_house(practice)

    assert result is not None
    assert result["doors"] >= 2
    async with database.write(None) as session:
        whose = select(Door.practice_id).where(Door.practice_id.in_([practice.id, other.id]))
        left = sorted(map(str, await session.scalars(whose)))
        ended = select(func.count()).where(Door.practice_id.is_(None), Door.ends_at < moment)
        assert await session.scalar(ended) == 0
    assert left == sorted([str(practice.id), str(other.id)])


async def test_what_jobs_about_logins_leave_is_tidied_up_too(practice: PracticeUnderTest) -> None:
    database, moment = practice.casegraph.database, datetime.now(UTC)
    for kind in ("one", "two"):
        async with database.write(jobs.LOGINS) as session:
            await jobs.enqueue_for_logins(session, f"{kind}{new_id()}", "", payload={}, moment=moment)
            await session.commit()

    async with database.write(jobs.LOGINS) as session:
        waiting = select(Job.run_at).where(
            Job.practice_id == jobs.LOGINS, Job.kind == HOUSEKEEPING.kind, Job.state == JobState.WAITING
        )
        (run_at,) = await session.scalars(waiting)
        await session.execute(delete(Job).where(Job.practice_id == jobs.LOGINS, Job.kind.like("one%")))
        await session.execute(delete(Job).where(Job.practice_id == jobs.LOGINS, Job.kind.like("two%")))
        await session.commit()
    assert run_at <= moment + DAY
