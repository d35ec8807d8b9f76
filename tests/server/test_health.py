"""What machines ask about the server."""

from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.applications import Starlette

from tests.server.casefile import CaseFile
from tests.server.serving import app_of


@pytest.fixture
def case_file() -> CaseFile:
    return CaseFile()


@pytest.fixture
async def app(case_file: CaseFile) -> AsyncIterator[Starlette]:
    app = app_of(case_file)
    async with app.router.lifespan_context(app):
        yield app


@pytest.fixture
async def client(app: Starlette) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as client:
        yield client


async def counters(client: httpx.AsyncClient) -> list[str]:
    return [line for line in (await client.get("/metrics")).text.splitlines() if not line.startswith("#")]


async def test_a_running_server_is_alive_and_ready(client: httpx.AsyncClient) -> None:
    for path, status in (("/healthz", "alive"), ("/readyz", "ready")):
        response = await client.get(path)
        assert (response.status_code, response.json()) == (200, {"status": status})
        assert response.headers["cache-control"] == "no-store"


async def test_a_server_without_its_database_is_alive_but_not_ready(
    client: httpx.AsyncClient, case_file: CaseFile
) -> None:
    case_file.is_ready = False
    assert (await client.get("/healthz")).status_code == 200
    response = await client.get("/readyz")
    assert (response.status_code, response.json()) == (503, {"status": "no database"})


async def test_a_stopping_server_is_not_ready(client: httpx.AsyncClient, app: Starlette) -> None:
    await app.state.sockets.drain()
    assert (await client.get("/readyz")).json() == {"status": "stopping"}


@pytest.mark.parametrize(
    ("query", "counter"),
    [
        ("{ me { name } }", 'casegraph_operations_total{code="OK",kind="query"} 1.0'),
        ("{ secret }", 'casegraph_operations_total{code="FORBIDDEN",kind="query"} 1.0'),
        ("mutation { enter }", 'casegraph_operations_total{code="OK",kind="mutation"} 1.0'),
        ("{ nothing }", 'casegraph_operations_total{code="BAD_DOCUMENT",kind="none"} 1.0'),
        ("query ($n: Int!) { me { friends(first: $n) { name } } }", 'code="BAD_VARIABLES",kind="query"} 1.0'),
    ],
)
async def test_operations_are_counted_by_kind_and_code(client: httpx.AsyncClient, query: str, counter: str) -> None:
    await client.post("/graphql", json={"query": query})
    assert any(line.endswith(counter) for line in await counters(client))


async def test_durations_are_counted_by_kind(client: httpx.AsyncClient) -> None:
    await client.post("/graphql", json={"query": "{ me { name } }"})
    assert 'casegraph_operation_seconds_count{kind="query"} 1.0' in await counters(client)


async def test_no_counter_holds_what_a_person_wrote(client: httpx.AsyncClient) -> None:
    await client.post("/graphql", json={"query": 'query Agatha { a: echo(text: "Agatha") }', "operationName": "Agatha"})
    assert not any("Agatha" in line for line in await counters(client))


async def test_two_servers_in_one_process_do_not_mix_their_counters(client: httpx.AsyncClient) -> None:
    other = app_of(CaseFile())
    await client.post("/graphql", json={"query": "{ me { name } }"})
    assert b'kind="query"' not in other.state.metrics.page()
