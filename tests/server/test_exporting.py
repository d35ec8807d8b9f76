"""Any list of the graph as CSV: every row, nothing a spreadsheet would run, and no more than the graph would show."""

import csv
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from io import StringIO
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select

from auth import sessions
from auth.viewers import Member
from domain.people import Role
from domain.settings import DEFAULT
from resolvers.casegraph import Casegraph
from schema.exporting import NotAList, listing
from schema.graph import build_schema
from schema.scalars import RFC3339
from server.app import assemble
from server.edge import Edge
from server.exporting import PATH
from storage.database.audit import AccessEvent
from storage.database.people import Membership
from tests.clients import named, opened
from tests.makers import PracticeUnderTest

CLIENTS = "{ clients { edges { node { fileNumber name: displayName pronouns contactPoints { value } } } } }"


@pytest.fixture
async def http(practice: PracticeUnderTest) -> AsyncIterator[httpx.AsyncClient]:
    @asynccontextmanager
    async def opening() -> AsyncIterator[Casegraph]:
        yield practice.casegraph

    app = assemble(build_schema(), opening, Edge())
    transport = httpx.ASGITransport(app, raise_app_exceptions=True)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://localhost") as client,
    ):
        yield client


async def exported(
    http: httpx.AsyncClient, practice: PracticeUnderTest, member: Member | None, query: str, **variables: Any
) -> httpx.Response:
    headers = {}
    if member is not None:
        held = await _session(practice, member)
        headers["authorization"] = f"Bearer {held}"
    return await http.post(PATH, json={"query": query, "variables": variables}, headers=headers)


async def _session(practice: PracticeUnderTest, member: Member) -> str:
    async with practice.casegraph.database.write(practice.id, member.person_id) as session:
        held = await session.get(Membership, (practice.id, member.membership_id))
        assert held is not None
        _, token = await sessions.begin(session, member.person_id, held, DEFAULT, datetime.now(UTC))
        await session.commit()
    return str(token)


def rows_of(response: httpx.Response) -> list[list[str]]:
    assert response.status_code == 200, response.text
    assert response.content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(StringIO(response.content.decode("utf-8-sig"), newline="")))


async def accesses(practice: PracticeUnderTest) -> int:
    async with practice.casegraph.database.write(practice.id) as session:
        held = select(func.count()).select_from(AccessEvent).where(AccessEvent.practice_id == practice.id)
        return int(await session.scalar(held) or 0)


async def test_every_row_of_a_list_of_several_pages_comes_once_and_each_page_is_noted(
    practice: PracticeUnderTest, http: httpx.AsyncClient
) -> None:
    owner = await practice.member(Role.OWNER)
    for number in range(105):
        await opened(practice, owner, names=named(f"Given{number}", f"Family{number:03}"), allowDuplicate=True)
    before = await accesses(practice)

    heading, *rows = rows_of(await exported(http, practice, owner, CLIENTS))

    assert heading == ["fileNumber", "name", "pronouns", "contactPoints.value"]
    assert [row[1] for row in rows] == [f"Given{number} Family{number:03}" for number in range(105)]
    assert await accesses(practice) == before + 2


async def test_a_name_that_looks_like_a_formula_is_harmless(
    practice: PracticeUnderTest, http: httpx.AsyncClient
) -> None:
    owner = await practice.member(Role.OWNER)
    points = [{"channel": "PHONE", "use": "HOME", "value": "+15551234567"}]
    await opened(practice, owner, names=named("=1+1", '@"x", y'), contactPoints=points)

    (_, row) = rows_of(await exported(http, practice, owner, CLIENTS))

    assert row[1:] == ['\'=1+1 @"x", y', "", "'+15551234567"]


async def test_moments_and_days_are_written_as_in_the_graph(
    practice: PracticeUnderTest, http: httpx.AsyncClient
) -> None:
    owner = await practice.member(Role.OWNER)
    await opened(practice, owner, names=named(), birthDate="1990-03-01")
    query = "{ clients { edges { node { birthDate createdAt } } } }"
    shown = (await practice.get(owner, query))["clients"]["edges"][0]["node"]

    (_, row) = rows_of(await exported(http, practice, owner, query))

    assert row == ["1990-03-01", shown["createdAt"]]
    assert RFC3339.fullmatch(row[1])


async def test_lists_of_a_client_come_out_too_with_variables_and_fragments(
    practice: PracticeUnderTest, http: httpx.AsyncClient
) -> None:
    owner = await practice.member(Role.OWNER)
    client = await opened(practice, owner, names=named())
    query = """query ($id: ID!) { client(id: $id) { displayName timeline { edges { node { ...line } } }
      } } fragment line on TimelineEntry { kind summary actor { name } }"""
    journeys = "query ($id: ID!) { client(id: $id) { journeys { edges { node { title } } } } }"

    heading, row = rows_of(await exported(http, practice, owner, query, id=client["id"]))

    assert heading == ["kind", "summary", "actor.name"]
    assert row[0] == "CLIENT_CREATED"
    assert rows_of(await exported(http, practice, owner, journeys, id=client["id"])) == [["title"]]


async def test_cells_that_the_caller_may_not_read_say_so(practice: PracticeUnderTest, http: httpx.AsyncClient) -> None:
    owner, assistant = await practice.member(Role.OWNER), await practice.member(Role.ASSISTANT)
    await opened(practice, owner, names=named(), gender="woman")
    query = "{ clients { edges { node { displayName gender } } } }"

    assert rows_of(await exported(http, practice, owner, query))[1] == ["Ana Silva", "woman"]
    assert rows_of(await exported(http, practice, assistant, query))[1] == ["Ana Silva", "no access"]


async def test_who_may_not_read_the_list_gets_no_row(practice: PracticeUnderTest, http: httpx.AsyncClient) -> None:
    assistant = await practice.member(Role.ASSISTANT)
    client = await opened(practice, await practice.member(Role.OWNER), names=named())
    other = await PracticeUnderTest.founded(practice.casegraph)
    stranger = await other.member(Role.OWNER)
    timeline = "query ($id: ID!) { client(id: $id) { timeline { edges { node { id } } } } }"
    imports = "{ clientImports { edges { node { fileName } } } }"

    refused = await exported(http, practice, assistant, imports)
    nobody = await exported(http, practice, None, CLIENTS)
    elsewhere = await exported(http, other, stranger, timeline, id=client["id"])

    assert (refused.status_code, nobody.status_code, elsewhere.status_code) == (403, 401, 404)
    assert rows_of(await exported(http, other, stranger, CLIENTS))[1:] == []


@pytest.mark.parametrize(
    "query",
    [
        "{ practice { name } }",
        "mutation { signOut { problems { code } } }",
        "{ a: clients { edges { node { id } } } b: clients { edges { node { id } } } }",
        "{ clients(first: 3) { edges { node { id } } } }",
        "{ clients { edges { cursor } } }",
        "{ clients { edges",
        "query A { clients { edges { node { id } } } } query B { practice { name } }",
        "{ ...a } fragment a on Query { ...a }",
        "{" * 5_000,
    ],
)
def test_what_is_no_query_for_one_list_is_refused(query: str) -> None:
    with pytest.raises(NotAList):
        listing(query, None)


async def test_the_bytes_of_an_import_are_taken_at_its_signed_path_alone(
    practice: PracticeUnderTest, http: httpx.AsyncClient
) -> None:
    owner = await practice.member(Role.OWNER)
    begin = """mutation { clientImportBegin(input: {kind: CSV, fileName: "a.csv",
      columns: [{heading: "Name", field: FAMILY_NAME}]}) { clientImport { uploadPath } } }"""
    path = (await practice.get(owner, begin))["clientImportBegin"]["clientImport"]["uploadPath"]

    edited = await http.put(path[:-4] + "AAAA", content=b"Name\nMoore\n")
    read = await http.get(path)
    taken = await http.put(path, content=b"Name\nMoore\n")
    again = await http.put(path, content=b"Name\nHill\n")

    assert (edited.status_code, read.status_code, taken.status_code, again.status_code) == (404, 405, 204, 404)
