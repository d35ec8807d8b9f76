"""Operations are prepared once, chosen by name and kept within a bound."""

import pytest
from graphql import OperationType

from schema.documents import BadDocument
from schema.limits import Limits
from schema.operations import Operations
from tests.server.graph import schema

TWO = "query First { me { name } } mutation Second { enter }"


def test_the_only_operation_needs_no_name() -> None:
    assert Operations(schema, Limits()).prepare("{ me { name } }").kind is OperationType.QUERY


def test_an_operation_is_chosen_by_its_name() -> None:
    prepared = Operations(schema, Limits()).prepare(TWO, "Second")
    assert (prepared.kind, prepared.name) == (OperationType.MUTATION, "Second")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (None, "The document has several operations: name the one to run in operationName."),
        ("Third", "The document has no operation of that name."),
    ],
)
def test_an_operation_that_cannot_be_chosen_is_refused(name: str | None, message: str) -> None:
    with pytest.raises(BadDocument) as caught:
        Operations(schema, Limits()).prepare(TWO, name)
    assert [error.message for error in caught.value.errors] == [message]


def test_a_document_is_prepared_once() -> None:
    operations = Operations(schema, Limits())
    assert operations.prepare(TWO, "First").document is operations.prepare(TWO, "Second").document


def test_beyond_the_bound_the_document_unused_the_longest_goes() -> None:
    operations = Operations(schema, Limits(), kept_bytes=100 * 50)
    texts = [f"{{ a{number}: me {{ name }} }}" + " " * 20 for number in range(3)]
    first, second = (operations.prepare(text).document for text in texts[:2])
    assert operations.prepare(texts[0]).document is first
    operations.prepare(texts[2])
    assert operations.prepare(texts[0]).document is first
    assert operations.prepare(texts[1]).document is not second


def test_a_refused_document_is_not_kept() -> None:
    operations = Operations(schema, Limits(), kept_bytes=10_000)
    for _ in range(2):
        with pytest.raises(BadDocument):
            operations.prepare("{ nothing }")
    assert len(operations._documents) == 0


def test_a_document_larger_than_the_bound_still_runs() -> None:
    assert Operations(schema, Limits(), kept_bytes=1).prepare("{ me { name } }").kind is OperationType.QUERY
