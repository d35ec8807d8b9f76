"""What machines ask about the server: is it alive, may it be given work, what has it done."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from server.application import Application
from server.metrics import Metrics


async def alive(request: Request) -> Response:
    """200 as long as the process answers at all."""
    return JSONResponse({"status": "alive"}, headers=_FRESH)


async def ready(request: Request) -> Response:
    """200 when the database answers and the server is not stopping, else 503."""
    application: Application = request.app.state.application
    if request.app.state.sockets.stopping:
        return JSONResponse({"status": "stopping"}, 503, headers=_FRESH)
    try:
        is_ready = await application.ready()
    except Exception:
        is_ready = False
    return JSONResponse({"status": "ready" if is_ready else "no database"}, 200 if is_ready else 503, headers=_FRESH)


async def metrics(request: Request) -> Response:
    """All counters, for Prometheus."""
    counters: Metrics = request.app.state.metrics
    return Response(counters.page(), headers=_FRESH, media_type=counters.media_type)


_FRESH = {"cache-control": "no-store"}

ROUTES = [Route("/healthz", alive), Route("/readyz", ready), Route("/metrics", metrics)]
