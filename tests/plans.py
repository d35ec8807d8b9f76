"""How PostgreSQL answers a statement: its plans, as the application's role sees them behind the walls."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import asyncpg

from tests.makers import PracticeUnderTest
from tests.servers.postgres import APP, OWNER


@asynccontextmanager
async def as_application(url: str, practice: UUID) -> AsyncIterator[asyncpg.Connection]:
    """A connection as the application's role, within a practice."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("SELECT set_config('app.practice', $1, false)", str(practice))
        yield connection
    finally:
        await connection.close()


@asynccontextmanager
async def as_owner(url: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection as the owner of the tables."""
    connection = await asyncpg.connect(url.replace(f"//{APP}:", f"//{OWNER}:"))
    try:
        yield connection
    finally:
        await connection.close()


async def plan_of(practice: PracticeUnderTest, statement: Any, *shape: Any, **values: Any) -> list[dict[str, Any]]:
    """The steps by which PostgreSQL answers a statement, as the application's role."""
    database = practice.casegraph.database
    compiled = database.statements.compiled(statement, shape)
    snapshot = await database.reader.snapshot(practice.id)
    try:
        arguments = compiled.arguments({"practice": practice.id, **values})
        found = await snapshot.fetch(f"EXPLAIN (ANALYZE, FORMAT JSON) {compiled.sql}", arguments)
    finally:
        await snapshot.close()
    return list(steps(found[0][0][0]["Plan"]))


def steps(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for inner in plan.get("Plans", ()):
        yield from steps(inner)


def by_index(plan: list[dict[str, Any]], table: str) -> list[dict[str, Any]]:
    """The steps that read the table's rows or index; none of them may go through the whole table."""
    reading = [step for step in plan if step.get("Relation Name") == table or table in step.get("Index Name", "")]
    assert "Seq Scan" not in {step["Node Type"] for step in reading}
    return [step for step in reading if "Index Cond" in step]
