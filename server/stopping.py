"""Stopping without breaking off: sockets are told before uvicorn cuts them."""

import socket

import uvicorn
from starlette.applications import Starlette

from server.sockets import Sockets


class DrainingServer(uvicorn.Server):
    """A server that lets the application finish its sockets first, when it is told to stop."""

    def __init__(self, config: uvicorn.Config, app: Starlette) -> None:
        super().__init__(config)
        self._app = app

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close the sockets our way, then all else uvicorn's way."""
        open_sockets: Sockets = self._app.state.sockets
        await open_sockets.drain()
        await super().shutdown(sockets)
