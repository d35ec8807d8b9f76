"""SQLite as Casegraph runs it: WAL, durable, foreign keys kept, our own BEGIN."""

from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.chains import chained

PRAGMAS = ("journal_mode=WAL", "foreign_keys=ON", "synchronous=FULL", "busy_timeout=5000")


def prepare(engine: AsyncEngine) -> None:
    """Make the engine's connections ours: pragmas, the chain function, and BEGIN IMMEDIATE for every write.

    The driver's own transactions give neither a snapshot nor a working busy timeout, so it is told never to begin.
    """

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
