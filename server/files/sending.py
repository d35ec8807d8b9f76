"""Sending a file: read off the event loop, a chunk at a time, no further than the caller waits for it."""

from collections.abc import Mapping

import structlog
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from resolvers.casegraph import Casegraph
from resolvers.documents.reading import Readable, moved
from server.files.ranges import Bytes
from server.leaving import CallerLeft, unless_left
from storage.files.errors import NotStored
from storage.files.interface import Span

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


class Sending(Response):
    """The bytes of a file, or a span of them. It is opened before the first byte of the answer leaves."""

    def __init__(
        self, casegraph: Casegraph, file: Readable, wanted: Bytes, status: int, headers: Mapping[str, str]
    ) -> None:
        super().__init__(status_code=status, headers=headers)
        del self.headers["content-length"]
        self.headers["content-length"] = str(wanted.length)
        self.casegraph, self.file, self.wanted = casegraph, file, wanted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await unless_left(receive, self._sent(send))
        except CallerLeft:
            return
        except NotStored:
            log.error("file missing in its store", store=self.file.store.name, key=str(self.file.key))
            await Response("The file cannot be read now.", 503)(scope, receive, send)

    async def _sent(self, send: Send) -> None:
        try:
            await self._send_from(self.file, send)
        except NotStored:
            # Looked up a moment ago; it may have been moved to another store since.
            file = await moved(self.casegraph, self.file)
            if file is None:
                raise
            await self._send_from(file, send)

    async def _send_from(self, file: Readable, send: Send) -> None:
        async with file.store.open(file.key, span=Span(self.wanted.start, self.wanted.end)) as opened:
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            async for chunk in opened:
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
