"""Operations that walk the whole graph: every field of every type, by every path up to a depth."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    Undefined,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
)

Arguments = Callable[[str, str], str]
"""The text of the required arguments of a field, by its type's name and its own: `(id: "client_…")`."""

ONCE_MORE = 2
"""How often one type may stand in one path: twice shows every back-reference."""


class Walk:
    """Makes the selections of a walk through one schema."""

    def __init__(self, schema: GraphQLSchema, arguments: Arguments, depth: int) -> None:
        self.schema = schema
        self.arguments = arguments
        self.depth = depth

    def of_root(self, name: str) -> str:
        """The selection of one root field of Query with everything below it."""
        query = self.schema.query_type
        assert query is not None
        selected = self.field("Query", name, query.fields[name], Counter(), 0)
        assert selected is not None
        return selected

    def field(self, owner: str, name: str, field: GraphQLField, met: Counter[str], depth: int) -> str | None:
        """The selection of a field, or None when its path goes no deeper."""
        given = self.arguments(owner, name) if _requires(field) else ""
        named = get_named_type(field.type)
        if is_leaf_type(named):
            return f"{name}{given}"
        below = self.below(named, met, depth + 1)
        return f"{name}{given} {{ {below} }}" if below else None

    def below(self, named: Any, met: Counter[str], depth: int) -> str:
        """The selections on a composite type."""
        if depth > self.depth or met[named.name] >= ONCE_MORE:
            return ""
        if is_abstract_type(named):
            kinds = self.schema.get_possible_types(named)
            return "__typename " + " ".join(
                f"... on {kind.name} {{ {inner} }}" for kind in kinds if (inner := self.below(kind, met, depth))
            )
        assert isinstance(named, GraphQLObjectType)
        deeper = met + Counter([named.name])
        selections = [self.alias(named, name, field, deeper, depth) for name, field in named.fields.items()]
        return " ".join(["__typename", *filter(None, selections)])

    def alias(self, named: GraphQLObjectType, name: str, field: GraphQLField, met: Counter[str], depth: int) -> str:
        """A field under a name of its own, so that fields of one name on several types do not have to agree."""
        selected = self.field(named.name, name, field, met, depth)
        return f"{named.name}_{name}: {selected}" if selected else ""


def _requires(field: GraphQLField) -> bool:
    return any(isinstance(each.type, GraphQLNonNull) and not _has_default(each) for each in field.args.values())


def _has_default(argument: Any) -> bool:
    return argument.default_value is not Undefined


def values_in(data: Any) -> Iterator[tuple[str, Any]]:
    """Every leaf of a response, with the alias it stands under."""
    if isinstance(data, dict):
        for name, value in data.items():
            yield from ((name, value),) if not isinstance(value, dict | list) else values_in(value)
    elif isinstance(data, list):
        for value in data:
            yield from values_in(value)
