"""The rivals side by side in one run: warmed up, found to say the same, then measured in turn."""

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from benchmarks.graph import asked, growth, node, reporting, rivals
from benchmarks.graph.cluster import Loaded, loaded
from benchmarks.graph.rivals import Rival, Running
from benchmarks.measuring import load, machine
from benchmarks.measuring.load import Sent
from benchmarks.measuring.machine import OTHER_CORE, Used, on_core
from benchmarks.measuring.options import Options


@dataclass(frozen=True, slots=True)
class Burst:
    """A rival under one query for a few seconds."""

    rival: str
    query: str
    round: int
    sent: Sent
    used: Used


@dataclass(frozen=True, slots=True)
class Race:
    """All that was measured in one run."""

    bursts: Sequence[Burst]
    memory: dict[str, int]
    """Bytes that each rival's server held in the end."""
    growth: growth.Growth | None


def measure(options: Options) -> None:
    """Run everything, and print it as it stands in the README."""
    with on_core(OTHER_CORE), loaded(options.clients) as database:
        chosen = _chosen(options)
        race = _race(database, chosen, options)
        versions = [f"PostgreSQL {database.version}", load.generator()]
        if any(rival.folder == node.FOLDER for rival in chosen):
            versions.append(node.versions())
    print("\n" + reporting.tables(race, versions, options))


def _chosen(options: Options) -> list[Rival]:
    known = rivals.known()
    unknown = set(options.rivals) - set(known)
    if unknown:
        sys.exit(f"no such rival: {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    return [rival for name, rival in known.items() if name in (options.rivals or known)]


def _race(database: Loaded, chosen: Sequence[Rival], options: Options) -> Race:
    queries = [query for query in asked.QUERIES if query in (options.queries or asked.QUERIES)]
    with _started(chosen, database) as running:
        _refuse_unlike(running, queries, database)
        _warm_up(running, queries, database, options)
        bursts = list(_bursts(running, queries, database, options))
        grown = growth.measure(running[0], database, options) if options.growth else None
        memory = {each.rival.name: machine.memory(each.process_id) for each in running}
    return Race(bursts, memory, grown)


@contextmanager
def _started(chosen: Sequence[Rival], database: Loaded) -> Iterator[list[Running]]:
    with ExitStack() as stack:
        yield [stack.enter_context(rivals.running(rival, database)) for rival in chosen]


def _refuse_unlike(running: Sequence[Running], queries: Sequence[str], database: Loaded) -> None:
    for query in queries:
        answers = {
            each.rival.name: each.answer(asked.bodies(query, each.rival.dialect, database)[0]) for each in running
        }
        asked.refuse_unlike(query, answers)
        sizes = ", ".join(f"{name} {len(answer):,}" for name, answer in answers.items())
        print(f"{query}: all say the same, in bytes: {sizes}", flush=True)


def _warm_up(running: Sequence[Running], queries: Sequence[str], database: Loaded, options: Options) -> None:
    for each in running:
        seconds = options.warm_up if options.warm_up is not None else each.rival.warm_up_seconds
        for query in queries:
            load.send(each.url, each.token, asked.bodies(query, each.rival.dialect, database), seconds)


def _bursts(running: Sequence[Running], queries: Sequence[str], database: Loaded, options: Options) -> Iterator[Burst]:
    for number in range(options.rounds):
        # Nobody always runs behind the same one.
        turn = [*running[number % len(running) :], *running[: number % len(running)]]
        for query in queries:
            for each in turn:
                burst = _burst(each, query, number, database, options.seconds)
                print(reporting.line(burst), flush=True)
                yield burst


def _burst(running: Running, query: str, number: int, database: Loaded, seconds: float) -> Burst:
    """One burst, longer if the machine is so busy that nothing was answered."""
    bodies = asked.bodies(query, running.rival.dialect, database)
    before = machine.used(running.process_id, database.process_id)
    sent = load.send(running.url, running.token, bodies, seconds)
    _settle(running, database)
    used = machine.used(running.process_id, database.process_id).since(before)
    if sent.requests == 0:
        return _burst(running, query, number, database, seconds * 2)
    return Burst(running.rival.name, query, number, sent, used)


def _settle(running: Running, database: Loaded) -> None:
    """Wait until the server has done with the requests that were cut off, so that the next one has its core alone."""
    before = machine.used(running.process_id, database.process_id)
    for _ in range(40):
        time.sleep(0.05)
        now = machine.used(running.process_id, database.process_id)
        if now.since(before).server + now.since(before).database < 0.01:
            return
        before = now
