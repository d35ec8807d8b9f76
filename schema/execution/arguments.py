"""The arguments of one field: coerced once for each level, or once and for all where they name no variable."""

from collections.abc import Callable, Mapping
from datetime import date
from enum import Enum
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from graphql import (
    GraphQLArgument,
    ListValueNode,
    ObjectValueNode,
    Undefined,
    ValueNode,
    VariableNode,
    get_argument_values,
    get_nullable_type,
    is_leaf_type,
    is_non_null_type,
)
from strawberry import UNSET
from strawberry.types.arguments import convert_arguments

if TYPE_CHECKING:
    from schema.execution.executing import Run
    from schema.execution.planning import Field

# What cannot change may be given to every request that asks the same.
_UNCHANGING = (str, int, float, bool, type(None), Enum, UUID, date)


class _ByVariable(NamedTuple):
    """An argument of a scalar or an enum that is a variable, whose value has been coerced already."""

    name: str
    variable: str
    takes_null: bool
    may_be_left_out: bool
    convert: Callable[[Any], Any] | None


class Arguments:
    """What the resolver of one field is given."""

    __slots__ = ("_by_variable", "_constant", "_field", "_for_all", "_has_variables", "_is_planned", "_question")

    def __init__(self, field: "Field", question: Any) -> None:
        self._field = field
        self._question = question
        self._has_variables = any(_names_a_variable(each.value) for each in field.node.arguments or ())
        self._for_all: Mapping[str, Any] | None = None if field.definition.args or field.node.arguments else {}
        self._by_variable: list[_ByVariable] | None = None
        self._constant: Mapping[str, Any] = {}
        self._is_planned = False

    def given(self, run: "Run") -> Mapping[str, Any]:
        """The arguments by their Python names. Raises what is wrong with them."""
        if self._for_all is not None:
            return self._for_all
        if self._by_variable is not None:
            found = self._looked_up(self._by_variable, run.executor.variable_values.coerced)
            if found is not None:
                return found
        given = self._converted(run)
        if not self._has_variables and all(isinstance(value, _UNCHANGING) for value in given.values()):
            self._for_all = given
        elif not self._is_planned:
            self._is_planned = True
            self._plan(run, given)
        return given

    def coerced(self, run: "Run") -> dict[str, Any]:
        """The arguments as graphql-core coerces them."""
        executor = run.executor
        return get_argument_values(
            self._field.definition, self._field.node, executor.variable_values, None, executor.hide_suggestions
        )

    def _looked_up(self, planned: list[_ByVariable], values: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """What is given, where that takes no more than looking up the variables."""
        given = dict(self._constant)
        for name, variable, takes_null, may_be_left_out, convert in planned:
            value = values.get(variable, Undefined)
            if value is Undefined:
                if not may_be_left_out:
                    return None
            elif value is None:
                if not takes_null:
                    return None
                given[name] = None
            else:
                given[name] = value if convert is None else convert(value)
        return given

    def _plan(self, run: "Run", given: Mapping[str, Any]) -> None:
        """Remember what is the same for every request, if all the rest can be looked up."""
        from_argument = _converter(run).config.name_converter.from_argument
        nodes = {each.name.value: each.value for each in self._field.node.arguments or ()}
        constant, planned = dict(given), []
        for argument in self._field.strawberry.arguments:
            name = from_argument(argument)
            definition, node = self._field.definition.args[name], nodes.get(name)
            if isinstance(node, VariableNode) and is_leaf_type(get_nullable_type(definition.type)):
                if argument.is_maybe:
                    return
                constant.pop(argument.python_name, None)
                convert = self._question.converts.get(argument.python_name)
                planned.append(_by_variable(argument.python_name, node, definition, convert))
            elif node is not None and _names_a_variable(node):
                return
        if all(isinstance(value, _UNCHANGING) for value in constant.values()):
            self._by_variable, self._constant = planned, constant

    def _converted(self, run: "Run") -> Mapping[str, Any]:
        converter = _converter(run)
        definition = self._field.strawberry
        converted = convert_arguments(
            self.coerced(run), definition.arguments, converter.scalar_registry, converter.config
        )
        given: Mapping[str, Any] = self._question.given(
            {name: value for name, value in converted.items() if value is not UNSET}
        )
        return given


def _by_variable(
    name: str, node: VariableNode, definition: GraphQLArgument, convert: Callable[[Any], Any] | None
) -> _ByVariable:
    takes_null = not is_non_null_type(definition.type)
    has_default = definition.default is not None or definition.default_value is not Undefined
    return _ByVariable(name, node.name.value, takes_null, takes_null and not has_default, convert)


def _converter(run: "Run") -> Any:
    return run.executor.schema._strawberry_schema.schema_converter  # type: ignore[attr-defined] # set by Strawberry


def _names_a_variable(value: ValueNode) -> bool:
    if isinstance(value, ListValueNode):
        return any(map(_names_a_variable, value.values))
    if isinstance(value, ObjectValueNode):
        return any(_names_a_variable(field.value) for field in value.fields)
    return isinstance(value, VariableNode)
