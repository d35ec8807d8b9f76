"""Bringing a database to the newest shape, and giving the application's role what it needs there."""

from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

import storage.database.sqlite

# What is written once and never changed: the application's role may add to it and read it, nothing else.
APPEND_ONLY = ("audit_event", "access_event", "access_subject", "access_batch", "note_revision", "addendum")


def configured(connection: Connection | None = None) -> Config:
    """Alembic's settings for our migrations, bound to a connection."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config


async def migrate(url: str, app_role: str | None = None, revision: str = "head") -> None:
    """Upgrade the database at `url` (as its owner), and let `app_role` read and write it."""
    engine = _engine(url)
    try:
        async with engine.begin() as connection:
            await connection.run_sync(lambda sync: command.upgrade(configured(sync), revision))
            if app_role is not None and engine.dialect.name == "postgresql":
                await connection.run_sync(_grant, app_role)
    finally:
        await engine.dispose()


async def current_revision(url: str) -> str | None:
    """The revision the database stands at."""
    engine = _engine(url)
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(_revision)
    finally:
        await engine.dispose()


def _engine(url: str) -> AsyncEngine:
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        engine = create_async_engine(parsed.set(drivername="sqlite+aiosqlite"))
        storage.database.sqlite.prepare(engine)
        return engine
    return create_async_engine(parsed.set(drivername="postgresql+asyncpg"))


def _revision(connection: Connection) -> str | None:
    from alembic.runtime.migration import MigrationContext

    return MigrationContext.configure(connection).get_current_revision()


def _grant(connection: Connection, role: str) -> None:
    quoted = connection.dialect.identifier_preparer.quote(role)
    statements: list[Any] = [
        f"GRANT USAGE ON SCHEMA public TO {quoted}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {quoted}",
        *(f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {quoted}" for table in APPEND_ONLY),
        f"REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM {quoted}",
    ]
    for statement in statements:
        connection.execute(text(statement))
