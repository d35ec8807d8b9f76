"""The rules of the edge, gathered: what it takes in, from where, and for how long."""

from dataclasses import dataclass, field

from schema.limits import Limits

LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class SocketRules:
    """The rules of a WebSocket."""

    first_message_seconds: float = 10.0
    """How long a client may take to send `connection_init`."""
    recheck_seconds: float = 30.0
    """How often its session is looked at again while it is open."""
    operations: int = 100
    """Operations at one time on one socket."""
    message_bytes: int = 256 * 1024
    sockets: int = 1_000
    """Open at one time in this process."""
    last_answers_seconds: float = 5.0
    """How long the queries and mutations under way may take when the server stops."""


@dataclass(frozen=True, slots=True)
class Edge:
    """The rules of the edge; the defaults are those of a server on one's own machine."""

    hosts: frozenset[str] = LOOPBACK_HOSTS
    """Names under which this server may be addressed, without ports."""
    origins: frozenset[str] = frozenset()
    """Origins that count as ours beside the host itself, such as `https://practice.example`."""
    cookie: str = "__Host-casegraph"
    """The name of the session cookie."""
    body_bytes: int = 1024 * 1024
    deadline_seconds: float = 30.0
    """How long a query or a mutation may take."""
    limits: Limits = field(default_factory=Limits)
    sockets: SocketRules = field(default_factory=SocketRules)
