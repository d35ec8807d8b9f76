"""Every request has an id: the caller's if it is a sane one, else ours. It stands in the log and in the response."""

import re
import secrets

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADER = "x-request-id"

_SANE = re.compile(r"[A-Za-z0-9._-]{8,64}")


class RequestIds:
    """Middleware that gives each request and each socket its id, and names it in every line logged for it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        brought = Headers(scope=scope).get(HEADER, "")
        request_id = brought if _SANE.fullmatch(brought) else fresh()
        scope.setdefault("state", {})["request_id"] = request_id

        async def send_with_id(message: Message) -> None:
            if message["type"] in ("http.response.start", "websocket.accept"):
                MutableHeaders(scope=message).setdefault(HEADER, request_id)
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=request_id):
            await self.app(scope, receive, send_with_id)


def fresh() -> str:
    """A new id."""
    return secrets.token_hex(16)


def of(connection: HTTPConnection) -> str:
    """The id of the request."""
    request_id: str = connection.state.request_id
    return request_id
