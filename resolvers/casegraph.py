"""The opened application: its database, keys, access log and live feeds, for as long as the process runs."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import auth.sessions
from auth.cookies import SessionCookie
from auth.credentials import Credentials
from auth.keys import KeyRing
from auth.passwords import Passwords
from auth.throttling import Throttle
from auth.viewers import Viewer
from resolvers.accesses import AccessLog
from resolvers.files.stores import Stores
from resolvers.live import Hub
from resolvers.operations import Operation
from resolvers.uploads.scanning import Scanner
from storage.database.opening import Database, open_database


class Casegraph:
    """What every operation acts on. Opened once by the server, the worker, a command or a test."""

    def __init__(
        self,
        database: Database,
        ring: KeyRing,
        *,
        stores: Stores | None = None,
        scanner: Scanner | None = None,
        secure_cookies: bool = True,
    ) -> None:
        self.database = database
        self.ring = ring
        self.stores = stores
        self.scanner = scanner
        self.cookie = SessionCookie(secure_cookies)
        self.accesses = AccessLog(database)
        self.passwords = Passwords()
        self.throttle = Throttle()
        self.hub = Hub(database)

    @classmethod
    @asynccontextmanager
    async def opened(cls, url: str, ring: KeyRing, **options: Any) -> AsyncIterator["Casegraph"]:
        """Open the database and begin to listen for changes; close everything in the end, but not the `stores`."""
        database = await open_database(url)
        casegraph = cls(database, ring, **options)
        try:
            yield casegraph
        finally:
            await casegraph.hub.close()
            await casegraph.accesses.close()
            await database.close()

    @property
    def opened_stores(self) -> Stores:
        """Where files are kept; a command that has nothing to do with files opens none."""
        if self.stores is None:
            raise RuntimeError("The application was opened without stores for files.")
        return self.stores

    async def viewer_of(self, credentials: Credentials) -> Viewer:
        """Who is asking; `NotSignedIn` for a session that has ended."""
        return await auth.sessions.viewer_of(self.database, credentials)

    def operation(self, viewer: Viewer, **facts: Any) -> Operation:
        """An operation of the viewer; `facts` are the request's id, idempotency key, operation name and address."""
        return Operation(self, viewer, **facts)

    async def ready(self) -> bool:
        """Whether the database answers."""
        snapshot = await self.database.reader.snapshot(None)
        try:
            return bool(await snapshot.fetch("SELECT 1", []))
        finally:
            await snapshot.close()
