"""The graph over WebSocket (graphql-transport-ws): how sockets begin, how many there may be, how all of them end."""

import asyncio

from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket

from server import frames, origins
from server.conversations import FORBIDDEN, Conversation
from server.edge import Edge
from server.running import Runner

TRY_LATER = 1013
WRONG_PROTOCOL = 4406


class Sockets:
    """All open sockets of one process, and how they begin and end."""

    def __init__(self, edge: Edge, runner: Runner) -> None:
        self.edge = edge
        self.runner = runner
        self.stopping = False
        self._open: set[Conversation] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        websocket = WebSocket(scope, receive, send)
        if origins.is_foreign(websocket, self.edge.origins):
            await websocket.close(FORBIDDEN)  # before accepting: the handshake is answered by 403
        elif frames.PROTOCOL not in websocket.scope["subprotocols"]:
            await websocket.accept()
            await websocket.close(WRONG_PROTOCOL, f"Speak {frames.PROTOCOL}")
        elif self.stopping or len(self._open) >= self.edge.sockets.sockets:
            await websocket.accept(frames.PROTOCOL)
            await websocket.close(TRY_LATER, "No more sockets now")
        else:
            await websocket.accept(frames.PROTOCOL)
            await self._serve(websocket)

    async def drain(self) -> None:
        """Take no more work, let queries and mutations under way be answered, then close every socket.

        Subscriptions get no `complete`: to a client that means that its source has ended, and it would not come back. A
        closed socket it opens again, at the server that follows, and goes on from its last cursor.
        """
        self.stopping = True
        await asyncio.gather(*(conversation.drain() for conversation in self._open))

    async def _serve(self, websocket: WebSocket) -> None:
        conversation = Conversation(websocket, self.runner, self.edge)
        self._open.add(conversation)
        self.runner.metrics.sockets.inc()
        try:
            await conversation.serve()
        finally:
            self._open.discard(conversation)
            self.runner.metrics.sockets.dec()
