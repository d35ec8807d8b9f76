"""Fresh PostgreSQL databases for a measurement, on a server of its own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import asyncpg

from auth.keys import KeyRing
from resolvers.casegraph import Casegraph
from storage.database.migrating import migrate
from tests.servers import postgres


@dataclass(frozen=True, slots=True)
class Opened:
    """The application on a fresh database, and who may load data past it."""

    casegraph: Casegraph
    administrator_url: str

    async def run(self, statement: str) -> str:
        """Run one statement as the administrator, whom no row-level security binds."""
        connection = await asyncpg.connect(self.administrator_url)
        try:
            return str(await connection.fetchval(statement))
        finally:
            await connection.close()


@asynccontextmanager
async def opened(server: postgres.Server) -> AsyncIterator[Opened]:
    """The application on a new, migrated database, as the application's role."""
    database = server.make_database()
    await migrate(database.owner_url, app_role=postgres.APP)
    async with Casegraph.opened(database.app_url, KeyRing.made()) as casegraph:
        yield Opened(casegraph, server.of_administrator(database.name))
