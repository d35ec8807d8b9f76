"""Tables of clients through the graph: begun, sent, brought in by a job, each row once; stopped and taken up again."""

import gzip
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from auth.viewers import Member, Viewer
from domain import identity
from domain.bringing import ImportState
from domain.people import Role
from resolvers import jobs
from resolvers.bringing import receiving, running
from resolvers.bringing.importing import CLIENT_IMPORT
from resolvers.bringing.receiving import NotExpected
from resolvers.housekeeping import HOUSEKEEPING
from resolvers.verifying import verify
from storage.database.audit import AuditEvent
from storage.database.clients import Client
from storage.database.imports import ClientImport, ClientImportPart
from storage.database.jobs import Job, JobState
from tests.makers import PracticeUnderTest

HANDLERS = jobs.by_kind(CLIENT_IMPORT)
BEGIN = """mutation ($input: ClientImportBeginInput!) { clientImportBegin(input: $input) {
  clientImport { id state uploadPath } problems { code path message } } }"""
SHOW = """query ($id: ID!) { clientImport(id: $id) { state done permille error uploadPath
  tallies { what imported present refused } reports { place part reason taken alike } } }"""
CANCEL = """mutation ($id: ID!) { clientImportCancel(input: {id: $id}) {
  clientImport { state } problems { code } } }"""
COLUMNS = [
    {"heading": "No", "field": "RECORD_NUMBER"},
    {"heading": "First", "field": "GIVEN_NAME"},
    {"heading": "Last", "field": "FAMILY_NAME"},
    {"heading": "Born", "field": "BIRTH_DATE"},
]


def table(rows: int, first: int = 0) -> bytes:
    lines = (f"R{n},Given{n},Family{n},{1950 + n % 60}-01-{1 + n % 28:02}" for n in range(first, first + rows))
    return ("No,First,Last,Born\r\n" + "\r\n".join(lines)).encode()


async def chunks(content: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(content), 1_000):
        yield content[start : start + 1_000]


async def begun(practice: PracticeUnderTest, viewer: Viewer, **more: Any) -> dict[str, Any]:
    given = {"kind": "CSV", "fileName": "clients.csv", "columns": COLUMNS} | more
    answer = (await practice.get(viewer, BEGIN, input=given))["clientImportBegin"]
    assert answer["problems"] == []
    found: dict[str, Any] = answer["clientImport"]
    return found


async def send(practice: PracticeUnderTest, path: str, content: bytes) -> None:
    await receiving.receive(practice.casegraph, path.removeprefix(receiving.PATH), chunks(content), len(content))


async def work(practice: PracticeUnderTest) -> None:
    leased = await jobs.lease(practice.casegraph.database, HANDLERS, practice.id)
    assert leased is not None
    await jobs.run(practice.casegraph, HANDLERS, leased)


async def brought(practice: PracticeUnderTest, owner: Member, content: bytes, **more: Any) -> dict[str, Any]:
    held = await begun(practice, owner, **more)
    await send(practice, held["uploadPath"], content)
    await work(practice)
    found: dict[str, Any] = (await practice.get(owner, SHOW, id=held["id"]))["clientImport"]
    return found


async def count(practice: PracticeUnderTest, model: Any) -> int:
    async with practice.casegraph.database.write(practice.id) as session:
        found = await session.scalar(select(func.count()).select_from(model).where(model.practice_id == practice.id))
    return int(found or 0)


async def test_a_table_comes_in_and_the_same_table_again_gives_nothing_new(practice: PracticeUnderTest) -> None:
    owner = await practice.member(Role.OWNER)

    first = await brought(practice, owner, table(30))
    before = await count(practice, AuditEvent)
    again = await brought(practice, owner, gzip.compress(table(30)))

    assert first["tallies"] == [{"what": "Client", "imported": 30, "present": 0, "refused": 0}]
    assert again["tallies"] == [{"what": "Client", "imported": 0, "present": 30, "refused": 0}]
    assert (again["state"], again["done"], again["permille"], again["uploadPath"]) == ("DONE", 30, 1000, None)
    assert (await count(practice, Client), await count(practice, ClientImportPart)) == (30, 0)
    # Begun, received and ended; nothing else was written by the second.
    assert await count(practice, AuditEvent) == before + 3
    assert (await verify(practice.casegraph.database, practice.id, None)).faults == []


async def test_a_dry_run_says_the_same_and_writes_no_client(practice: PracticeUnderTest) -> None:
    owner = await practice.member(Role.OWNER)
    content = table(20) + b"\r\nR0,Given0,Family0,1950-01-01\r\nR99,,,\r\n"

    dry = await brought(practice, owner, content, dryRun=True)
    assert await count(practice, Client) == 0
    real = await brought(practice, owner, content)

    assert dry["tallies"] == real["tallies"] == [{"what": "Client", "imported": 20, "present": 1, "refused": 1}]
    assert dry["reports"] == real["reports"]
    assert [(one["place"], one["reason"]) for one in real["reports"]] == [("line 23", "names nobody")]


async def test_who_looks_like_somebody_here_is_held_back_with_the_client_unless_allowed(
    practice: PracticeUnderTest,
) -> None:
    owner = await practice.member(Role.OWNER)
    await brought(practice, owner, table(3))
    twin = b"No,First,Last,Born\nX1,Given1,Family1,1951-01-02\nX2,Given1,Family1,1951-01-02\n"

    preview = await brought(practice, owner, twin, dryRun=True)
    held_back = await brought(practice, owner, twin)
    allowed = await brought(practice, owner, twin, allowDuplicates=True)

    assert [one["alike"][:7] for one in preview["reports"]] == ["client_", "client_"]
    assert held_back["tallies"][0]["refused"] == 2
    assert allowed["tallies"][0]["imported"] == 2
    assert await count(practice, Client) == 5


async def test_a_run_that_dies_between_two_writes_goes_on_behind_the_last_one(
    practice: PracticeUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "ROWS_IN_A_WRITE", 7)
    owner = await practice.member(Role.OWNER)
    held = await begun(practice, owner)
    await send(practice, held["uploadPath"], table(40))
    row = await _row(practice, held["id"])
    leased = await jobs.lease(practice.casegraph.database, HANDLERS, practice.id)
    assert leased is not None
    await _run_two_writes(practice, row)

    assert await count(practice, Client) == 14
    await jobs.run(practice.casegraph, HANDLERS, leased)

    shown = (await practice.get(owner, SHOW, id=held["id"]))["clientImport"]
    assert shown["tallies"] == [{"what": "Client", "imported": 40, "present": 0, "refused": 0}]
    assert await count(practice, Client) == 40


async def _row(practice: PracticeUnderTest, id: str) -> ClientImport:
    async with practice.casegraph.database.write(practice.id) as session:
        row = await session.get(ClientImport, (practice.id, UUID(id.rpartition("_")[2])))
        assert row is not None
        row.state = ImportState.RUNNING
        await session.commit()
    return row


async def _run_two_writes(practice: PracticeUnderTest, row: ClientImport) -> None:
    def die_after_two(rows: int, permille: int) -> None:
        if rows == 14:
            raise ConnectionError

    pieces = receiving.pieces_of(practice.casegraph.database, practice.id, row.id, row.received)
    with pytest.raises(ConnectionError):
        await running.Table(practice.casegraph.database, row, die_after_two).bring(pieces)
    await pieces.aclose()


async def test_a_cancelled_import_brings_in_nothing_more(practice: PracticeUnderTest) -> None:
    owner = await practice.member(Role.OWNER)
    held = await begun(practice, owner)
    await send(practice, held["uploadPath"], table(5))

    cancelled = await practice.get(owner, CANCEL, id=held["id"])
    await work(practice)
    again = await practice.get(owner, CANCEL, id=held["id"])

    assert cancelled["clientImportCancel"]["clientImport"] == {"state": "CANCELLED"}
    assert again["clientImportCancel"]["problems"] == [{"code": "NOT_ALLOWED_NOW"}]
    assert (await count(practice, Client), await count(practice, ClientImportPart)) == (0, 0)
    async with practice.casegraph.database.write(practice.id) as session:
        job = await session.scalar(select(Job).where(Job.practice_id == practice.id, Job.kind == CLIENT_IMPORT.kind))
        assert job is not None
        assert job.state is JobState.DONE


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", "is empty"),
        (b"No,First\nR1,Ada\n", "has no column “Born”, “Last”"),
        (b"No,First,Last,Born\n\xff\xfe,a,b,\n", "is not written in UTF-8"),
        (b'No,First,Last,Born\n"R1,a,b,\n', "never closed"),
        (gzip.compress(table(5))[:-9], "cut off"),
    ],
)
async def test_a_file_that_is_no_table_fails_with_the_reason(
    practice: PracticeUnderTest, content: bytes, error: str
) -> None:
    shown = await brought(practice, await practice.member(Role.OWNER), content)

    assert shown["state"] == "FAILED"
    assert error in shown["error"]


async def test_only_who_may_import_begins_sees_or_stops_one(practice: PracticeUnderTest) -> None:
    owner, assistant = await practice.member(Role.OWNER), await practice.member(Role.ASSISTANT)
    held = await begun(practice, owner)
    other = await PracticeUnderTest.founded(practice.casegraph)
    stranger = await other.member(Role.OWNER)

    refused = await practice.ask(assistant, BEGIN, input={"kind": "FHIR", "fileName": "x"})
    hidden = await practice.ask(assistant, CANCEL, id=held["id"])
    elsewhere = await other.get(stranger, SHOW, id=held["id"])
    stopped = await other.get(stranger, CANCEL, id=held["id"])
    node = await practice.get(assistant, "query ($id: ID!) { node(id: $id) { id } }", id=held["id"])

    assert (refused.codes, hidden.codes) == (["FORBIDDEN"], ["FORBIDDEN"])
    assert (elsewhere["clientImport"], node["node"]) == (None, None)
    assert stopped["clientImportCancel"]["problems"] == [{"code": "NOT_FOUND"}]
    assert await count(practice, ClientImport) == 1


async def test_the_signed_path_is_good_once_for_its_import_and_its_beginner_alone(practice: PracticeUnderTest) -> None:
    owner, admin = await practice.member(Role.OWNER), await practice.member(Role.ADMIN)
    held = await begun(practice, owner)
    path = held["uploadPath"]

    assert (await practice.get(admin, SHOW, id=held["id"]))["clientImport"]["uploadPath"] is None
    with pytest.raises(NotExpected):
        await send(practice, path[:-2], table(1))
    await send(practice, path, table(1))
    with pytest.raises(NotExpected):
        await send(practice, path, table(2))


async def test_a_bundle_comes_in_through_the_graph_with_everything_accounted_for(practice: PracticeUnderTest) -> None:
    owner = await practice.member(Role.OWNER)
    content = (
        b'{"entry": [{"resource": {"resourceType": "Encounter", "id": "e", "status": "finished", "subject": '
        b'{"reference": "Patient/p"}, "period": {"start": "2019-05-01"}}}, {"resource": {"resourceType": "Claim"}}, '
        b'{"resource": {"resourceType": "Patient", "id": "p", "identifier": [{"system": "urn:x", "value": "1"}], '
        b'"name": [{"family": "Moore"}]}}, 7], "resourceType": "Bundle"}'
    )

    shown = await brought(practice, owner, content, kind="FHIR", columns=None)
    again = await brought(practice, owner, content, kind="FHIR", columns=None)

    tallies = {one["what"]: (one["imported"], one["present"], one["refused"]) for one in shown["tallies"]}
    del tallies["DocumentReference"]
    assert tallies == {"Patient": (1, 0, 0), "Encounter": (1, 0, 0), "Claim": (0, 0, 0), "?": (0, 0, 1)}
    assert [(one["place"], one["reason"]) for one in shown["reports"]] == [
        ("Bundle.entry[3].resource", "is no FHIR resource")
    ]
    assert {one["what"] for one in again["tallies"] if one["present"]} == {"Patient", "Encounter"}
    assert identity.read((await begun(practice, owner))["id"])[0] is identity.Kind.CLIENT_IMPORT


async def test_an_import_whose_file_never_came_whole_is_closed_after_a_day(practice: PracticeUnderTest) -> None:
    owner = await practice.member(Role.OWNER)
    held = await begun(practice, owner)
    with pytest.raises(NotExpected):
        await receiving.receive(
            practice.casegraph, held["uploadPath"].removeprefix(receiving.PATH), chunks(table(5)), 1_000_000
        )
    assert await count(practice, ClientImportPart) == 1

    later = datetime.now(UTC) + timedelta(days=2)
    async with practice.casegraph.database.write(practice.id) as session:
        row = await session.get(ClientImport, (practice.id, UUID(held["id"].rpartition("_")[2])))
        assert row is not None
        row.created_at = datetime.now(UTC) - timedelta(days=2)
        await session.commit()
    handlers = jobs.by_kind(HOUSEKEEPING)
    leased = await jobs.lease(practice.casegraph.database, handlers, practice.id, later)
    assert leased is not None
    await jobs.run(practice.casegraph, handlers, leased)

    assert (await practice.get(owner, SHOW, id=held["id"]))["clientImport"]["error"] == "Its file never came."
    assert await count(practice, ClientImportPart) == 0
