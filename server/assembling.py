"""Putting the server together from its settings: the graph, what stands behind it, the edge in front of it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import TYPE_CHECKING

from starlette.applications import Starlette

from auth.cookies import SessionCookie
from auth.keys import KeyRing
from server.app import assemble
from server.edge import Edge
from server.persisted import PersistedDocuments, read_allow_list
from server.settings import Settings
from server.variables import WorkerPlace

if TYPE_CHECKING:
    from resolvers.casegraph import Casegraph
    from resolvers.mailing import Post


def edge_of(settings: Settings) -> Edge:
    """The rules of the edge as the settings have them."""
    return Edge(
        hosts=frozenset(settings.allowed_hosts),
        origins=frozenset(settings.allowed_origins),
        cookie=SessionCookie(settings.secure_cookies).name,
        body_bytes=settings.body_bytes,
        deadline_seconds=settings.operation_seconds,
    )


def post_of(settings: Settings) -> "Post":
    """What carries letters, as the settings have it."""
    from resolvers.mailing import Post
    from server.outgoing.mail import Outbox

    return Post(Outbox(settings.outbox, settings.sender), settings.site)


@asynccontextmanager
async def opened(settings: Settings, ring: KeyRing) -> AsyncIterator["Casegraph"]:
    """The application with everything it stands on: database, stores of files, scanner."""
    from resolvers.casegraph import Casegraph
    from server import storing
    from server.outgoing.scanning import Clamd

    async with storing.opened(settings, ring) as stores:
        scanner = Clamd(settings.scanner) if settings.scanner else None
        opening = Casegraph.opened(
            settings.database, ring, stores=stores, scanner=scanner, secure_cookies=settings.secure_cookies,
            post=post_of(settings),
        )  # fmt: skip
        async with opening as casegraph:
            yield casegraph


@asynccontextmanager
async def at_work(opening: AbstractAsyncContextManager["Casegraph"], settings: Settings) -> AsyncIterator["Casegraph"]:
    """The opened application with what goes on beside its requests: anchoring, and jobs unless they run elsewhere."""
    from resolvers.anchoring import keep_anchoring
    from server.worker import Worker

    async with opening as casegraph:
        beside = [asyncio.create_task(keep_anchoring(casegraph, settings.anchor))]
        if settings.worker is WorkerPlace.INSIDE:
            beside.append(asyncio.create_task(Worker(casegraph).run()))
        try:
            yield casegraph
        finally:
            for task in beside:
                task.cancel()
            await asyncio.gather(*beside, return_exceptions=True)


def create_app(settings: Settings, ring: KeyRing) -> Starlette:
    """The application that `./casegraph serve` runs."""
    # The graph takes a moment to build: commands that never serve need not wait for it.
    from schema.graph import schema
    from server.files.endpoints import Files, Serving
    from server.graphiql import page as graphiql

    def opening() -> "AbstractAsyncContextManager[Casegraph]":
        return at_work(opened(settings, ring), settings)

    edge = edge_of(settings)
    routes = Files(edge, ring, Serving(settings.files_origin, settings.files_accelerated)).routes
    allowed = read_allow_list(settings.allowed_documents) if settings.allowed_documents else None
    persisted = PersistedDocuments(allowed, automatic=settings.automatic_documents)
    if not settings.graphiql:
        return assemble(schema, opening, edge, routes=routes, persisted=persisted)
    return assemble(schema, opening, edge, page=graphiql.page, routes=[graphiql.assets, *routes], persisted=persisted)
