"""SQLite as Casegraph runs it: WAL, durable, foreign keys kept, our own BEGIN."""

import asyncio
import sqlite3
from contextlib import suppress
from typing import Any

import aiosqlite
from sqlalchemy import Connection, event
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.chains import chained

PRAGMAS = ("journal_mode=WAL", "foreign_keys=ON", "synchronous=FULL", "busy_timeout=5000")


def prepare(engine: AsyncEngine) -> None:
    """Make the engine's connections ours: pragmas, the chain function, and BEGIN IMMEDIATE for every write.

    The driver's own transactions give neither a snapshot nor a working busy timeout, so it is told never to begin.
    """
    ending: set[asyncio.Future[None]] = set()

    @event.listens_for(engine.sync_engine, "connect")
    def opened(raw: Any, record: Any) -> None:
        raw.isolation_level = None
        cursor = raw.cursor()
        for pragma in PRAGMAS:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()
        # PostgreSQL computes the same with its own sha256 and int8send.
        raw.create_function("chained", 3, chained, deterministic=True)

    @event.listens_for(engine.sync_engine, "begin")
    def begun(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    @event.listens_for(engine.sync_engine, "invalidate")
    def broken_off(raw: Any, record: Any, error: Any) -> None:
        # A write that was cancelled may leave a statement that was not read to its end, and that keeps the transaction,
        # and with it the lock of all writers, even when the connection is closed. So it is ended first.
        rollback = asyncio.ensure_future(_ended(raw.driver_connection))
        ending.add(rollback)
        rollback.add_done_callback(ending.discard)


async def _ended(connection: aiosqlite.Connection) -> None:
    with suppress(ValueError, sqlite3.Error):
        await connection.rollback()
