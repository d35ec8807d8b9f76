"""The application as a server runs it: routes, guards, and the case file opened for as long as it serves."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import strawberry
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import HTTPConnection
from starlette.routing import BaseRoute, Route, WebSocketRoute

from schema.operations import Operations
from server import exporting, health, receiving
from server.application import Application
from server.edge import Edge
from server.graphql import GraphQLEndpoint, Page
from server.guards import KnownHosts, SecurityHeaders
from server.metrics import Metrics
from server.persisted import PersistedDocuments
from server.request_ids import RequestIds
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

    def runner(connection: HTTPConnection) -> Runner:
        return Runner(operations, documents, connection.app.state.application, metrics, edge.deadline_seconds)

    sockets = Sockets(edge, runner)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with opening() as application:
            app.state.application = application
            yield
            await sockets.drain()

    app = Starlette(
        routes=[
            Route(GRAPHQL_PATH, GraphQLEndpoint(edge, runner, page)),
            WebSocketRoute(GRAPHQL_PATH, sockets),
            Route(exporting.PATH, exporting.Export(edge, runner), methods=["POST"]),
            Route(f"{receiving.PATH}{{token}}", receiving.receive, methods=["PUT"]),
            *health.ROUTES,
            *routes,
        ],
        middleware=[Middleware(RequestIds), Middleware(SecurityHeaders), Middleware(KnownHosts, hosts=edge.hosts)],
        lifespan=lifespan,
    )
    app.state.metrics, app.state.sockets = metrics, sockets
    return app
