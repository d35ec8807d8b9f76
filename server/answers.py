"""Writing what leaves: results and errors as bytes."""

from collections.abc import Iterable, Sequence
from typing import Any

import orjson
from graphql import ExecutionResult, GraphQLError
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from schema import masking
from schema.scalars import as_json
from server import media, refusals
from server.headers import RawHeaders
from server.refusals import Refused


def written(result: ExecutionResult) -> bytes:
    """The result as the specification shapes it: errors first, where nobody overlooks them."""
    errors = {"errors": formatted(result.errors)} if result.errors else {}
    return as_json({**errors, "data": result.data})


def formatted(errors: Iterable[GraphQLError]) -> list[Any]:
    """The errors as the specification shapes them."""
    return [error.formatted for error in errors]


def answered(content: bytes, media_type: str, cookies: Sequence[str] = ()) -> Response:
    """The response to an operation that was carried out, whether or not some fields failed."""
    response = Finished(content, 200, media_type)
    response.raw_headers += [(b"set-cookie", cookie.encode("latin-1")) for cookie in cookies]
    return response


def refused_document(errors: list[GraphQLError], media_type: str) -> Response:
    """The response to a document or variables that were not taken.

    The older media type says 200 even then, because its clients look no further than the status.
    """
    return _response({"errors": formatted(errors)}, 200 if media_type == media.JSON else 400, media_type)


def refused(error: Refused, media_type: str) -> Response:
    """The response to a request that was turned away."""
    content = {"message": str(error), "extensions": {"code": error.code}}
    response = _response({"errors": [content]}, error.status, media_type)
    response.headers.update(error.headers)
    return response


def failed(error: Exception, media_type: str) -> Response:
    """The response to a request that failed as a whole: by an error of ours, or by a defect."""
    status = refusals.STATUS_BY_CODE.get(masking.code_of(error) or "", 400 if masking.code_of(error) else 500)
    response = _response({"errors": formatted([masking.answered(error)])}, status, media_type)
    if status == 401:
        response.headers["www-authenticate"] = "Bearer"
    return response


class Finished(Response):
    """A response whose body is there already. Starlette's would look at each part of it anew."""

    def __init__(self, body: bytes, status: int, media_type: str) -> None:
        self.status_code = status
        self.background = None
        self.body = body
        self.raw_headers = [*_HEADERS[media_type], (b"content-length", b"%d" % len(body))]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        await send({"type": "http.response.body", "body": self.body})


def _response(content: dict[str, Any], status: int, media_type: str) -> Response:
    return Finished(orjson.dumps(content), status, media_type)


def _headers(media_type: str) -> RawHeaders:
    return [(b"cache-control", b"no-store"), (b"content-type", f"{media_type}; charset=utf-8".encode())]


_HEADERS = {media_type: _headers(media_type) for media_type in (media.JSON, media.GRAPHQL_JSON)}
