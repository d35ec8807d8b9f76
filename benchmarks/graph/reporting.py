"""What was measured, as tables in Markdown."""

import platform
from collections.abc import Callable, Iterable, Sequence
from importlib.metadata import version
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.measuring.options import Options

if TYPE_CHECKING:
    from benchmarks.graph.racing import Burst, Race

SHOWN = ("strawberry-graphql", "graphql-core", "starlette", "uvicorn", "uvloop", "psycopg", "orjson")


def line(burst: "Burst") -> str:
    """One burst, while it runs."""
    return (
        f"{burst.round + 1:>2} {burst.query:<9} {burst.rival:<22} {burst.sent.per_second:8.0f}/s "
        f"server {_server(burst):7.3f} ms  database {_database(burst):7.3f} ms  "
        f"p50 {burst.sent.p50:7.1f} ms  p99 {burst.sent.p99:7.1f} ms  foreign {_foreign(burst):.2f}"
    )


def tables(race: "Race", versions: Sequence[str], options: Options) -> str:
    """Everything."""
    own = f"Python {platform.python_version()}, " + ", ".join(f"{name} {version(name)}" for name in SHOWN)
    parts = [f"{', '.join(versions)}, {own}. {options.rounds} rounds of {options.seconds:g} s."]
    parts += [_query(race, query) for query in dict.fromkeys(burst.query for burst in race.bursts)]
    parts.append(_memory(race))
    if race.growth is not None:
        parts.append(race.growth.table())
    return "\n\n".join(parts)


def _query(race: "Race", query: str) -> str:
    rivals: dict[str, list[Burst]] = {}
    for burst in race.bursts:
        if burst.query == query:
            rivals.setdefault(burst.rival, []).append(burst)
    first = next(iter(race.memory))
    rows = [_row(name, found, rivals[first]) for name, found in rivals.items()]
    heads = [
        query, "requests/s", f"{first}: times as many", "server CPU ms", f"{first}: of its CPU", "database CPU ms",
        "p50 ms", "p99 ms", "foreign CPU",
    ]  # fmt: skip
    return table(heads, sorted(rows, key=lambda row: list(race.memory).index(row[0])))


def _row(name: str, bursts: "list[Burst]", first: "list[Burst]") -> list[str]:
    ours = {burst.round: burst for burst in first}
    faster = [ours[burst.round].sent.per_second / burst.sent.per_second for burst in bursts]
    leaner = [_server(ours[burst.round]) / _server(burst) for burst in bursts if _server(burst)]
    return [
        name,
        f"{_middle(bursts, lambda burst: burst.sent.per_second):,.0f}",
        in_range(faster),
        f"{_middle(bursts, _server):.3f}",
        in_range(leaner),
        f"{_middle(bursts, _database):.3f}",
        f"{_middle(bursts, lambda burst: burst.sent.p50):.1f}",
        f"{_middle(bursts, lambda burst: burst.sent.p99):.1f}",
        f"{_middle(bursts, _foreign):.2f}, at most {max(map(_foreign, bursts)):.2f}",
    ]


def _middle(bursts: "Iterable[Burst]", value: "Callable[[Burst], float]") -> float:
    return median(map(value, bursts))


def in_range(ratios: Sequence[float]) -> str:
    """The median, the least and the most."""
    return f"{median(ratios):.2f} [{min(ratios):.2f} to {max(ratios):.2f}]" if ratios else "–"


def _server(burst: "Burst") -> float:
    """Milliseconds of the server's CPU for a request."""
    return burst.used.server / burst.sent.requests * 1e3


def _database(burst: "Burst") -> float:
    return burst.used.database / burst.sent.requests * 1e3


def _foreign(burst: "Burst") -> float:
    """How much of one core others took."""
    return burst.used.foreign / burst.sent.seconds


def _memory(race: "Race") -> str:
    return table(["memory after the run", "MB"], [[name, f"{held / 1e6:.0f}"] for name, held in race.memory.items()])


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown."""
    return "\n".join("| " + " | ".join(cells) + " |" for cells in (heads, ["---"] * len(heads), *rows))
