"""Posing the hand-written cases, and any operation on the corpus graph, each on a fresh world."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from auth.viewers import Anonymous
from resolvers.operations import Operation
from schema.limits import Limits
from schema.operations import Operations
from tests.makers import PracticeUnderTest
from tests.schema.execution.cases.case import Case
from tests.schema.execution.corpus.graph import build_schema
from tests.schema.execution.corpus.rows import Broken, Fault, World, shown
from tests.schema.execution.judging import Came, difference
from tests.schema.execution.running import Asked, Doors, described, prepared, run


@dataclass
class Corpus:
    """The corpus graph behind both doors; mutations are transactions of a practice on SQLite, with nothing in them."""

    doors: Doors
    practice: PracticeUnderTest

    @classmethod
    def of(cls, judged: type[Any], practice: PracticeUnderTest, operations: type[Operations] = Operations) -> "Corpus":
        """The corpus graph with this executor judged."""
        return cls(Doors(build_schema, judged, Limits(cost=10**9), operations), practice)

    async def pose(self, case: Case) -> tuple[Came, str]:
        """What stock graphql-core makes of a case, and in what the judged executor differs: empty for nothing."""
        asked = Asked(case.text, case.variables, case.name, case.events)

        def world() -> World:
            made = World.made(faults=case.faults)
            spoil(made, case.spoils)
            return made

        return await self.judge(asked, world(), world(), world(), anonymous=case.anonymous)

    async def judge(self, asked: Asked, *equal: World, anonymous: bool = False) -> tuple[Came, str]:
        """The same for any operation, on three worlds that are equal.

        It is judged twice: from the second time on, objects are made by functions written for them.
        """
        answers = []
        ready = prepared(self.doors, asked)
        judged = self.doors.judged
        for operations, world in zip((self.doors.stock, judged, judged), equal, strict=True):
            with shown(world):
                came = await run(operations, ready, asked, lambda: self._operation(anonymous))
            answers.append(Came(came.data, came.errors, came.refused, [came.aside, world.put]))
        differs = difference(*answers[:2]) or difference(answers[0], answers[2])
        return answers[0], f"{differs}\n{described(asked)}\nfaults: {equal[0].faults}" if differs else ""

    @asynccontextmanager
    async def _operation(self, anonymous: bool) -> AsyncIterator[Operation]:
        viewer = Anonymous() if anonymous else self.practice.system
        async with self.practice.casegraph.operation(viewer, request_id="oracle") as operation:
            yield operation


def spoil(world: World, spoils: dict[str, Any]) -> None:
    """Put bad values where `animal 1 name` and its like say."""
    kept: dict[str, Any] = {"animal": world.animals, "person": world.people, "box": world.boxes}
    for place, value in spoils.items():
        kind, number, attribute = place.split()
        setattr(kept[kind][int(number)], attribute, Broken(place) if value is Fault.RAISES else value)


def unmet(case: Case, stock: Came) -> Iterator[str]:
    """How a case has lost its point: it does not fail as often as it says."""
    if len(stock.refused) != case.refused:
        yield f"refused {len(stock.refused)} times: {stock.refused}"
    if case.errors >= 0 and len(stock.errors) != case.errors:
        yield f"{len(stock.errors)} errors: {[error.message for error in stock.errors]}"
