"""The mutations and subscriptions of the corpus graph, through the one way to write and the one way to follow."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from typing_extensions import Doc

from domain.refusals import NotFound
from resolvers.asking import Ask
from resolvers.operations import Operation
from resolvers.outcomes import Outcome
from resolvers.writing import Write
from tests.schema.execution.corpus.rows import AnimalRow, Broken, PersonRow, Refused, StrangerRow, world


@dataclass(frozen=True)
class RenameInput:
    """Who gets which name."""

    number: int
    """The animal's number."""
    name: str
    """Its new name."""


@dataclass(slots=True, kw_only=True)
class Renamed(Outcome):
    """What came of it."""

    number: int | None = None


async def rename(write: Write, input: RenameInput) -> Renamed:
    """Give an animal another name. `break` breaks, `refuse` is refused, and an unknown animal is a problem."""
    world().put.append(f"{input.number} {input.name}")
    if input.name == "break":
        raise Broken(input.name)
    if input.name == "refuse":
        raise Refused(input.name)
    animal = world().animals.get(input.number)
    if animal is None:
        raise NotFound("animal", ("input", "number"))
    animal.name = input.name
    return Renamed(number=input.number)


async def rename_here(operation: Operation, *, input: RenameInput) -> Renamed:
    """The same outside a transaction."""
    write: Any = None
    return await rename(write, input)


async def renamed(ask: Ask, outcomes: Sequence[Renamed]) -> Sequence[AnimalRow | None]:
    """The animal with its new name."""
    kept = world().animals
    return [None if each.number is None else kept[each.number] for each in outcomes]


async def all_names(ask: Ask, outcomes: Sequence[Outcome]) -> Sequence[list[str]]:
    """Every animal's name as it stands."""
    return [[each.name for each in world().animals.values()] for _ in outcomes]


async def events(
    operation: Operation,
    *,
    numbers: Annotated[list[int], Doc("Which come, one after another: 0 breaks, negative ones refuse.")],
) -> AsyncIterator[Any]:
    """Beings, one after another."""
    for number in numbers:
        await asyncio.sleep(0)
        await operation.renew()
        if number == 0:
            raise Broken("the source")
        if number < 0:
            raise Refused("the source")
        yield _event(number)


def _event(number: int) -> Any:
    if number >= 300:
        return Broken("an event") if number == 999 else None if number == 404 else StrangerRow(number)
    row: AnimalRow | PersonRow | None = (world().people if number >= 100 else world().animals).get(number % 100)
    return row
