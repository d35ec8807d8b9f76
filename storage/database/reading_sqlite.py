"""Snapshots on SQLite: a few read-only connections, each in a thread of its own."""

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import aiosqlite
from sqlalchemy import Dialect
from sqlalchemy.dialects.sqlite import aiosqlite as dialects

from storage.database.reading import Record
from storage.database.sqlite import PRAGMAS


class SqliteSnapshot:
    """A deferred transaction in WAL mode: it sees the database as it was at its first read."""

    __slots__ = ("_connection", "_idle")

    def __init__(self, idle: "asyncio.LifoQueue[aiosqlite.Connection]", connection: aiosqlite.Connection) -> None:
        self._idle = idle
        self._connection = connection

    async def begun(self) -> None:
        """Fixed by its first question, as SQLite does it."""

    async def fetch(self, sql: str, arguments: Sequence[Any]) -> Sequence[Record]:
        """The records the statement finds."""
        return list(await self._connection.execute_fetchall(sql, arguments))

    async def close(self) -> None:
        """End the transaction and give the connection back."""
        try:
            await asyncio.shield(_rolled_back(self._connection))
        finally:
            self._idle.put_nowait(self._connection)


class SqliteReader:
    """The reading connections of one database file."""

    dialect: Dialect = dialects.dialect()

    def __init__(self, connections: list[aiosqlite.Connection]) -> None:
        self._connections = connections
        self._idle: asyncio.LifoQueue[aiosqlite.Connection] = asyncio.LifoQueue()
        self._undoing: set[asyncio.Future[None]] = set()
        for connection in connections:
            self._idle.put_nowait(connection)

    @classmethod
    async def opened(cls, path: str, size: int) -> "SqliteReader":
        """Open `size` connections that can only read."""
        connections = []
        for _ in range(size):
            connection = await aiosqlite.connect(path, isolation_level=None)
            for pragma in (*PRAGMAS, "query_only=ON"):
                await connection.execute(f"PRAGMA {pragma}")
            connections.append(connection)
        return cls(connections)

    async def snapshot(self, practice_id: UUID | None, person_id: UUID | None = None) -> SqliteSnapshot:
        """Take an idle connection and begin."""
        connection = await self._idle.get()
        try:
            await asyncio.shield(_rolled_back(connection))
            await connection.execute("BEGIN")
        except BaseException:
            self._give_back(connection)
            raise
        return SqliteSnapshot(self._idle, connection)

    def _give_back(self, connection: aiosqlite.Connection) -> None:
        """Give a connection back whose caller was cancelled: its BEGIN may still be on its way, so it is undone behind
        that, and only then may somebody else begin."""
        undoing = asyncio.ensure_future(connection.rollback())
        self._undoing.add(undoing)

        def undone(done: asyncio.Future[None]) -> None:
            self._undoing.discard(done)
            if not done.cancelled():
                done.exception()  # seen; the next to begin meets what is wrong with the connection
            self._idle.put_nowait(connection)

        undoing.add_done_callback(undone)

    async def close(self) -> None:
        """Close every connection."""
        if self._undoing:
            await asyncio.wait(set(self._undoing))
        for connection in self._connections:
            await connection.close()


async def _rolled_back(connection: aiosqlite.Connection) -> None:
    """A read has nothing to keep; a caller that was cancelled may have left its transaction open."""
    if connection.in_transaction:
        await connection.rollback()
