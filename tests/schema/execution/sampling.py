"""Many generated operations judged in a row, and what they came to on the whole."""

from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from graphql import GraphQLObjectType, OperationType

from tests.schema.execution.generating import Generator, everything
from tests.schema.execution.judging import Came, leaves
from tests.schema.execution.running import Asked, described

ENOUGH_LEAVES = 20

Judge = Callable[[Asked], Awaitable[tuple[Came, str]]]


@dataclass
class Sample:
    """What became of many operations."""

    differences: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    """Operations that were not executed at all: the generator's fault."""
    told: Counter[str] = field(default_factory=Counter)

    @property
    def rich(self) -> float:
        """The part of the operations that came to enough leaves that are not null."""
        return self.told["rich"] / self.told["judged"]

    async def add(self, asked: Asked, judge: Judge) -> None:
        """One more operation."""
        stock, differs = await judge(asked)
        if stock.refused and "asks for too much" in stock.refused[0]:
            self.told["too costly"] += 1  # the limits judge by what might be there
            return
        if stock.refused:
            self.told["refused"] += 1
            self.refused.append(f"{stock.refused}\n{described(asked)}")
            return
        self.told["judged"] += 1
        found = leaves(stock.data)
        self.told["leaves"] += found
        self.told["rich"] += found >= ENOUGH_LEAVES
        self.told["failing"] += bool(stock.errors)
        if differs:
            self.differences.append(differs)

    def demand(self, *, rich: float = 0.8, refused: int = 0) -> None:
        """Fail where an answer differs, or where the operations are too poor to show anything."""
        assert not self.differences, f"{len(self.differences)} of {self.told} differ\n" + "\n\n".join(
            self.differences[:3]
        )
        assert len(self.refused) <= refused, "\n\n".join(self.refused[:5])
        assert self.rich >= rich, self.told


async def sampled(
    generator: Generator,
    judge: Judge,
    count: int,
    kind: OperationType = OperationType.QUERY,
    sample: Sample | None = None,
) -> Sample:
    """So many generated operations, judged."""
    sample = sample or Sample()
    most = sample.told["judged"] + count
    while sample.told["judged"] < most and sample.told["too costly"] < 5 * most and len(sample.refused) < 5:
        await sample.add(generator.operation(kind), judge)
    return sample


def missing(generator: Generator, *roots: GraphQLObjectType | None) -> list[str]:
    """The fields, arguments and abstract types below these roots that no operation held so far."""
    return sorted(everything(generator.graph, *roots) - set(generator.used))
