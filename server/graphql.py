"""The graph over HTTP (GraphQL over HTTP, draft of 2025): bytes in, one operation, bytes out."""

from collections.abc import Awaitable, Callable
from typing import Any

from graphql import OperationType
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from auth.arriving import Mistaken
from schema.documents import BadDocument
from schema.preparing import Prepared
from server import answers, bodies, credentials, media, origins, parameters, request_ids
from server.edge import Edge
from server.headers import Request
from server.leaving import CallerLeft, unless_left
from server.parameters import Parameters
from server.refusals import BadRequest, CrossOrigin, NotAcceptable, Refused, WrongMediaType, WrongMethod
from server.running import Answer, Caller, Runner

Page = Callable[[Request], Awaitable[Response]]


class GraphQLEndpoint:
    """Answers queries and mutations; `page` is shown to a person whose browser opens the address."""

    def __init__(self, edge: Edge, runner: Runner, page: Page | None = None) -> None:
        self.edge = edge
        self.runner = runner
        self.page = page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive, send)
        try:
            response = await self._respond(request)
        except (CallerLeft, ClientDisconnect):
            return
        await response(scope, receive, send)

    async def _respond(self, request: Request) -> Response:
        accept = request.headers.get("accept")
        if self.page and request.method == "GET" and not request.url.query and media.wants_page(accept):
            return await self.page(request)
        wanted = media.answer_type(accept)
        media_type = wanted or media.JSON
        try:
            if wanted is None:
                raise NotAcceptable(f"The answer is {media.GRAPHQL_JSON} or {media.JSON}.")
            return await self._answer(request, media_type)
        except Refused as error:
            return answers.refused(error, media_type)
        except BadDocument as error:
            return answers.refused_document(error.errors, media_type)
        except (CallerLeft, ClientDisconnect):
            raise
        except Exception as error:
            return answers.failed(error, media_type)

    async def _answer(self, request: Request, media_type: str) -> Response:
        asked = await self._asked(request)
        prepared = self.runner.prepare(asked)
        _refuse_kind(prepared, request)
        key = _idempotency_key(request, asked)
        answer = await unless_left(request.receive, self._carried_out(request, prepared, asked.variables, key))
        return answers.answered(answer.content, media_type, answer.cookies)

    async def _carried_out(
        self, request: Request, prepared: Prepared, variables: dict[str, Any] | None, key: str | None
    ) -> Answer[bytes]:
        """The answer for the caller as they are remembered; if they are not who they were, for who they are."""
        try:
            return await self._answer_of(request, prepared, variables, key, by_memory=True)
        except Mistaken:
            return await self._answer_of(request, prepared, variables, key, by_memory=False)

    async def _answer_of(
        self,
        request: Request,
        prepared: Prepared,
        variables: dict[str, Any] | None,
        key: str | None,
        *,
        by_memory: bool,
    ) -> Answer[bytes]:
        runner, brought = self.runner, credentials.of(request, self.edge.cookie)
        arrival = await credentials.received(runner.application, brought, by_memory=by_memory)
        address = request.client.host if request.client else None
        try:
            caller = Caller(arrival, request_ids.of(request), key, address)
            return await runner.answer(prepared, variables, caller, answers.written)
        finally:
            await arrival.close()

    async def _asked(self, request: Request) -> Parameters:
        """The parameters of the request, once it is known where it comes from. Raises `Refused`."""
        if request.method not in ("GET", "POST"):
            raise WrongMethod("An operation is sent by POST, or a query by GET.")
        if credentials.by_cookie(request, self.edge.cookie) and not origins.is_proved(request, self.edge.origins):
            raise CrossOrigin("A session cookie is taken only from our own page: send Origin or X-Requested-With.")
        if request.method == "GET":
            return parameters.of_url(request.url.query.encode())
        if not media.is_json(request.headers.get("content-type")):
            raise WrongMediaType("The body must be application/json in UTF-8.")
        return parameters.of_body(await bodies.read(request, self.edge.body_bytes))


def _refuse_kind(prepared: Prepared, request: Request) -> None:
    if prepared.kind is OperationType.SUBSCRIPTION:
        raise BadRequest("A subscription needs a WebSocket (graphql-transport-ws) at this address.")
    if prepared.kind is OperationType.MUTATION and request.method == "GET":
        raise _MutationByGet("Mutations are not allowed when using GET.")


class _MutationByGet(WrongMethod):
    headers = {"allow": "POST"}


def _idempotency_key(request: Request, asked: Parameters) -> str | None:
    """The key of the header or of the extensions. Raises `BadRequest` when they differ."""
    header = request.headers.get("idempotency-key")
    by_header = None if header is None else parameters.idempotency_key(header.strip('"'))
    if by_header and asked.idempotency_key and by_header != asked.idempotency_key:
        raise BadRequest("The header and the extensions name different idempotency keys.")
    return by_header or asked.idempotency_key
