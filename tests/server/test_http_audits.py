"""The 61 audits that the npm package graphql-http 1.23.1 makes of a server, by their ids.

`tests/servers/graphql_http_audit.py` lets the package itself judge a running server.
"""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from tests.server.casefile import CaseFile
from tests.server.serving import app_of

JSON = "application/json"
GRAPHQL = "application/graphql-response+json"
TYPENAME = "{ __typename }"
OF_TYPE = "query Type($name: String!) { __type(name: $name) { name } }"
UNKNOWN = "{ 8f31403dfe404bccbb0e835f2629c6a7 }"
COERCE_FAILURE = {"query": "query CoerceFailure($id: ID!){ __typename }", "variables": {"id": None}}

OK = range(200, 201)
BAD = range(400, 401)
CLIENT_ERROR = range(400, 500)
ANY_ERROR = range(400, 600)


@dataclass(frozen=True, slots=True)
class Audit:
    """One request and what its response must be."""

    id: str
    name: str
    body: Any = None
    accept: str | None = None
    status: range = OK
    content_type: str = ""
    get: dict[str, str] | None = None
    headers: dict[str, str] = field(default_factory=lambda: {"content-type": JSON})
    without: str | None = None
    """A key that the response may not have."""


def post(id: str, name: str, body: Any, accept: str | None = None, **wanted: Any) -> Audit:
    return Audit(id, name, json.dumps(body), accept, **wanted)


def media_types() -> list[Audit]:
    emoji = {"query": '{ __type(name: "Run🏃Swim🏊") { name } }'}
    typename = {"query": TYPENAME}
    return [
        post("22EB", "accepts graphql-response+json and matches it", typename, GRAPHQL, content_type=GRAPHQL),
        post("4655", "accepts json and matches it", typename, JSON, content_type=JSON),
        post("47DE", "answers json to */*", typename, "*/*", content_type=JSON),
        post("80D8", "answers json to no accept", typename, content_type=JSON),
        post("82A3", "answers in utf-8", typename),
        post("BF61", "takes utf-8", emoji, headers={"content-type": f"{JSON}; charset=utf-8"}),
        post("78D5", "assumes utf-8", typename),
        post("2C94", "accepts POST", typename),
        Audit("5A70", "accepts GET", get=typename),
        Audit(
            "9C48",
            "refuses mutations by GET",
            accept=GRAPHQL,
            get={"query": "mutation { __typename }"},
            status=CLIENT_ERROR,
        ),
        post(
            "9ABE",
            "refuses POST without content-type",
            typename,
            headers={"content-type": "text/plain"},
            status=CLIENT_ERROR,
        ),
        post("03D4", "accepts json POST", typename),
        Audit("A5BF", "refuses a missing body", status=BAD),
    ]


def shapes() -> list[Audit]:
    wrong: list[Any] = [{"obj": "ect"}, 0, False, ["array"]]
    wrong_map: list[Any] = ["string", 0, False, ["array"]]
    audits = [post("423L", "refuses a missing query", {"notquery": TYPENAME}, GRAPHQL, status=BAD)]
    for index in range(4):
        audits += [
            post(f"LKJ{index}", "refuses a query of another shape", {"query": wrong[index]}, status=BAD),
            post(
                f"6C0{index}",
                "refuses an operationName of another shape",
                {"query": TYPENAME, "operationName": wrong[index]},
                status=BAD,
            ),
            post(
                f"476{index}",
                "refuses variables of another shape",
                {"query": TYPENAME, "variables": wrong_map[index]},
                status=BAD,
            ),
            post(
                f"58B{index}",
                "refuses extensions of another shape",
                {"query": TYPENAME, "extensions": wrong_map[index]},
                status=BAD,
            ),
        ]
    for index, name in enumerate(("variables", "operationName", "extensions")):
        audits += [
            post(f"94B{index}", f"allows null {name}", {"query": TYPENAME, name: None}, GRAPHQL, without="errors"),
            post(f"022{index}", f"allows null {name}", {"query": TYPENAME, name: None}, JSON, without="errors"),
        ]
    return audits


def parameters() -> list[Audit]:
    named = {"query": "query Query { __typename }", "operationName": "Query"}
    with_variables = {"query": OF_TYPE, "variables": {"name": "sometype"}}
    in_url = {"query": OF_TYPE, "variables": json.dumps({"name": "sometype"})}
    extended = {"query": TYPENAME, "extensions": {"some": "value"}}
    return [
        post("34A2", "allows a text query", {"query": TYPENAME}, GRAPHQL),
        post("13EE", "allows a text query", {"query": TYPENAME}, JSON, without="errors"),
        post("8161", "allows a text operationName", named, GRAPHQL),
        post("B8B3", "allows a text operationName", named, JSON, without="errors"),
        post("2EA1", "allows a map of variables", with_variables, GRAPHQL),
        post("28B9", "allows a map of variables", with_variables, JSON, without="errors"),
        Audit("D6D5", "allows variables in a URL", accept=GRAPHQL, get=in_url, without="errors"),
        Audit("6A70", "allows variables in a URL", accept=JSON, get=in_url, without="errors"),
        post("428F", "allows a map of extensions", extended, GRAPHQL),
        post("1B7A", "allows a map of extensions", extended, JSON, without="errors"),
    ]


def failures() -> list[Audit]:
    torn, typo = '{ "not a JSON', {"qeury": TYPENAME}
    unparsed, unknown = {"query": "{"}, {"query": UNKNOWN}
    return [
        Audit("B6DC", "answers torn json", torn, JSON, range(200, 600)),
        Audit("BCF8", "refuses torn json", torn, JSON, BAD),
        Audit("B7N8", "refuses torn json", torn, GRAPHQL, BAD),
        post("8764", "refuses invalid parameters", typo, status=ANY_ERROR),
        post("3E3A", "refuses invalid parameters by 400", typo, status=BAD),
        post("572B", "answers 200 to what cannot be parsed", unparsed, JSON),
        post("FDE2", "answers 200 to what is not valid", unknown, JSON),
        post("7B9B", "answers 200 to failed coercion", COERCE_FAILURE, JSON),
        post("865D", "refuses what cannot be parsed", unparsed, GRAPHQL, status=ANY_ERROR),
        post("556A", "refuses what cannot be parsed by 400", unparsed, GRAPHQL, status=BAD),
        post("D586", "answers no data to what cannot be parsed", unparsed, GRAPHQL, status=BAD, without="data"),
        post("51FE", "refuses what is not valid", unknown, GRAPHQL, status=ANY_ERROR),
        post("74FF", "refuses what is not valid by 400", unknown, GRAPHQL, status=BAD),
        post("5E5B", "answers no data to what is not valid", unknown, GRAPHQL, status=BAD, without="data"),
        post("86EE", "refuses failed coercion by 400", COERCE_FAILURE, GRAPHQL, status=BAD),
    ]


AUDITS = [*media_types(), *shapes(), *parameters(), *failures()]


@pytest.fixture(scope="module")
async def client() -> AsyncIterator[httpx.AsyncClient]:
    app = app_of(CaseFile())
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as client,
    ):
        yield client


def test_there_are_sixty_one_different_audits() -> None:
    assert len({audit.id for audit in AUDITS}) == len(AUDITS) == 61


@pytest.mark.parametrize("audit", AUDITS, ids=lambda audit: f"{audit.id} {audit.name}")
async def test_the_server_passes_the_audit(client: httpx.AsyncClient, audit: Audit) -> None:
    client.headers.pop("accept", None)
    accept = {"accept": audit.accept} if audit.accept else {}
    if audit.get is not None:
        response = await client.get("/graphql", params=audit.get, headers=accept)
    else:
        response = await client.post("/graphql", content=audit.body, headers=audit.headers | accept)
    assert response.status_code in audit.status
    assert audit.content_type in response.headers["content-type"]
    content = json.loads(response.content.decode("utf-8"))
    assert audit.without is None or audit.without not in content
