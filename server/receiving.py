"""Taking in the bytes of an import: PUT to the path that the graph gave out, which is the only credential needed."""

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

import resolvers.bringing.receiving
from resolvers.bringing.receiving import PATH, NotExpected, TooMuch

__all__ = ["PATH", "receive"]
HEADERS = {"cache-control": "no-store"}


async def receive(request: Request) -> Response:
    """Keep the bytes: 204 when all have come, 404 when no file is awaited there, 413 when there are too many."""
    announced = request.headers.get("content-length", "")
    size = int(announced[:20]) if announced.isdecimal() else None
    if size is not None and size > resolvers.bringing.receiving.MOST_BYTES:
        return Response(status_code=413, headers=HEADERS)
    casegraph = request.app.state.application
    try:
        await resolvers.bringing.receiving.receive(casegraph, request.path_params["token"], request.stream(), size)
    except NotExpected:
        return Response(status_code=404, headers=HEADERS)
    except TooMuch:
        return Response(status_code=413, headers=HEADERS)
    except ClientDisconnect:
        return Response(status_code=400, headers=HEADERS)
    return Response(status_code=204, headers=HEADERS)
