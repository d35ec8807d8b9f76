"""What a caller may read of an error, and what only the log may."""

import asyncio
from typing import Any, ClassVar

import pytest
import structlog
from graphql import GraphQLError
from sqlalchemy.exc import IntegrityError

from auth.viewers import Anonymous
from schema import masking
from schema.documents import BadDocument
from schema.limits import Limits
from schema.operations import Operations
from tests.server.casefile import Live, Operation
from tests.server.graph import Forbidden, schema

SECRET = "Agatha"
operations = Operations(schema, Limits())


async def errors_of(text: str, variables: dict[str, Any] | None = None) -> list[GraphQLError]:
    try:
        result = await operations.answer(operations.prepare(text), variables, Operation(Anonymous(), Live()))
    except BadDocument as refusal:
        return refusal.errors
    return result.errors or []


def code_of(error: GraphQLError) -> str:
    return str((error.extensions or {})["code"])


LITERALS = [
    f'"{SECRET}"',
    f'"""{SECRET}"""',
    SECRET,
    f'["{SECRET}"]',
    f'{{name: "{SECRET}"}}',
    f'{{x: {{y: "{SECRET}"}}}}',
]
PLACES = [
    "{{ echo(text: {}) }}",
    '{{ echo(text: "", number: {}) }}',
    '{{ echo(text: "", ratio: {}) }}',
    '{{ echo(text: "", sure: {}) }}',
    "{{ find(by: {}) {{ x }} }}",
    "{{ people(ids: [{}]) {{ name }} }}",
    "mutation {{ rename(input: {}) {{ name }} }}",
    'mutation {{ rename(input: {{name: "a", age: {}}}) {{ name }} }}',
    'mutation {{ rename(input: {{name: "a", mood: {}}}) {{ name }} }}',
    'mutation {{ rename(input: {{name: "a", tags: [1, {}]}}) {{ name }} }}',
    'mutation {{ rename(input: {{name: "a", unknown: {}}}) {{ name }} }}',
    "{{ me @skip(if: {}) {{ name }} }}",
    "query ($a: Int = {}) {{ echo(text: $a) }}",
    "{{ me {{ name }} }} {}",
    "{{ me {} {{ name }} }}",
    "{{ {}: me }}",
]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("literal", [literal for literal in LITERALS if literal != SECRET])
async def test_no_error_quotes_a_literal(place: str, literal: str) -> None:
    for error in await errors_of(place.format(literal)):
        assert SECRET not in error.message
        assert code_of(error) == "BAD_DOCUMENT"


@pytest.mark.parametrize(
    "place", [place for place in PLACES if "@" not in place and place.startswith(("{{ echo", "mut"))]
)
async def test_no_error_quotes_an_unquoted_value(place: str) -> None:
    errors = await errors_of(place.format(SECRET))
    assert errors
    assert all(SECRET not in error.message for error in errors)


VALUES = [
    SECRET,
    [SECRET],
    {"name": SECRET},
    {"name": [SECRET]},
    {"x": {SECRET: SECRET}},
    {"name": "a", "mood": SECRET},
    3.5,
]
TYPES = ["Int!", "Float!", "Boolean!", "String!", "ID!", "Mood!", "[Int!]!", "PersonInput!", "Finder!"]


@pytest.mark.parametrize("value", VALUES, ids=repr)
@pytest.mark.parametrize("kind", TYPES)
async def test_no_error_quotes_a_value_of_a_variable(kind: str, value: object) -> None:
    for error in await errors_of(f"query ($a: {kind}) {{ __typename @include(if: true) }}", {"a": value}):
        assert SECRET not in error.message


async def test_a_refused_variable_is_named_with_its_place() -> None:
    text = "mutation ($a: PersonInput!) { rename(input: $a) { name } }"
    (error,) = await errors_of(text, {"a": {"name": "x", "age": SECRET}})
    assert error.message == "Variable '$a' has invalid value at 'a.age': Int cannot represent non-integer value." or (
        error.message == "Variable '$a' has invalid value at .age: Int cannot represent non-integer value."
    )
    assert code_of(error) == "BAD_VARIABLES"


async def test_a_null_for_a_required_argument_is_a_bad_variable() -> None:
    (error,) = await errors_of("query ($n: Int = 5) { me { friends(first: $n) { name } } }", {"n": None})
    assert code_of(error) == "BAD_VARIABLES"
    assert error.path == ["me", "friends"]


async def test_names_and_places_of_a_bad_document_stay() -> None:
    (error,) = await errors_of("{ me { nme } }")
    assert error.message == "Cannot query field 'nme' on type 'Person'."
    assert error.locations is not None
    assert (error.locations[0].line, error.locations[0].column) == (1, 8)


async def test_no_field_is_suggested() -> None:
    for text in (
        "{ mee { name } }",
        "{ me { nam } }",
        '{ echo(txt: "a") }',
        "mutation { rename(input: {nam: 1}) { name } }",
    ):
        assert all("Did you mean" not in error.message for error in await errors_of(text))


async def test_a_syntax_error_keeps_its_place() -> None:
    (error,) = await errors_of("{ me {")
    assert error.message == "Syntax Error: Expected Name, found <EOF>."
    assert error.locations is not None


async def test_the_nul_character_is_refused_in_a_literal() -> None:
    (error,) = await errors_of('{ echo(text: "a\\u0000b") }')
    assert error.message == "A text may not hold the NUL character."


async def test_an_escaped_backslash_before_u0000_is_no_nul() -> None:
    assert await errors_of('{ echo(text: "a\\\\u0000b") }') == []


async def test_an_error_of_ours_goes_out_with_its_code_and_path() -> None:
    (error,) = await errors_of("{ secret }")
    assert error.formatted == {
        "message": "You may not read this.",
        "locations": [{"line": 1, "column": 3}],
        "path": ["secret"],
        "extensions": {"code": "FORBIDDEN"},
    }


async def test_a_defect_is_masked_and_logged_under_its_id_without_its_message() -> None:
    with structlog.testing.capture_logs() as logs:
        (error,) = await errors_of("{ broken }")
    assert "hunter2" not in str(error.formatted)
    assert code_of(error) == "DEFECT"
    (entry,) = logs
    assert entry["error_id"] == (error.extensions or {})["errorId"]
    assert entry["exception"] == "builtins.ValueError"
    assert entry["fields"] == ["broken"]
    assert any("graph.py" in place for place in entry["raised_at"])
    assert "hunter2" not in str(entry)


async def test_an_answer_that_does_not_fit_its_type_is_a_defect() -> None:
    with structlog.testing.capture_logs():
        (error,) = await errors_of("{ huge }")
    assert code_of(error) == "DEFECT"
    assert str(2**40) not in error.message


async def test_the_rest_of_the_answer_lives_beside_an_error() -> None:
    prepared = operations.prepare("{ secret me { name } }")
    result = await operations.answer(prepared, None, None)
    assert result.data == {"secret": None, "me": {"name": "Ada"}}


def test_the_code_of_a_database_error_is_not_one_of_ours() -> None:
    assert IntegrityError.code == "gkpj"
    assert masking.code_of(IntegrityError("INSERT", {"name": SECRET}, Exception())) is None


def test_a_code_on_the_instance_is_not_one_of_ours() -> None:
    class WithCode(Exception):
        code: ClassVar[object] = 5

    assert masking.code_of(WithCode()) is None
    assert masking.code_of(Forbidden()) == "FORBIDDEN"


async def test_a_subscription_that_may_not_begin_is_refused_with_its_code() -> None:
    operation = Operation(Anonymous(), Live())
    with pytest.raises(BadDocument) as caught:
        await anext(operations.follow(operations.prepare("subscription { denied }"), None, operation))
    assert code_of(caught.value.errors[0]) == "FORBIDDEN"


async def test_a_subscription_whose_source_breaks_ends_masked() -> None:
    live = Live()
    stream = operations.follow(operations.prepare("subscription { torn }"), None, Operation(Anonymous(), live))
    assert (await anext(stream)).data == {"torn": 0}
    assert live.answers == 1
    with structlog.testing.capture_logs(), pytest.raises(BadDocument) as caught:
        await anext(stream)
    assert code_of(caught.value.errors[0]) == "DEFECT"


async def test_a_cancelled_answer_is_not_an_error() -> None:
    live = Live()
    slow = operations.prepare("{ slow(seconds: 60) }")
    answering = asyncio.create_task(operations.answer(slow, None, Operation(Anonymous(), live)))
    await live.settles(running=1)
    answering.cancel()
    with pytest.raises(asyncio.CancelledError):
        await answering
    assert live.running == 0
