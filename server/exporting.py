"""Any list of the graph as CSV over HTTP: POST a query with one connection, and its rows come page by page."""

from collections.abc import AsyncIterator
from typing import Any

from graphql import ExecutionResult
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from domain import tables
from schema import exporting
from schema.documents import BadDocument
from schema.exporting import AFTER, PAGE, Listing, NotAList
from server import answers, bodies, credentials, media, origins, parameters, request_ids
from server.edge import Edge
from server.parameters import Parameters
from server.refusals import STATUS_BY_CODE, BadRequest, CrossOrigin, Refused, WrongMediaType
from server.running import Caller, Runner

PATH = "/export.csv"
BYTE_ORDER_MARK = "\ufeff"
"""Without it spreadsheets take UTF-8 for something else."""
MEDIA_TYPE = "text/csv; charset=utf-8; header=present"
HEADERS = {
    "cache-control": "no-store",
    "content-disposition": 'attachment; filename="export.csv"',
    "x-content-type-options": "nosniff",
}


class BrokenOff(Exception):
    """A later page could not be read: the connection is broken, so that nobody takes the rows for all."""


class Export:
    """Answers a query with the rows of its list."""

    def __init__(self, edge: Edge, runner: Runner) -> None:
        self.edge = edge
        self.runner = runner

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive, send)
        try:
            response = await self._respond(request)
        except Refused as error:
            response = answers.refused(error, media.JSON)
        except BadDocument as error:
            response = answers.refused_document(error.errors, media.GRAPHQL_JSON)
        except Exception as error:
            response = answers.failed(error, media.JSON)
        await response(scope, receive, send)

    async def _respond(self, request: Request) -> Response:
        asked = await self._asked(request)
        try:
            listing = exporting.listing(self.runner.persisted.text(asked), asked.operation_name)
        except NotAList as error:
            raise BadRequest(str(error)) from None
        pages = _Pages(self.runner, request, self.edge, listing, asked)
        first = await pages.read(None)
        if first.data is None or pages.is_refused(first):
            return _refused(first)
        return StreamingResponse(pages.text(first), media_type=MEDIA_TYPE, headers=HEADERS)

    async def _asked(self, request: Request) -> Parameters:
        if credentials.by_cookie(request, self.edge.cookie) and not origins.is_proved(request, self.edge.origins):
            raise CrossOrigin("A session cookie is taken only from our own page: send Origin or X-Requested-With.")
        if not media.is_json(request.headers.get("content-type")):
            raise WrongMediaType("The body must be application/json in UTF-8.")
        return parameters.of_body(await bodies.read(request, self.edge.body_bytes))


class _Pages:
    """The pages of one list, each an operation of its own, by the caller as they are then."""

    def __init__(self, runner: Runner, request: Request, edge: Edge, listing: Listing, asked: Parameters) -> None:
        self._runner = runner
        self._request = request
        self._cookie = edge.cookie
        self._listing = listing
        self._variables = asked.variables or {}
        self._prepared = runner.operations.prepare(listing.text, listing.operation_name)

    async def read(self, after: str | None) -> ExecutionResult:
        """One page."""
        request = self._request
        viewer = await credentials.viewer_of(self._runner.application, credentials.of(request, self._cookie))
        caller = Caller(viewer, request_ids.of(request), None, request.client.host if request.client else None)
        variables = {**self._variables, AFTER: after}
        return (await self._runner.answer(self._prepared, variables, caller, lambda page: page)).content

    def is_refused(self, page: ExecutionResult) -> bool:
        """Whether the page cannot be shown: there is no list, or more went wrong than that cells may not be read."""
        if self._listing.connection(page.data) is None:
            return True
        return any(self._denied(error) is None for error in page.errors or ())

    async def text(self, page: ExecutionResult) -> AsyncIterator[str]:
        """The whole table. Raises `BrokenOff` when it cannot go on."""
        yield BYTE_ORDER_MARK + tables.line_of(self._listing.headings)
        while True:
            connection = self._listing.connection(page.data)
            if connection is None or self.is_refused(page):
                raise BrokenOff
            denied = {cell for cell in map(self._denied, page.errors or ()) if cell is not None}
            yield "".join(tables.line_of(row) for row in self._listing.rows(connection, denied))
            if not connection[PAGE]["hasNextPage"]:
                return
            page = await self.read(connection[PAGE]["endCursor"])

    def _denied(self, error: Any) -> tuple[int, exporting.Path] | None:
        forbidden = (error.extensions or {}).get("code") == "FORBIDDEN"
        return self._listing.denied_cell(error.path or []) if forbidden else None


def _refused(page: ExecutionResult) -> Response:
    response = answers.answered(answers.written(page), media.JSON)
    codes = [str((error.extensions or {}).get("code")) for error in page.errors or ()]
    response.status_code = next((STATUS_BY_CODE[code] for code in codes if code in STATUS_BY_CODE), 404)
    return response
