"""Connections on which many statements travel at once: what is bound comes back, in order, whatever happens between."""

import asyncio
import struct
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from uuid import UUID, uuid4

import pytest
from psycopg import Error
from psycopg.errors import DivisionByZero, InFailedSqlTransaction, OperationalError

from storage.database.pipelining import Pipeline
from tests.waiting import until

ID = uuid4()


@pytest.fixture
async def pipeline(postgres_url: str) -> AsyncIterator[Pipeline]:
    opened = await Pipeline.opened(postgres_url)
    yield opened
    opened.close()


async def holds(pipeline: Pipeline, statement: str, *arguments: Any) -> bool:
    return await pipeline.fetch(statement, arguments) == [(True,)]


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("boolean", True), ("boolean", False), ("smallint", -32768), ("integer", 2**31 - 1), ("bigint", -(2**63)),
        ("double precision", 0.1), ("text", "Ω ß 子"), ("text", ""), ("varchar", "word"), ("bytea", b"\0\xff"),
        ("date", date(1899, 12, 31)), ("date", date(2026, 2, 28)),
        ("timestamptz", datetime(2026, 3, 29, 1, 59, 59, 999_999, UTC)), ("timestamptz", datetime(1, 1, 1, tzinfo=UTC)),
        ("timestamptz", datetime(9999, 12, 31, 23, 59, tzinfo=UTC)),
        ("boolean[]", [True, None, False]), ("integer[]", [1, -1]), ("bigint[]", []), ("text[]", ["", None, "ü"]),
        ("bytea[]", [b"", b"\1"]), ("timestamptz[]", [datetime(2000, 1, 1, tzinfo=UTC), None]),
        ("integer[]", [1, None]), ("smallint[]", [None, 1]), ("double precision[]", [0.1, None]),
        ("date[]", [None, date(2026, 2, 28)]), ("integer", None), ("text[]", None),
    ],
)  # fmt: skip
async def test_what_is_bound_comes_back(pipeline: Pipeline, kind: str, value: Any) -> None:
    assert await pipeline.fetch(f"SELECT $1::{kind}", [value]) == [(value,)]


async def test_ids_come_back_as_their_bytes(pipeline: Pipeline) -> None:
    assert await pipeline.fetch("SELECT $1::uuid, $2::uuid[]", [ID, [ID, None]]) == [(ID.bytes, [ID.bytes, None])]


async def test_a_moment_of_another_zone_is_the_same_moment_in_utc(pipeline: Pipeline) -> None:
    there = datetime(2026, 11, 22, 23, 30, tzinfo=timezone(timedelta(hours=-5)))
    ((found,),) = await pipeline.fetch("SELECT $1::timestamptz", [there])
    assert (found, found.tzinfo) == (there, UTC)


@pytest.mark.parametrize(
    ("kind", "value"),
    [("integer", 2**31), ("integer", "1"), ("timestamptz", "now"), ("uuid", 1), ("boolean", "yes"), ("bigint[]", [""])],
)
async def test_what_does_not_fit_is_refused_before_it_is_sent(pipeline: Pipeline, kind: str, value: Any) -> None:
    with pytest.raises((struct.error, TypeError, AttributeError, KeyError)):
        await pipeline.fetch(f"SELECT $1::{kind}", [value])
    assert await pipeline.fetch("SELECT 1", []) == [(1,)]


async def test_a_type_that_nothing_binds_is_said_at_once(pipeline: Pipeline) -> None:
    with pytest.raises(LookupError):
        await pipeline.fetch("SELECT $1::point", ["(1,2)"])
    assert await pipeline.fetch("SELECT 1", []) == [(1,)]


async def test_many_questions_at_once_are_each_given_their_own_answer(pipeline: Pipeline) -> None:
    asked = [pipeline.fetch("SELECT $1::integer + generate_series(1, $2::integer)", [n, n % 5]) for n in range(200)]
    found = await asyncio.gather(*asked)
    assert found == [[(n + i,) for i in range(1, n % 5 + 1)] for n in range(200)]


async def test_more_than_a_socket_takes_at_once_arrives_whole(pipeline: Pipeline) -> None:
    texts = [str(number) * 3_000_000 for number in range(4)]
    found = await asyncio.gather(*(pipeline.fetch("SELECT $1::text || 'x'", [text]) for text in texts))
    assert [rows[0][0] for rows in found] == [f"{text}x" for text in texts]


async def test_a_failure_fails_what_left_with_it_and_nothing_later(pipeline: Pipeline) -> None:
    for divisor in (1, 0, 1):  # once before, so that the statement is prepared
        asked = [pipeline.fetch("SELECT 6 / $1::integer", [each]) for each in (2, divisor, 3)]
        before, middle, after = await asyncio.gather(*asked, return_exceptions=True)
        assert before == [(3,)]
        if divisor:
            assert (middle, after) == ([(6,)], [(2,)])
        else:
            assert isinstance(middle, DivisionByZero)
            assert isinstance(after, DivisionByZero)


async def test_a_statement_that_cannot_be_prepared_says_why(pipeline: Pipeline) -> None:
    with pytest.raises(Error, match="nowhere"):
        await pipeline.fetch("SELECT * FROM nowhere", [])
    assert await pipeline.fetch("SELECT 1", []) == [(1,)]


async def test_a_failed_transaction_stays_failed_until_it_ends(pipeline: Pipeline) -> None:
    begin, end = await pipeline.prepared("BEGIN"), await pipeline.prepared("COMMIT")
    pipeline.say(begin)
    with pytest.raises(DivisionByZero):
        await pipeline.fetch("SELECT 1 / 0", [])
    with pytest.raises(InFailedSqlTransaction):
        await pipeline.fetch("SELECT 1", [])
    pipeline.say(end)
    assert await pipeline.fetch("SELECT 1", []) == [(1,)]


async def test_who_left_is_owed_an_answer_and_the_next_gets_their_own(pipeline: Pipeline) -> None:
    await pipeline.fetch("SELECT $1::integer, pg_sleep(0.5)", [0])
    leaving = asyncio.create_task(pipeline.fetch("SELECT $1::integer, pg_sleep(0.5)", [1]))
    await asyncio.sleep(0.01)
    leaving.cancel()
    await asyncio.gather(leaving, return_exceptions=True)
    assert pipeline.owes
    assert await pipeline.fetch("SELECT $1::integer + 1", [1]) == [(2,)]
    assert not pipeline.owes


async def test_an_abandoned_connection_stops_what_it_was_asked(pipeline: Pipeline, postgres_url: str) -> None:
    mark = UUID(int=uuid4().int).hex
    asked = asyncio.create_task(pipeline.fetch(f"SELECT pg_sleep(60) -- {mark}", []))
    other = await Pipeline.opened(postgres_url)
    running = "SELECT count(*) = $2::integer FROM pg_stat_activity WHERE query LIKE $1::text AND state = 'active'"
    try:
        await until(lambda: holds(other, running, f"SELECT pg_sleep%{mark}", 1))
        asked.cancel()
        pipeline.abandon()
        await until(lambda: holds(other, running, f"SELECT pg_sleep%{mark}", 0))
    finally:
        other.close()


async def test_a_lost_connection_fails_all_who_wait_and_all_who_come(pipeline: Pipeline, postgres_url: str) -> None:
    ((number,),) = await pipeline.fetch("SELECT pg_backend_pid()", [])
    asked = [asyncio.create_task(pipeline.fetch("SELECT pg_sleep(60), $1::integer", [each])) for each in range(3)]
    await asyncio.sleep(0.05)
    other = await Pipeline.opened(postgres_url)
    await other.fetch("SELECT pg_terminate_backend($1::integer)", [number])
    other.close()
    for found in await asyncio.wait_for(asyncio.gather(*asked, return_exceptions=True), 10):
        assert isinstance(found, Error)
    await until(lambda: pipeline.is_closed)
    with pytest.raises(OperationalError):
        await pipeline.fetch("SELECT 1", [])
