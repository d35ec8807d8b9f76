"""Which of the errors that were met are told.

Breadth first, everything at a level fails together, before it is known whose null goes up how far. The specification
asks for one error where several made the same place null; so the first of them is told.
"""

from collections.abc import Sequence
from typing import Any

from graphql import GraphQLError


def as_told(errors: Sequence[GraphQLError], data: Any) -> list[GraphQLError]:
    """The errors in the order they were met, one for each place that became null above the failing field."""
    told: list[GraphQLError] = []
    nulled: set[tuple[str | int, ...]] = set()
    for error in errors:
        path = tuple(error.path or ())
        place = path[: _depth(path, data)]
        if place != path:
            if place in nulled:
                continue
            nulled.add(place)
        told.append(error)
    return told


def _depth(path: tuple[str | int, ...], data: Any) -> int:
    """How many steps of the path lead to a place in the response; the last of them is null unless all do."""
    for depth, key in enumerate(path):
        if data is None:
            return depth
        data = data[key]
    return len(path)
