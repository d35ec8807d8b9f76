"""The printed graph: it is what the code says, it says everything, and its plain fields are on their rows."""

from collections.abc import Iterator
from pathlib import Path
from types import NoneType
from typing import Any, get_args, get_type_hints

import pytest
from graphql import GraphQLEnumType, GraphQLInputObjectType, GraphQLNonNull, GraphQLObjectType

from auth import permissions
from schema.graph import schema

ROOT = Path(__file__).parents[2]
OWN = [named for name, named in schema._schema.type_map.items() if not name.startswith("__")]


def test_schema_graphql_is_what_the_code_says() -> None:
    assert (ROOT / "schema.graphql").read_text() == schema.as_str().rstrip("\n") + "\n"


def test_the_permission_page_is_what_the_table_says() -> None:
    assert (ROOT / "docs" / "permissions.md").read_text() == permissions.in_words()


def things() -> Iterator[tuple[str, str | None]]:
    """Everything in the graph that can have a description."""
    for named in OWN:
        yield named.name, named.description
        if isinstance(named, GraphQLEnumType):
            yield from ((f"{named.name}.{name}", value.description) for name, value in named.values.items())
        for name, field in getattr(named, "fields", {}).items():
            yield f"{named.name}.{name}", field.description
            for argument, given in getattr(field, "args", {}).items():
                yield f"{named.name}.{name}({argument})", given.description


def test_everything_in_the_graph_is_described() -> None:
    assert [name for name, said in things() if not said] == []


def plain_fields() -> Iterator[tuple[str, type, str, bool]]:
    """The fields that are read off a row: their name, the row's class, its attribute, and whether null is allowed."""
    for named in OWN:
        row = isinstance(named, GraphQLObjectType) and _row_of(named)
        if row:
            for name, field in named.fields.items():
                definition = field.extensions["strawberry-definition"]
                if definition.base_resolver is None:
                    yield (
                        f"{named.name}.{name}",
                        row,
                        definition.python_name,
                        not isinstance(field.type, GraphQLNonNull),
                    )


def _row_of(named: GraphQLObjectType) -> type | None:
    definition = named.extensions.get("strawberry-definition")
    row: type | None = getattr(getattr(definition, "origin", None), "presented_row", None)
    return row


@pytest.mark.parametrize(("field", "row", "attribute", "nullable"), list(plain_fields()), ids=lambda each: str(each))
def test_a_plain_field_stands_on_its_row_with_the_same_nullability(
    field: str, row: type, attribute: str, nullable: bool
) -> None:
    assert (NoneType in get_args(hint_of(row, attribute))) is nullable, field


def hint_of(row: type, attribute: str) -> Any:
    """The type of a row's attribute: annotated, a property, or a constant of the class."""
    hints = get_type_hints(row)
    if attribute in hints:
        return hints[attribute]
    found = getattr(row, attribute)
    return get_type_hints(found.fget)["return"] if isinstance(found, property) else type(found)


def test_every_mutation_takes_one_input_and_gives_problems() -> None:
    mutation = schema._schema.mutation_type
    assert mutation is not None
    for name, field in mutation.fields.items():
        payload = field.type
        assert isinstance(payload, GraphQLObjectType), name
        assert "problems" in payload.fields, name
        assert set(field.args) <= {"input"}, name
        for given in field.args.values():
            assert isinstance(given.type, GraphQLNonNull), name
            assert isinstance(given.type.of_type, GraphQLInputObjectType), name
