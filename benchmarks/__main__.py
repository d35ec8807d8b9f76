"""Every measurement, or those that are named: python -m benchmarks [graph] [executor] [product] [timeline_pages]
[demonstration] [files] [files_served].

For a look: python -m benchmarks graph --rounds 1 --seconds 1 --warm-up 1 --clients 200
"""

import argparse
import asyncio
import platform
import sys
from collections.abc import Callable
from importlib.metadata import version

import benchmarks.executor
from benchmarks import demonstration, files, files_served, product, timeline_pages
from benchmarks.graph import racing
from benchmarks.measuring.options import Options

MEASUREMENTS: dict[str, Callable[[Options], None]] = {
    "graph": racing.measure,
    "executor": benchmarks.executor.measure,
    "product": product.measure,
    "timeline_pages": lambda options: asyncio.run(timeline_pages.measure()),
    "demonstration": lambda options: asyncio.run(demonstration.measure()),
    "files": lambda options: asyncio.run(files.measure()),
    "files_served": lambda options: asyncio.run(files_served.measure()),
}
SHOWN = ("sqlalchemy", "asyncpg", "psycopg", "strawberry-graphql", "graphql-core")


def main() -> None:
    """Run them, one after another."""
    named, options = asked_for(sys.argv[1:])
    print(f"Python {platform.python_version()}, " + ", ".join(f"{name} {version(name)}" for name in SHOWN))
    for name in named:
        print(f"\n{name}")
        MEASUREMENTS[name](options)


def asked_for(arguments: list[str]) -> tuple[list[str], Options]:
    """The measurements that are named, and how they are to be made."""
    usual = Options()
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Every measurement, or those named.")
    parser.add_argument("names", nargs="*", metavar="measurement", help=", ".join(MEASUREMENTS))
    parser.add_argument("--rounds", type=int, default=usual.rounds, help="of graph and executor")
    parser.add_argument("--seconds", type=float, default=usual.seconds, help="of each burst of graph")
    parser.add_argument("--clients", type=int, default=usual.clients, help="in the data of graph and executor")
    parser.add_argument("--warm-up", type=float, help="seconds for each rival and query, instead of what each needs")
    parser.add_argument("--rival", action="append", default=[], help="only this one; may be said several times")
    parser.add_argument("--query", action="append", default=[], help="only this one; may be said several times")
    parser.add_argument("--no-growth", action="store_true", help="leave out how the list grows")
    said = parser.parse_args(arguments)
    unknown = set(said.names) - set(MEASUREMENTS)
    if unknown:
        parser.error(f"no such measurement: {', '.join(sorted(unknown))}; there are {', '.join(MEASUREMENTS)}")
    options = Options(
        said.rounds, said.seconds, said.clients, said.warm_up, tuple(said.rival), tuple(said.query), not said.no_growth
    )
    return said.names or list(MEASUREMENTS), options


if __name__ == "__main__":
    main()
