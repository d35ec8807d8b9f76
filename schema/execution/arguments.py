"""The arguments of one field: coerced once for each level, or once and for all where they name no variable."""

from collections.abc import Mapping
from datetime import date
from enum import Enum
from typing import TYPE_CHECKING, Any
from uuid import UUID

from graphql import ListValueNode, ObjectValueNode, ValueNode, VariableNode, get_argument_values
from strawberry import UNSET
from strawberry.types.arguments import convert_arguments

if TYPE_CHECKING:
    from schema.execution.executing import Run
    from schema.execution.planning import Field

# What cannot change may be given to every request that asks the same.
_UNCHANGING = (str, int, float, bool, type(None), Enum, UUID, date)


class Arguments:
    """What the resolver of one field is given."""

    __slots__ = ("_field", "_for_all", "_has_variables", "_question")

    def __init__(self, field: "Field", question: Any) -> None:
        self._field = field
        self._question = question
        self._has_variables = any(_names_a_variable(each.value) for each in field.node.arguments or ())
        self._for_all: Mapping[str, Any] | None = None if field.definition.args or field.node.arguments else {}

    def given(self, run: "Run") -> Mapping[str, Any]:
        """The arguments by their Python names. Raises what is wrong with them."""
        if self._for_all is not None:
            return self._for_all
        given = self._converted(run)
        if not self._has_variables and all(isinstance(value, _UNCHANGING) for value in given.values()):
            self._for_all = given
        return given

    def coerced(self, run: "Run") -> dict[str, Any]:
        """The arguments as graphql-core coerces them."""
        executor = run.executor
        return get_argument_values(
            self._field.definition, self._field.node, executor.variable_values, None, executor.hide_suggestions
        )

    def _converted(self, run: "Run") -> Mapping[str, Any]:
        converter = run.executor.schema._strawberry_schema.schema_converter  # type: ignore[attr-defined] # set by Strawberry
        definition = self._field.strawberry
        converted = convert_arguments(
            self.coerced(run), definition.arguments, converter.scalar_registry, converter.config
        )
        given: Mapping[str, Any] = self._question.given(
            {name: value for name, value in converted.items() if value is not UNSET}
        )
        return given


def _names_a_variable(value: ValueNode) -> bool:
    if isinstance(value, ListValueNode):
        return any(map(_names_a_variable, value.values))
    if isinstance(value, ObjectValueNode):
        return any(_names_a_variable(field.value) for field in value.fields)
    return isinstance(value, VariableNode)
