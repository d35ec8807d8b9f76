"""The opened application: its database, keys, access log and live feeds, for as long as the process runs."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import auth.recognising
from auth.arriving import Arrival, Arrivals
from auth.cookies import SessionCookie
from auth.credentials import Credentials
from auth.keys import KeyRing
from auth.passwords import Passwords
from auth.throttling import Throttle
from auth.viewers import Viewer
from resolvers.accesses import AccessLog
from resolvers.files.stores import Stores
from resolvers.live import Hub
from resolvers.mailing import Post
from resolvers.operations import Operation
from resolvers.uploads.scanning import Scanner
from resolvers.writing import Written
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
        post: Post | None = None,
    ) -> None:
        """`post` takes letters out of the house; without one, whatever would send a letter waits."""
        self.database = database
        self.ring = ring
        self.stores = stores
        self.scanner = scanner
        self.cookie = SessionCookie(secure_cookies)
        self.arrivals = Arrivals(database)
        self.accesses = AccessLog(database)
        self.passwords = Passwords()
        self.throttle = Throttle()
        self.hub = Hub(database)
        self.post = post
        self.changing = asyncio.Event()

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
        """Who is asking; `NotSignedIn` for a session or key that has ended."""
        return await auth.recognising.viewer_of(self.database, credentials)

    def tell(self, *committed: Written) -> None:
        """Ring the bells of what was committed, and wake whoever looks at whether sessions have ended."""
        for written in committed:
            if written.practice_id is not None and written.number is not None:
                self.hub.ring(written.practice_id, written.number)
        if any(written.standing_changed for written in committed):
            self.changing.set()
            self.changing = asyncio.Event()

    async def until_somebody_changes(self) -> None:
        """Return when a write of this process has changed who somebody is: a membership, a key or a login."""
        await self.changing.wait()

    async def received(self, credentials: Credentials, *, by_memory: bool = True) -> Arrival:
        """The same; with `by_memory` maybe a guess, confirmed in the snapshot that comes with it. The caller closes
        the arrival."""
        return await self.arrivals.received(credentials, by_memory=by_memory)

    def operation(self, asks: Viewer | Arrival, **facts: Any) -> Operation:
        """An operation of the viewer; `facts` are the request's id, idempotency key, operation name and address."""
        return Operation(self, asks, **facts)

    async def ready(self) -> bool:
        """Whether the database answers."""
        snapshot = await self.database.reader.snapshot(None)
        try:
            return bool(await snapshot.fetch("SELECT 1", []))
        finally:
            await snapshot.close()
