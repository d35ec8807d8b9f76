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
from server.joining import WholeResponses
from server.stopping import DrainingServer
from tests.server.casefile import CaseFile, Live, opened
from tests.server.graph import schema


class QuietServer(DrainingServer):
    """Leaves the signals to pytest, and says when it has started."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.has_started = asyncio.Event()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.has_started.set()


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
async def served(edge: Edge | None = None, **uvicorn_options: object) -> AsyncIterator[Served]:
    """A running server, stopped at the end."""
    case_file = CaseFile()
    app = app_of(case_file, edge)
    options = {
        "port": 0, "http": WholeResponses, "log_config": None, "access_log": False, "timeout_graceful_shutdown": 2,
        "ws_max_size": 2**18,
    }  # fmt: skip
    server = QuietServer(uvicorn.Config(app, **(options | uvicorn_options)))  # type: ignore[arg-type] # any option
    serving = asyncio.create_task(server.serve())
    await asyncio.wait_for(server.has_started.wait(), 10)
    host, port = server.servers[0].sockets[0].getsockname()[:2]
    try:
        yield Served(f"{host}:{port}", app, case_file, server)
    finally:
        server.should_exit = True
        await serving
