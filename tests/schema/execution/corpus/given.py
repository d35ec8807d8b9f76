"""Values for generated operations on the corpus graph, and faults by chance."""

import json
import random
from typing import Any

from graphql import GraphQLSchema

from tests.schema.execution.corpus.rows import Fault, World
from tests.schema.execution.values import SCALARS, Make, Values

HELD: tuple[Any, ...] = (
    [1, 2, 3], [[1, 2], [3]], [], None, [1, None], [[1, None], None, []], [[[1], None], [[2, 3]]], [4, "x"], [2**40], 7,
)  # fmt: skip
QUESTIONS = (
    "numbers", "friends", "best", "owners", "sure_owners", "pets", "boxes_of", "things", "shelves", "full_shelves",
    "lids", "marks",
)  # fmt: skip


BARREN = frozenset(
    ("something", "surelyBroken", "broken", "nothing", "refused", "givenError", "denied", "echo", "echoes", "foundBy")
) | {"weighed"}
"""Root fields that leave nothing of an answer, or one leaf."""


FERTILE = ("animals", "beings", "people", "boxes", "found")
"""Root fields that give much."""


def _thing(chance: random.Random) -> int:
    if chance.random() < 0.02:
        return chance.choice((99, 300))
    return chance.choice((0, 0, 100, 100, 200)) + chance.randint(1, 12)


def _being(chance: random.Random) -> int:
    return _thing(chance) % 200 if chance.random() < 0.9 else _thing(chance)


NAMED: dict[str, Make] = {
    "number": lambda chance: chance.randint(1, 12),
    "numbers": _being,
    "first": lambda chance: chance.choice((1, 2, 3, 4, 5, 6)),
    "skip": lambda chance: chance.choice((0, 1, 2)),
    "holding": lambda chance: json.dumps(chance.choice(HELD)),
    "name": lambda chance: chance.choice(("Nia", "Ole", "Pia", "Rio", "break", "refuse")),
    "even": lambda chance: 4,
}


def values(graph: GraphQLSchema) -> Values:
    """Values of the corpus graph."""
    return Values(graph, named=NAMED, scalars={**SCALARS, "Even": lambda chance: chance.choice((0, 2, -4))})


def worlds(chance: random.Random, *, failing: bool) -> list[World]:
    """Three equal worlds; `failing`: some of their questions fail, and some of their plain values are bad."""
    if not failing:
        return [World.made() for _ in range(3)]
    faults = {name: chance.choice(list(Fault)) for name in chance.sample(QUESTIONS, chance.choice((0, 1, 1, 2)))}
    spoiled = chance.choice((None, chance.randrange(10**6)))
    return [World.made(faults=faults, spoiled=spoiled) for _ in range(3)]
