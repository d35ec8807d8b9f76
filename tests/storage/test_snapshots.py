"""Snapshots of PostgreSQL that follow one another on one connection, each in a transaction that the next one ends."""

from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import pytest
from psycopg.errors import DivisionByZero

from storage.database.pipelining import Pipeline
from storage.database.reading_postgresql import PostgresqlReader
from tests.waiting import until

NAMED = "SELECT current_setting('app.practice'), current_setting('app.person'), pg_backend_pid()"
OPEN = "SELECT count(*) FROM pg_stat_activity WHERE pid = $1::integer AND state LIKE 'idle in transaction%'"


@pytest.fixture
async def reader(postgres_url: str) -> AsyncIterator[PostgresqlReader]:
    opened = PostgresqlReader(postgres_url, 1)
    yield opened
    await opened.close()


async def asked(reader: PostgresqlReader, practice: UUID | None, person: UUID | None = None) -> tuple[str, str, int]:
    snapshot = await reader.snapshot(practice, person)
    try:
        ((practice_id, person_id, number),) = await snapshot.fetch(NAMED, [])
        return practice_id, person_id, number
    finally:
        await snapshot.close()


async def test_each_snapshot_is_of_its_own_practice_and_person(reader: PostgresqlReader) -> None:
    one, other, person = uuid4(), uuid4(), uuid4()
    for practice, who in [(one, person), (one, person), (other, person), (one, None), (None, None), (one, person)]:
        said = await asked(reader, practice, who)
        assert said[:2] == (str(practice or ""), str(who or ""))


async def test_a_failure_does_not_leave_the_next_snapshot_in_another_practice(reader: PostgresqlReader) -> None:
    before, failed = uuid4(), uuid4()
    await asked(reader, before)
    snapshot = await reader.snapshot(failed)
    with pytest.raises(DivisionByZero):
        await snapshot.fetch("SELECT 1 / 0", [])
    await snapshot.close()
    assert (await asked(reader, failed))[0] == str(failed)
    assert (await asked(reader, before))[0] == str(before)


async def test_a_snapshot_sees_what_was_committed_since_the_one_before(
    reader: PostgresqlReader, postgres_url: str
) -> None:
    seen = "SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint"
    kind = "SELECT current_setting('transaction_isolation'), current_setting('transaction_read_only')"
    other = await Pipeline.opened(postgres_url)
    first = await reader.snapshot(None)
    try:
        ((before,),) = await first.fetch(seen, [])
        await other.fetch("SELECT pg_current_xact_id()::text", [])  # a transaction that writes
        assert await first.fetch(seen, []) == [(before,)]
    finally:
        await first.close()
        other.close()
    second = await reader.snapshot(None)
    try:
        ((after,),) = await second.fetch(seen, [])
        assert after > before
        assert await second.fetch(kind, []) == [("repeatable read", "on")]
    finally:
        await second.close()


async def test_a_transaction_that_nobody_follows_ends_by_itself(reader: PostgresqlReader, postgres_url: str) -> None:
    other = await Pipeline.opened(postgres_url)
    try:
        number = (await asked(reader, None))[2]

        async def has_ended() -> bool:
            return await other.fetch(OPEN, [number]) == [(0,)]

        await until(has_ended)
        assert (await asked(reader, None))[2] == number
    finally:
        other.close()


async def test_a_change_is_of_its_own_practice_from_its_first_time_on(reader: PostgresqlReader) -> None:
    fails_elsewhere = "SELECT 1 / (current_setting('app.practice') = $1::text)::integer"
    for practice in (uuid4(), uuid4()):
        await reader.change(practice, fails_elsewhere, [str(practice)])
    with pytest.raises(DivisionByZero):
        await reader.change(uuid4(), fails_elsewhere, [str(uuid4())])


async def test_what_is_named_is_forgotten_with_the_transaction(reader: PostgresqlReader) -> None:
    await asked(reader, uuid4(), uuid4())
    connection = await reader._connections.acquire()
    try:
        connection._end()
        connection._stop_ending()
        named = "SELECT current_setting('app.practice', true), current_setting('app.person', true)"
        assert await connection.pipeline.fetch(named, []) == [("", "")]
    finally:
        reader._connections.release(connection)
