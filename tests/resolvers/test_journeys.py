"""Journeys through the graph: listing, opening, changing, putting away and bringing back."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from auth.viewers import Member
from domain import journeys
from domain.clients import ClientStatus
from domain.journeys import JourneyStatus
from domain.people import Level, Role
from domain.timeline import EntryKind
from storage.database.journeys import Journey
from storage.database.notes import Note
from storage.database.people import ClientGrant
from storage.database.timeline import TimelineEntry
from tests.care import (
    client,
    client_id,
    everything,
    grant,
    hours,
    journey,
    journey_id,
    member_id,
    note,
    rows_of,
)
from tests.makers import PracticeUnderTest

CREATE = """mutation($input: JourneyCreateInput!) { journeyCreate(input: $input) {
  journey { id title lifeEvent status startedOn endedOn expectedOn version statusChangedBy { name } client { id }
    careTeam { level member { id } journey { title } } }
  problems { code path message } } }"""
UPDATE = """mutation($input: JourneyUpdateInput!) { journeyUpdate(input: $input) {
  journey { title expectedOn outcome version } current { title version } problems { code path } } }"""
CHANGE = """mutation($input: JourneyStatusChangeInput!) { journeyStatusChange(input: $input) {
  journey { status startedOn endedOn statusReason statusSince statusChangedBy { id } }
  current { version } problems { code path } } }"""
ARCHIVE = """mutation($input: JourneyArchiveInput!) { journeyArchive(input: $input) {
  journey { status statusReason } current { version } problems { code path } } }"""
RESTORE = """mutation($input: JourneyRestoreInput!) { journeyRestore(input: $input) {
  journey { status } current { version } problems { code path } } }"""
LIST = """query($id: ID!, $filter: JourneyFilter, $first: Int, $after: String) { client(id: $id) {
  journeys(filter: $filter, first: $first, after: $after) {
    edges { cursor node { id title } } pageInfo { hasNextPage } totalCount { value isExact } } } }"""
PAGE = """query($ids: [ID!]!) { nodes(ids: $ids) { ... on Client { displayName
  careTeam { level from member { name } }
  journeys(first: 3) { totalCount { value } edges { node {
    title status shownAsEnded statusChangedBy { name } careTeam { level member { name } } } } } } } }"""

Rows = list[dict[str, Any]]


async def carried_out(practice: PracticeUnderTest, viewer: Any, text: str, **input: Any) -> Any:
    """The payload of a mutation that must not be denied."""
    (payload,) = (await practice.get(viewer, text, input=input)).values()
    return payload


def codes(payload: Any) -> list[str]:
    return [problem["code"] for problem in payload["problems"]]


async def told(practice: PracticeUnderTest) -> list[tuple[EntryKind, dict[str, Any], UUID | None]]:
    """What stands on the practice's timelines, oldest first."""
    rows = await rows_of(practice, TimelineEntry)
    return [(row["kind"], row["facts"], row["journey_id"]) for row in sorted(rows, key=lambda row: row["id"])]


async def test_a_journey_is_opened_as_asked_for_and_stands_on_the_timeline(practice: PracticeUnderTest) -> None:
    owner, whose = await practice.member(name="Ama Mensah"), await client(practice)

    made = await carried_out(
        practice, owner, CREATE,
        clientId=client_id(whose), title=" Second birth ", lifeEvent="BIRTH", expectedOn=hours(2000).date().isoformat(),
    )  # fmt: skip

    found = made["journey"]
    assert (found["title"], found["status"], found["startedOn"], found["version"]) == (
        "Second birth", "PROSPECT", None, 1,
    )  # fmt: skip
    assert found["client"] == {"id": client_id(whose)}
    assert found["statusChangedBy"] == {"name": "Ama Mensah"}
    (line,) = await told(practice)
    assert line[:2] == (EntryKind.JOURNEY_STARTED, {"title": "Second birth", "lifeEvent": "BIRTH"})
    assert journey_id(line[2] or whose) == found["id"]


async def test_a_journey_that_begins_at_once_starts_today(practice: PracticeUnderTest) -> None:
    owner, whose = await practice.member(), await client(practice)

    made = await carried_out(
        practice, owner, CREATE, clientId=client_id(whose), title="Care", lifeEvent="OTHER", status="ACTIVE"
    )

    assert made["journey"]["startedOn"] == datetime.now(UTC).date().isoformat()


async def test_everything_wrong_with_a_new_journey_is_said_at_once_and_nothing_is_written(
    practice: PracticeUnderTest,
) -> None:
    owner, whose = await practice.member(), await client(practice)
    before = await everything(practice)

    made = await carried_out(
        practice, owner, CREATE, clientId=client_id(whose), title=" ", lifeEvent="BIRTH", status="COMPLETED",
        startedOn=hours(48).date().isoformat(), expectedOn="2050-01-01",
    )  # fmt: skip

    paths = {problem["path"][-1] for problem in made["problems"]}
    assert paths == {"title", "status", "startedOn", "expectedOn"}
    assert made["journey"] is None
    assert await everything(practice) == before


async def test_a_practitioner_who_opens_a_journey_shares_it_and_only_it(practice: PracticeUnderTest) -> None:
    midwife, whose = await practice.member(Role.PRACTITIONER, "Bo"), await client(practice)
    first = await journey(practice, whose, title="First")
    await grant(practice, midwife, whose, first)

    made = await carried_out(practice, midwife, CREATE, clientId=client_id(whose), title="Second", lifeEvent="BIRTH")

    assert made["journey"]["careTeam"] == [
        {"level": "SHARE", "member": {"id": member_id(midwife)}, "journey": {"title": "Second"}}
    ]
    joined = [facts for kind, facts, _ in await told(practice) if kind is EntryKind.CARE_TEAM_JOINED]
    assert joined == [{"person": "Bo", "role": None, "journey": "Second", "level": "SHARE"}]


async def test_who_cares_for_the_whole_client_needs_no_place_of_their_own(practice: PracticeUnderTest) -> None:
    midwife, whose = await practice.member(Role.PRACTITIONER), await client(practice)
    await grant(practice, midwife, whose)

    made = await carried_out(practice, midwife, CREATE, clientId=client_id(whose), title="Second", lifeEvent="BIRTH")

    assert [place["journey"] for place in made["journey"]["careTeam"]] == [None]


@pytest.mark.parametrize("role", [Role.OWNER, Role.ADMIN, Role.ASSISTANT])
async def test_who_reaches_every_client_joins_no_team_by_opening_a_journey(
    practice: PracticeUnderTest, role: Role
) -> None:
    member, whose = await practice.member(role), await client(practice)

    made = await carried_out(practice, member, CREATE, clientId=client_id(whose), title="Second", lifeEvent="BIRTH")

    assert made["journey"]["careTeam"] == []


@pytest.mark.parametrize(
    ("status", "deceased_on"), [(ClientStatus.ARCHIVED, None), (ClientStatus.ACTIVE, date(2026, 1, 3))]
)
async def test_the_archived_and_the_dead_take_on_no_new_work(
    practice: PracticeUnderTest, status: ClientStatus, deceased_on: date | None
) -> None:
    owner, whose = await practice.member(), await client(practice, status, deceased_on)
    paused = await journey(practice, whose, JourneyStatus.PAUSED)
    before = await everything(practice)

    made = await carried_out(practice, owner, CREATE, clientId=client_id(whose), title="New", lifeEvent="BIRTH")
    resumed = await carried_out(practice, owner, CHANGE, id=journey_id(paused), status="ACTIVE")

    assert (codes(made), codes(resumed)) == (["NOT_ALLOWED_NOW"], ["NOT_ALLOWED_NOW"])
    assert await everything(practice) == before


async def test_after_a_death_a_journey_is_shown_as_ended_and_can_be_completed(practice: PracticeUnderTest) -> None:
    owner, whose = await practice.member(), await client(practice, deceased_on=date(2026, 1, 3))
    running = await journey(practice, whose)
    shown = "query($id: ID!) { journey(id: $id) { status shownAsEnded } }"

    assert await practice.get(owner, shown, id=journey_id(running)) == {
        "journey": {"status": "ACTIVE", "shownAsEnded": True}
    }
    completed = await carried_out(practice, owner, CHANGE, id=journey_id(running), status="COMPLETED")
    assert completed["journey"]["status"] == "COMPLETED"


async def test_nothing_in_an_archived_client_s_journeys_is_changed(practice: PracticeUnderTest) -> None:
    owner, whose = await practice.member(), await client(practice, ClientStatus.ARCHIVED)
    running, away = await journey(practice, whose), await journey(practice, whose, JourneyStatus.ARCHIVED)
    before = await everything(practice)

    answers = [
        await carried_out(practice, owner, UPDATE, id=journey_id(running), title="Other"),
        await carried_out(practice, owner, CHANGE, id=journey_id(running), status="COMPLETED"),
        await carried_out(practice, owner, ARCHIVE, id=journey_id(running)),
        await carried_out(practice, owner, RESTORE, id=journey_id(away)),
    ]

    assert [codes(answer) for answer in answers] == [["NOT_ALLOWED_NOW"]] * 4
    assert await everything(practice) == before


@pytest.mark.parametrize(("before", "after"), list(product(JourneyStatus, JourneyStatus)))
async def test_a_journey_moves_as_the_machine_says(
    practice: PracticeUnderTest, before: JourneyStatus, after: JourneyStatus
) -> None:
    owner, whose = await practice.member(), await client(practice)
    id = await journey(practice, whose, before, started_on=date(2026, 1, 2))
    untouched = await everything(practice)

    answer = await carried_out(practice, owner, CHANGE, id=journey_id(id), status=after.value, reason="Because")

    if after in journeys.allowed_changes(before):
        assert answer["problems"] == []
        assert answer["journey"]["status"] == after.value
        assert answer["journey"]["statusReason"] == "Because"
        assert answer["journey"]["statusChangedBy"] == {"id": member_id(owner)}
        (line,) = await told(practice)
        facts = {"title": "Second birth", "from": before.value, "to": after.value, "reason": "Because"}
        assert line == (EntryKind.JOURNEY_STATUS_CHANGED, facts, id)
    else:
        assert codes(answer) == ["ALREADY_DONE" if before is after else "NOT_ALLOWED_NOW"]
        assert await everything(practice) == untouched


@pytest.mark.parametrize(
    ("before", "after"), [("ACTIVE", "PAUSED"), ("COMPLETED", "ACTIVE"), ("PROSPECT", "COMPLETED")]
)
async def test_some_moves_must_say_why(practice: PracticeUnderTest, before: str, after: str) -> None:
    owner, whose = await practice.member(), await client(practice)
    id = await journey(practice, whose, JourneyStatus(before))

    answer = await carried_out(practice, owner, CHANGE, id=journey_id(id), status=after, reason="  ")

    assert answer["problems"] == [{"code": "INVALID", "path": ["input", "reason"]}]


async def test_a_move_may_count_from_an_earlier_day(practice: PracticeUnderTest) -> None:
    owner, whose = await practice.member(), await client(practice)
    id = await journey(practice, whose, JourneyStatus.PROSPECT)
    day = datetime.now(UTC).date() - timedelta(days=3)

    answer = await carried_out(practice, owner, CHANGE, id=journey_id(id), status="ACTIVE", on=day.isoformat())

    assert answer["journey"]["startedOn"] == day.isoformat()
    assert answer["journey"]["statusSince"] == f"{day.isoformat()}T00:00:00Z"
    (line,) = await rows_of(practice, TimelineEntry)
    assert line["occurred_at"].date() == day
    assert line["recorded_at"].date() == datetime.now(UTC).date()


async def test_a_move_does_not_count_from_a_day_to_come(practice: PracticeUnderTest) -> None:
    owner, whose = await practice.member(), await client(practice)
    id = await journey(practice, whose, JourneyStatus.PROSPECT)
    day = datetime.now(UTC).date() + timedelta(days=2)

    answer = await carried_out(practice, owner, CHANGE, id=journey_id(id), status="ACTIVE", on=day.isoformat())

    assert answer["problems"] == [{"code": "INVALID", "path": ["input", "on"]}]


async def test_an_update_changes_what_is_given_and_leaves_the_rest(practice: PracticeUnderTest) -> None:
    owner, whose = await practice.member(), await client(practice)
    id = await journey(practice, whose)

    one = await carried_out(practice, owner, UPDATE, id=journey_id(id), expectedOn="2026-06-01", outcome="Well")
    two = await carried_out(practice, owner, UPDATE, id=journey_id(id), expectedOn=None, expectedVersion=2)
    same = await carried_out(practice, owner, UPDATE, id=journey_id(id), title="Second birth")

    assert one["journey"] == {"title": "Second birth", "expectedOn": "2026-06-01", "outcome": "Well", "version": 2}
    assert two["journey"] == {"title": "Second birth", "expectedOn": None, "outcome": "Well", "version": 3}
    assert same["journey"]["version"] == 3


async def test_a_stale_version_is_a_conflict_and_changes_nothing(practice: PracticeUnderTest) -> None:
    owner, whose = await practice.member(), await client(practice)
    id = await journey(practice, whose)
    await carried_out(practice, owner, UPDATE, id=journey_id(id), title="Theirs")
    before = await everything(practice)

    answers = [
        await carried_out(practice, owner, UPDATE, id=journey_id(id), title="Mine", expectedVersion=1),
        await carried_out(practice, owner, CHANGE, id=journey_id(id), status="COMPLETED", expectedVersion=1),
        await carried_out(practice, owner, ARCHIVE, id=journey_id(id), expectedVersion=1),
        await carried_out(practice, owner, RESTORE, id=journey_id(id), expectedVersion=3),
    ]

    assert [codes(answer) for answer in answers] == [["CONFLICT"]] * 4
    assert answers[0]["current"] == {"title": "Theirs", "version": 2}
    assert await everything(practice) == before


async def test_of_two_changes_from_one_version_one_is_made(practice: PracticeUnderTest) -> None:
    owner, whose = await practice.member(), await client(practice)
    id = await journey(practice, whose)

    answers = await asyncio.gather(
        *(carried_out(practice, owner, UPDATE, id=journey_id(id), title=name, expectedVersion=1) for name in "AB")
    )

    assert sorted(codes(answer) for answer in answers) == [[], ["CONFLICT"]]


async def test_archiving_takes_a_journey_off_the_list_and_restoring_brings_it_back(
    practice: PracticeUnderTest,
) -> None:
    owner, whose = await practice.member(), await client(practice)
    id = await journey(practice, whose, JourneyStatus.PAUSED)

    archived = await carried_out(practice, owner, ARCHIVE, id=journey_id(id), reason="Moved away")
    listed = await practice.get(owner, LIST, id=client_id(whose))
    put_away = await practice.get(owner, LIST, id=client_id(whose), filter={"status": ["ARCHIVED"]})
    restored = await carried_out(practice, owner, RESTORE, id=journey_id(id), reason="Came back")

    assert archived["journey"] == {"status": "ARCHIVED", "statusReason": "Moved away"}
    assert listed["client"]["journeys"]["edges"] == []
    assert [edge["node"]["id"] for edge in put_away["client"]["journeys"]["edges"]] == [journey_id(id)]
    assert restored["journey"] == {"status": "PAUSED"}
    assert [(kind, facts) for kind, facts, _ in await told(practice)] == [
        (EntryKind.JOURNEY_ARCHIVED, {"title": "Second birth", "reason": "Moved away"}),
        (EntryKind.JOURNEY_RESTORED, {"title": "Second birth", "to": "PAUSED", "reason": "Came back"}),
    ]


async def test_a_journey_is_archived_once_and_restored_once(practice: PracticeUnderTest) -> None:
    owner, whose = await practice.member(), await client(practice)
    id = await journey(practice, whose)

    early = await carried_out(practice, owner, RESTORE, id=journey_id(id))
    await carried_out(practice, owner, ARCHIVE, id=journey_id(id))
    before = await everything(practice)
    again = await carried_out(practice, owner, ARCHIVE, id=journey_id(id))
    changed = await carried_out(practice, owner, UPDATE, id=journey_id(id), title="Other")

    assert codes(early) == ["NOT_ALLOWED_NOW"]
    assert codes(again) == ["ALREADY_DONE"]
    assert codes(changed) == ["NOT_ALLOWED_NOW"]
    assert await everything(practice) == before


async def test_a_journey_that_came_in_put_away_comes_back_where_it_stood(practice: PracticeUnderTest) -> None:
    owner, whose = await practice.member(), await client(practice)
    id = await journey(practice, whose, JourneyStatus.ARCHIVED)

    restored = await carried_out(practice, owner, RESTORE, id=journey_id(id))

    assert restored["journey"] == {"status": "COMPLETED"}


def without_counters(rows: Rows) -> Rows:
    """Rows without what every write moves on."""
    return [{name: value for name, value in row.items() if name not in ("version", "updated_at")} for row in rows]


STEPS = some.lists(
    some.sampled_from(["update", "pause", "resume", "complete", "join", "leave", "plan", "write", "pin"]), max_size=5
)


async def undone(practice: PracticeUnderTest) -> Rows:
    """All that archiving may change, without what every write moves on, and without what it told the timeline."""
    rows = without_counters(await rows_of(practice, Journey, ClientGrant, Note))
    return rows + [row for row in await rows_of(practice, TimelineEntry) if row["kind"] is EntryKind.NOTE]


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, end_care_team=some.booleans(), archive_notes=some.booleans())
async def test_restoring_undoes_exactly_what_archiving_did(
    practice: PracticeUnderTest, steps: list[str], end_care_team: bool, archive_notes: bool
) -> None:
    owner, whose = await practice.member(), await client(practice)
    id = await journey(practice, whose)
    for step in steps:
        await take(practice, owner, whose, id, step)
    before = await undone(practice)

    for reason in ("First", "Second"):
        await carried_out(
            practice, owner, ARCHIVE,
            id=journey_id(id), endCareTeam=end_care_team, archiveNotes=archive_notes, reason=reason,
        )  # fmt: skip
        (away,) = [row for row in await rows_of(practice, Journey) if row["id"] == id]
        held = [row for row in await rows_of(practice, ClientGrant) if row["journey_id"] == id and is_held(row)]
        used = [row for row in await rows_of(practice, Note) if row["journey_id"] == id and not row["archived_at"]]
        assert away["status"] is JourneyStatus.ARCHIVED
        assert not (end_care_team and held)
        assert not (archive_notes and used)
        await carried_out(practice, owner, RESTORE, id=journey_id(id))
        assert await undone(practice) == before


def is_held(row: dict[str, Any]) -> bool:
    return row["to_at"] is None or (row["to_at"] > datetime.now(UTC) and row["to_at"] > row["from_at"])


async def take(practice: PracticeUnderTest, owner: Member, whose: UUID, id: UUID, step: str) -> None:
    """One step in the life of a journey and its team."""
    moves = {"pause": "PAUSED", "resume": "ACTIVE", "complete": "COMPLETED"}
    if step in moves:
        await carried_out(practice, owner, CHANGE, id=journey_id(id), status=moves[step], reason=step)
    elif step == "update":
        await carried_out(practice, owner, UPDATE, id=journey_id(id), outcome="Well")
    elif step in ("write", "pin"):
        await note(practice, whose, id, pinned=step == "pin")
        await note(practice, whose)
    else:
        times = {"join": (hours(-1), None), "leave": (hours(-2), hours(-1)), "plan": (hours(1), hours(9))}
        member = await practice.member(Role.PRACTITIONER)
        await grant(practice, member, whose, id, Level.EDIT, *times[step])
        await grant(practice, member, whose, None, Level.VIEW, *times[step])


async def test_two_journeys_at_the_same_time_never_mix(practice: PracticeUnderTest) -> None:
    owner, whose = await practice.member(), await client(practice)
    birth, loss = await journey(practice, whose, title="Birth"), await journey(practice, whose, title="Loss")
    one, other = await practice.member(Role.PRACTITIONER), await practice.member(Role.PRACTITIONER)
    await grant(practice, one, whose, birth)
    await grant(practice, other, whose, loss)

    await carried_out(practice, owner, CHANGE, id=journey_id(birth), status="COMPLETED")
    await carried_out(practice, owner, ARCHIVE, id=journey_id(loss), endCareTeam=True)

    team = "query($id: ID!) { journey(id: $id) { status careTeam { member { id } } } }"
    assert await practice.get(owner, team, id=journey_id(birth)) == {
        "journey": {"status": "COMPLETED", "careTeam": [{"member": {"id": member_id(one)}}]}
    }
    assert await practice.get(owner, team, id=journey_id(loss)) == {"journey": {"status": "ARCHIVED", "careTeam": []}}
    assert {line[2] for line in await told(practice) if line[1].get("title", line[1].get("journey")) == "Loss"} == {
        loss
    }


async def test_a_grant_on_one_journey_shows_the_profile_but_not_the_other_journey(
    practice: PracticeUnderTest,
) -> None:
    midwife, whose = await practice.member(Role.PRACTITIONER), await client(practice)
    mine, other = await journey(practice, whose, title="Mine"), await journey(practice, whose, title="Other")
    colleague = await practice.member(Role.PRACTITIONER)
    await grant(practice, midwife, whose, mine)
    await grant(practice, colleague, whose, other)

    data = await practice.get(midwife, LIST, id=client_id(whose))
    hidden = await practice.get(
        midwife, "query($id: ID!) { journey(id: $id) { id } node(id: $id) { id } }", id=journey_id(other)
    )
    team = await practice.get(
        midwife, "query($id: ID!) { client(id: $id) { careTeam { member { id } } } }", id=client_id(whose)
    )

    assert [edge["node"]["title"] for edge in data["client"]["journeys"]["edges"]] == ["Mine"]
    assert data["client"]["journeys"]["totalCount"] == {"value": 1, "isExact": True}
    assert hidden == {"journey": None, "node": None}
    assert team == {"client": {"careTeam": [{"member": {"id": member_id(midwife)}}]}}


@pytest.mark.parametrize("text", [UPDATE, CHANGE, ARCHIVE, RESTORE])
async def test_what_is_out_of_reach_is_not_found_as_if_it_did_not_exist(practice: PracticeUnderTest, text: str) -> None:
    midwife, whose = await practice.member(Role.PRACTITIONER), await client(practice)
    mine, other = await journey(practice, whose), await journey(practice, whose)
    await grant(practice, midwife, whose, mine, Level.SHARE)
    elsewhere = await PracticeUnderTest.founded(practice.casegraph)
    stranger = await elsewhere.member(Role.OWNER)
    before = await everything(practice)
    status = {"status": "COMPLETED"} if text is CHANGE else {}

    answers = [
        await carried_out(practice, midwife, text, id=journey_id(other), **status),
        await carried_out(elsewhere, stranger, text, id=journey_id(mine), **status),
        await carried_out(practice, midwife, text, id=client_id(whose), **status),
        await carried_out(practice, midwife, text, id="journey_\x00", **status),
    ]

    assert [answer["problems"] for answer in answers] == [[{"code": "NOT_FOUND", "path": ["input", "id"]}]] * 4
    assert await everything(practice) == before


async def test_a_journey_is_not_opened_for_another_practice_s_client(practice: PracticeUnderTest) -> None:
    whose = await client(practice)
    elsewhere = await PracticeUnderTest.founded(practice.casegraph)
    before = await everything(practice)

    made = await carried_out(
        elsewhere, await elsewhere.member(), CREATE, clientId=client_id(whose), title="X", lifeEvent="BIRTH"
    )

    assert [(problem["code"], problem["path"]) for problem in made["problems"]] == [
        ("NOT_FOUND", ["input", "clientId"])
    ]
    assert await everything(practice) == before


async def test_pages_of_journeys_hold_each_once_the_newest_first(practice: PracticeUnderTest) -> None:
    owner, whose = await practice.member(), await client(practice)
    ids = [journey_id(await journey(practice, whose)) for _ in range(5)]

    seen, after = [], None
    while True:
        page = (await practice.get(owner, LIST, id=client_id(whose), first=2, after=after))["client"]["journeys"]
        seen += [edge["node"]["id"] for edge in page["edges"]]
        after = page["edges"][-1]["cursor"]
        assert page["totalCount"] == {"value": 5, "isExact": True}
        if not page["pageInfo"]["hasNextPage"]:
            break

    assert seen == sorted(ids, reverse=True)


async def test_a_cursor_opens_only_under_its_own_filter(practice: PracticeUnderTest) -> None:
    owner, whose = await practice.member(), await client(practice)
    for _ in range(2):
        await journey(practice, whose)
    page = (await practice.get(owner, LIST, id=client_id(whose), first=1))["client"]["journeys"]

    answer = await practice.ask(
        owner, LIST, id=client_id(whose), after=page["edges"][0]["cursor"], filter={"status": ["ACTIVE"]}
    )

    assert answer.codes == ["BAD_CURSOR"]


async def test_a_client_page_takes_as_many_statements_for_50_clients_as_for_one(practice: PracticeUnderTest) -> None:
    owner, midwife = await practice.member(), await practice.member(Role.PRACTITIONER)
    ids = []
    for _ in range(50):
        whose = await client(practice)
        ids.append(client_id(whose))
        await grant(practice, midwife, whose, await journey(practice, whose))
        await grant(practice, owner, whose)

    counts = []
    for asked in (ids[:1], ids):
        with practice.counted() as read:
            data = await practice.get(owner, PAGE, ids=asked)
        assert len(data["nodes"]) == len(asked)
        assert all(len(node["journeys"]["edges"][0]["node"]["careTeam"]) == 2 for node in data["nodes"])
        counts.append(len(read))

    # The clients; their teams; their journeys, and how many; everybody named so far; the journeys' teams.
    assert counts == [6, 6]


@pytest.mark.parametrize(("reads", "writes"), [(Level.VIEW, False), (Level.EDIT, True), (Level.SHARE, True)])
async def test_the_level_of_a_grant_decides_who_changes_a_journey(
    practice: PracticeUnderTest, reads: Level, writes: bool
) -> None:
    midwife, whose = await practice.member(Role.PRACTITIONER), await client(practice)
    id = await journey(practice, whose)
    await grant(practice, midwife, whose, id, reads)
    tries = [
        (CREATE, {"clientId": client_id(whose), "title": "New", "lifeEvent": "BIRTH"}),
        (UPDATE, {"id": journey_id(id), "title": "Other"}),
        (CHANGE, {"id": journey_id(id), "status": "COMPLETED"}),
        (ARCHIVE, {"id": journey_id(id)}),
        (RESTORE, {"id": journey_id(id)}),
    ]
    for text, input in tries:
        before = await everything(practice)
        answer = await practice.ask(midwife, text, input=input)
        if writes:
            assert answer.codes == []
            assert next(iter(answer.data.values()))["problems"] == []
        else:
            assert answer.codes == ["FORBIDDEN"]
            assert set(answer.data.values()) == {None}
            assert await everything(practice) == before


@pytest.mark.parametrize("level", [Level.VIEW, Level.EDIT])
async def test_ending_the_team_with_the_journey_needs_the_level_share(
    practice: PracticeUnderTest, level: Level
) -> None:
    midwife, whose = await practice.member(Role.PRACTITIONER), await client(practice)
    id = await journey(practice, whose)
    await grant(practice, midwife, whose, id, level)
    before = await everything(practice)

    answer = await practice.ask(midwife, ARCHIVE, input={"id": journey_id(id), "endCareTeam": True})

    assert answer.codes == ["FORBIDDEN"]
    assert await everything(practice) == before


@pytest.mark.parametrize("role", [Role.ADMIN, Role.ASSISTANT])
async def test_who_writes_no_clinical_records_puts_no_notes_away_and_brings_none_back(
    practice: PracticeUnderTest, role: Role
) -> None:
    owner, member, whose = await practice.member(), await practice.member(role), await client(practice)
    id = await journey(practice, whose)
    await note(practice, whose, id)
    for viewer, text, more in ((member, ARCHIVE, {"archiveNotes": True}), (member, RESTORE, {})):
        before = await everything(practice)

        answer = await practice.ask(viewer, text, input={"id": journey_id(id), **more})

        assert answer.codes == ["FORBIDDEN"]
        assert await everything(practice) == before
        if text is ARCHIVE:
            await carried_out(practice, owner, ARCHIVE, id=journey_id(id), archiveNotes=True)


@pytest.mark.parametrize("role", [Role.BILLING, Role.READ_ONLY])
async def test_roles_that_write_no_files_change_no_journey(practice: PracticeUnderTest, role: Role) -> None:
    member, whose = await practice.member(role), await client(practice)
    id = await journey(practice, whose)
    await grant(practice, member, whose, None, Level.SHARE)
    before = await everything(practice)

    answer = await practice.ask(member, CHANGE, input={"id": journey_id(id), "status": "COMPLETED"})

    assert (answer.codes, answer.data) == (["FORBIDDEN"], {"journeyStatusChange": None})
    assert await everything(practice) == before


async def test_a_repeated_request_opens_one_journey(practice: PracticeUnderTest) -> None:
    owner, whose = await practice.member(), await client(practice)
    input = {"clientId": client_id(whose), "title": "Birth", "lifeEvent": "BIRTH"}

    first = await practice.ask(owner, CREATE, key="k1", input=input)
    again = await practice.ask(owner, CREATE, key="k1", input=input)

    assert first.data == again.data
    assert len(await rows_of(practice, Journey)) == 1
