"""The variables of an operation: what they are is found out once, then the values of each request are coerced."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from graphql import (
    GraphQLError,
    GraphQLLeafType,
    GraphQLSchema,
    Undefined,
    VariableDefinitionNode,
    get_nullable_type,
    is_leaf_type,
    is_non_null_type,
)
from graphql.execution import VariableValues, get_variable_values
from graphql.execution.get_variable_signature import GraphQLVariableSignature, get_variable_signature
from graphql.execution.values import VariableValueSource
from graphql.utilities import coerce_input_literal

MOST_ERRORS = 50


class Variables:
    """The variables that an operation declares.

    Scalars and enums are coerced here. Where a variable is anything else, or its value is wrong, graphql-core coerces
    them all as it always does: it is slower, and knows what to say.
    """

    def __init__(self, graph: GraphQLSchema, definitions: Iterable[VariableDefinitionNode]) -> None:
        self._graph = graph
        self._definitions = tuple(definitions)
        leaves = [_leaf(graph, each) for each in self._definitions]
        self._leaves = None if None in leaves else [each for each in leaves if each is not None]

    def coerced(self, given: dict[str, Any]) -> VariableValues | list[GraphQLError]:
        """The values that a request gives, or what is wrong with them."""
        if self._leaves is not None:
            sources: dict[str, VariableValueSource] = {}
            coerced: dict[str, Any] = {}
            if all(leaf.is_coerced(given, sources, coerced) for leaf in self._leaves):
                return VariableValues(sources, coerced)
        return get_variable_values(self._graph, self._definitions, given, MOST_ERRORS, hide_suggestions=True)


@dataclass(frozen=True, slots=True)
class _Leaf:
    """A variable of a scalar or an enum."""

    signature: GraphQLVariableSignature
    type: GraphQLLeafType
    is_required: bool

    def is_coerced(
        self, given: dict[str, Any], sources: dict[str, VariableValueSource], coerced: dict[str, Any]
    ) -> bool:
        """Whether the value is as it must be; it then stands among the others, with where it came from."""
        name = self.signature.name
        value = given.get(name, Undefined)
        sources[name] = VariableValueSource(self.signature, value)
        if value is Undefined:
            return self._is_left_out(coerced)
        if value is None:
            coerced[name] = None
            return not self.is_required
        try:
            coerced[name] = self.type.coerce_input_value(value)
        except Exception:  # graphql-core, which is then asked, meets it again and tells it
            return False
        return coerced[name] is not Undefined

    def _is_left_out(self, coerced: dict[str, Any]) -> bool:
        default = self.signature.default
        if default is None or default.literal is None:
            return not self.is_required
        # Anew each time: what a scalar makes of it might be changed by whom it is given to.
        value = coerced[self.signature.name] = coerce_input_literal(default.literal, self.signature.type)
        return value is not Undefined


def _leaf(graph: GraphQLSchema, definition: VariableDefinitionNode) -> _Leaf | None:
    signature = get_variable_signature(graph, definition)
    if isinstance(signature, GraphQLError):
        return None
    type_ = get_nullable_type(signature.type)
    return _Leaf(signature, type_, is_non_null_type(signature.type)) if is_leaf_type(type_) else None
