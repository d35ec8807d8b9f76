"""The oracle: what stock graphql-core makes of an operation, held against what the judged executor makes of it.

`data` must be equal byte for byte, keys in their order. Of several errors below one place that became null the
specification lets an executor report any, so those are compared by their places only; all others are compared by
message, path, locations and code.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from graphql import GraphQLError

from schema import masking

LONGEST = 400
"""How much of a differing value is shown."""

Place = tuple[str | int, ...]

# How many answers a failing question gave says how its parents were batched: an executor's own affair.
_COUNTS = re.compile(r"gave \d+ answers for \d+ parents")


@dataclass(frozen=True)
class Came:
    """What an operation came to: its answer, or why it was refused."""

    data: Any = None
    errors: Sequence[GraphQLError] = ()
    refused: tuple[str, ...] = ()
    """Messages of a request that was not executed at all."""
    aside: Any = None
    """What else must be equal: what was written, how a stream ended."""


@dataclass(frozen=True, order=True)
class Told:
    """An error as its caller meets it."""

    path: str
    message: str
    locations: str
    code: str


@dataclass
class Errors:
    """The errors of one answer: those that stand at their place in the data, and the places that others made null."""

    standing: Counter[Told] = field(default_factory=Counter)
    nulled: set[Place] = field(default_factory=set)

    @classmethod
    def of(cls, came: Came) -> "Errors":
        """The errors of an answer, by where its data ends."""
        errors = cls()
        for error in came.errors:
            path = tuple(error.path or ())
            place = place_of(path, came.data)
            errors.nulled.add(place)
            if place == path:
                errors.standing[told(error)] += 1
        return errors


def place_of(path: Place, data: Any) -> Place:
    """The longest part of a path that is in the data."""
    for length, key in enumerate(path):
        within = key in data if isinstance(data, dict) else isinstance(data, list) and 0 <= int(key) < len(data)
        if not within:
            return path[:length]
        data = data[key]
    return path


def told(error: GraphQLError) -> Told:
    """What an error says, where, and under which code it leaves."""
    message = _COUNTS.sub("gave another number of answers", error.message)
    locations = [(location.line, location.column) for location in error.locations or ()]
    return Told(repr(list(error.path or ())), message, repr(locations), code(error))


def code(error: GraphQLError) -> str:
    """The code that the error's masked form carries."""
    own = masking._own_cause(error)
    if own is not None:
        return str(masking.code_of(own))
    return masking.BAD_VARIABLES if masking._is_about_arguments(error) else masking.DEFECT


def written(data: Any) -> str:
    """The data as bytes would leave, keys in their order."""
    return orjson.dumps(data, default=repr, option=orjson.OPT_NON_STR_KEYS).decode()


def difference(stock: Came, judged: Came) -> str | None:
    """How two answers differ; None when they do not."""
    found = []
    for what, ours, theirs in (
        ("refusals", stock.refused, judged.refused),
        ("data", stock.data, judged.data),
        ("beside", stock.aside, judged.aside),
    ):
        if written(ours) != written(theirs):
            path, one, other = _first(ours, theirs, ())
            found.append(f"{what} differ at {list(path)}\n  stock:  {one[:LONGEST]}\n  judged: {other[:LONGEST]}")
    errors = _difference_of_errors(Errors.of(stock), Errors.of(judged))
    return "\n".join([*found, *([errors] if errors else [])]) or None


def _first(one: Any, other: Any, path: Place) -> tuple[Place, str, str]:
    """The first place where two values differ, and what stands there; keys first, where their order does."""
    pairs: list[tuple[Any, Any, Any]] = []
    if isinstance(one, dict) and isinstance(other, dict):
        if list(one) != list(other):
            return path, f"keys {list(one)}", f"keys {list(other)}"
        pairs = [(key, one[key], other[key]) for key in one]
    elif isinstance(one, list | tuple) and isinstance(other, list | tuple) and len(one) == len(other):
        pairs = [(number, *each) for number, each in enumerate(zip(one, other, strict=True))]
    for key, first, second in pairs:
        if written(first) != written(second):
            return _first(first, second, (*path, key))
    return path, written(one), written(other)


def _difference_of_errors(stock: Errors, judged: Errors) -> str | None:
    missing, added = stock.standing - judged.standing, judged.standing - stock.standing
    if missing or added:
        return f"errors differ\n  only stock:  {_lines(missing)}\n  only judged: {_lines(added)}"
    if stock.nulled != judged.nulled:
        return (
            "places made null without an error in both\n"
            f"  only stock:  {sorted(map(str, stock.nulled - judged.nulled))}\n"
            f"  only judged: {sorted(map(str, judged.nulled - stock.nulled))}"
        )
    return None


def _lines(errors: Counter[Told]) -> str:
    return "".join(f"\n    {count} x {error}" for error, count in sorted(errors.items())) or "none"


def leaves(data: Any) -> int:
    """How many leaves of the data are not null."""
    if isinstance(data, dict):
        return sum(map(leaves, data.values()))
    return sum(map(leaves, data)) if isinstance(data, list) else data is not None
