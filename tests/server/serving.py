"""A real uvicorn on a free port of the loopback, in the test's own event loop."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

import uvicorn
from starlette.applications import Starlette

from server.app import assemble
from server.edge import Edge
from server.graphql import Page
from server.listening import configured
from server.settings import Settings
from server.stopping import DrainingServer
from tests.server.casefile import CaseFile, Live, opened
from tests.server.graph import schema


class QuietServer(DrainingServer):
    """Uvicorn as Casegraph runs it, on a free port; leaves the signals to pytest, and says when it has started."""

    def __init__(self, app: Starlette, edge: Edge, settings: Settings) -> None:
        super().__init__(configured(app, edge, settings))
        self.config.port = 0
        self.config.timeout_graceful_shutdown = 2
        self.has_started = asyncio.Event()

    @property
    def address(self) -> str:
        """The host and port it listens on."""
        host, port = self.servers[0].sockets[0].getsockname()[:2]
        return f"{host}:{port}"

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.has_started.set()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Answers for as long as the body takes."""
        serving = asyncio.create_task(self.serve())
        await asyncio.wait_for(self.has_started.wait(), 20)
        try:
            yield
        finally:
            self.should_exit = True
            await serving


@dataclass(frozen=True, slots=True)
class Served:
    """A server that answers."""

    address: str
    app: Starlette
    case_file: CaseFile
    server: uvicorn.Server

    @property
    def live(self) -> Live:
        return self.case_file.live

    @property
    def url(self) -> str:
        return f"http://{self.address}/graphql"

    @property
    def socket_url(self) -> str:
        return f"ws://{self.address}/graphql"


def app_of(case_file: CaseFile, edge: Edge | None = None, page: Page | None = None) -> Starlette:
    return assemble(schema, lambda: opened(case_file), edge or Edge(), page=page)


@asynccontextmanager
async def served(edge: Edge | None = None) -> AsyncIterator[Served]:
    """A running server, stopped at the end."""
    case_file, edge = CaseFile(), edge or Edge()
    app = app_of(case_file, edge)
    server = QuietServer(app, edge, Settings.read({}))
    async with server.running():
        yield Served(server.address, app, case_file, server)
