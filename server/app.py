"""The application as a server runs it: routes, guards, and the case file opened for as long as it serves."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import strawberry
from starlette.applications import Starlette
from starlette.datastructures import State
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from schema.operations import Operations
from server import exporting, health, receiving
from server.application import Application
from server.edge import Edge
from server.graphql import GraphQLEndpoint, Page
from server.guards import Guards
from server.metrics import Metrics
from server.persisted import PersistedDocuments
from server.running import Runner
from server.sockets import Sockets

GRAPHQL_PATH = "/graphql"


def assemble(
    schema: strawberry.Schema,
    opening: Callable[[], AbstractAsyncContextManager[Application]],
    edge: Edge,
    *,
    page: Page | None = None,
    routes: Sequence[BaseRoute] = (),
    persisted: PersistedDocuments | None = None,
) -> Starlette:
    """The server's application, from its parts.

    `opening` opens what stands behind it, at start; `page` is shown to a browser that opens the graph's address;
    `routes` stand beside the graph; `persisted` are the documents that callers may name by their hash.
    """
    metrics, operations = Metrics(), Operations(schema, edge.limits)
    documents = persisted or PersistedDocuments()
    documents.refuse_unfit(operations)
    state = State()
    runner = Runner(operations, documents, state, metrics, edge.deadline_seconds)
    graph, sockets = GraphQLEndpoint(edge, runner, page), Sockets(edge, runner)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with opening() as application:
            state.application = application
            yield
            await sockets.drain()

    app = Served(
        GRAPHQL_PATH,
        Guards(graph, edge.hosts),
        routes=[
            Route(GRAPHQL_PATH, graph),
            WebSocketRoute(GRAPHQL_PATH, sockets),
            Route(exporting.PATH, exporting.Export(edge, runner), methods=["POST"]),
            Route(f"{receiving.PATH}{{token}}", receiving.receive, methods=["PUT"]),
            *health.ROUTES,
            *routes,
        ],
        middleware=[Middleware(Guards, hosts=edge.hosts)],
        lifespan=lifespan,
    )
    app.state = state
    state.metrics, state.sockets = metrics, sockets
    return app


class Served(Starlette):
    """An application that leads the requests for one path straight to their endpoint.

    Nearly all requests are the graph's, which turns its own exceptions into answers: looking through the routes, and
    Starlette's handlers of exceptions around them, would only cost.
    """

    def __init__(self, path: str, endpoint: ASGIApp, **options: Any) -> None:
        super().__init__(**options)
        self._path = path
        self._endpoint = endpoint

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != self._path or scope.get("root_path"):
            await super().__call__(scope, receive, send)
        else:
            scope["app"] = self
            await self._endpoint(scope, receive, send)
