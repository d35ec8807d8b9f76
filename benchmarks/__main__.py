"""Every measurement, or those that are named: python -m benchmarks [timeline_pages] [demonstration] [files_served] …"""

import asyncio
import platform
import sys
from importlib.metadata import version

from benchmarks import demonstration, files, files_served, timeline_pages

MEASUREMENTS = {
    "timeline_pages": timeline_pages.measure,
    "demonstration": demonstration.measure,
    "files": files.measure,
    "files_served": files_served.measure,
}
SHOWN = ("sqlalchemy", "asyncpg", "strawberry-graphql", "graphql-core")


def main() -> None:
    """Run them, one after another."""
    named = sys.argv[1:] or list(MEASUREMENTS)
    unknown = set(named) - set(MEASUREMENTS)
    if unknown:
        sys.exit(f"no such measurement: {', '.join(sorted(unknown))}; there are {', '.join(MEASUREMENTS)}")
    print(f"Python {platform.python_version()}, " + ", ".join(f"{name} {version(name)}" for name in SHOWN))
    for name in named:
        print(f"\n{name}")
        asyncio.run(MEASUREMENTS[name]())


main()
