"""Leaves: what needs no change passes as it is, what does is changed, and only what is odd is looked at closer.

Each way of writing leaves stands here twice: for a column of answers, all at once, and as lines for the functions
that are written for a selection (making.py), which take each value off its row. Both give up as soon as anything is
out of the ordinary: a null where none may be, an exception in a value's place, a class nobody has met, an error. The
values then go one by one through graphql-core's own coercion, which says what is wrong with which of them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from math import isfinite
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLLeafType,
    GraphQLScalarType,
    Undefined,
    is_enum_type,
)
from graphql.execution import Executor
from graphql.type.scalars import GRAPHQL_MAX_INT, GRAPHQL_MIN_INT

AllAtOnce = Callable[[list[Any]], list[Any] | None]
NOTHING = type(None)
_ABSENT = frozenset({NOTHING, type(Undefined)})
GIVE_UP = "    return None"


@dataclass(frozen=True, slots=True)
class Written:
    """How values of a leaf are written, where nothing is out of the ordinary."""

    all_at_once: AllAtOnce
    """What writes a whole column, or gives up (None)."""
    lines: Sequence[str]
    """What writes the value of the variable `{cell}` into that variable, or gives up."""
    known: dict[str, Any]
    """What the lines know by name: in them each name stands behind `{own}`."""


@dataclass(frozen=True, slots=True)
class Unchanged:
    """Which values already are what the response holds; a scalar of ours says it on the function that writes it."""

    kind: type
    """The class they must be of."""
    condition: str = ""
    """What each of them must meet, as an expression of `{cell}`, if there is more to ask."""
    known: dict[str, Any] = field(default_factory=dict)
    """What the expression knows by name: in it each name stands behind `{own}`."""
    all_meet: Callable[[list[Any]], bool] = bool
    """The same of a whole column without nulls, which is not empty."""


class Coerce:
    """How the values of one leaf type are written."""

    def __init__(self, leaf: GraphQLLeafType) -> None:
        self._leaf = leaf
        self._written: dict[bool, Written] = {}

    def one(self, value: Any) -> Any:
        """One value as the response holds it. Raises what is wrong with it."""
        return Executor.complete_leaf_value(self._leaf, value)

    def written(self, required: bool) -> Written:
        """What writes many, or gives up."""
        found = self._written.get(required)
        if found is None:
            found = self._written[required] = _written(self._leaf, required)
        return found


def _written(leaf: GraphQLLeafType, required: bool) -> Written:
    if is_enum_type(leaf):
        return _members(leaf, required)
    plain = _PLAIN.get(leaf.name) if isinstance(leaf, GraphQLScalarType) else None
    unchanged: Unchanged | None = getattr(leaf.coerce_output_value, "unchanged", plain)
    return _converted(leaf.coerce_output_value, required) if unchanged is None else _unchanged(unchanged, required)


_PLAIN = {
    "String": Unchanged(str),
    "ID": Unchanged(str),
    "Boolean": Unchanged(bool),
    "Int": Unchanged(
        int,
        f"({GRAPHQL_MIN_INT} <= {{cell}} <= {GRAPHQL_MAX_INT})",
        all_meet=lambda values: min(values) >= GRAPHQL_MIN_INT and max(values) <= GRAPHQL_MAX_INT,
    ),
    "Float": Unchanged(
        float, "{own}isfinite({cell})", {"isfinite": isfinite}, lambda values: all(map(isfinite, values))
    ),
}


def _unchanged(values_that: Unchanged, required: bool) -> Written:
    """Of values that already are what the response holds."""
    kind, all_meet = values_that.kind, values_that.all_meet
    kinds = frozenset({kind}) if required else frozenset({kind, NOTHING})

    def unchanged(values: list[Any]) -> list[Any] | None:
        if not kinds.issuperset(map(type, values)):
            return None
        there = values if required else [value for value in values if value is not None]
        return values if not there or all_meet(there) else None

    odd = "type({cell}) is not {own}kind"
    if values_that.condition:
        odd += f" or not {values_that.condition}"
    if not required:
        odd = f"{{cell}} is not None and ({odd})"
    return Written(unchanged, [f"if {odd}:", GIVE_UP], {"kind": kind, **values_that.known})


def _members(leaf: GraphQLEnumType, required: bool) -> Written:
    """Of members of an enum, by their identity: a member's own hash is many times slower."""
    names = {id(member): name for name, member in _members_of(leaf)}
    if not required:
        names[id(None)] = None

    def members(values: list[Any]) -> list[Any] | None:
        try:
            return list(map(names.__getitem__, map(id, values)))
        except KeyError:
            return None

    # No name is found with an exception, which gives up as well.
    return Written(members, ["{cell} = {own}names[id({cell})]"], {"names": names})


def _members_of(leaf: GraphQLEnumType) -> list[tuple[Any, Enum]]:
    """Names and members. Members stay for ever, as their class does, so their identity may stand for them."""
    vocabulary = getattr(leaf, "wrapped_cls", None)
    if vocabulary is None:
        return []
    return [(leaf.coerce_output_value(member), member) for member in vocabulary]


def _converted(convert: Callable[[Any], Any], required: bool) -> Written:
    """Of values that a function writes."""
    met: set[type] = set()

    def converted(values: list[Any]) -> list[Any] | None:
        kinds = set(map(type, values))
        nulls = NOTHING in kinds
        if not kinds <= met:
            if nulls and not required:
                kinds.discard(NOTHING)
            if any(issubclass(kind, Exception) for kind in kinds) or kinds & _ABSENT:
                return None
            met.update(kinds)
        try:
            if nulls:
                column = [None if value is None else convert(value) for value in values]
                written = [value for value in column if value is not None]
                return column if len(written) == len(values) - values.count(None) else None
            column = list(map(convert, values))
        except Exception:
            return None
        return column if _ABSENT.isdisjoint(map(type, column)) else None

    lines = ["if type({cell}) not in {own}met:", GIVE_UP, "{cell} = {own}convert({cell})"]
    lines += ["if type({cell}) in {own}absent:", GIVE_UP]
    if not required:
        lines = ["if {cell} is not None:", *(f"    {line}" for line in lines)]
    return Written(converted, lines, {"met": met, "convert": convert, "absent": _ABSENT})
