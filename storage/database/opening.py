"""Opening the database behind one URL: `sqlite:///path` or `postgresql://…`."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

import storage.database.sqlite
from storage.database.ordering import Backend
from storage.database.reading import Reader, Statements
from storage.database.reading_postgresql import PostgresqlReader
from storage.database.reading_sqlite import SqliteReader

Result = TypeVar("Result")

READERS = {"sqlite": 4, "postgresql": 10}
WRITERS = {"sqlite": 1, "postgresql": 10}
SET_REACH = text("SELECT set_config('app.practice', :practice, true), set_config('app.person', :person, true)")
TAKE_TURN = text("SELECT pg_advisory_xact_lock(hashtextextended(:practice, 0))")


class Database:
    """An open database: a reader for snapshots, an engine for writes."""

    def __init__(self, url: URL, reader: Reader, engine: AsyncEngine) -> None:
        self.url = url
        self.reader = reader
        self.engine = engine
        self.statements = Statements(reader.dialect)
        self.on_read: Callable[[str], None] | None = None
        self._turn = asyncio.Lock()

    @property
    def backend(self) -> Backend:
        """Which of the two databases this is."""
        return "postgresql" if self.is_postgresql else "sqlite"

    @property
    def is_postgresql(self) -> bool:
        """Whether this is PostgreSQL rather than the embedded SQLite."""
        return self.reader.dialect.name == "postgresql"

    @asynccontextmanager
    async def write(self, practice_id: UUID | None, person_id: UUID | None = None) -> AsyncIterator[AsyncSession]:
        """A read-committed transaction of the practice, rolled back unless its body commits.

        Only `resolvers/writing.py`, sign-in and the command line's set-up open one. SQLite gives turns: one writer
        per process, so nobody waits inside the database.
        """
        if self.is_postgresql:
            async with AsyncSession(self.engine, expire_on_commit=False, autoflush=False) as session:
                await self.enter(session, practice_id, person_id)
                yield session
        else:
            async with self._turn, AsyncSession(self.engine, expire_on_commit=False, autoflush=False) as session:
                yield session

    async def enter(self, session: AsyncSession, practice_id: UUID | None, person_id: UUID | None = None) -> None:
        """Go on in another practice, in the same transaction: what belongs to the one before is out of sight."""
        if self.is_postgresql:
            reach = {"practice": str(practice_id or ""), "person": str(person_id or "")}
            await session.execute(SET_REACH, reach)

    async def take_turn(self, session: AsyncSession, practice_id: UUID) -> None:
        """Wait until no other transaction of the practice has the turn, and have it until this one ends."""
        if self.is_postgresql:  # on SQLite all who write take turns
            await session.execute(TAKE_TURN, {"practice": str(practice_id)})

    async def close(self) -> None:
        """Close every connection."""
        await self.reader.close()
        await self.engine.dispose()


async def unbroken(work: Coroutine[Any, Any, Result]) -> Result:
    """Run a piece of writing to its end, also when its caller is cancelled meanwhile; the cancellation follows then.

    Cut in the middle, nobody would know whether its commit went through.
    """
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task})
        raise


async def open_database(url: str, *, readers: int | None = None, writers: int | None = None) -> Database:
    """Open the database. It is not migrated here; `migrating.migrate` does that."""
    parsed = make_url(url)
    backend = parsed.get_backend_name()
    size, most = readers or READERS[backend], writers or WRITERS[backend]
    options: dict[str, Any] = {"pool_size": most, "max_overflow": 0, "pool_timeout": 60, "hide_parameters": True}
    if backend == "sqlite":
        engine = create_async_engine(parsed.set(drivername="sqlite+aiosqlite"), **options)
        storage.database.sqlite.prepare(engine)
        return Database(parsed, await SqliteReader.opened(parsed.database or ":memory:", size), engine)
    plain = parsed.set(drivername="postgresql")
    # Nobody waits for a lock longer than this: the write is called off, and runs again.
    options["connect_args"] = {"server_settings": {"lock_timeout": "10s", "jit": "off"}}
    engine = create_async_engine(parsed.set(drivername="postgresql+asyncpg"), **options)
    return Database(parsed, PostgresqlReader(plain.render_as_string(hide_password=False), size), engine)
