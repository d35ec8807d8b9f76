"""What the server counts. Labels are words of ours: never an operation's text or name, never a person's data."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Metrics:
    """The counters of one server; each has its own, so that two in one process do not mix."""

    media_type = CONTENT_TYPE_PLAIN_0_0_4

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._operations = Counter(
            "casegraph_operations", "Operations answered, by kind and code.", ["kind", "code"], registry=self.registry
        )
        self._seconds = Histogram(
            "casegraph_operation_seconds",
            "How long operations took; a subscription, while it was open.",
            ["kind"],
            buckets=_SECONDS,
            registry=self.registry,
        )
        # Looked up once: what counts a kind and a code. There are as many as lines in the page, so few.
        self._counters: dict[tuple[str, str], tuple[Counter, Histogram]] = {}
        self.statements = Counter(
            "casegraph_statements", "Statements sent to the database for operations.", registry=self.registry
        )
        self.sockets = Gauge("casegraph_sockets", "WebSockets open now.", registry=self.registry)
        self.subscriptions = Gauge("casegraph_subscriptions", "Subscriptions open now.", registry=self.registry)

    def operation(self, kind: str, code: str, seconds: float) -> None:
        """Count one operation; `kind` is query, mutation, subscription, or none when its document was refused."""
        counters = self._counters.get((kind, code))
        if counters is None:
            counters = self._counters[kind, code] = self._operations.labels(kind, code), self._seconds.labels(kind)
        counted, timed = counters
        counted.inc()
        timed.observe(seconds)

    def page(self) -> bytes:
        """All counters in Prometheus' text format."""
        return generate_latest(self.registry)
