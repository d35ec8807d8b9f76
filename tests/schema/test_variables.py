"""Variables are coerced as graphql-core coerces them."""

from typing import Any

import pytest
from graphql import OperationDefinitionNode, parse
from graphql.execution import VariableValues, get_variable_values

from schema.variables import MOST_ERRORS, Variables
from tests.server.graph import schema

GRAPH = schema._schema
TYPES = (
    "ID!", "ID", "Int!", "Int", "Int = 3", "Int! = 3", "String = null", "Mood", "Mood!", "Mood = CALM", "Float! = 1",
    "Boolean", "[Int!]", "[Int!] = [1]", "PersonInput", "PersonInput!", "Person",
)  # fmt: skip
VALUES: tuple[Any, ...] = (
    None, "text", 5, "5", 5.0, 2**40, 1.5, True, [], [1], {}, "CALM", {"name": "Ada"}, float("inf"),
)  # fmt: skip


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("given", [{}, {"b": None}, {"b": 1}, *({"a": value, "b": "x"} for value in VALUES)], ids=repr)
def test_a_variable_is_coerced_as_graphql_core_coerces_it(kind: str, given: dict[str, Any]) -> None:
    operation = parse(f"query ($a: {kind}, $b: String) {{ __typename }}").definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    definitions = operation.variable_definitions or ()
    expected = get_variable_values(GRAPH, definitions, given, MOST_ERRORS, hide_suggestions=True)
    assert told(Variables(GRAPH, definitions).coerced(given)) == told(expected)


def told(values: Any) -> Any:
    """What there is to compare: types of lists and defaults are other objects each time."""
    if not isinstance(values, VariableValues):
        return [error.message for error in values]
    sources = {name: (str(source.signature.type), repr(source.value)) for name, source in values.sources.items()}
    return list(values.coerced), repr(values.coerced), sources


def test_a_default_that_is_a_list_is_not_shared_by_requests() -> None:
    operation = parse("query ($a: [Int!] = [1]) { __typename }").definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    variables = Variables(GRAPH, operation.variable_definitions or ())
    first, second = variables.coerced({}), variables.coerced({})
    assert isinstance(first, VariableValues)
    assert isinstance(second, VariableValues)
    assert first.coerced["a"] is not second.coerced["a"]
