"""The questions of the corpus graph: batched resolvers over a world in memory, some awaiting, some not."""

import asyncio
import json
from collections.abc import Iterator, Sequence
from typing import Annotated, Any

from typing_extensions import Doc

from resolvers.asking import Ask
from resolvers.given import reads
from tests.schema.execution.corpus.inputs import Asked, Even, plain
from tests.schema.execution.corpus.rows import (
    AnimalRow,
    BoxRow,
    Broken,
    Kind,
    ListsRow,
    Mood,
    PersonRow,
    Refused,
    StrangerRow,
    world,
)

Number = Annotated[int, Doc("Its number.")]
Count = Annotated[int, Doc("At most so many.")]
Any_ = AnimalRow | PersonRow | BoxRow | StrangerRow


def _thing(number: int) -> Any:
    """Whatever has this number: people from 100 on, boxes from 200 on, strangers from 300 on."""
    here = world()
    if number >= 300:
        return StrangerRow(number)
    kept: Any = here.animals if number < 100 else here.people if number < 200 else here.boxes
    return kept.get(number % 100)


async def animal(ask: Ask, *, number: Number = 1) -> AnimalRow | None:
    """An animal."""
    return world().animals.get(number)


async def animals(
    ask: Ask, *, kinds: Annotated[list[Kind] | None, Doc("Only these.")] = None, first: Count = 4
) -> list[AnimalRow]:
    """Animals."""
    return [each for each in world().animals.values() if kinds is None or each.kind in kinds][:first]


async def being(ask: Ask, *, number: Number) -> Any_ | None:
    """A being; from 300 on, one that is of no type."""
    await asyncio.sleep(0)
    return _thing(number)


async def beings(ask: Ask, *, numbers: Annotated[list[int], Doc("Their numbers.")]) -> list[Any]:
    """Beings, null for those that are not."""
    return [_thing(number) for number in numbers]


async def found(ask: Ask, *, numbers: Annotated[list[int], Doc("Their numbers.")] = (1, 101, 201)) -> list[Any]:  # type: ignore[assignment] # hashable
    """Things found."""
    return [_thing(number) for number in numbers]


async def people(ask: Ask, *, first: Count = 3, skip: Annotated[int | None, Doc("Without the first.")] = None) -> Any:
    """People."""
    return tuple(world().people.values())[skip or 0 :][:first]


async def person(ask: Ask, *, number: Number = 1) -> PersonRow | None:
    """A person."""
    return world().people.get(number)


async def boxes(ask: Ask, *, first: Count = 3) -> list[BoxRow]:
    """Boxes."""
    return list(world().boxes.values())[:first]


async def lists(ask: Ask, *, holding: Annotated[str, Doc("JSON of what they hold.")] = "[1, 2]") -> ListsRow:
    """Lists in every shape, all holding the same."""
    held = json.loads(holding)
    return ListsRow(1, held, held, held, held, held, held, held)


async def echo(ask: Ask, *, asked: Annotated[Asked, Doc("What to say.")]) -> str:
    """What was asked, as the resolver was given it."""
    return plain(asked)


async def echoes(
    ask: Ask,
    *,
    text: Annotated[str | None, Doc("A text.")] = "as usual",
    number: Annotated[int | None, Doc("A number.")] = None,
    ratio: Annotated[float, Doc("A ratio.")] = 0.5,
    sure: Annotated[bool, Doc("Whether.")] = True,
    mood: Annotated[Mood, Doc("A mood.")] = Mood.CALM,
    moods: Annotated[list[Mood] | None, Doc("Moods.")] = None,
    even: Annotated[Even | None, Doc("An even number.")] = None,
    grid: Annotated[list[list[int | None]] | None, Doc("Numbers in rows.")] = None,
) -> str:
    """The arguments, as the resolver was given them."""
    given = locals()
    return plain({name: given[name] for name in sorted(given) if name != "ask"})


async def nothing(ask: Ask) -> Any:
    """Nothing at all."""
    return None


async def broken(ask: Ask) -> Any:
    """A root that breaks."""
    raise Broken("root")


async def refused(ask: Ask) -> Any:
    """A root that refuses."""
    raise Refused("not you")


async def given_error(ask: Ask) -> Any:
    """A root whose answer is an exception."""
    return Broken("given")


@reads("number")
def numbers(ask: Ask, rows: Sequence[Any]) -> Sequence[int]:
    """Its number in its world."""
    return world().answers("numbers", rows, [row.number for row in rows])


async def friends(
    ask: Ask, rows: Sequence[Any], *, first: Count = 2, kind: Annotated[Kind | None, Doc("Only such.")] = None
) -> Sequence[list[AnimalRow]]:
    """Its friends among the animals."""
    kept = world().animals
    lists = [[kept[1 + (row.number * step) % 12] for step in range(1, 6)] for row in rows]
    answers = [[each for each in list_ if kind is None or each.kind == kind][:first] for list_ in lists]
    return world().answers("friends", rows, answers)


async def best(ask: Ask, rows: Sequence[Any]) -> Sequence[Any]:
    """The being it likes best: an animal, a person, nobody, or something strange."""
    await asyncio.sleep(0)
    answers = [_thing(row.number % 2 * 100 + 1 + row.number % 11) if row.number % 5 else None for row in rows]
    return world().answers("best", rows, answers)


def owners(ask: Ask, animals: Sequence[AnimalRow]) -> Sequence[PersonRow | None]:
    """Whom it belongs to."""
    return world().answers("owners", animals, [world().people.get(row.number) for row in animals])


async def sure_owners(ask: Ask, animals: Sequence[AnimalRow]) -> Sequence[PersonRow]:
    """Whom it surely belongs to."""
    return world().answers("sure_owners", animals, [world().people[row.number] for row in animals])


async def pets(ask: Ask, people: Sequence[PersonRow]) -> Sequence[Any]:
    """Their pets, as a tuple."""
    answers = [tuple(world().animals[number] for number in row.pets) for row in people]
    return world().answers("pets", people, answers)  # type: ignore[arg-type] # any list


async def boxes_of(ask: Ask, people: Sequence[PersonRow], *, first: Count = 2) -> Sequence[Any]:
    """Their boxes, one after another as they are taken."""
    answers = [_one_by_one(row.number, first) for row in people]
    return world().answers("boxes_of", people, answers)  # type: ignore[arg-type] # any iterable


def _one_by_one(number: int, first: int) -> Iterator[BoxRow]:
    for step in range(first):
        yield world().boxes[1 + (number + step) % 12]


async def things(ask: Ask, boxes: Sequence[BoxRow]) -> Sequence[list[Any]]:
    """What is in the box."""
    # Cats have odd numbers; dogs are nothing that a box can hold.
    answers = [[_thing((number | 1) + 100 * (place % 3)) for place, number in enumerate(row.content)] for row in boxes]
    return world().answers("things", boxes, answers)


async def shelves(ask: Ask, boxes: Sequence[BoxRow]) -> Sequence[list[Any]]:
    """What is in the box, in rows; a row or a place may be empty."""
    answers: list[Any] = []
    for row in boxes:
        here = [world().animals[number] for number in row.content]
        answers.append([here[:2], None if row.number % 2 else here[2:3], [None, *here[3:]]])
    return world().answers("shelves", boxes, answers)


async def full_shelves(ask: Ask, boxes: Sequence[BoxRow]) -> Sequence[list[Any]]:
    """What is in the box, in rows without gaps."""
    answers = [[[world().animals[number]] for number in row.content] for row in boxes]
    return world().answers("full_shelves", boxes, answers)


def lids(ask: Ask, boxes: Sequence[BoxRow]) -> Sequence[BoxRow]:
    """The same box once more."""
    return world().answers("lids", boxes, list(boxes))  # type: ignore[return-value] # rows


def marks(ask: Ask, boxes: Sequence[BoxRow]) -> Sequence[Any]:
    """A mark, which surely is a number."""
    return world().answers("marks", boxes, [row.number for row in boxes])


def held_people(ask: Ask, rows: Sequence[ListsRow]) -> Sequence[Any]:
    """The people whose numbers the lists hold."""
    return [_people(row.free) for row in rows]


def _people(held: Any) -> Any:
    if isinstance(held, list):
        return [_people(each) for each in held]
    return world().people.get(held, held) if isinstance(held, int) else held
