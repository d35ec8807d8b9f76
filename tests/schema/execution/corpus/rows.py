"""A small world in memory: beings, people and boxes, the same at every making, and what goes wrong in it."""

import random
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone
from enum import Enum, StrEnum
from typing import Any


class Kind(StrEnum):
    """What an animal is."""

    CAT = "CAT"
    """A cat."""
    DOG = "DOG"
    """A dog."""
    GHOST = "GHOST"
    """No animal of the graph."""


class Mood(Enum):
    """How a being feels; its values are not its names."""

    CALM = 1
    """Calm."""
    TENSE = "tense"
    """Tense."""
    ELATED = (3, 3)
    """Elated."""


@dataclass(slots=True)
class AnimalRow:
    """An animal; which one, says its kind."""

    number: int
    kind: Any
    name: Any
    mood: Any
    lives: Any = 1
    weight: Any = 1.5
    tags: Any = ()


@dataclass(slots=True)
class PersonRow:
    """A person."""

    number: int
    name: Any
    mood: Any
    height: Any
    even: Any
    adult: Any = True
    pets: list[int] = field(default_factory=list)
    born: Any = None
    seen: Any = None


@dataclass(slots=True)
class BoxRow:
    """A box, and the numbers of what is in it."""

    number: int
    label: Any
    content: list[int] = field(default_factory=list)


@dataclass(slots=True)
class ListsRow:
    """Lists in every shape of nullability, all over the same values."""

    number: int
    free: Any
    full: Any
    some: Any
    all: Any
    grid: Any
    solid: Any
    cube: Any


@dataclass(slots=True)
class StrangerRow:
    """Something that no type of the graph presents."""

    number: int


class Fault(StrEnum):
    """How a question fails."""

    RAISES = "the whole batch raises"
    ANSWERS = "some answers are exceptions"
    DENIES = "some answers are exceptions of ours"
    NONE = "some answers are null"
    FEW = "an answer is missing"
    STRANGE = "some answers are of a wrong kind"


class Broken(Exception):
    """A defect."""


class Refused(Exception):
    """An error of ours, known by its code."""

    code = "REFUSED"
    details = {"again": True}


class Stamp(datetime):
    """A moment of a class of its own."""


BORN = date(1990, 3, 1)
SEEN = datetime(2026, 3, 1, 9, 30, 0, 7, tzinfo=UTC)
ELSEWHERE = timezone(timedelta(hours=-5))
NAMES = ("Ada", "Bo", "Cleo", "Dov", "Esi", "Fay", "Gus", "Hal", "Ida", "Jon", "Kit", "Lea")
VALUES: dict[str, tuple[Any, ...]] = {
    "name": (None, 7, True, 1.5, object, Broken("a name")),
    "mood": (None, "CALM", "sad", 3, Broken("a mood")),
    "kind": (Kind.GHOST,),
    "lives": (None, 2**31, -(2**31) - 1, 2**31 - 1, 1.0, 1.5, "9", "nine", True, float("nan")),
    "weight": (None, float("nan"), float("inf"), 3, "1.5", "heavy", True, 10**400),
    "tags": (None, "tag", 7, {"a": 1}, range(2), {"a": 1}.keys(), ["a", None], (), ["a", object]),
    "height": (None, float("-inf"), "1.7"),
    "even": (None, 3, "4", Broken("an even")),
    "adult": (None, "yes", 1, 0, 0.5, float("nan")),
    "born": (None, "2026-03-01", 7, SEEN, Broken("a day")),
    "seen": (None, SEEN.astimezone(ELSEWHERE), Stamp(2026, 3, 1, tzinfo=UTC), BORN, "2026-03-01T09:30:00Z", 7),
    "label": (None, "", b"label", ["label"]),
}
"""Values that plain fields may hold in a spoiled world; many of them cannot be completed."""


@dataclass
class World:
    """Everything there is, and how its questions fail."""

    animals: dict[int, AnimalRow] = field(default_factory=dict)
    people: dict[int, PersonRow] = field(default_factory=dict)
    boxes: dict[int, BoxRow] = field(default_factory=dict)
    faults: dict[str, Fault] = field(default_factory=dict)
    put: list[str] = field(default_factory=list)
    """The mutations that were carried out, in their order."""

    @classmethod
    def made(cls, *, faults: dict[str, Fault] | None = None, spoiled: int | None = None) -> "World":
        """The world; `spoiled` seeds the places where its plain values are bad."""
        world = cls(faults=dict(faults or {}))
        moods = list(Mood)
        for number in range(1, 13):
            kind = Kind.CAT if number % 2 else Kind.DOG
            name = NAMES[number - 1]
            world.animals[number] = AnimalRow(
                number, kind, name, moods[number % 3], number, number / 4, [name.lower()] * (number % 3)
            )
            pets = [1 + (number + step) % 12 for step in range(number % 4)]
            world.people[number] = PersonRow(
                number, name * 2, moods[-1], 1.5, number * 2, True, pets, BORN.replace(year=1990 + number), SEEN
            )
            world.boxes[number] = BoxRow(number, f"box {number}", [1 + (number * step) % 12 for step in range(4)])
        if spoiled is not None:
            world.spoil(random.Random(spoiled))
        return world

    def spoil(self, chance: random.Random) -> None:
        """Put bad values into some plain fields."""
        for row in (*self.animals.values(), *self.people.values(), *self.boxes.values()):
            for name in row.__slots__:
                if name in VALUES and chance.random() < 0.03:
                    setattr(row, name, chance.choice(VALUES[name]))

    def answers(self, question: str, parents: Iterable[Any], answers: list[Any]) -> list[Any]:
        """The answers of a question, failing as it is to fail. A parent fails by its number, however it is batched."""
        fault = self.faults.get(question)
        if fault is None:
            return answers
        if fault is Fault.RAISES:
            raise Broken(question)
        if fault is Fault.FEW:
            return answers[:-1]
        instead = {
            Fault.ANSWERS: Broken(question), Fault.DENIES: Refused(question), Fault.NONE: None,
            Fault.STRANGE: StrangerRow(0),
        }[fault]  # fmt: skip
        return [instead if parent.number % 3 == 1 else answer for parent, answer in zip(parents, answers, strict=True)]


_SHOWN: ContextVar[World] = ContextVar("world")


def world() -> World:
    """The world of the operation under way."""
    return _SHOWN.get()


@contextmanager
def shown(shown: World) -> Iterator[World]:
    """Let operations see this world."""
    token = _SHOWN.set(shown)
    try:
        yield shown
    finally:
        _SHOWN.reset(token)
