"""The floors: one hand-written statement for each query, its JSON passed on as it comes.

`duties`: with all that our server owes a request: the session looked up, a snapshot of the practice under row-level
security, the access event kept before the answer leaves, as the product keeps it. `bare`: with none of it.

    python -m benchmarks.graph.floors duties|bare DATABASE PORT PRACTICE
"""

import hashlib
import secrets
import sys
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

import asyncpg
import orjson
import uvicorn

from auth.viewers import Member
from domain.people import Role
from resolvers.accesses import AccessLog, access_of
from resolvers.looking import Looked
from storage.database.opening import open_database

FOLDER = Path(__file__).parent / "floor"
STATEMENTS = {
    "Q1": (FOLDER / "page.sql").read_text(),
    "Q2": (FOLDER / "list.sql").read_text(),
    "Q3": (FOLDER / "small.sql").read_text(),
    "Timeline": (FOLDER / "timeline.sql").read_text(),
}
POOL = 10
SETTINGS = {"jit": "off"}
VIEWER = "SELECT * FROM benchmark_private.viewer_of($1)"
BEGIN = (
    "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; "
    "SELECT set_config('app.practice', '{practice}', true), set_config('app.person', '{person}', true)"
)
HEADERS = [(b"content-type", b"application/json; charset=utf-8")]

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class Floor(Protocol):
    """What answers."""

    async def open(self, stack: AsyncExitStack) -> None:
        """Connect."""
        ...

    async def answer(self, token: str, operation: str, client_id: UUID | None) -> str:
        """The JSON of the data."""
        ...


class Bare:
    """The statement alone."""

    def __init__(self, database: str, practice_id: UUID) -> None:
        self.database = database
        self.practice_id = practice_id

    async def open(self, stack: AsyncExitStack) -> None:
        """Connect as somebody whom no row-level security binds."""
        self.pool = await stack.enter_async_context(_pool(self.database))

    async def answer(self, token: str, operation: str, client_id: UUID | None) -> str:
        """The JSON of the data."""
        async with self.pool.acquire() as connection:
            found: str = await connection.fetchval(*_statement(operation, self.practice_id, client_id))
        return found


class Duties:
    """The statement with what a request is owed."""

    def __init__(self, database: str) -> None:
        self.url = database

    async def open(self, stack: AsyncExitStack) -> None:
        """Connect, and begin the access log."""
        self.pool = await stack.enter_async_context(_pool(self.url))
        database = await open_database(self.url)
        stack.push_async_callback(database.close)
        self.accesses = AccessLog(database)
        stack.push_async_callback(self.accesses.close)

    async def answer(self, token: str, operation: str, client_id: UUID | None) -> str:
        """The JSON of the data, once it is written down who has seen it."""
        async with self.pool.acquire() as connection:
            held = await connection.fetchrow(VIEWER, hashlib.sha256(token.encode()).digest())
            viewer = Member(held[0], held[1], held[2], Role(held[4]), held[3])
            moment = datetime.now(UTC)
            await connection.execute(BEGIN.format(practice=viewer.practice_id, person=viewer.person_id))
            statement = _statement(operation, viewer.practice_id, client_id)
            text, seen = await connection.fetchrow(*statement)
            await connection.execute("COMMIT")
        looked = Looked()
        looked.clients.update(seen)
        request_id = secrets.token_hex(16)
        access = access_of(viewer, looked, moment, operation=operation, request_id=request_id, purpose="READ")
        if access is not None:
            await self.accesses.keep(access)
        found: str = text
        return found


def _pool(url: str) -> Any:
    return asyncpg.create_pool(url, min_size=0, max_size=POOL, reset=_nothing, server_settings=SETTINGS)


async def _nothing(connection: Any) -> None:
    return None


def _statement(operation: str, practice_id: UUID, client_id: UUID | None) -> tuple[Any, ...]:
    given = (practice_id,) if client_id is None else (practice_id, client_id)
    return STATEMENTS[operation], *given


class Application:
    """A floor as a bare ASGI application."""

    def __init__(self, floor: Floor) -> None:
        self.floor = floor
        self.stack = AsyncExitStack()

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        body = await _body(receive)
        asked = orjson.loads(body)
        token = next(value for name, value in scope["headers"] if name == b"authorization")
        given = (asked.get("variables") or {}).get("id")
        data = await self.floor.answer(
            token.removeprefix(b"Bearer ").decode(), asked["operationName"], UUID(given) if given else None
        )
        answer = b'{"data":' + data.encode() + b"}"
        length = (b"content-length", str(len(answer)).encode())
        await send({"type": "http.response.start", "status": 200, "headers": [*HEADERS, length]})
        await send({"type": "http.response.body", "body": answer})

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        await self.floor.open(self.stack)
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self.stack.aclose()
        await send({"type": "lifespan.shutdown.complete"})


async def _body(receive: Receive) -> bytes:
    body, more = b"", True
    while more:
        message = await receive()
        body, more = body + message.get("body", b""), message.get("more_body", False)
    return body


def main() -> None:
    """Serve until told to stop."""
    kind, database, port, practice = sys.argv[1:]
    floor: Floor = Duties(database) if kind == "duties" else Bare(database, UUID(practice))
    uvicorn.run(
        Application(floor), port=int(port), loop="uvloop", http="httptools", access_log=False, log_level="warning"
    )


if __name__ == "__main__":
    main()
