"""What every request and every response carries, and which names this server answers to."""

import re

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server import request_ids
from server.headers import RawHeaders

PROBES = frozenset({"/healthz", "/readyz", "/metrics"})
"""Asked by machines that know only an address."""

SECURITY_HEADERS: RawHeaders = [
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
]
"""They narrow what a browser may do; a response that sets one keeps its own."""
STRICT_TRANSPORT = (b"strict-transport-security", b"max-age=63072000")

_NAMES = frozenset({request_ids.HEADER, STRICT_TRANSPORT[0], *(name for name, _ in SECURITY_HEADERS)})
"""Of all that is added."""

_HOST = re.compile(rb"(?P<name>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(:\d{1,5})?")


class Guards:
    """Middleware that knows each request by an id, turns away those for other names, and guards the responses.

    One for all of it: every wrapper around the application costs each of its requests.
    """

    def __init__(self, app: ASGIApp, hosts: frozenset[str]) -> None:
        self.app = app
        self.hosts = frozenset(host.lower().encode() for host in hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        kind = scope["type"]
        if kind not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        request_id = request_ids.given(scope)
        added = [(request_ids.HEADER, request_id.encode())]
        if kind == "http":
            added += SECURITY_HEADERS
            if scope["scheme"] == "https":
                added.append(STRICT_TRANSPORT)

        async def send_guarded(message: Message) -> None:
            if message["type"] in ("http.response.start", "websocket.accept"):
                message["headers"] = _with_added(message.get("headers", ()), added)
            await send(message)

        before = request_ids.CURRENT.set(request_id)
        try:
            status = self._refusal(scope)
            if status is None:
                await self.app(scope, receive, send_guarded)
            else:
                await _refuse(status, scope, receive, send_guarded)
        finally:
            request_ids.CURRENT.reset(before)

    def _refusal(self, scope: Scope) -> int | None:
        """The status for a request by another name: one that resolves to us without our will is an attack."""
        if scope["path"] in PROBES:
            return None
        named = [value for name, value in scope["headers"] if name == b"host"]
        match = _HOST.fullmatch(named[0]) if len(named) == 1 else None
        if match is None:
            return 400
        return None if match["name"].strip(b"[]").lower() in self.hosts else 421


async def _refuse(status: int, scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
    else:
        await PlainTextResponse("This server does not answer to that name.", status)(scope, receive, send)


def _with_added(own: RawHeaders, added: RawHeaders) -> RawHeaders:
    """The headers of a response, and those added that it does not set itself."""
    names = {name for name, _ in own}
    if names.isdisjoint(_NAMES):
        return [*own, *added]
    return [*own, *(header for header in added if header[0] not in names)]
