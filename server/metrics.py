"""What the server counts. Labels are words of ours: never an operation's text or name, never a person's data."""

from bisect import bisect_left
from collections.abc import Iterator
from itertools import accumulate

from prometheus_client import CollectorRegistry, Gauge, generate_latest
from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Durations:
    """How long operations of one kind took: how many up to each bound, and all together."""

    def __init__(self) -> None:
        self.numbers = [0] * (len(_SECONDS) + 1)
        self.sum = 0.0

    def note(self, seconds: float) -> None:
        """One more."""
        self.numbers[bisect_left(_SECONDS, seconds)] += 1
        self.sum += seconds

    @property
    def buckets(self) -> list[tuple[str, float]]:
        """As Prometheus has them: how many took at most so long."""
        bounds = [*map(str, _SECONDS), "+Inf"]
        return list(zip(bounds, accumulate(map(float, self.numbers)), strict=True))


class Metrics:
    """The counters of one server; each has its own, so that two in one process do not mix.

    What is counted for every request is kept as plain numbers, and put into Prometheus' form when somebody looks.
    """

    media_type = CONTENT_TYPE_PLAIN_0_0_4

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.registry.register(self)
        self.statements = 0
        self._operations: dict[tuple[str, str], int] = {}
        self._durations: dict[str, Durations] = {}
        self.sockets = Gauge("casegraph_sockets", "WebSockets open now.", registry=self.registry)
        self.subscriptions = Gauge("casegraph_subscriptions", "Subscriptions open now.", registry=self.registry)

    def operation(self, kind: str, code: str, seconds: float, statements: int = 0) -> None:
        """Count one operation; `kind` is query, mutation, subscription, or none when its document was refused."""
        self._operations[kind, code] = self._operations.get((kind, code), 0) + 1
        durations = self._durations.get(kind)
        if durations is None:
            durations = self._durations[kind] = Durations()
        durations.note(seconds)
        self.statements += statements

    def collect(self) -> Iterator[Metric]:
        """What was counted, for Prometheus."""
        operations = CounterMetricFamily(
            "casegraph_operations", "Operations answered, by kind and code.", labels=["kind", "code"]
        )
        for labels, number in self._operations.items():
            operations.add_metric(labels, number)
        yield operations
        seconds = HistogramMetricFamily(
            "casegraph_operation_seconds",
            "How long operations took; a subscription, while it was open.",
            labels=["kind"],
        )
        for kind, durations in self._durations.items():
            seconds.add_metric([kind], durations.buckets, durations.sum)
        yield seconds
        yield CounterMetricFamily(
            "casegraph_statements", "Statements sent to the database for operations.", value=self.statements
        )

    def page(self) -> bytes:
        """All counters in Prometheus' text format."""
        return generate_latest(self.registry)
