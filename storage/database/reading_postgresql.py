"""Snapshots on PostgreSQL: asyncpg's own pool, one round trip to begin."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy import Dialect
from sqlalchemy.dialects.postgresql import asyncpg as dialects

from storage.database.reading import Record

BEGIN = (
    "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; "
    "SELECT set_config('app.practice', '{practice}', true), set_config('app.person', '{person}', true)"
)

BEGIN_CHANGE = "BEGIN; SELECT set_config('app.practice', '{practice}', true)"


class PostgresqlSnapshot:
    """A repeatable-read, read-only transaction."""

    __slots__ = ("_connection", "_pool")

    def __init__(self, pool: asyncpg.Pool, connection: Any) -> None:
        self._pool = pool
        self._connection = connection

    async def fetch(self, sql: str, arguments: Sequence[Any]) -> Sequence[Record]:
        """The records the statement finds."""
        records: Sequence[Record] = await self._connection.fetch(sql, *arguments)
        return records

    async def close(self) -> None:
        """End the transaction; a connection that cannot is thrown away by the pool."""
        try:
            await self._connection.execute("COMMIT")
        except BaseException:
            self._connection.terminate()
            raise
        finally:
            await self._pool.release(self._connection)


class PostgresqlReader:
    """The pool of reading connections."""

    dialect: Dialect = dialects.dialect()  # type: ignore[no-untyped-call] # SQLAlchemy leaves it untyped

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    @classmethod
    async def opened(cls, url: str, size: int) -> "PostgresqlReader":
        """Connect lazily to `postgresql://…` with at most `size` connections."""
        settings = {"idle_in_transaction_session_timeout": "60s", "jit": "off"}
        # Every snapshot ends its own transaction, so the pool has nothing to reset.
        pool = asyncpg.create_pool(url, min_size=0, max_size=size, reset=_nothing, server_settings=settings)
        return cls(await pool)

    async def snapshot(self, practice_id: UUID | None, person_id: UUID | None = None) -> PostgresqlSnapshot:
        """Begin, and name the practice and the person for row-level security, in one round trip."""
        connection = await self._pool.acquire()
        try:
            await connection.execute(BEGIN.format(practice=practice_id or "", person=person_id or ""))
        except BaseException:
            connection.terminate()
            await self._pool.release(connection)
            raise
        return PostgresqlSnapshot(self._pool, connection)

    async def change(self, practice_id: UUID, sql: str, arguments: Sequence[Any]) -> None:
        """Run one statement that changes rows of the practice, in a transaction of its own."""
        connection = await self._pool.acquire()
        try:
            await connection.execute(BEGIN_CHANGE.format(practice=practice_id))
            await connection.fetch(sql, *arguments)
            await connection.execute("COMMIT")
        except BaseException:
            connection.terminate()
            raise
        finally:
            await self._pool.release(connection)

    async def close(self) -> None:
        """Close every connection."""
        await self._pool.close()


async def _nothing(connection: Any) -> None:
    return None
