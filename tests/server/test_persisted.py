"""Documents named by their hash, and the list that can be the only ones that run."""

import hashlib
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest

from schema.limits import Limits
from schema.operations import Operations
from server.app import assemble
from server.edge import Edge
from server.persisted import BadAllowList, PersistedDocuments, read_allow_list
from tests.server.casefile import CaseFile, opened
from tests.server.graph import schema

TEXT = "{ __typename me { name } }"
OTHER = "{ __typename }"
HASH = hashlib.sha256(TEXT.encode()).hexdigest()


async def asked(persisted: PersistedDocuments, *bodies: dict[str, Any]) -> list[Any]:
    """What each of the bodies is answered, one after another, by one server."""
    case_file = CaseFile()
    app = assemble(schema, lambda: opened(case_file), Edge(), persisted=persisted)
    app.state.application = case_file
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        return [(await client.post("/graphql", json=body)).json() for body in bodies]


def by_hash(named: str = HASH, **more: Any) -> dict[str, Any]:
    return {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": named}}, **more}


def code(answer: Any) -> str:
    return str(answer["errors"][0]["extensions"]["code"])


async def test_a_hash_runs_once_its_document_was_sent_with_it() -> None:
    first, second, third = await asked(PersistedDocuments(), by_hash(), by_hash(query=TEXT), by_hash())

    assert (first["errors"][0]["message"], code(first)) == ("PersistedQueryNotFound", "PERSISTED_QUERY_NOT_FOUND")
    assert second["data"]["__typename"] == "Query"
    assert third == second


async def test_a_hash_of_another_document_is_refused_and_not_remembered() -> None:
    wrong, after = await asked(PersistedDocuments(), by_hash(query=OTHER), by_hash())

    assert code(wrong) == "BAD_REQUEST"
    assert code(after) == "PERSISTED_QUERY_NOT_FOUND"


async def test_without_the_automatic_form_nothing_is_remembered() -> None:
    sent, after = await asked(PersistedDocuments(automatic=False), by_hash(query=TEXT), by_hash())

    assert sent["data"]["__typename"] == "Query"
    assert code(after) == "PERSISTED_QUERY_NOT_SUPPORTED"


async def test_with_a_list_only_its_documents_run_by_hash_or_by_text() -> None:
    allowed = PersistedDocuments({HASH: TEXT})

    answers = await asked(
        allowed, by_hash(), {"query": TEXT}, {"query": OTHER}, by_hash(query=OTHER), by_hash("0" * 64)
    )

    assert [answer["data"]["__typename"] for answer in answers[:2]] == ["Query", "Query"]
    assert code(answers[2]) == "DOCUMENT_NOT_ALLOWED"
    assert code(answers[3]) == "BAD_REQUEST"
    assert code(answers[4]) == "DOCUMENT_NOT_ALLOWED"


@pytest.mark.parametrize(
    "named",
    [None, 5, {}, {"version": 2, "sha256Hash": HASH}, {"version": 1}, {"version": 1, "sha256Hash": "x"}],
    ids=repr,
)
async def test_a_hash_of_a_wrong_shape_is_refused(named: Any) -> None:
    (answer,) = await asked(PersistedDocuments(), {"extensions": {"persistedQuery": named}})

    assert code(answer) == "BAD_REQUEST"


async def test_beyond_the_bound_the_one_unused_the_longest_goes() -> None:
    texts = [f"{{ a{number}: __typename }}" for number in range(3)]
    bodies = [by_hash(hashlib.sha256(text.encode()).hexdigest(), query=text) for text in texts]
    again = [{"extensions": body["extensions"]} for body in bodies]

    answers = await asked(PersistedDocuments(most_bytes=40), *bodies, *again)

    assert code(answers[3]) == "PERSISTED_QUERY_NOT_FOUND"
    assert [list(answer["data"]) for answer in answers[4:]] == [["a1"], ["a2"]]


@pytest.mark.parametrize(
    "content",
    [
        {"format": "apollo-persisted-query-manifest", "version": 1, "operations": [{"id": "x", "body": TEXT}]},
        {"5b1c": TEXT},
    ],
    ids=["Apollo", "Relay"],
)
def test_a_list_is_read_as_its_client_writes_it(tmp_path: Path, content: Any) -> None:
    path = tmp_path / "documents.json"
    path.write_bytes(orjson.dumps(content))

    assert read_allow_list(path) == {HASH: TEXT}


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"a": 5}', b'{"operations": [{"id": "a"}]}'], ids=repr)
def test_a_file_that_is_no_list_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "documents.json"
    path.write_bytes(content)

    with pytest.raises(BadAllowList):
        read_allow_list(path)


def test_a_list_with_a_document_that_cannot_run_is_refused_at_start() -> None:
    with pytest.raises(BadAllowList, match="Cannot query field 'nothing'"):
        PersistedDocuments({HASH: "{ nothing }"}).refuse_unfit(Operations(schema, Limits()))
