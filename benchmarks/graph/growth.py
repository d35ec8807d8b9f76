"""How a list's time and statements grow with its length: one client more must not cost more in a longer list."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from statistics import median

from auth.keys import KeyRing
from benchmarks.graph import asked, executors, reporting
from benchmarks.graph.asked import OURS
from benchmarks.graph.cluster import Loaded
from benchmarks.graph.rivals import Running
from benchmarks.measuring import load, machine
from benchmarks.measuring.options import Options
from resolvers.casegraph import Casegraph
from schema.limits import Limits
from schema.operations import Operations

SIZES = (1, 10, 100)
LOOKS = 3
"""At each length, for every round of the rivals."""


@dataclass(frozen=True, slots=True)
class Look:
    """Lists of one length, asked for one after another for a moment."""

    milliseconds: float
    """The median of the answers' times."""
    cpu: float
    """Milliseconds of server and database for a request."""


@dataclass(frozen=True, slots=True)
class Growth:
    """Looks at each length, a row for each round, and the statements of each."""

    rounds: Sequence[Sequence[Look]]
    statements: Sequence[int]

    def table(self) -> str:
        """As it stands in the README."""
        rows = [
            [
                f"{size}", f"{median(looks[place].milliseconds for looks in self.rounds):.2f}",
                f"{median(looks[place].cpu for looks in self.rounds):.3f}", str(self.statements[place]),
            ]
            for place, size in enumerate(SIZES)
        ]  # fmt: skip
        said = [
            f"A client more costs, from 10 to 100, {reporting.in_range(self._ratios(name))} times the {what} it costs"
            " from 1 to 10."
            for name, what in (("milliseconds", "time"), ("cpu", "CPU"))
        ]
        heads = ["clients in the list", "p50 ms, one at a time", "CPU ms, server and database", "statements"]
        return reporting.table(heads, rows) + "\n\n" + "\n".join(said)

    def _ratios(self, name: str) -> list[float]:
        """For each round: the machine is not as fast in one as in the next.

        One in which the noise made ten clients no dearer than one counts as the worst: left out, it would flatter.
        """
        costs = ([getattr(look, name) for look in looks] for looks in self.rounds)
        return [((hundred - ten) / 90) / ((ten - one) / 9) if ten > one else inf for one, ten, hundred in costs]


def measure(running: Running, database: Loaded, options: Options) -> Growth:
    """Ask our server for lists of each length in turn: a difference of a tenth of a millisecond wants many looks."""
    bodies = [asked.body("growth", OURS, {"first": size}) for size in SIZES]
    rounds = [
        [_look(running, database, body, min(options.seconds, 1.0)) for body in bodies]
        for _ in range(options.rounds * LOOKS)
    ]  # fmt: skip
    return Growth(rounds, asyncio.run(_statements(running.rival.name, database)))


def _look(running: Running, database: Loaded, body: bytes, seconds: float) -> Look:
    before = machine.used(running.process_id, database.process_id)
    sent = load.send(running.url, running.token, [body], seconds, connections=1)
    used = machine.used(running.process_id, database.process_id).since(before)
    return Look(sent.p50, (used.server + used.database) / sent.requests * 1e3)


async def _statements(executor: str, database: Loaded) -> list[int]:
    """How many statements each length takes."""
    operations = Operations(executors.schema_for(executor), Limits())
    text = (asked.HERE / OURS.folder / "growth.graphql").read_text()
    found = []
    async with Casegraph.opened(database.app_url, KeyRing.made()) as casegraph:
        for size in SIZES:
            async with casegraph.operation(database.viewer, request_id="benchmark") as operation:
                result = await operations.answer(operations.prepare(text), {"first": size}, operation)
            if result.errors or not result.data:
                raise RuntimeError(result.errors)
            found.append(operation.statements)
    return found
