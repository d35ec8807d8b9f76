"""Hostile input to the product's own server: a clear coded error, never a 5xx, little time, nothing written."""

import json
import time
from typing import Any

import pytest

from tests.journeys.conftest import House
from tests.makers import PracticeUnderTest

CPU_SECONDS = 1.0
"""Ten times the goal of 100 ms; the clock is this process's, which also plays the caller."""

DOUBLING = "query { ...f60 } " + " ".join(
    [f"fragment f{n} on Query {{ ...f{n - 1} ...f{n - 1} }}" for n in range(60, 0, -1)]
    + ["fragment f0 on Query { viewer { kind } }"]
)
FIND = "query($t:String!){clients(filter:{text:$t}){edges{node{id}}}}"
CLIENT = "query ($id: ID!) { client(id: $id) { displayName } node(id: $id) { id } }"
SEARCH = "query ($text: String!) { clients(filter: {text: $text}) { edges { node { id } } } }"

BODIES: dict[str, bytes] = {
    "a number": b"5",
    "null": b"null",
    "a text": b'"x"',
    "a list": b"[]",
    "no JSON": b"{",
    "bad UTF-8": b'{"query": "\xff"}',
    "deep JSON": b"[" * 5000 + b"]" * 5000,
    "an endless integer": b'{"query":"{viewer{kind}}","variables":{"n":' + b"9" * 5000 + b"}}",
    "a lone surrogate": f'{{"query":"{FIND}","variables":{{"t":"\\ud800"}}}}'.encode(),
    "NUL": f'{{"query":"{FIND}","variables":{{"t":"a\\u0000b"}}}}'.encode(),
    "no query": b"{}",
    "an operation name that is no text": b'{"query":"{viewer{kind}}","operationName":{}}',
    "variables that are a list": b'{"query":"{viewer{kind}}","variables":[1]}',
    "an unknown operation": b'{"query":"{viewer{kind}}","operationName":"x"}',
    "a syntax error": b'{"query":"{"}',
    "a field that is not there": b'{"query":"{ password }"}',
    "fragments that double sixty times": json.dumps({"query": DOUBLING}).encode(),
    "ten thousand aliases": json.dumps(
        {"query": "{" + " ".join(f"a{n}: viewer {{ kind }}" for n in range(10_000)) + "}"}
    ).encode(),
    "a literal of two megabytes": json.dumps({"query": '{ node(id: "' + "x" * 2_000_000 + '") { id } }'}).encode(),
    "nested three thousand deep": json.dumps({"query": "{" + "viewer{" * 3000 + "kind" + "}" * 3001}).encode(),
    "five thousand times one field": json.dumps({"query": "{" + "viewer { kind } " * 5000 + "}"}).encode(),
}


async def written(practice: PracticeUnderTest) -> Any:
    """Where the practice's writes stand."""
    snapshot = await practice.casegraph.database.reader.snapshot(practice.id)
    try:
        return [tuple(row) for row in await snapshot.fetch("SELECT seq, last_hash FROM practice_seq", [])]
    finally:
        await snapshot.close()


@pytest.mark.parametrize("name", BODIES)
async def test_a_hostile_body_is_refused_with_a_code(house: House, name: str) -> None:
    practice = await house.practice()
    email, _ = await house.person(practice)
    token = await house.token(email)
    before = await written(practice)
    async with house.browser(authorization=f"Bearer {token}") as program:
        began = time.process_time()
        response = await program.post("/graphql", content=BODIES[name], headers={"content-type": "application/json"})
        spent = time.process_time() - began

    assert 200 <= response.status_code < 500, response.text[:300]
    codes = [error["extensions"]["code"] for error in response.json()["errors"]]
    assert codes
    assert "DEFECT" not in codes
    assert spent < CPU_SECONDS
    assert await written(practice) == before


IDS = ["", "zzz", "client_", "client_" + "0" * 32, "client_" + "F" * 32, "client_٣" + "0" * 31, "x" * 10_000,
       "client_%00", "🙂", "../../etc/passwd", "client_" + "0" * 31 + "\u202e"]  # fmt: skip


@pytest.mark.parametrize("id", IDS)
async def test_a_text_that_is_no_id_is_simply_not_found(house: House, id: str) -> None:
    practice = await house.practice()
    answer = await practice.ask(await practice.member(), CLIENT, id=id)

    assert answer.data == {"client": None, "node": None}
    assert answer.codes == []


async def test_ids_of_another_kind_or_practice_are_not_found(house: House) -> None:
    practice, other = await house.practice(), await house.practice()
    owner, stranger = await practice.member(), await other.member()
    for id in (f"practice_{practice.id.hex}", f"journey_{practice.id.hex}", f"membership_{owner.membership_id.hex}"):
        answer = await other.ask(stranger, CLIENT, id=id)

        assert answer.data == {"client": None, "node": None}
        assert answer.codes == []


@pytest.mark.parametrize("after", ["", "zzz", "a" * 5000, "é", "AAAA.BBBB"])
async def test_a_text_that_is_no_cursor_is_said_to_be_none(house: House, after: str) -> None:
    practice = await house.practice()
    answer = await practice.ask(
        await practice.member(), "query ($after: String) { clients(after: $after) { edges { cursor } } }", after=after
    )

    assert answer.data == {"clients": None}
    assert answer.codes == ["BAD_CURSOR"]


@pytest.mark.parametrize("text", ["%", "_", "'; drop table client; --", "\\", "a" * 10_000, "\u200b", "   ", "ﷺ" * 400])
async def test_a_hostile_search_finds_nobody_and_breaks_nothing(house: House, text: str) -> None:
    practice = await house.practice()

    assert (await practice.ask(await practice.member(), SEARCH, text=text)).codes == []


@pytest.mark.parametrize("first", [0, -1, 101, 2**31 - 1])
async def test_a_page_is_of_one_to_a_hundred(house: House, first: int) -> None:
    practice = await house.practice()
    answer = await practice.ask(
        await practice.member(), "query ($first: Int) { clients(first: $first) { edges { cursor } } }", first=first
    )

    assert answer.codes == ["BAD_PAGE_SIZE"]
