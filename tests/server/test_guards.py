"""Which names the server answers to, and what every response carries."""

from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from server.assembling import edge_of
from server.edge import Edge
from server.settings import Settings
from tests.server.casefile import CaseFile
from tests.server.serving import app_of

QUERY = {"query": "{ me { name } }"}


async def page(request: Request) -> Response:
    """What a browser is shown."""
    return HTMLResponse("<h1>graph</h1>", headers={"content-security-policy": "default-src 'self'"})


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    app = app_of(CaseFile(), Edge(hosts=frozenset({"practice.example", "::1"})), page)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://practice.example") as client,
    ):
        yield client


@pytest.mark.parametrize("host", ["practice.example", "PRACTICE.example:8000", "[::1]:8000"])
async def test_a_known_host_is_answered(client: httpx.AsyncClient, host: str) -> None:
    assert (await client.post("/graphql", json=QUERY, headers={"host": host})).status_code == 200


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("evil.example", 421),
        ("practice.example.evil.example", 421),
        ("127.0.0.1", 421),
        ("", 400),
        ("practice.example:port", 400),
        ("practice.example/x", 400),
        ("practice.example, evil.example", 400),
        ("user@practice.example", 400),
    ],
)
async def test_any_other_host_is_refused(client: httpx.AsyncClient, host: str, status: int) -> None:
    assert (await client.post("/graphql", json=QUERY, headers={"host": host})).status_code == status


async def test_two_hosts_are_refused(client: httpx.AsyncClient) -> None:
    headers = [("host", "practice.example"), ("host", "practice.example"), ("content-type", "application/json")]
    assert (await client.post("/graphql", content=b"{}", headers=headers)).status_code == 400


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
async def test_a_probe_need_not_know_the_name(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(path, headers={"host": "10.0.0.7:8000"})).status_code == 200


@pytest.mark.parametrize("path", ["/graphql", "/healthz", "/nowhere"])
async def test_every_response_carries_the_guarding_headers(client: httpx.AsyncClient, path: str) -> None:
    headers = (await client.get(path)).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert "x-request-id" in headers
    assert "strict-transport-security" not in headers


async def test_a_browser_that_opens_the_graph_is_shown_the_page_with_its_own_policy(client: httpx.AsyncClient) -> None:
    response = await client.get("/graphql", headers={"accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert response.text == "<h1>graph</h1>"
    assert response.headers["content-security-policy"] == "default-src 'self'"


async def test_a_browser_that_opens_a_query_is_answered_by_the_graph(client: httpx.AsyncClient) -> None:
    response = await client.get("/graphql?query={__typename}", headers={"accept": "text/html,*/*;q=0.8"})
    assert response.json() == {"data": {"__typename": "Query"}}


async def test_a_program_that_gets_the_address_is_not_shown_the_page(client: httpx.AsyncClient) -> None:
    response = await client.get("/graphql", headers={"accept": "application/json"})
    assert response.status_code == 400


@pytest.mark.parametrize(("secure", "cookie"), [("yes", "__Host-casegraph"), ("no", "casegraph")])
def test_the_settings_make_the_rules(secure: str, cookie: str) -> None:
    settings = Settings.read({"CASEGRAPH_SECURE_COOKIES": secure, "CASEGRAPH_HOST": "127.0.0.1"})
    edge = edge_of(settings)
    assert edge.hosts == {"localhost", "127.0.0.1", "::1"}
    assert edge.cookie == cookie
    assert edge.body_bytes == settings.body_bytes
