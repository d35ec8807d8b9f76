"""Listening: the socket, and uvicorn as Casegraph runs it."""

import errno
import socket
from collections.abc import Callable

import uvicorn
from starlette.applications import Starlette

from server import collecting
from server.edge import Edge
from server.joining import WholeResponses
from server.settings import Settings
from server.stopping import DrainingServer

PING_SECONDS = 20.0
KEEP_ALIVE_SECONDS = 75
"""Longer than proxies and browsers keep an idle connection, mostly a minute: whoever closes first while the other
sends loses a request, and only they know which of theirs may be sent again."""
LAST_ANSWERS_SECONDS = 10
"""How long the requests under way may take when the server stops."""


class CannotListen(Exception):
    """The address cannot be listened on; the message says why."""


class Server(DrainingServer):
    """Uvicorn as Casegraph runs it, telling when it answers."""

    def __init__(self, app: Starlette, edge: Edge, settings: Settings, on_answering: Callable[[], None]) -> None:
        super().__init__(configured(app, edge, settings))
        self.on_answering = on_answering

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, settle, then tell."""
        await super().startup(sockets)
        if self.started:
            collecting.settle()
            self.on_answering()


def configured(app: Starlette, edge: Edge, settings: Settings) -> uvicorn.Config:
    """How uvicorn runs the application."""
    return uvicorn.Config(
        app, lifespan="on", loop="uvloop", http=WholeResponses, ws="websockets-sansio",
        ws_max_size=edge.sockets.message_bytes, ws_ping_interval=PING_SECONDS, ws_ping_timeout=PING_SECONDS,
        # Compressing secrets together with what a caller chose lets their length tell them apart.
        ws_per_message_deflate=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS, timeout_graceful_shutdown=LAST_ANSWERS_SECONDS,
        server_header=False, access_log=False, log_config=None,
        proxy_headers=bool(settings.trusted_proxies), forwarded_allow_ips=list(settings.trusted_proxies),
    )  # fmt: skip


def listen(host: str, port: int) -> socket.socket:
    """A socket bound to the address; `CannotListen` with what to do about it."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
    except OSError as error:
        bound.close()
        taken = error.errno == errno.EADDRINUSE
        mend = f"another program has it, so try CASEGRAPH_PORT={port + 1}" if taken else "see CASEGRAPH_HOST and _PORT"
        raise CannotListen(f"Casegraph cannot listen on {shown(host, port)} ({error.strerror}): {mend}.") from None
    return bound


def shown(host: str, port: int) -> str:
    """The address as a browser takes it."""
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
