"""Pages of a long timeline on PostgreSQL: the first and the 400th of 10,000 entries against those of 1,000,000.

One client owns all entries. A page is the graph's own answer, by the product's schema and resolvers, of the 20 newest
entries with their sentences and actors. The times end when the answer is there: the access event that is kept before
it leaves costs the same for both and would only make them look more alike.
"""

import time
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import product
from statistics import median
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from auth.viewers import Member, Viewer
from benchmarks.databases import Opened, opened
from domain.identity import Kind, new_id, written
from domain.people import Level, Role
from resolvers import practices, writing
from resolvers.casegraph import Casegraph
from schema.graph import build_schema
from schema.limits import Limits
from schema.operations import Operations
from storage.database.people import ClientGrant
from tests.servers import postgres

SIZES = (10_000, 1_000_000)
ROUNDS = 7
TIMES = 60
"""How often a round asks for each page; the round's time is the median of these."""
PAGE, DEEP_PAGE = 20, 400
NEWEST = datetime(2025, 11, 22, 12, tzinfo=UTC)

CREATE = """
mutation { clientCreate(input: {names: [{use: LEGAL, given: "Ada", family: "Moore"}]}) { client { id } } }
"""
ANSWER = """
query ($id: ID!, $first: Int!, $after: String) {
  client(id: $id) {
    displayName
    timeline(first: $first, after: $after) {
      edges { node { id kind summary occurredAt actor { name } } }
      pageInfo { hasNextPage endCursor }
    }
  }
}
"""
COLUMNS = (
    "practice_id", "id", "client_id", "kind", "occurred_at", "recorded_at", "actor_id", "visibility", "facts"
)  # fmt: skip


@dataclass(slots=True)
class Timeline:
    """A client with a timeline of some length, and those who read it."""

    casegraph: Casegraph
    operations: Operations
    viewers: dict[str, Viewer]
    client_id: str
    deep: str = ""
    """The cursor behind which the deep page begins."""

    async def page(self, viewer: Viewer, after: str | None = None, first: int = PAGE) -> tuple[float, dict[str, Any]]:
        """A page, and the seconds until it was there."""
        variables = {"id": self.client_id, "first": first, "after": after}
        async with self.casegraph.operation(viewer, request_id="benchmark") as operation:
            began = time.perf_counter()
            result = await self.operations.answer(self.operations.prepare(ANSWER), variables, operation)
            seconds = time.perf_counter() - began
        if result.errors or result.data is None:
            raise RuntimeError(result.errors)
        found: dict[str, Any] = result.data["client"]["timeline"]
        return seconds, found

    async def go_deep(self) -> None:
        """Walk to the end of the page before the deep one."""
        left, after = (DEEP_PAGE - 1) * PAGE, None
        while left:
            _, found = await self.page(self.viewers["owner"], after, min(left, 100))
            left, after = left - len(found["edges"]), found["pageInfo"]["endCursor"]
        self.deep = after or ""


async def measure() -> None:
    """Load both timelines, ask for their pages in turn, and print times and ratios."""
    with postgres.started(fast=False) as own:
        async with AsyncExitStack() as stack:
            timelines = [await loaded(await stack.enter_async_context(opened(own.server)), size) for size in SIZES]
            cases = list(product(timelines[0].viewers, ("page 1", f"page {DEEP_PAGE}")))
            rounds = [await one_round(timelines, cases) for _ in range(ROUNDS)]
    for case in cases:
        small, large = ([each[case][place] for each in rounds] for place in (0, 1))
        ratios = sorted(there / here for here, there in zip(small, large, strict=True))
        print(
            f"{case[0]:<13} {case[1]:<9} {SIZES[0]:>9,}: {median(small) * 1e3:6.2f} ms"
            f"   {SIZES[1]:>9,}: {median(large) * 1e3:6.2f} ms"
            f"   ratio {median(ratios):.3f} ({ratios[0]:.3f} to {ratios[-1]:.3f})"
        )


async def one_round(timelines: list[Timeline], cases: list[tuple[str, str]]) -> dict[tuple[str, str], list[float]]:
    """The median time of each page on both timelines. They take turns, so what else the machine does hits both."""
    times: dict[tuple[str, str], list[list[float]]] = {case: [[], []] for case in cases}
    for _ in range(TIMES):
        for case in cases:
            for place, timeline in enumerate(timelines):
                after = None if case[1] == "page 1" else timeline.deep
                seconds, found = await timeline.page(timeline.viewers[case[0]], after)
                if len(found["edges"]) != PAGE:
                    raise RuntimeError(f"a page of {len(found['edges'])} entries")
                times[case][place].append(seconds)
    return {case: [median(each) for each in both] for case, both in times.items()}


async def loaded(database: Opened, size: int) -> Timeline:
    """A practice with one client who owns so many entries."""
    casegraph, operations = database.casegraph, Operations(build_schema(), Limits())
    practice_id = await practices.found(casegraph.database, "Benchmark")
    owner = await member(casegraph, practice_id, Role.OWNER)
    carer = await member(casegraph, practice_id, Role.PRACTITIONER)
    async with casegraph.operation(owner, request_id="benchmark") as operation:
        made = await operations.answer(operations.prepare(CREATE), {}, operation)
    if made.errors or made.data is None:
        raise RuntimeError(made.errors)
    client = made.data["clientCreate"]["client"]["id"]
    client_id = UUID(hex=client.removeprefix(f"{Kind.CLIENT}_"))
    await grant(casegraph, owner, client_id, carer)
    await copy_in(database, practice_id, client_id, (owner.membership_id, carer.membership_id), size)
    await database.run("VACUUM (ANALYZE) timeline_entry")
    viewers: dict[str, Viewer] = {"owner": owner, "practitioner": carer}
    timeline = Timeline(casegraph, operations, viewers, written(Kind.CLIENT, client_id))
    await timeline.go_deep()
    print(f"{size:>9,} entries in {await database.run(SIZE)}, {await database.run(VERSION)}")
    return timeline


SIZE = "SELECT pg_size_pretty(pg_total_relation_size('timeline_entry'))"
VERSION = "SELECT 'PostgreSQL ' || current_setting('server_version')"


async def member(casegraph: Casegraph, practice_id: UUID, role: Role) -> Member:
    """Somebody who works there."""
    held = await practices.let_in(
        casegraph.database, practice_id, email=f"{role.lower()}@example.org", name=role.title(), role=role
    )
    return Member(practice_id, held.person_id, held.id, role, new_id())


async def grant(casegraph: Casegraph, owner: Member, client_id: UUID, carer: Member) -> None:
    """Put a member on the client's care team."""
    async with writing.opened(casegraph.database, owner, "benchmark") as write:
        await write.add(
            ClientGrant(
                id=new_id(), client_id=client_id, membership_id=carer.membership_id, rank=Level.EDIT.rank,
                from_at=write.moment, created_at=write.moment,
            )
        )  # fmt: skip


async def copy_in(database: Opened, practice_id: UUID, client_id: UUID, actors: tuple[UUID, ...], size: int) -> None:
    """Load the entries by COPY: only the reading of them is measured."""
    facts = orjson.dumps({"direction": "INCOMING", "whom": "the client", "minutes": 7, "text": "Asked about the pain."})

    def records() -> Iterator[tuple[Any, ...]]:
        for number in range(size):
            moment = NEWEST - timedelta(minutes=7 * number)
            actor = actors[number % len(actors)]
            yield practice_id, new_id(), client_id, "CALL", moment, moment, actor, "GENERAL", facts.decode()

    connection = await asyncpg.connect(database.administrator_url)
    try:
        await connection.copy_records_to_table("timeline_entry", records=records(), columns=COLUMNS)
    finally:
        await connection.close()
