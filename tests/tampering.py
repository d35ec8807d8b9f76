"""Changing rows behind the application's back, as somebody with the database's own tools would."""

import sqlite3
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy.engine import make_url

from storage.database.opening import Database
from tests.servers.postgres import APP, OWNER


class Tamperer:
    """Direct SQL on one practice; on PostgreSQL as the role that owns the tables."""

    def __init__(self, database: Database, practice_id: UUID) -> None:
        self._database = database
        self._practice_id = practice_id

    def blob(self, value: bytes) -> str:
        """Bytes as the database's own literal."""
        return f"'\\x{value.hex()}'" if self._database.is_postgresql else f"X'{value.hex()}'"

    async def run(self, *statements: str) -> None:
        """Run statements; `{practice}` stands for the practice."""
        for statement in statements:
            await self.fetch(statement)

    async def fetch(self, statement: str, *, role: str = OWNER) -> Sequence[Any]:
        """The rows of a statement; `{practice}` stands for the practice."""
        sql = statement.replace("{practice}", f"'{self._practice_id.hex}'")
        if self._database.is_postgresql:
            return await self._on_postgresql(sql, role)
        connection = sqlite3.connect(self._database.url.database or "", timeout=10)
        try:
            rows = connection.execute(sql).fetchall()
            connection.commit()
            return rows
        finally:
            connection.close()

    async def _on_postgresql(self, sql: str, role: str) -> Sequence[Any]:
        url = make_url(str(self._database.url.render_as_string(hide_password=False)))
        assert url.username == APP
        connection = await asyncpg.connect(url.set(username=role).render_as_string(hide_password=False))
        try:
            # The owner is bound by row-level security like everybody else.
            await connection.execute("SELECT set_config('app.practice', $1, false)", str(self._practice_id))
            rows: Sequence[Any] = await connection.fetch(sql)
            return rows
        finally:
            await connection.close()
