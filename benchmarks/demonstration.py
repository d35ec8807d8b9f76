"""Filling the demonstration's practice on PostgreSQL, to 100,000 entries of timelines and more."""

import time
from datetime import date

from benchmarks.databases import opened
from resolvers.bringing import demonstration
from tests.servers import postgres

CLIENTS, SEED, TODAY = 1_750, 3, date(2025, 11, 22)


async def measure() -> None:
    """Fill it through the one way to write: audit, events and all."""
    with postgres.started(fast=False) as own:
        async with opened(own.server) as database:
            began, spent = time.perf_counter(), time.process_time()
            made = await demonstration.fill(database.casegraph.database, SEED, CLIENTS, TODAY)
            seconds = time.perf_counter() - began
    for_100_000 = 1e5 * seconds / made.entries
    print(f"{made.clients:,} clients, {made.entries:,} entries: {seconds:.1f} s, so 100,000 in {for_100_000:.1f} s")
    print(
        f"{time.process_time() - spent:.1f} s of them are our own process's work, the others PostgreSQL's and waiting"
    )
