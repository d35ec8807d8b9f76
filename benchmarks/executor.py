"""The executor alone: the same questions, answered from memory, by our executor and by stock graphql-core.

Both put the questions that the schema's fields hold. Each is put to the database once, and its answer to each parent
remembered; from then on it gives those. So what is measured is what lies between the document and the data: the walk,
and on the stock side the DataLoaders that `schema/asking.py` puts the questions through.
"""

import asyncio
import functools
import gc
import time
from collections.abc import Callable, Iterator, Sequence
from statistics import median
from typing import Any, Protocol

from graphql import build_schema, execute_sync, parse

from auth.keys import KeyRing
from benchmarks.graph import asked, executors, reporting
from benchmarks.graph.cluster import Loaded, loaded
from benchmarks.measuring.machine import SERVER_CORE, on_core
from benchmarks.measuring.options import Options
from resolvers.casegraph import Casegraph
from resolvers.operations import Operation
from schema.fields import Question
from schema.limits import Limits
from schema.operations import Operations

SECONDS = 0.5
"""Of one executor at a time; they take turns."""


class Remembered:
    """What a question's resolver answered for each of its parents in the query that is measured."""

    def __init__(self, resolver: Callable[..., Any]) -> None:
        self.resolver = resolver
        self.answers: dict[int, Any] = {}
        self.kept: list[Any] = []

    def note(self, parents: Sequence[Any], answers: Sequence[Any]) -> Sequence[Any]:
        """Remember the answers; a parent is known by its identity, so it must live on."""
        self.kept.append(parents)
        self.answers.update(zip(map(id, parents), answers, strict=True))
        return answers

    def forget(self) -> None:
        """Begin anew, for another query: it may need other columns of the same rows."""
        self.answers.clear()
        self.kept.clear()


def remember(question: Question) -> Remembered:
    """From its second time on, have the question answered from memory, as its resolver would: at once or awaited."""
    remembered = Remembered(question.resolver)
    answer = _relation(remembered, awaits=question.awaits) if question.of_parents else _root(remembered)
    # The very objects that the executors know, frozen as they are.
    object.__setattr__(question, "resolver", functools.wraps(question.resolver)(answer))
    return remembered


def _root(remembered: Remembered) -> Callable[..., Any]:
    async def answer(ask: Any, **arguments: Any) -> Any:
        if not remembered.kept:
            found = await remembered.resolver(ask, **arguments)
            remembered.kept.append(found)
        return remembered.kept[0]

    return answer


def _relation(remembered: Remembered, *, awaits: bool) -> Callable[..., Any]:
    answers = remembered.answers

    def at_once(ask: Any, parents: Sequence[Any], **arguments: Any) -> Any:
        if parents and id(parents[0]) not in answers:
            return remembered.note(parents, remembered.resolver(ask, parents, **arguments))
        return [answers[id(parent)] for parent in parents]

    async def awaited(ask: Any, parents: Sequence[Any], **arguments: Any) -> Any:
        if parents and id(parents[0]) not in answers:
            return remembered.note(parents, await remembered.resolver(ask, parents, **arguments))
        return [answers[id(parent)] for parent in parents]

    return awaited if awaits else at_once


def questions() -> Iterator[Question]:
    """Every question of the benchmark's graph."""
    for named in executors.schema_for(executors.STOCK).schema_converter.type_map.values():
        for field in getattr(named.definition, "fields", ()):
            if "question" in field.metadata:
                yield field.metadata["question"]


def measure(options: Options) -> None:
    """Measure both on the page and the list, and print times and ratios."""
    with loaded(options.clients) as database, on_core(SERVER_CORE):
        print("\n" + asyncio.run(_compared(database, options)))


async def _compared(database: Loaded, options: Options) -> str:
    memory = [remember(question) for question in set(questions())]
    rows = []
    async with Casegraph.opened(database.app_url, KeyRing.made()) as casegraph:
        executing: list[Executing] = [_Ours(name, casegraph, database) for name in executors.available()]
        executing.append(_Plain(executing[0]))
        for query in options.queries or asked.QUERIES:
            for each in memory:
                each.forget()
            rows += await _query(query, executing, options)
    return reporting.table(["query", "executor", "CPU ms", "stock: times its CPU"], rows)


async def _query(query: str, executing: "Sequence[Executing]", options: Options) -> list[list[str]]:
    times: dict[str, list[float]] = {each.name: [] for each in executing}
    said = {each.name: asked.alike_data(await each.answer(query)) for each in executing}
    if any(found != said[executing[0].name] for found in said.values()):
        raise RuntimeError(f"{query}: the executors say different things")
    for _ in range(options.rounds + 1):
        for each in executing:
            times[each.name].append(await cpu(each, query, min(SECONDS, options.seconds)))
    rows = []
    for name, found in times.items():
        # The first round warms up.
        ratios = [stock / ours for stock, ours in zip(times[executors.STOCK][1:], found[1:], strict=True)]
        rows.append([query, name, f"{median(found[1:]) * 1e3:.3f}", reporting.in_range(ratios)])
    return rows


async def cpu(executing: "Executing", query: str, seconds: float) -> float:
    """Seconds of CPU for one answer: the mean over so many seconds."""
    prepared = executing.prepared(query)
    gc.collect()
    number, began = 0, time.process_time()
    while (spent := time.process_time() - began) < seconds:
        await executing.run(prepared)
        number += 1
    return spent / number


class Executing(Protocol):
    """One way of executing the benchmark's queries."""

    name: str

    async def answer(self, query: str) -> Any:
        """The data, for the first time."""
        ...

    def prepared(self, query: str) -> Any:
        """What is made ready once for each query."""
        ...

    async def run(self, prepared: Any) -> None:
        """Answer it once more."""
        ...


class _Ours:
    """One of the executors, on the benchmark's graph."""

    def __init__(self, name: str, casegraph: Casegraph, database: Loaded) -> None:
        self.name = name
        self.casegraph = casegraph
        self.viewer = database.viewer
        self.operations = Operations(executors.schema_for(name), Limits())
        self.variables = {"id": str(database.client_ids[0])}

    def prepared(self, query: str) -> Any:
        """The operation, and its variables."""
        return self.operations.prepare(text_of(query)), self.variables if query in asked.PER_CLIENT else {}

    async def answer(self, query: str) -> Any:
        """The data, with a snapshot of the database for what is not remembered yet."""
        operation = Operation(self.casegraph, self.viewer, request_id="benchmark")
        try:
            prepared, variables = self.prepared(query)
            result = await self.operations.answer(prepared, variables, operation)
        finally:
            await operation.ask.close()
        if result.errors:
            raise RuntimeError(result.errors)
        return result.data

    async def run(self, prepared: Any) -> None:
        """Answer from memory."""
        operation = Operation(self.casegraph, self.viewer, request_id="benchmark")
        await self.operations.answer(prepared[0], prepared[1], operation)


class _Plain:
    """Graphql-core alone, walking an answer that is finished already."""

    name = "plain graphql-core"

    def __init__(self, other: Executing) -> None:
        self.other = other
        self.graph = build_schema(executors.schema_for(executors.STOCK).as_str())
        self.data: Any = None

    async def answer(self, query: str) -> Any:
        """The data that another executor found."""
        self.data = await self.other.answer(query)
        return execute_sync(*self.prepared(query)).data

    def prepared(self, query: str) -> Any:
        """The schema, the document, what it walks, and variables for form's sake."""
        return self.graph, parse(text_of(query)), self.data, None, {"id": "any"}

    async def run(self, prepared: Any) -> None:
        """Walk it."""
        execute_sync(*prepared)


def text_of(query: str) -> str:
    """The document of a query, in our words."""
    return (asked.HERE / asked.OURS.folder / f"{query}.graphql").read_text()
