"""The plans of one operation: one for each combination of values that its `@skip` and `@include` met."""

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

from graphql import (
    DirectiveNode,
    FragmentSpreadNode,
    GraphQLSchema,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
)
from graphql.execution import Executor
from graphql.execution.collect_fields import FragmentDetails
from graphql.execution.values import VariableValues
from graphql.type.directives import GraphQLDisableErrorPropagationDirective

from schema.execution.planning import Plan, Types

VARIANTS = 16

_KEPT_AS = "casegraph-types"


def types_of(schema: GraphQLSchema) -> Types:
    """What is known of a schema's types, found out once and kept with it."""
    found: Types = schema.extensions.get(_KEPT_AS) or schema.extensions.setdefault(_KEPT_AS, Types(schema))
    return found


class Plans:
    """Kept with the operation's document; beyond so many variants the one unused the longest goes."""

    def __init__(
        self, schema: GraphQLSchema, operation: OperationDefinitionNode, fragments: dict[str, FragmentDetails]
    ) -> None:
        self._types = types_of(schema)
        self._operation = operation
        self._fragments = fragments
        self._by_values: OrderedDict[tuple[Any, ...], Plan] = OrderedDict()

    @cached_property
    def error_propagation(self) -> bool:
        """Whether what may not be null makes null what holds it; a directive on the operation turns that off."""
        named = GraphQLDisableErrorPropagationDirective.name
        return all(directive.name.value != named for directive in self._operation.directives or ())

    def plan(self, executor: Executor[Any]) -> Plan:
        """The plan for the executor's variables."""
        variables = executor.variable_values
        key = tuple([variables.coerced.get(name, _MISSING) for name in self._steering])
        plan = self._by_values.get(key)
        if plan is None:
            plan = self._planned(executor, variables)
            self._by_values[key] = plan
            if len(self._by_values) > VARIANTS:
                self._by_values.popitem(last=False)
        elif len(self._by_values) > 1:
            self._by_values.move_to_end(key)
        return plan

    @property
    def weight(self) -> int:
        """About how many bytes they hold."""
        return sum(plan.weight for plan in self._by_values.values())

    def _planned(self, executor: Executor[Any], variables: VariableValues) -> Plan:
        # A plan outlives the request, so it keeps none of its values but those that steer it.
        steering = VariableValues(
            {name: variables.sources[name] for name in self._steering if name in variables.sources},
            {name: variables.coerced[name] for name in self._steering if name in variables.coerced},
        )
        return Plan(self._types, self._operation, self._fragments, steering, executor.hide_suggestions)

    @cached_property
    def _steering(self) -> tuple[str, ...]:
        """The variables that decide what is selected."""
        return tuple(sorted(set(self._variables_of_directives())))

    def _variables_of_directives(self) -> Iterator[str]:
        seen: set[str] = set()
        waiting: list[SelectionSetNode] = [self._operation.selection_set]
        while waiting:
            for selection in waiting.pop().selections:
                yield from _conditions(selection.directives or ())
                inner = getattr(selection, "selection_set", None)
                if isinstance(selection, FragmentSpreadNode) and selection.name.value not in seen:
                    seen.add(selection.name.value)
                    fragment = self._fragments.get(selection.name.value)
                    inner = fragment.definition.selection_set if fragment else None
                if inner is not None:
                    waiting.append(inner)


_MISSING = object()


def _conditions(directives: Iterable[DirectiveNode]) -> Iterator[str]:
    for directive in directives:
        if directive.name.value in ("skip", "include"):
            for argument in directive.arguments or ():
                if isinstance(argument.value, VariableNode):
                    yield argument.value.name.value
