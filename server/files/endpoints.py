"""`/files/…`: documents by their id, for whoever may read them now; and our own links, for whoever has one."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import quote

from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from auth.errors import AuthError
from auth.keys import KeyRing
from domain.refusals import NotAllowedNow
from resolvers.casegraph import Casegraph
from resolvers.documents import reading
from resolvers.documents.reading import Readable
from resolvers.files.stores import StoreNotOpen
from resolvers.uploads.receiving import receive as take_in
from server import credentials, request_ids
from server.edge import Edge
from server.files import ranges
from server.files.headers import Delivery
from server.files.ranges import Bytes, NotSatisfiable
from server.files.sending import Sending
from server.refusals import STATUS_BY_CODE
from storage.files.errors import (
    AlreadyStored,
    LinkExpired,
    LinkMisused,
    LinkRefused,
    NotAsPromised,
    OutOfSpace,
    SizeMismatch,
    StoreUnwell,
    UploadGone,
)
from storage.files.interface import Ability
from storage.files.links import Links, Ticket

LINKS_PATH = "/files/links"
LINK_LASTS = timedelta(seconds=60)
"""How long a link to read a file may be used: long enough to follow it at once, too short to pass on."""
NOT_FOUND = "There is no such file."


@dataclass(frozen=True, slots=True)
class Serving:
    """How files are served."""

    origin: str | None = None
    """Another host of ours that files come from; without one, they come from here."""
    accelerated: str | None = None
    """The internal address of nginx below which it finds the store's folder, if it is to send the bytes itself."""


class Files:
    """The endpoints of files."""

    def __init__(self, edge: Edge, ring: KeyRing, serving: Serving) -> None:
        self.edge = edge
        self.serving = serving
        self.links = Links(ring, f"{serving.origin or ''}{LINKS_PATH}")

    @property
    def routes(self) -> list[BaseRoute]:
        """Where they answer."""
        return [
            Route(f"{LINKS_PATH}/{{token}}", self._endpoint(self.by_link), methods=["GET", "HEAD", "PUT", "OPTIONS"]),
            Route("/files/{id}", self._endpoint(self.document), methods=["GET", "HEAD"]),
            Route("/files/{id}/thumbnail", self._endpoint(self.thumbnail), methods=["GET", "HEAD"]),
        ]

    def _endpoint(self, answer: Callable[[Request], object]) -> "Endpoint":
        return Endpoint(answer)

    async def document(self, request: Request) -> Response:
        """A version of a document."""
        return await self._by_id(request, thumbnail=False)

    async def thumbnail(self, request: Request) -> Response:
        """The thumbnail of a version."""
        return await self._by_id(request, thumbnail=True)

    async def _by_id(self, request: Request, *, thumbnail: bool) -> Response:
        casegraph: Casegraph = request.app.state.application
        try:
            viewer = await credentials.viewer_of(casegraph, credentials.of(request, self.edge.cookie))
            asking = casegraph.operation(
                viewer, request_id=request_ids.of(request), operation_name="file",
                address=request.client.host if request.client else None,
            )  # fmt: skip
            async with asking as operation:
                file = await reading.readable(operation, request.path_params["id"], thumbnail=thumbnail)
                # Kept before the first byte leaves: nothing is read that the log does not know of.
                await operation.keep_access(reading.DOWNLOAD)
        except AuthError as error:
            return _refused(str(error), STATUS_BY_CODE.get(error.code, 403))
        if file is None:
            return _refused(NOT_FOUND, 404)
        delivery = Delivery.of(file.media_type, save="save" in request.query_params)
        if Ability.OWN_LINKS in file.store.abilities or self.serving.origin is not None:
            return await self._led_on(file, delivery)
        return self._sent(request, casegraph, file, delivery)

    async def _led_on(self, file: Readable, delivery: Delivery) -> Response:
        link = await file.store.link(
            file.key, lifetime=LINK_LASTS, filename=file.bare_name, media_type=delivery.content_type,
            inline=delivery.inline,
        )  # fmt: skip
        return RedirectResponse(link.url, 302, {"cache-control": "private, no-store"})

    def _sent(self, request: Request, casegraph: Casegraph, file: Readable, delivery: Delivery) -> Response:
        headers = delivery.headers(file)
        if self.serving.accelerated is not None and Ability.PATHS in file.store.abilities:
            path = quote(f"{self.serving.accelerated.rstrip('/')}/{file.store.path(file.key)}")
            return Response(status_code=200, headers={**headers, "x-accel-redirect": path})
        try:
            wanted = ranges.asked(request.headers, file.size, file.etag)
        except NotSatisfiable:
            return Response(status_code=416, headers={**headers, "content-range": f"bytes */{file.size}"})
        whole = Bytes(0, file.size)
        if wanted is not None:
            headers["content-range"] = f"bytes {wanted.start}-{wanted.end - 1}/{file.size}"
        if request.method == "HEAD":
            length = (wanted or whole).length
            return Response(status_code=206 if wanted else 200, headers={**headers, "content-length": str(length)})
        return Sending(casegraph, file, wanted or whole, 206 if wanted else 200, headers)

    async def by_link(self, request: Request) -> Response:
        """What one of our links permits: to read a file, or to send bytes."""
        allowed = self._allowed_origin(request)
        if request.method == "OPTIONS":
            return Response(status_code=204, headers={**allowed, **PREFLIGHT})
        try:
            ticket = self.links.read(request.path_params["token"], request.method)
            answer = await (self._taken_in if request.method == "PUT" else self._read)(request, ticket)
        except Exception as error:
            answer = _refused_link(error)
        answer.headers.update(allowed)
        return answer

    async def _read(self, request: Request, ticket: Ticket) -> Response:
        casegraph: Casegraph = request.app.state.application
        file = await reading.readable_by_link(casegraph, ticket.key)
        if file is None:
            return _refused(NOT_FOUND, 404)
        return self._sent(request, casegraph, file, Delivery.of(file.media_type, save=not ticket.inline))

    async def _taken_in(self, request: Request, ticket: Ticket) -> Response:
        announced = request.headers.get("content-length")
        if announced is not None and announced != str(ticket.size):
            raise SizeMismatch(ticket.key, ticket.size or 0, int(announced[:18]) if announced.isdecimal() else 0)
        await take_in(request.app.state.application, ticket, request.stream())
        return Response(status_code=204)

    def _allowed_origin(self, request: Request) -> dict[str, str]:
        """Our own pages may follow links from another origin than this; links carry all their permission themselves."""
        origin = request.headers.get("origin", "")
        if origin not in self.edge.origins:
            return {"vary": "origin"}
        return {"vary": "origin", "access-control-allow-origin": origin, "access-control-expose-headers": "etag"}


PREFLIGHT = {
    "access-control-allow-methods": "GET, HEAD, PUT",
    "access-control-allow-headers": "content-type, range, if-range",
    "access-control-max-age": "600",
}


class Endpoint:
    """An endpoint whose answer may outlast its function, and whose caller may leave in the middle."""

    def __init__(self, answer: Callable[[Request], object]) -> None:
        self.answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive, send)
        try:
            response = await self.answer(request)  # type: ignore[misc] # the functions above are asynchronous
        except ClientDisconnect:
            return
        await response(scope, receive, send)


STATUS_OF_LINKS: tuple[tuple[type[Exception], int, str], ...] = (
    (LinkExpired, 403, "This link has expired: ask for a fresh one."),
    (LinkMisused, 405, "This link permits something else."),
    (LinkRefused, 403, "This is no link of ours."),
    (SizeMismatch, 413, "Other bytes came than were announced: more, or fewer."),
    (NotAsPromised, 422, "Other bytes came than were announced: their SHA-256 differs."),
    (AlreadyStored, 409, "These bytes were sent already."),
    (UploadGone, 410, "This upload has ended."),
    (NotAllowedNow, 410, "This upload takes no more bytes."),
    (OutOfSpace, 507, "There is no room for this file."),
    (StoreUnwell, 503, "Files cannot be stored now: try again later."),
    (StoreNotOpen, 503, "Files cannot be stored now: try again later."),
)


def _refused_link(error: Exception) -> Response:
    for kind, status, says in STATUS_OF_LINKS:
        if isinstance(error, kind):
            return _refused(says, status)
    raise error


def _refused(says: str, status: int) -> Response:
    headers = {"cache-control": "no-store"}
    if status == 401:
        headers["www-authenticate"] = "Bearer"
    return Response(says, status, headers, "text/plain")
