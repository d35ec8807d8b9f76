"""Which attributes of its rows a field of the query needs, so that a page of ids reads no note text."""

from typing import Any

from graphql import (
    FieldNode,
    FragmentSpreadNode,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLSchema,
    InlineFragmentNode,
    SelectionSetNode,
    get_named_type,
    is_abstract_type,
)

from resolvers.asking import Wanted

NOTHING: frozenset[str] = frozenset()


def wanted(info: GraphQLResolveInfo[Any]) -> Wanted:
    """The attributes that the selections below a field need; None for all of them.

    `@skip` and `@include` are not looked at: what might be left out is read.
    """
    seeker = _Seeker(info.schema, info.fragments)
    found: Wanted = NOTHING
    for node in info.field_nodes:
        found = _both(found, seeker.below(get_named_type(info.return_type), node.selection_set))
    return found


def _both(one: Wanted, other: Wanted) -> Wanted:
    return None if one is None or other is None else one | other


class _Seeker:
    def __init__(self, schema: GraphQLSchema, fragments: dict[str, Any]) -> None:
        self.schema = schema
        self.fragments = fragments

    def below(self, named: Any, selections: SelectionSetNode | None) -> Wanted:
        if selections is None:
            return NOTHING
        if is_abstract_type(named):
            found: Wanted = NOTHING
            for possible in self.schema.get_possible_types(named):
                found = _both(found, self.below(possible, selections))
            return found
        return self.of_object(named, selections) if isinstance(named, GraphQLObjectType) else NOTHING

    def of_object(self, named: GraphQLObjectType, selections: SelectionSetNode) -> Wanted:
        found: Wanted = NOTHING
        for selection in selections.selections:
            if isinstance(selection, FieldNode):
                found = _both(found, self.of_field(named, selection))
            elif isinstance(selection, InlineFragmentNode):
                if self._applies(selection.type_condition, named):
                    found = _both(found, self.of_object(named, selection.selection_set))
            elif isinstance(selection, FragmentSpreadNode):
                fragment = self.fragments[selection.name.value]
                if self._applies(fragment.type_condition, named):
                    found = _both(found, self.of_object(named, fragment.selection_set))
        return found

    def of_field(self, named: GraphQLObjectType, node: FieldNode) -> Wanted:
        field = named.fields.get(node.name.value)
        if field is None:
            return NOTHING
        definition = field.extensions["strawberry-definition"]
        made = named.extensions["strawberry-definition"].origin
        carrying = getattr(made, "rows_below", None)
        if carrying is not None:
            leads_on = definition.python_name == carrying
            return self.below(get_named_type(field.type), node.selection_set) if leads_on else NOTHING
        question = definition.metadata.get("question")
        if question is not None:
            reads: Wanted = question.reads
            return reads
        return frozenset({definition.python_name})

    def _applies(self, condition: Any, named: GraphQLObjectType) -> bool:
        if condition is None or condition.name.value == named.name:
            return True
        abstract = self.schema.type_map.get(condition.name.value)
        return abstract is not None and is_abstract_type(abstract) and self.schema.is_sub_type(abstract, named)
