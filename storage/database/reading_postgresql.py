"""Snapshots on PostgreSQL: connections of our own, whose statements travel in pieces (`pipelining`)."""

import asyncio
from collections import deque
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Dialect
from sqlalchemy.dialects.postgresql import asyncpg as dialects

from storage.database.pipelining import Pipeline, Prepared
from storage.database.reading import Record

# Every statement looks rows up by keys: a plan made for its values would be the general one, made each time.
SETTINGS = (
    "SELECT set_config('idle_in_transaction_session_timeout', '60s', false), set_config('jit', 'off', false),"
    " set_config('plan_cache_mode', 'force_generic_plan', false)"
)
BEGIN = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
# For one transaction only: a pooler between may give the next one to another connection.
REACH = "SELECT set_config('app.practice', $1, true), set_config('app.person', $2, true)"
COMMIT = "COMMIT"
NEXT = "COMMIT AND CHAIN"
"""Ends a transaction and begins another of the same kind."""
LINGERS_SECONDS = 0.005


class Connection:
    """A connection, and what it needs for every transaction."""

    __slots__ = ("_begin", "_commit", "_ending", "_next", "_reach", "pipeline")

    def __init__(
        self, pipeline: Pipeline, begin: Prepared, following: Prepared, commit: Prepared, reach: Prepared
    ) -> None:
        self.pipeline = pipeline
        self._begin = begin
        self._next = following
        self._commit = commit
        self._reach = reach
        self._ending: asyncio.TimerHandle | None = None
        """Ends the transaction that is over, unless the next one does."""

    @classmethod
    async def opened(cls, url: str) -> "Connection":
        """Connect."""
        pipeline = await Pipeline.opened(url)
        try:
            await pipeline.fetch(SETTINGS, [])
            return cls(pipeline, *[await pipeline.prepared(each) for each in (BEGIN, NEXT, COMMIT, REACH)])
        except BaseException:
            pipeline.close()
            raise

    def enter(self, practice_id: UUID | None, person_id: UUID | None) -> None:
        """Begin a transaction of the practice and the person, ahead of what is asked next."""
        self.pipeline.say(self._begin if self._ending is None else self._next)
        self._stop_ending()
        self.name(practice_id, person_id)

    def name(self, practice_id: UUID | None, person_id: UUID | None) -> None:
        """Name the practice and the person for row-level security, in the transaction that is open; without one, in
        that of the piece which leaves next."""
        self.pipeline.say(self._reach, str(practice_id or ""), str(person_id or ""))

    def leave(self) -> None:
        """The transaction is over: the next one ends it, or a moment without one."""
        self._ending = asyncio.get_running_loop().call_later(LINGERS_SECONDS, self._end)

    def _end(self) -> None:
        self._ending = None
        if not self.pipeline.is_closed:
            self.pipeline.say(self._commit)

    def _stop_ending(self) -> None:
        if self._ending is not None:
            self._ending.cancel()
            self._ending = None

    def close(self) -> None:
        """Let go of it, wherever it stands."""
        self._stop_ending()
        self.pipeline.close()


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
                if not connection.pipeline.is_closed:
                    return connection
            return await Connection.opened(self._url)
        except BaseException:
            self._free.release()
            raise

    def release(self, connection: Connection) -> None:
        """Give a connection back, whose transaction has ended."""
        if not connection.pipeline.is_closed:
            self._idle.append(connection)
        self._free.release()

    def throw_away(self, connection: Connection) -> None:
        """Give a connection back of which nobody knows where it stands."""
        connection.pipeline.abandon()
        self._free.release()

    async def close(self) -> None:
        """Close every idle connection."""
        while self._idle:
            self._idle.pop().close()


class PostgresqlSnapshot:
    """A repeatable-read, read-only transaction."""

    __slots__ = ("_connection", "_connections")

    def __init__(self, connections: Connections, connection: Connection) -> None:
        self._connections = connections
        self._connection = connection

    async def begun(self) -> None:
        """Wait until the transaction has begun."""
        await self._connection.pipeline.fetch("SELECT 1", [])

    async def fetch(self, sql: str, arguments: Sequence[Any]) -> Sequence[Record]:
        """The records the statement finds."""
        return await self._connection.pipeline.fetch(sql, arguments)

    async def close(self) -> None:
        """End the transaction; a connection that still owes an answer to somebody who left is thrown away."""
        connection = self._connection
        if connection.pipeline.is_closed or connection.pipeline.owes:
            self._connections.throw_away(connection)
        else:
            connection.leave()
            self._connections.release(connection)


class PostgresqlReader:
    """Where snapshots of a PostgreSQL database come from."""

    dialect: Dialect = dialects.dialect()  # type: ignore[no-untyped-call] # SQLAlchemy leaves it untyped

    def __init__(self, url: str, size: int) -> None:
        """Connects when it is first asked, to `postgresql://…`, with at most `size` connections."""
        self._connections = Connections(url, size)
        self._changing = Connections(url, 1)

    async def snapshot(self, practice_id: UUID | None, person_id: UUID | None = None) -> PostgresqlSnapshot:
        """Begin, and name the practice and the person for row-level security, together with the first question."""
        connection = await self._connections.acquire()
        try:
            connection.enter(practice_id, person_id)
        except BaseException:
            self._connections.throw_away(connection)
            raise
        return PostgresqlSnapshot(self._connections, connection)

    async def change(self, practice_id: UUID, sql: str, arguments: Sequence[Any]) -> None:
        """Run one statement that changes rows of the practice, in a transaction and on a connection of its own."""
        connection = await self._changing.acquire()
        try:
            await connection.pipeline.prepared(sql)  # or it would be prepared in a piece of its own
            connection.name(practice_id, None)
            await connection.pipeline.fetch(sql, arguments)
        except BaseException:
            self._changing.throw_away(connection)
            raise
        self._changing.release(connection)

    async def close(self) -> None:
        """Close every connection."""
        await self._connections.close()
        await self._changing.close()
