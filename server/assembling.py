"""Putting the server together from its settings: the graph, what stands behind it, the edge in front of it."""

from contextlib import AbstractAsyncContextManager

from starlette.applications import Starlette

from auth.keys import KeyRing
from server.app import assemble
from server.edge import Edge
from server.settings import Settings


def edge_of(settings: Settings) -> Edge:
    """The rules of the edge as the settings have them."""
    return Edge(
        hosts=frozenset(settings.allowed_hosts),
        origins=frozenset(settings.allowed_origins),
        # Browsers take the prefix only together with Secure.
        cookie="__Host-casegraph" if settings.secure_cookies else "casegraph",
        body_bytes=settings.body_bytes,
        deadline_seconds=settings.operation_seconds,
    )


def create_app(settings: Settings, ring: KeyRing) -> Starlette:
    """The application that `./casegraph serve` runs."""
    # The graph takes a moment to build: commands that never serve need not wait for it.
    from resolvers.casegraph import Casegraph
    from schema.graph import schema
    from server.graphiql import page as graphiql

    def opening() -> AbstractAsyncContextManager[Casegraph]:
        return Casegraph.opened(settings.database, ring, secure_cookies=settings.secure_cookies)

    if not settings.graphiql:
        return assemble(schema, opening, edge_of(settings))
    return assemble(schema, opening, edge_of(settings), page=graphiql.page, routes=[graphiql.assets])
