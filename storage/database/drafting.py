"""Writing down the next migration: the step from what the migrations make to what the models say."""

from pathlib import Path
from tempfile import TemporaryDirectory

from alembic import command
from alembic.script import Script, ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine

import storage.database.migrating
from storage.database.migrating import configured


def newest_revision() -> str | None:
    """The revision that the migrations of this checkout lead to."""
    return ScriptDirectory.from_config(configured()).get_current_head()


async def draft(says: str) -> Path:
    """Write the next migration, named by a sentence, and return its file. It is a draft: read it before you keep it.

    The models are compared with a fresh SQLite database that stands at the newest revision.
    """
    with TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{folder}/newest.sqlite"
        await storage.database.migrating.migrate(url)
        engine = create_async_engine(url)
        try:
            async with engine.connect() as connection:
                return await connection.run_sync(_draft, says)
        finally:
            await engine.dispose()


def _draft(connection: Connection, says: str) -> Path:
    number = int(newest_revision() or 0) + 1
    written = command.revision(configured(connection), message=says, autogenerate=True, rev_id=f"{number:04}")
    if not isinstance(written, Script):
        raise RuntimeError("Alembic wrote no single migration")
    return Path(written.path)
