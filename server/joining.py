"""Sending a response in one piece.

Uvicorn writes the head of a response and then its body, and each leaves by a system call and as a packet of its own.
Here what is written in one turn of the loop leaves together.
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MOST_HELD_BYTES = 64 * 1024


class Joining:
    """A transport that holds what is written until the turn of the loop ends, or until it is much."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._held: list[bytes] = []
        self._size = 0

    def __getattr__(self, name: str) -> Any:
        """In all else it is the transport."""
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Send the data, together with what follows at once."""
        if not self._held:
            self._loop.call_soon(self._send)
        self._held.append(data)
        self._size += len(data)
        if self._size > MOST_HELD_BYTES:
            self._send()

    def close(self) -> None:
        """Close it behind what was written."""
        self._send()
        self._transport.close()

    def _send(self) -> None:
        held, self._held, self._size = self._held, [], 0
        if held:
            self._transport.write(held[0] if len(held) == 1 else b"".join(held))


class WholeResponses(HttpToolsProtocol):
    """HTTP as uvicorn speaks it, over such a transport."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn has it
        """A client has connected."""
        super().connection_made(Joining(transport, self.loop))  # type: ignore[arg-type] # it is one in all but name
