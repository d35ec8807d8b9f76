"""Snapshots on PostgreSQL: asyncpg's own connections, each with its prepared statements, one round trip to begin."""

import asyncio
from collections import deque
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import asyncpg
from asyncpg.prepared_stmt import PreparedStatement
from sqlalchemy import Dialect
from sqlalchemy.dialects.postgresql import asyncpg as dialects

from storage.database.reading import Record

BEGIN = (
    "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; "
    "SELECT set_config('app.practice', '{practice}', true), set_config('app.person', '{person}', true)"
)
CHANGE = "SELECT set_config('app.practice', '{practice}', false)"


class Connection:
    """A connection and the statements it has prepared: as many as the program has, so none is ever dropped."""

    __slots__ = ("_named", "_prepared", "driver", "practice_id")

    def __init__(self, driver: "asyncpg.Connection[asyncpg.Record]") -> None:
        self.driver = driver
        self.practice_id: UUID | None = None
        """The practice it stays with between its transactions, if it does."""
        self._named = 0
        self._prepared: dict[str, PreparedStatement[asyncpg.Record]] = {}

    async def fetch(self, sql: str, arguments: Sequence[Any]) -> Sequence[Record]:
        """The records the statement finds."""
        statement = self._prepared.get(sql)
        if statement is None:
            # Without a name PostgreSQL would parse and plan it anew each time. No name comes twice, also after a caller
            # who left while theirs was being prepared.
            self._named += 1
            statement = self._prepared[sql] = await self.driver.prepare(sql, name=f"statement_{self._named}")
        records: Sequence[Any] = await statement.fetch(*arguments)
        return records


class Connections:
    """At most so many connections, opened when they are needed; the one used last is used next."""

    def __init__(self, url: str, most: int) -> None:
        self._url = url
        self._free = asyncio.Semaphore(most)
        self._idle: deque[Connection] = deque()

    async def acquire(self) -> Connection:
        """A connection that nobody else uses. Waits for one."""
        await self._free.acquire()
        try:
            while self._idle:
                connection = self._idle.pop()
                if not connection.driver.is_closed():
                    return connection
            return Connection(await self._opened())
        except BaseException:
            self._free.release()
            raise

    async def _opened(self) -> "asyncpg.Connection[asyncpg.Record]":
        # Every statement looks rows up by keys: a plan made for its values would be the general one, made each time.
        settings = {
            "idle_in_transaction_session_timeout": "60s", "jit": "off", "plan_cache_mode": "force_generic_plan"
        }  # fmt: skip
        opened: asyncpg.Connection[asyncpg.Record] = await asyncpg.connect(
            self._url, server_settings=settings, statement_cache_size=0
        )
        return opened

    def release(self, connection: Connection) -> None:
        """Give a connection back, whose transaction has ended."""
        if not connection.driver.is_closed():
            self._idle.append(connection)
        self._free.release()

    def throw_away(self, connection: Connection) -> None:
        """Give a connection back of which nobody knows where it stands."""
        connection.driver.terminate()
        self._free.release()

    async def close(self) -> None:
        """Close every idle connection."""
        while self._idle:
            await self._idle.pop().driver.close()


class PostgresqlSnapshot:
    """A repeatable-read, read-only transaction."""

    __slots__ = ("_connection", "_connections")

    def __init__(self, connections: Connections, connection: Connection) -> None:
        self._connections = connections
        self._connection = connection

    async def fetch(self, sql: str, arguments: Sequence[Any]) -> Sequence[Record]:
        """The records the statement finds."""
        return await self._connection.fetch(sql, arguments)

    async def close(self) -> None:
        """End the transaction; a connection that cannot is thrown away."""
        try:
            await self._connection.driver.execute("COMMIT")
        except BaseException:
            self._connections.throw_away(self._connection)
            raise
        self._connections.release(self._connection)


class PostgresqlReader:
    """Where snapshots of a PostgreSQL database come from."""

    dialect: Dialect = dialects.dialect()  # type: ignore[no-untyped-call] # SQLAlchemy leaves it untyped

    def __init__(self, url: str, size: int) -> None:
        """Connects when it is first asked, to `postgresql://…`, with at most `size` connections."""
        self._connections = Connections(url, size)
        self._changing = Connections(url, 1)

    async def snapshot(self, practice_id: UUID | None, person_id: UUID | None = None) -> PostgresqlSnapshot:
        """Begin, and name the practice and the person for row-level security, in one round trip."""
        connection = await self._connections.acquire()
        try:
            await connection.driver.execute(BEGIN.format(practice=practice_id or "", person=person_id or ""))
        except BaseException:
            self._connections.throw_away(connection)
            raise
        return PostgresqlSnapshot(self._connections, connection)

    async def change(self, practice_id: UUID, sql: str, arguments: Sequence[Any]) -> None:
        """Run one statement that changes rows of the practice, in a transaction of its own.

        It has a connection of its own, which stays with the practice until another comes: one round trip is enough.
        """
        connection = await self._changing.acquire()
        try:
            if connection.practice_id != practice_id:
                await connection.driver.execute(CHANGE.format(practice=practice_id))
                connection.practice_id = practice_id
            await connection.fetch(sql, arguments)
        except BaseException:
            self._changing.throw_away(connection)
            raise
        self._changing.release(connection)

    async def close(self) -> None:
        """Close every connection."""
        await self._connections.close()
        await self._changing.close()
