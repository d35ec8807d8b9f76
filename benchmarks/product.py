"""The product's own graph, run by its own executor and by stock graphql-core: from the document to the finished data.

Everything between is real: snapshots, reach, row-level security, loaders, the notes of whom was looked at.
"""

import asyncio
import gc
import time
from datetime import date
from statistics import median
from typing import Any
from uuid import UUID

from auth.viewers import Member
from benchmarks.databases import Opened, opened
from benchmarks.graph import executors, reporting
from benchmarks.measuring.machine import SERVER_CORE, on_core
from benchmarks.measuring.options import Options
from domain.identity import Kind, new_id, written
from domain.people import Role
from resolvers import practices
from resolvers.bringing import demonstration
from schema.graph import build_schema
from schema.limits import Limits
from schema.operations import Operations
from tests.servers import postgres

CLIENTS, SEED, TODAY = 200, 3, date(2025, 11, 22)
SECONDS = 1.0
"""Of one executor at a time; they take turns."""

QUERIES = {
    "page": """query ($id: ID!) { client(id: $id) {
        id displayName pronouns status contactPoints { value } tags { tag { name } }
        journeys(first: 5) { edges { node { id title status careTeam { level member { name } } } } }
        timeline(first: 20) { edges { node { id kind summary occurredAt actor { name } subject { __typename } } } }
        notes(first: 10) { edges { node { id status occurredAt author { name } text } } }
        documents(first: 10) { edges { node { id name kind } } }
    } }""",
    "list": """{ clients(first: 50) { edges { node {
        id displayName status tags { tag { name } } timeline(first: 3) { edges { node { id kind occurredAt } } }
    } } pageInfo { hasNextPage endCursor } } }""",
    "small": "query ($id: ID!) { client(id: $id) { id displayName pronouns status createdAt fileNumber } }",
    "timeline": """query ($id: ID!) { client(id: $id) { id displayName timeline(first: 50) {
        edges { cursor node { id kind summary occurredAt actor { name } subject { __typename } } }
        pageInfo { hasNextPage endCursor }
    } } }""",
}


def measure(options: Options) -> None:
    """Measure both, and print times and ratios."""
    with on_core(SERVER_CORE):
        print("\n" + asyncio.run(_compared(options)))


async def _compared(options: Options) -> str:
    operations = {
        executors.BREADTH_FIRST: Operations(build_schema(), Limits()),
        executors.STOCK: Operations(build_schema(execution_context_class=None), Limits()),
    }
    rows = []
    with postgres.started(fast=False) as own:
        async with opened(own.server) as database:
            viewer, ids = await _practice(database)
            for query in options.queries or QUERIES:
                run = Run(database, viewer, QUERIES[query], ids)
                rows += await _query(query, run, operations, options)
    return reporting.table(["query", "executor", "CPU ms", "stock: times its CPU"], rows)


async def _practice(database: Opened) -> tuple[Member, list[UUID]]:
    """The demonstration's practice: an owner of it, and its clients."""
    casegraph = database.casegraph
    filled = await demonstration.fill(casegraph.database, SEED, CLIENTS, TODAY)
    held = await practices.let_in(
        casegraph.database, filled.practice_id, email="owner@example.org", name="Owner", role=Role.OWNER
    )
    found = await database.run(f"SELECT string_agg(id::text, ' ') FROM client WHERE practice_id = '{held.practice_id}'")
    return Member(held.practice_id, held.person_id, held.id, Role.OWNER, new_id()), [UUID(id) for id in found.split()]


class Run:
    """A query, asked of one client after another."""

    def __init__(self, database: Opened, viewer: Member, text: str, ids: list[UUID]) -> None:
        self.casegraph = database.casegraph
        self.viewer = viewer
        self.text = text
        self.variables = [{"id": written(Kind.CLIENT, id)} for id in ids] if "$id" in text else [{}]

    async def answer(self, operations: Operations, number: int) -> Any:
        """The data."""
        prepared = operations.prepare(self.text)
        async with self.casegraph.operation(self.viewer, request_id="benchmark") as operation:
            result = await operations.answer(prepared, self.variables[number % len(self.variables)], operation)
            operation.looked.forget()  # keeping it waits for others to keep it with, which is nobody's CPU
        if result.errors:
            raise RuntimeError(result.errors)
        return result.data

    async def cpu(self, operations: Operations, seconds: float) -> float:
        """Seconds of CPU for one answer: the mean over so many seconds."""
        gc.collect()
        number, began = 0, time.process_time()
        while (spent := time.process_time() - began) < seconds:
            await self.answer(operations, number)
            number += 1
        return spent / number


async def _query(query: str, run: Run, operations: dict[str, Operations], options: Options) -> list[list[str]]:
    said = [await run.answer(each, 0) for each in operations.values()]
    if said[0] != said[1]:
        raise RuntimeError(f"{query}: the executors say different things")
    times: dict[str, list[float]] = {name: [] for name in operations}
    for _ in range(options.rounds + 1):
        for name, each in operations.items():
            times[name].append(await run.cpu(each, min(SECONDS, options.seconds)))
    rows = []
    for name, found in times.items():
        # The first round warms up.
        ratios = [stock / ours for stock, ours in zip(times[executors.STOCK][1:], found[1:], strict=True)]
        rows.append([query, name, f"{median(found[1:]) * 1e3:.3f}", reporting.in_range(ratios)])
    return rows
