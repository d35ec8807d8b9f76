"""Stopping without breaking off: sockets are told before uvicorn cuts them."""

import socket
from typing import Any

import uvicorn
from starlette.applications import Starlette

from server.sockets import Sockets


class DrainingServer(uvicorn.Server):
    """A server that lets the application finish its sockets first, when it is told to stop."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close the sockets our way, then all else uvicorn's way."""
        open_sockets: Sockets = _innermost(self.config.loaded_app).state.sockets
        await open_sockets.drain()
        await super().shutdown(sockets)


def _innermost(app: Any) -> Starlette:
    """The application within the layers that uvicorn puts around it."""
    while not isinstance(app, Starlette):
        app = app.app
    return app
