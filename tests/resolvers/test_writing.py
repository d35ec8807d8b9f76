"""The one way to write: whole or not at all, once, in one order without gaps, by those who may at that moment."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from auth.errors import NotSignedIn
from auth.permissions import May
from auth.viewers import Member, Viewer
from domain.clients import ClientStatus
from domain.events import Change
from domain.identity import Kind
from domain.people import Role
from domain.refusals import IdempotencyMismatch, NotFound
from resolvers import writing
from resolvers.auditing import Fact
from resolvers.practices import FILES
from resolvers.repeating import Repeatable
from resolvers.verifying import verify
from resolvers.writing import Write, Written, carry_out
from storage.database.audit import AuditDetail, AuditEvent
from storage.database.clients import Client
from storage.database.jobs import IdempotentWrite
from storage.database.opening import Database, open_database
from storage.database.people import Membership
from storage.database.timeline import PracticeEvent, PracticeNumber, PracticeSeq
from tests.acts import FileGiven, FileOpened, NameGiven, open_file, open_file_and_refuse, rename
from tests.makers import PracticeUnderTest

ROOT = Path(__file__).parents[2]
NIA = FileGiven("Nia")
KEY = Repeatable("7f1c", 1)


async def opened_file(practice: PracticeUnderTest, viewer: Viewer | None = None, **more: Any) -> FileOpened:
    outcome, _ = await carry_out(
        practice.casegraph.database, viewer or practice.system, open_file, NIA, FileOpened, **more
    )
    return outcome


@dataclass(frozen=True)
class Standing:
    """All that a write can leave in a practice, counted."""

    clients: int
    facts: int
    details: int
    events: int
    remembered: int
    number: int
    last_file: int


async def standing(practice: PracticeUnderTest, database: Database | None = None) -> Standing:
    counted = (Client, AuditEvent, AuditDetail, PracticeEvent, IdempotentWrite)
    async with (database or practice.casegraph.database).write(practice.id) as session:

        async def count(model: Any) -> int:
            return await session.scalar(select(func.count()).where(model.practice_id == practice.id)) or 0

        clients, facts, details, events, remembered = [await count(model) for model in counted]
        seq = await session.scalar(select(PracticeSeq.seq).where(PracticeSeq.practice_id == practice.id))
        last = select(PracticeNumber.last).where(
            PracticeNumber.practice_id == practice.id, PracticeNumber.series == FILES
        )
        last_file = await session.scalar(last)
        return Standing(clients, facts, details, events, remembered, seq or 0, last_file or 0)


async def test_a_write_leaves_its_rows_its_facts_and_its_events_under_one_number(practice: PracticeUnderTest) -> None:
    before = await standing(practice)

    outcome, written = await carry_out(practice.casegraph.database, practice.system, open_file, NIA, FileOpened)

    after = await standing(practice)
    assert written == Written(practice.id, before.number + 1)
    assert after == replace(
        before, clients=1, facts=before.facts + 1, details=before.details + 1, events=before.events + 1,
        number=before.number + 1, last_file=1,
    )  # fmt: skip
    assert outcome.client_id is not None


async def test_a_refusal_leaves_nothing(practice: PracticeUnderTest) -> None:
    before = await standing(practice)
    with pytest.raises(NotFound):
        await carry_out(
            practice.casegraph.database, practice.system, open_file_and_refuse, NIA, FileOpened, repeatable=KEY
        )
    assert await standing(practice) == before


async def test_a_failure_in_the_closing_step_leaves_nothing(practice: PracticeUnderTest) -> None:
    async def open_file_and_break_the_log(write: Write, given: FileGiven) -> FileOpened:
        outcome = await open_file(write, given)
        nobody: Any = None
        write.facts.append(Fact("CREATED", "client", nobody, None, {}))
        return outcome

    before = await standing(practice)
    with pytest.raises(IntegrityError):
        await carry_out(
            practice.casegraph.database, practice.system, open_file_and_break_the_log, NIA, FileOpened, repeatable=KEY
        )
    assert await standing(practice) == before
    assert (await verify(practice.casegraph.database, practice.id, None)).is_sound


async def test_a_write_that_changes_nothing_takes_no_number(practice: PracticeUnderTest) -> None:
    async def look(write: Write, given: FileGiven) -> FileOpened:
        return FileOpened()

    before = await standing(practice)
    _, written = await carry_out(practice.casegraph.database, practice.system, look, NIA, FileOpened)
    assert (written.number, await standing(practice)) == (None, before)


async def test_a_write_that_only_announces_stands_in_the_log_too(practice: PracticeUnderTest) -> None:
    opened = await opened_file(practice)

    async def announce(write: Write, given: FileGiven) -> FileOpened:
        client = await write.find(Client, opened.client_id or practice.id, May.READ_CLIENTS, Kind.CLIENT)
        write.announce(Change.CHANGED, client)
        return FileOpened()

    before = await standing(practice)
    await carry_out(practice.casegraph.database, practice.system, announce, NIA, FileOpened)
    await opened_file(practice)

    after = await standing(practice)
    assert (after.number, after.facts) == (before.number + 2, before.facts + 2)
    assert (await verify(practice.casegraph.database, practice.id, None)).is_sound


async def test_values_of_every_kind_are_hashed_as_they_come_back(practice: PracticeUnderTest) -> None:
    moment = datetime(2030, 5, 1, 12, 0, 0, 5, tzinfo=timezone(timedelta(hours=-4)))
    values: list[Any] = [
        date(2030, 5, 1), moment, moment.astimezone(UTC), ClientStatus.ACTIVE, practice.id, 1.25, 10**15, True,
        Decimal("1.10"), b"\x00\xff", {"b": [1, None], "a": "é\u0000"}, ["x", {"y": moment}],
    ]  # fmt: skip

    async def record(write: Write, given: FileGiven) -> FileOpened:
        told = {f"value {place}": [None, value] for place, value in enumerate(values)}
        write.facts.append(Fact("CREATED", "anything", "1", None, told))
        return FileOpened()

    await carry_out(practice.casegraph.database, practice.system, record, NIA, FileOpened)

    assert (await verify(practice.casegraph.database, practice.id, None)).faults == []


# ---------------------------------------------------------------- once


async def test_twenty_twins_have_one_effect_and_one_answer(practice: PracticeUnderTest) -> None:
    answers = await asyncio.gather(*(opened_file(practice, repeatable=KEY) for _ in range(20)))

    assert len({answer.client_id for answer in answers}) == 1
    after = await standing(practice)
    assert (after.clients, after.last_file, after.remembered) == (1, 1, 1)


async def test_a_key_given_again_for_something_else_is_refused(practice: PracticeUnderTest) -> None:
    await opened_file(practice, repeatable=KEY)
    before = await standing(practice)
    for act, given in ((open_file, FileGiven("Ada")), (open_file_and_refuse, NIA)):
        with pytest.raises(IdempotencyMismatch):
            await carry_out(practice.casegraph.database, practice.system, act, given, FileOpened, repeatable=KEY)
    assert await standing(practice) == before


async def test_a_key_belongs_to_its_caller_and_its_practice(practice: PracticeUnderTest) -> None:
    other = await PracticeUnderTest.founded(practice.casegraph)
    first, second = await practice.member(), await practice.member()

    found = [
        await opened_file(practice, first, repeatable=KEY),
        await opened_file(practice, second, repeatable=KEY),
        await opened_file(other, repeatable=KEY),
    ]

    assert len({outcome.client_id for outcome in found}) == 3


async def test_each_mutation_of_a_request_has_its_own_place_under_the_key(practice: PracticeUnderTest) -> None:
    first = await opened_file(practice, repeatable=Repeatable("k", 1))
    second = await opened_file(practice, repeatable=Repeatable("k", 2))
    assert first.client_id != second.client_id
    assert await opened_file(practice, repeatable=Repeatable("k", 2)) == second


async def test_a_refused_write_can_be_sent_again_under_its_key(practice: PracticeUnderTest) -> None:
    opened = await opened_file(practice)
    given = NameGiven(practice.id, "Ada")
    with pytest.raises(NotFound):
        await carry_out(practice.casegraph.database, practice.system, rename, given, FileOpened, repeatable=KEY)
    given = NameGiven(opened.client_id or practice.id, "Ada")
    again, _ = await carry_out(practice.casegraph.database, practice.system, rename, given, FileOpened, repeatable=KEY)
    assert again.client_id == opened.client_id


async def test_a_repeat_reads_its_payload_as_the_caller_of_now(practice: PracticeUnderTest) -> None:
    admin = await practice.member(Role.ADMIN)

    async def answer(viewer: Member) -> tuple[UUID | None, bool]:
        async with practice.casegraph.operation(viewer, request_id="test", idempotency_key="k") as operation:
            outcome = await operation.carry_out(open_file, NIA, May.CREATE_CLIENTS)
            assert isinstance(outcome, FileOpened)
            client = await operation.ask.loaders.client_by_id.load(outcome.client_id or practice.id)
            return outcome.client_id, client is not None

    first, was_seen = await answer(admin)
    async with writing.opened(practice.casegraph.database, practice.system, "test") as write:
        held = await membership_of(write, admin)
        held.role = Role.PRACTITIONER
    again, is_seen = await answer(replace(admin, role=Role.PRACTITIONER))

    assert (first, was_seen, is_seen) == (again, True, False)
    assert (await standing(practice)).clients == 1


# ---------------------------------------------------------------- many at once


async def test_many_writers_leave_no_gap_and_no_fork(practice: PracticeUnderTest, database_url: str) -> None:
    """200 connections at once on PostgreSQL; on SQLite 50, on a file opened twice, as by a server and a worker."""
    is_postgresql = practice.casegraph.database.is_postgresql
    writers = 200 if is_postgresql else 50
    databases = [await open_database(database_url, readers=1, writers=100 if is_postgresql else 1) for _ in range(2)]
    try:
        outcomes = await asyncio.gather(
            *(
                carry_out(databases[number % 2], practice.system, open_file, FileGiven(f"Nia {number}"), FileOpened)
                for number in range(writers)
            )
        )
    finally:
        for database in databases:
            await database.close()

    founded = 1
    assert sorted(written.number or 0 for _, written in outcomes) == list(range(founded + 1, founded + 1 + writers))
    after = await standing(practice)
    assert (after.clients, after.last_file, after.number) == (writers, writers, founded + writers)
    report = await verify(practice.casegraph.database, practice.id, None)
    assert (report.writes, report.faults) == (founded + writers, [])


async def test_no_change_of_one_row_is_lost_among_many(practice: PracticeUnderTest) -> None:
    opened = await opened_file(practice)
    given = NameGiven(opened.client_id or practice.id, "Ada")
    database = practice.casegraph.database
    await asyncio.gather(*(carry_out(database, practice.system, rename, given, FileOpened) for _ in range(30)))
    async with database.write(practice.id) as session:
        version = await session.scalar(select(Client.version).where(Client.practice_id == practice.id))
    assert version == 31


async def test_what_the_database_calls_off_in_a_dead_lock_is_run_again(practice: PracticeUnderTest) -> None:
    if not practice.casegraph.database.is_postgresql:
        return  # SQLite has one writer at a time, so two never wait for each other.
    first, second = [await opened_file(practice) for _ in range(2)]
    met, runs = asyncio.Barrier(2), 0

    async def rename_both(write: Write, given: tuple[UUID, UUID]) -> FileOpened:
        nonlocal runs
        runs += 1
        await rename(write, NameGiven(given[0], "Ada"))
        await write.flush()
        if runs <= 2:
            await met.wait()
        return await rename(write, NameGiven(given[1], "Ada"))

    async with asyncio.timeout(30):
        await asyncio.gather(
            *(
                carry_out(practice.casegraph.database, practice.system, rename_both, order, FileOpened)
                for order in ((first.client_id, second.client_id), (second.client_id, first.client_id))
            )
        )

    assert runs == 3
    async with practice.casegraph.database.write(practice.id) as session:
        versions = await session.scalars(select(Client.version).where(Client.practice_id == practice.id))
        assert list(versions) == [3, 3]
    assert (await verify(practice.casegraph.database, practice.id, None)).is_sound


async def test_a_lost_race_is_run_again_from_the_start(practice: PracticeUnderTest) -> None:
    taken = await opened_file(practice)
    runs = 0

    async def race(write: Write, given: FileGiven) -> FileOpened:
        nonlocal runs
        runs += 1
        outcome = await open_file(write, given)
        if runs == 1:
            # As if a twin had taken this number a moment ago.
            client = await write.session.get_one(Client, (write.practice_id, outcome.client_id))
            client.file_counter = 1
            await write.flush()
        return outcome

    before = await standing(practice)
    outcome, _ = await carry_out(practice.casegraph.database, practice.system, race, NIA, FileOpened)
    after = await standing(practice)

    assert runs == 2
    assert outcome.client_id != taken.client_id
    assert (after.clients, after.facts, after.number) == (2, before.facts + 1, before.number + 1)


async def test_a_cancelled_write_leaves_nothing_and_stops_nobody(practice: PracticeUnderTest) -> None:
    for step in range(60):
        before = await standing(practice)
        cancelled = asyncio.create_task(opened_file(practice))
        await asyncio.sleep(step / 5000)
        cancelled.cancel()
        await asyncio.gather(cancelled, return_exceptions=True)

        async with asyncio.timeout(4):
            await opened_file(practice)

        # It may have been committed just before; never in part.
        after = await standing(practice)
        done = after.clients - before.clients
        assert done in (1, 2)
        assert (after.number - before.number, after.last_file - before.last_file) == (done, done)
    assert (await verify(practice.casegraph.database, practice.id, None)).is_sound


# ---------------------------------------------------------------- by whoever may


async def membership_of(write: Write, member: Member) -> Membership:
    """The membership, locked as whoever changes it locks it."""
    return await write.session.get_one(Membership, (member.practice_id, member.membership_id), with_for_update=True)


async def end_membership(
    practice: PracticeUnderTest, member: Member, before_commit: Callable[[], Awaitable[Any]] | None = None
) -> None:
    async with writing.opened(practice.casegraph.database, practice.system, "test") as write:
        held = await membership_of(write, member)
        if before_commit is not None:
            await before_commit()
        held.to_at = datetime.now(UTC)


async def test_an_ended_membership_cannot_write(practice: PracticeUnderTest) -> None:
    member = await practice.member()
    await end_membership(practice, member)
    before = await standing(practice)
    with pytest.raises(NotSignedIn):
        await opened_file(practice, member)
    assert await standing(practice) == before


async def test_a_role_that_was_changed_meanwhile_cannot_write(practice: PracticeUnderTest) -> None:
    member = await practice.member(Role.OWNER)
    async with writing.opened(practice.casegraph.database, practice.system, "test") as write:
        (await membership_of(write, member)).role = Role.READ_ONLY
    before = await standing(practice)
    with pytest.raises(NotSignedIn):
        await opened_file(practice, member)
    assert await standing(practice) == before


async def test_a_write_that_began_before_a_revocation_was_committed_comes_after_it(
    practice: PracticeUnderTest,
) -> None:
    member, locked, go_on = await practice.member(), asyncio.Event(), asyncio.Event()

    async def wait() -> None:
        locked.set()
        await go_on.wait()

    revoking = asyncio.create_task(end_membership(practice, member, wait))
    await locked.wait()
    write = asyncio.create_task(opened_file(practice, member))
    await asyncio.sleep(0.1)
    assert not write.done()
    go_on.set()
    await revoking

    with pytest.raises(NotSignedIn):
        await write
    assert (await standing(practice)).clients == 0


async def test_a_revocation_waits_for_the_write_that_is_under_way(practice: PracticeUnderTest) -> None:
    member, begun, go_on = await practice.member(), asyncio.Event(), asyncio.Event()

    async def open_file_slowly(write: Write, given: FileGiven) -> FileOpened:
        begun.set()
        await go_on.wait()
        return await open_file(write, given)

    database = practice.casegraph.database
    write = asyncio.create_task(carry_out(database, member, open_file_slowly, NIA, FileOpened))
    await begun.wait()
    revoking = asyncio.create_task(end_membership(practice, member))
    await asyncio.sleep(0.1)
    assert not revoking.done()
    go_on.set()
    _, written = await write
    await revoking

    assert written.number is not None
    report = await standing(practice)
    assert (report.clients, report.number) == (1, written.number + 1)


async def test_a_client_out_of_reach_cannot_be_found_to_write_to(practice: PracticeUnderTest) -> None:
    opened = await opened_file(practice)
    stranger = await practice.member(Role.PRACTITIONER)
    elsewhere = await (await PracticeUnderTest.founded(practice.casegraph)).member()
    before = await standing(practice)
    given = NameGiven(opened.client_id or practice.id, "Ada")
    for viewer in (stranger, elsewhere):
        with pytest.raises(NotFound):
            await carry_out(practice.casegraph.database, viewer, rename, given, FileOpened)
    assert await standing(practice) == before


# ---------------------------------------------------------------- in one place

COMMITTING = {
    "auth/api_keys.py": "when a key was last used is noted",
    "auth/sessions.py": "a session's idle end moves on",
    "resolvers/jobs.py": "leases are no facts of a practice",
    "resolvers/logins/changing.py": "a letter is asked for, of whom is not known",
    "resolvers/persons.py": "a person belongs to no practice; each of theirs writes it down",
    "resolvers/sessions.py": "sessions begin and end outside any practice",
    "resolvers/writing.py": "the one way to write",
    "storage/database/accesses.py": "accesses have a chain of their own",
}


def test_only_the_named_modules_commit() -> None:
    rooms = ("auth", "domain", "resolvers", "schema", "server", "storage")
    sources = {
        str(path.relative_to(ROOT)): path.read_text()
        for room in rooms
        for path in (ROOT / room).rglob("*.py")
        if "migrations" not in path.parts
    }
    commit = re.compile(r"\.commit\(|(engine|connection|session)\.begin\(")
    committing = {name for name, text in sources.items() if commit.search(text)}
    assert committing - {"storage/database/migrating.py"} == set(COMMITTING)
