"""Planning an operation: which steps answer each selection, worked out once and kept for every later run.

A plan holds for one operation and one set of values for the variables that steer `@skip` and `@include`. Selections
are planned when a row of their type is first met, and are shared wherever the same field nodes meet the same type.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from graphql import (
    FieldNode,
    GraphQLError,
    GraphQLField,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    OperationDefinitionNode,
    is_abstract_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
)
from graphql.execution.collect_fields import FieldDetails, FragmentDetails, collect_fields, collect_subfields
from graphql.execution.executor import SELECTIONS_NESTED_TOO_DEEPLY
from graphql.execution.values import VariableValues

from schema.execution import steps
from schema.execution.abstract import AbstractShape, Concrete, Possible
from schema.execution.leaves import Coerce
from schema.execution.making import Maker
from schema.execution.shapes import LeafShape, ListShape, ObjectShape, Shape

# What a step weighs in memory, about, with its share of shapes, selections and made functions.
STEP_BYTES = 2_500


class Types:
    """What is known of a schema's types, kept for all plans: how leaves are written, how rows tell their type."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self.schema = schema
        self._concrete: dict[str, Concrete] = {}
        self._possible: dict[str, Possible] = {}
        self._leaves: dict[str, Coerce] = {}

    def concrete(self, of: GraphQLObjectType) -> Concrete:
        """An object type."""
        return self._concrete.get(of.name) or self._concrete.setdefault(of.name, Concrete(of))

    def shape(self, of: GraphQLOutputType, field: "Field") -> Shape:
        """How values of the type are laid out."""
        required = is_non_null_type(of)
        inner: Any = of.of_type if is_non_null_type(of) else of
        if is_list_type(inner):
            return ListShape(field, required, self.shape(inner.of_type, field))
        name = inner.name
        if is_leaf_type(inner):
            return LeafShape(field, required, self._leaves.get(name) or self._leaves.setdefault(name, Coerce(inner)))
        if is_abstract_type(inner):
            possible = self._possible.get(name)
            if possible is None:
                possible = self._possible[name] = Possible(self.schema, inner, self.concrete)
            return AbstractShape(field, required, possible)
        return ObjectShape(field, required, self.concrete(inner))


class Field:
    """One response key of a selection: its field's definition, and the nodes that were merged into it."""

    __slots__ = ("_selections", "definition", "details", "key", "node", "nodes", "parent", "plan", "strawberry")

    def __init__(
        self, plan: "Plan", parent: GraphQLObjectType, key: str, details: list[FieldDetails], definition: GraphQLField
    ) -> None:
        self.plan = plan
        self.parent = parent
        self.key = key
        self.details = details
        self.nodes: list[FieldNode] = [each.node for each in details]
        self.node = self.nodes[0]
        self.definition = definition
        self.strawberry: Any = definition.extensions.get("strawberry-definition")
        self._selections: dict[str, Selection] = {}

    @property
    def coordinate(self) -> str:
        """Its place in the schema, as errors name it."""
        return f"{self.parent.name}.{self.node.name.value}"

    def selection(self, of: GraphQLObjectType) -> "Selection":
        """What is selected of an object of this type below it. Raises for `@skip` or `@include` given null."""
        found = self._selections.get(of.name)
        if found is None:
            found = self._selections[of.name] = self.plan.below(of, self.details)
        return found


class Selection:
    """What is asked of an object of one type: one step for each response key, in the response's order."""

    __slots__ = ("asked", "is_last", "made", "ready", "required", "steps", "type")

    def __init__(self, of: GraphQLObjectType, planned: Sequence["steps.Step"]) -> None:
        self.type = of
        self.steps = planned
        self.ready = [step for step in planned if isinstance(step, steps.Ready)]
        self.asked = [step for step in planned if not isinstance(step, steps.Ready | steps.Plain)]
        self.required = [slot for slot, step in enumerate(planned) if step.required]
        self.is_last = not self.asked and all(isinstance(step.shape, LeafShape) for step in planned)
        """Whether nothing lies below it."""
        self.made = Maker(planned, [step for step in planned if isinstance(step, steps.Plain)])


class Plan:
    """One operation under one set of steering values."""

    def __init__(
        self,
        types: Types,
        operation: OperationDefinitionNode,
        fragments: dict[str, FragmentDetails],
        variable_values: VariableValues,
        hide_suggestions: bool,
    ) -> None:
        self.types = types
        self.operation = operation
        self._fragments = fragments
        # Only the steering values among them are looked at, and these are the same in every run of this plan.
        self._variable_values = variable_values
        self._hide_suggestions = hide_suggestions
        self._selections: dict[tuple[Any, ...], Selection] = {}
        self._root: Selection | None = None
        self.planned_steps = 0

    @property
    def weight(self) -> int:
        """About how many bytes it holds."""
        return self.planned_steps * STEP_BYTES

    def root(self, of: GraphQLObjectType) -> Selection:
        """What is selected of the operation's root."""
        if self._root is None:
            try:
                collected = collect_fields(
                    self.types.schema, self._fragments, self._variable_values, of, self.operation,
                    self._hide_suggestions,
                )  # fmt: skip
            except RecursionError:
                raise GraphQLError(SELECTIONS_NESTED_TOO_DEEPLY, self.operation) from None
            self._root = self._planned(of, collected.grouped_field_set)
        return self._root

    def below(self, of: GraphQLObjectType, details: list[FieldDetails]) -> Selection:
        """What these fields select of an object of this type."""
        key = (of.name, *(id(each.node) for each in details))
        found = self._selections.get(key)
        if found is None:
            try:
                collected = collect_subfields(
                    self.types.schema, self._fragments, self._variable_values, self.operation, of, details,
                    self._hide_suggestions,
                )  # fmt: skip
            except RecursionError:
                raise GraphQLError(SELECTIONS_NESTED_TOO_DEEPLY, [each.node for each in details]) from None
            found = self._selections[key] = self._planned(of, collected.grouped_field_set)
        return found

    def _planned(self, of: GraphQLObjectType, grouped: Mapping[str, list[FieldDetails]]) -> Selection:
        planned: list[steps.Step] = []
        for key, details in grouped.items():
            definition = self.types.schema.get_field(of, details[0].node.name.value)
            if definition is not None:
                field = Field(self, of, key, details, definition)
                planned.append(steps.planned(len(planned), field, self.types.shape(definition.type, field)))
        self.planned_steps += len(planned)
        return Selection(of, planned)
