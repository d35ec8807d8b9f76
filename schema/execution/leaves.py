"""Leaves, a column at a time: what needs no change passes as it is, what does is changed in one loop.

`all_at_once` gives up (None) as soon as anything is out of the ordinary: a null where none may be, an exception in a
value's place, a class nobody has met, an error. The column then goes value by value through graphql-core's own
coercion, which says what is wrong with which value.
"""

from collections.abc import Callable
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


class Coerce:
    """How the values of one leaf type are written."""

    def __init__(self, leaf: GraphQLLeafType) -> None:
        self._leaf = leaf

    def one(self, value: Any) -> Any:
        """One value as the response holds it. Raises what is wrong with it."""
        return Executor.complete_leaf_value(self._leaf, value)

    def all_at_once(self, required: bool) -> AllAtOnce:
        """What writes a whole column, or gives up."""
        leaf = self._leaf
        if is_enum_type(leaf):
            return _members(leaf, required)
        plain = _PLAIN.get(leaf.name) if isinstance(leaf, GraphQLScalarType) else None
        if plain is None:
            return _converted(leaf.coerce_output_value, required)
        kind, check = plain
        return _unchanged(frozenset({kind}) if required else frozenset({kind, NOTHING}), check)


def _all_fit(values: list[Any]) -> bool:
    numbers = [value for value in values if value is not None] if None in values else values
    return not numbers or (min(numbers) >= GRAPHQL_MIN_INT and max(numbers) <= GRAPHQL_MAX_INT)


def _all_finite(values: list[Any]) -> bool:
    return all(value is None or isfinite(value) for value in values)


_PLAIN: dict[str, tuple[type, Callable[[list[Any]], bool] | None]] = {
    "String": (str, None),
    "ID": (str, None),
    "Boolean": (bool, None),
    "Int": (int, _all_fit),
    "Float": (float, _all_finite),
}


def _unchanged(kinds: frozenset[type], check: Callable[[list[Any]], bool] | None) -> AllAtOnce:
    """Of values that already are what the response holds."""

    def unchanged(values: list[Any]) -> list[Any] | None:
        return values if kinds.issuperset(map(type, values)) and (check is None or check(values)) else None

    return unchanged


def _members(leaf: GraphQLEnumType, required: bool) -> AllAtOnce:
    """Of members of an enum, by their identity: a member's own hash is many times slower."""
    names = {id(member): name for name, member in _members_of(leaf)}
    if not required:
        names[id(None)] = None

    def members(values: list[Any]) -> list[Any] | None:
        try:
            return list(map(names.__getitem__, map(id, values)))
        except KeyError:
            return None

    return members


def _members_of(leaf: GraphQLEnumType) -> list[tuple[Any, Enum]]:
    """Names and members. Members stay for ever, as their class does, so their identity may stand for them."""
    vocabulary = getattr(leaf, "wrapped_cls", None)
    if vocabulary is None:
        return []
    return [(leaf.coerce_output_value(member), member) for member in vocabulary]


def _converted(convert: Callable[[Any], Any], required: bool) -> AllAtOnce:
    """Of values that a function writes."""
    met: set[type] = set() if required else {NOTHING}

    def converted(values: list[Any]) -> list[Any] | None:
        kinds = set(map(type, values))
        if not kinds <= met:
            if any(issubclass(kind, Exception) for kind in kinds) or kinds & (_ABSENT - met):
                return None
            met.update(kinds)
        try:
            if NOTHING in kinds:
                column = [None if value is None else convert(value) for value in values]
                written = [value for value in column if value is not None]
                return column if len(written) == len(values) - values.count(None) else None
            column = list(map(convert, values))
        except Exception:
            return None
        return column if _ABSENT.isdisjoint(map(type, column)) else None

    return converted
