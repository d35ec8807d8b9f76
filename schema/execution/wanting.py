"""Which attributes of its rows a field of the query needs, so that a page of ids reads no note text."""

from typing import TYPE_CHECKING

from graphql import GraphQLError, GraphQLObjectType, get_named_type, is_abstract_type, is_object_type

from resolvers.asking import Wanted

if TYPE_CHECKING:
    from schema.execution.planning import Field, Selection

NOTHING: frozenset[str] = frozenset()


def wanted_below(field: "Field") -> Wanted:
    """The attributes that the steps below a field read of its rows; None for all of them."""
    named = get_named_type(field.definition.type)
    if is_abstract_type(named):
        possible = field.plan.types.schema.get_possible_types(named)
    else:
        possible = [named] if is_object_type(named) else []
    try:
        return together(*(_of_selection(field.selection(each)) for each in possible))
    except GraphQLError:  # the selection cannot be planned, and says so where it is met
        return None


def together(*wanted: Wanted) -> Wanted:
    """What all of them need."""
    found: Wanted = NOTHING
    for each in wanted:
        found = None if found is None or each is None else found | each
    return found


def _of_selection(selection: "Selection") -> Wanted:
    # A page and its edges are no rows themselves: they carry the rows of the field that they lead to.
    carrying = getattr(origin_of(selection.type), "rows_below", None)
    if carrying is None:
        return together(*(step.reads for step in selection.steps))
    fields = (step.field for step in selection.steps)
    leading = (each for each in fields if getattr(each.strawberry, "python_name", None) == carrying)
    return together(*map(wanted_below, leading))


def origin_of(of: GraphQLObjectType) -> type | None:
    """The class that a type was made of; None of a type that Strawberry did not make."""
    return getattr(of.extensions.get("strawberry-definition"), "origin", None)
