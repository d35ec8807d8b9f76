"""One linear rule keeps a document small, whatever shape its cost takes."""

import time

import pytest
from graphql import GraphQLError, get_introspection_query

from schema.documents import BadDocument
from schema.limits import Limits
from schema.operations import Operations
from tests.server.graph import schema

LIMITS = Limits()


def errors_of(text: str) -> list[GraphQLError]:
    """The errors that refuse the document, in under 100 ms of CPU (best of three: other work disturbs)."""
    operations, spent = Operations(schema, LIMITS), []
    for _ in range(3):
        started = time.process_time()
        with pytest.raises(BadDocument) as caught:
            operations.prepare(text, None)
        spent.append(time.process_time() - started)
    assert min(spent) < 0.1, f"{min(spent) * 1000:.0f} ms"
    return caught.value.errors


def refused(text: str) -> dict[str, object]:
    """The extensions of the one error that refuses the document."""
    (error,) = errors_of(text)
    return error.extensions or {}


def costs(text: str, limits: Limits = LIMITS) -> None:
    Operations(schema, limits).prepare(text, None)


def doubled(levels: int, innermost: str) -> str:
    fragments = [f"fragment F{level} on Person {{ ...F{level + 1} ...F{level + 1} }}" for level in range(levels)]
    return f"{{ me {{ ...F0 }} }} {' '.join(fragments)} fragment F{levels} on Person {{ {innermost} }}"


def chained(levels: int, field: str) -> str:
    return "{ me { " + f"{field} {{ " * levels + "name" + " }" * levels + " } }"


BOMBS = {
    "fragments doubled sixty times": (doubled(60, "name"), "field values"),
    "fragments doubled sixty times around a list": (doubled(60, "friends { name }"), "field values"),
    "aliases doubled sixty times": (doubled(60, "a: __typename"), "aliases"),
    "ten thousand aliases": ("{ " + " ".join(f"a{n}: me {{ name }}" for n in range(10_000)) + " }", "bytes of text"),
    "as many aliases as tokens": ("{ " + " ".join(f"a{n}: __typename" for n in range(800)) + " }", "aliases"),
    "friends of friends, eight deep": (chained(8, "friends"), "field values"),
    "a page in a variable, thrice": (
        "query ($n: Int!) { me { friends(first: $n) { friends(first: $n) { friends(first: $n) { name } } } } }",
        "field values",
    ),
    "a literal of two megabytes": ('{ echo(text: "' + "x" * 2_000_000 + '") }', "bytes of text"),
    "five thousand same fields": ("{ " + "__typename " * 5_000 + "}", "tokens"),
    "as many same fields as tokens": ("{ me { " + "name " * 2_400 + "} }", "comparisons of fields of one name"),
    "many same roots": ("{ " + "me { name } " * 500 + "}", "root fields"),
    "many same objects": ("{ me { " + "friends(first: 1) { name } " * 270 + "} }", "comparisons of fields of one name"),
    "a page of comments": ("#\n" * 20_000 + "{ me { name } }", "tokens"),
    "nested three thousand deep": (chained(3_000, "friends"), "levels of fields"),
    "nested twenty-one deep": (chained(20, "friends(first: 0)"), "levels of fields"),
    "directives": ("{ me " + "@skip(if: false) " * 120 + "{ name } }", "directives"),
}


@pytest.mark.parametrize(("text", "limit"), BOMBS.values(), ids=BOMBS.keys())
def test_a_bomb_is_refused_by_name_in_under_100_ms(text: str, limit: str) -> None:
    extensions = refused(text)
    assert extensions["code"] == "TOO_COSTLY"
    assert extensions["limit"] == limit


def test_a_refusal_tells_what_was_allowed_and_asked() -> None:
    assert refused(chained(20, "friends(first: 0)")) == {
        "code": "TOO_COSTLY",
        "limit": "levels of fields",
        "allowed": 20,
        "asked": 22,
    }


@pytest.mark.parametrize("fragments", ["A A", "A B"], ids=["a fragment within itself", "two within each other"])
def test_a_cycle_of_fragments_ends_and_is_refused_as_not_valid(fragments: str) -> None:
    first, second = fragments.split()
    text = f"{{ me {{ ...A }} }} fragment A on Person {{ ...{second} }} fragment B on Person {{ ...{first} }}"
    assert {(error.extensions or {})["code"] for error in errors_of(text)} == {"BAD_DOCUMENT"}


def test_the_introspection_of_graphiql_is_within_the_limits() -> None:
    costs(
        get_introspection_query(
            descriptions=True, specified_by_url=True, directive_is_repeatable=True, schema_description=True
        )
    )


def test_fifty_introspections_at_once_are_not() -> None:
    fields = "fields { args { type { kind ofType { kind } } } }"
    once = f"__schema {{ types {{ {fields} inputFields {{ type {{ name }} }} interfaces {{ name }} }} }}"
    assert refused("{ " + " ".join(f"a{n}: {once}" for n in range(40)) + " }")["limit"] == "field values"


def cost_of(text: str) -> int:
    """The cost of a document, read off its refusal by a limit of zero."""
    with pytest.raises(BadDocument) as caught:
        costs(text, Limits(cost=0))
    return int((caught.value.errors[0].extensions or {})["asked"])


def test_a_field_costs_one() -> None:
    assert cost_of("{ __typename }") == 1


def test_a_list_costs_its_items_times_the_page_asked_for() -> None:
    assert cost_of("{ me { friends(first: 50) { name } } }") == 1 + 50 * 2


def test_a_list_without_a_size_costs_the_usual_page() -> None:
    assert cost_of("{ me { friends { name } } }") == 1 + 20 * 2


def test_a_page_in_a_variable_costs_the_longest_page() -> None:
    assert cost_of("query ($n: Int = 5) { me { friends(first: $n) { name } } }") == 1 + 100 * 2


def test_the_larger_of_first_and_last_counts() -> None:
    assert cost_of("{ me { friends(first: 3, last: 7) { name } } }") == 1 + 7 * 2


def test_a_negative_page_costs_nothing() -> None:
    assert cost_of("{ me { friends(first: -5) { name } } }") == 1


def test_a_connection_passes_its_size_on_to_its_edges() -> None:
    assert cost_of("{ me { circle(first: 7) { edges { node { name } } } } }") == 2 + 7 * 3


def test_a_connection_passes_its_size_on_through_a_fragment() -> None:
    fragment = "fragment Page on Connection { edges { node { name } } }"
    assert cost_of("{ me { circle(first: 7) { ...Page } } } " + fragment) == 2 + 7 * 3


def test_a_list_of_ids_costs_its_length() -> None:
    assert cost_of('{ people(ids: ["a", "b", "c"]) { name } }') == 3 * 2


def test_a_list_of_plain_values_costs_its_items() -> None:
    assert cost_of("{ me { names } }") == 1 + 20


def test_a_fragment_costs_as_often_as_it_is_spread() -> None:
    assert cost_of("{ me { ...F ...F } } fragment F on Person { name }") == 1 + 2


def test_every_operation_of_a_document_is_judged() -> None:
    assert refused("query A { __typename } query B " + chained(8, "friends"))["limit"] == "field values"
