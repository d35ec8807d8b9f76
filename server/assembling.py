"""Putting the server together from its settings: the graph, what stands behind it, the edge in front of it."""

from starlette.applications import Starlette

from auth.keys import KeyRing
from server.app import create_app
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


def assemble(settings: Settings, ring: KeyRing) -> Starlette:
    """The application that `./casegraph serve` runs."""
    from resolvers.casegraph import Casegraph
    from schema.graph import schema

    return create_app(schema, lambda: Casegraph.opened(settings.database, ring), edge_of(settings))
