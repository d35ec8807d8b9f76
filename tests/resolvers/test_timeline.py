"""The timeline: its filters against brute force, paging while others write, who sees what, what it costs."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from sqlalchemy import select

from auth.viewers import Member
from domain import searching, timeline
from domain.identity import Kind, new_id, written
from domain.people import Role
from domain.timeline import EntryKind, Visibility
from resolvers import writing
from resolvers.casegraph import Casegraph
from storage.database.audit import AuditEvent
from storage.database.timeline import TimelineEntry
from tests import filing
from tests.makers import PracticeUnderTest

PAGE = """
query ($id: ID!, $filter: TimelineFilter, $first: Int, $after: String, $last: Int, $before: String) {
  client(id: $id) {
    timeline(filter: $filter, first: $first, after: $after, last: $last, before: $before) {
      edges { node { id } }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      totalCount { value isExact }
    }
  }
}
"""
IN_JOURNEY = PAGE.replace("client(id: $id)", "node(id: $id) { ... on Journey").replace("\n  }\n}", "\n  } }\n}")
ADD = """
mutation ($input: TimelineEntryAddInput!) {
  timelineEntryAdd(input: $input) {
    entry {
      id kind summary facts { name value } occurredAt recordedAt visibility removed
      actor { kind name } client { id } journey { id } subject { __typename }
    }
    problems { code path }
  }
}
"""
NAMED = "query ($id: ID!) { node(id: $id) { ... on TimelineEntry { summary visibility } } }"
SAID = ("Said", "Said: water!", "Drank 3 l of Wasser", "100% said_so")
RARE = settings(
    deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@dataclass
class Filed:
    """A client with many entries, and everybody who may be asked about."""

    practice: PracticeUnderTest
    client: UUID
    journeys: list[UUID]
    members: list[Member]
    entries: list[TimelineEntry]
    viewers: dict[str, Member]

    def seen(self, name: str, chosen: dict[str, Any], journey: UUID | None = None) -> list[str]:
        """The ids that a viewer finds under a filter, by brute force over plain rows."""
        found = [entry for entry in self.entries if self._visible(name, entry) and fits(entry, chosen)]
        if journey is not None:
            found = [entry for entry in found if entry.journey_id == journey]
        found.sort(key=lambda entry: (entry.occurred_at, entry.id), reverse=True)
        return [filing.entry_id(entry.id) for entry in found]

    def _visible(self, name: str, entry: TimelineEntry) -> bool:
        clinical = entry.visibility is Visibility.CLINICAL
        match name:
            case "owner" | "practitioner":
                return True
            case "admin" | "billing" | "assistant":
                return not clinical
            case "admin of one journey":
                return not clinical or entry.journey_id == self.journeys[0]
            case "practitioner of one journey":
                return entry.journey_id == self.journeys[0]
        raise AssertionError(name)


def fits(entry: TimelineEntry, chosen: dict[str, Any]) -> bool:
    """Whether an entry meets every filter that is given."""
    return (
        entry.kind in chosen.get("kinds", EntryKind)
        and ("actorIds" not in chosen or entry.actor_id in chosen["actorIds"])
        and ("since" not in chosen or entry.occurred_at >= chosen["since"])
        and ("until" not in chosen or entry.occurred_at < chosen["until"])
        and ("journeyId" not in chosen or entry.journey_id == chosen["journeyId"])
        and ("visibility" not in chosen or entry.visibility is chosen["visibility"])
        and ("text" not in chosen or searching.is_in_text(_words(entry), chosen["text"]))
    )


def _words(entry: TimelineEntry) -> str:
    return searching.words_kept(timeline.summary(entry.kind, entry.facts))


def graphql(chosen: dict[str, Any]) -> dict[str, Any]:
    """A filter as GraphQL's variables write it."""
    how: dict[str, Callable[[Any], Any]] = {
        "kinds": list,
        "actorIds": lambda ids: [written(Kind.MEMBERSHIP, id) for id in ids],
        "since": lambda moment: moment.isoformat(),
        "until": lambda moment: moment.isoformat(),
        "journeyId": filing.journey_id,
        "visibility": str,
        "text": str,
    }
    return {name: how[name](value) for name, value in chosen.items()}


def random_entries(chance: random.Random, count: int, client: UUID, journeys: Sequence[UUID | None],
                   actors: Sequence[UUID | None]) -> list[TimelineEntry]:  # fmt: skip
    """Entries of every kind, several of them at one and the same time."""
    return [
        TimelineEntry(
            id=new_id(), client_id=client, journey_id=chance.choice(journeys), kind=chance.choice(list(EntryKind)),
            occurred_at=filing.EARLIER + timedelta(hours=chance.randrange(60)), recorded_at=filing.EARLIER,
            actor_id=chance.choice(actors), visibility=chance.choice(list(Visibility)),
            facts={"text": chance.choice(SAID)},
        )
        for _ in range(count)
    ]  # fmt: skip


@pytest.fixture(scope="session")
async def filed(casegraph: Casegraph) -> Filed:
    """160 random entries of one client, beside those of another, as seven viewers may see them."""
    practice = await PracticeUnderTest.founded(casegraph)
    client, other = await filing.client(practice), await filing.client(practice)
    journeys = [await filing.journey(practice, client) for _ in range(2)]
    members = [await practice.member() for _ in range(2)]
    chance = random.Random(8)
    actors = [None, *(member.membership_id for member in members)]
    entries = random_entries(chance, 160, client, [None, *journeys], actors)
    async with writing.opened(casegraph.database, practice.system, "test.entries") as write:
        await write.add(*entries, *random_entries(chance, 20, other, [None], actors))
    viewers = {
        "owner": members[0], "practitioner": await practice.member(Role.PRACTITIONER),
        "admin": await practice.member(Role.ADMIN), "billing": await practice.member(Role.BILLING),
        "assistant": await practice.member(Role.ASSISTANT), "admin of one journey": await practice.member(Role.ADMIN),
        "practitioner of one journey": await practice.member(Role.PRACTITIONER),
    }  # fmt: skip
    await filing.grant(practice, viewers["practitioner"], client)
    await filing.grant(practice, viewers["admin of one journey"], client, journey_id=journeys[0])
    await filing.grant(practice, viewers["practitioner of one journey"], client, journey_id=journeys[0])
    return Filed(practice, client, journeys, members, entries, viewers)


VIEWERS = (
    "owner",
    "practitioner",
    "admin",
    "billing",
    "assistant",
    "admin of one journey",
    "practitioner of one journey",
)
moments = some.integers(-1, 61).map(lambda hour: filing.EARLIER + timedelta(hours=hour))


def filters_of(filed: Filed) -> some.SearchStrategy[dict[str, Any]]:
    """Any mixture of filters."""
    return some.fixed_dictionaries(
        {},
        optional={
            "kinds": some.lists(some.sampled_from(EntryKind), max_size=6, unique=True),
            "actorIds": some.lists(some.sampled_from([member.membership_id for member in filed.members]), max_size=2),
            "since": moments,
            "until": moments,
            "journeyId": some.sampled_from([*filed.journeys, new_id()]),
            "visibility": some.sampled_from(Visibility),
            "text": some.sampled_from(["wat", "WÄSSER", "said wa", "call", "note", "%", "_", "drank 3", "nobody"]),
        },
    )


@RARE
@given(data=some.data())
async def test_every_mixture_of_filters_finds_what_brute_force_finds(filed: Filed, data: some.DataObject) -> None:
    name, chosen = data.draw(some.sampled_from(VIEWERS)), data.draw(filters_of(filed))
    expected = filed.seen(name, chosen)

    found = await filed.practice.get(
        filed.viewers[name], PAGE, id=filing.client_id(filed.client), filter=graphql(chosen), first=100
    )

    page = found["client"]["timeline"]
    assert [edge["node"]["id"] for edge in page["edges"]] == expected[:100]
    assert page["totalCount"] == {"value": len(expected), "isExact": True}
    assert page["pageInfo"]["hasNextPage"] is (len(expected) > 100)


@RARE
@given(data=some.data())
async def test_the_timeline_of_a_journey_is_filtered_the_same(filed: Filed, data: some.DataObject) -> None:
    name, chosen = data.draw(some.sampled_from(VIEWERS)), data.draw(filters_of(filed))
    journey = filed.journeys[0]
    expected = filed.seen(name, chosen, journey)

    found = await filed.practice.get(
        filed.viewers[name], IN_JOURNEY, id=filing.journey_id(journey), filter=graphql(chosen), first=100
    )

    page = found["node"]["timeline"]
    assert [edge["node"]["id"] for edge in page["edges"]] == expected
    assert page["totalCount"] == {"value": len(expected), "isExact": True}


@RARE
@given(data=some.data(), forwards=some.booleans())
async def test_paging_meets_every_entry_once_while_others_are_written(
    casegraph: Casegraph, data: some.DataObject, forwards: bool
) -> None:
    practice = await PracticeUnderTest.founded(casegraph)
    client, owner = await filing.client(practice), await practice.member()
    chance = random.Random(data.draw(some.integers(0, 10_000)))
    size = data.draw(some.integers(1, 7))
    before = random_entries(chance, data.draw(some.integers(0, 25)), client, [None], [None])
    await _file(practice, before)
    expected = [filing.entry_id(entry.id) for entry in newest_first(before)]

    met: list[str] = []
    cursor: str | None = None
    while True:
        given = {"first": size, "after": cursor} if forwards else {"last": size, "before": cursor}
        page = (await practice.get(owner, PAGE, id=filing.client_id(client), **given))["client"]["timeline"]
        ids = [edge["node"]["id"] for edge in page["edges"]]
        met = [*met, *ids] if forwards else [*ids, *met]
        if not page["pageInfo"]["hasNextPage" if forwards else "hasPreviousPage"]:
            break
        cursor = page["pageInfo"]["endCursor" if forwards else "startCursor"]
        await _file(practice, random_entries(chance, chance.randrange(3), client, [None], [None]))

    assert len(met) == len(set(met))
    assert [id for id in met if id in set(expected)] == expected


async def _file(practice: PracticeUnderTest, entries: list[TimelineEntry]) -> None:
    async with writing.opened(practice.casegraph.database, practice.system, "test.entries") as write:
        await write.add(*entries)


def newest_first(entries: list[TimelineEntry]) -> list[TimelineEntry]:
    """The order of a timeline."""
    return sorted(entries, key=lambda entry: (entry.occurred_at, entry.id), reverse=True)


async def test_a_cursor_of_another_filter_opens_nothing(filed: Filed) -> None:
    owner, client = filed.viewers["owner"], filing.client_id(filed.client)
    page = await filed.practice.get(owner, PAGE, id=client, first=1)
    cursor = page["client"]["timeline"]["pageInfo"]["endCursor"]

    answer = await filed.practice.ask(owner, PAGE, id=client, first=1, after=cursor, filter={"visibility": "GENERAL"})

    assert answer.codes == ["BAD_CURSOR"]


async def test_a_journey_that_nobody_has_is_a_filter_that_finds_nothing(filed: Filed) -> None:
    strangers = await filing.journey(filed.practice, await filing.client(filed.practice))

    for id in (filing.journey_id(strangers), "journey_made_up", filing.client_id(filed.client)):
        page = await filed.practice.get(
            filed.viewers["owner"], PAGE, id=filing.client_id(filed.client), filter={"journeyId": id}
        )
        assert page["client"]["timeline"]["totalCount"] == {"value": 0, "isExact": True}


async def add(practice: PracticeUnderTest, viewer: Member, client: UUID, **given: Any) -> dict[str, Any]:
    """What comes of adding to the timeline."""
    given = {"clientId": filing.client_id(client), "kind": "CALL", "text": "Asked for a date", **given}
    answer: dict[str, Any] = (await practice.get(viewer, ADD, input=given))["timelineEntryAdd"]
    return answer


async def test_a_call_is_added_with_its_facts(practice: PracticeUnderTest) -> None:
    client, desk = await filing.client(practice), await practice.member(Role.ASSISTANT, "Rosa Lind")

    answer = await add(practice, desk, client, whom="the partner", direction="INCOMING", minutes=4)

    entry = answer["entry"]
    assert answer["problems"] == []
    assert (entry["kind"], entry["visibility"], entry["removed"]) == ("CALL", "GENERAL", False)
    assert entry["summary"] == "Call from the partner, 4 min: Asked for a date."
    assert entry["facts"] == [
        {"name": "direction", "value": "INCOMING"},
        {"name": "whom", "value": "the partner"},
        {"name": "minutes", "value": "4"},
        {"name": "text", "value": "Asked for a date"},
    ]
    assert entry["actor"] == {"kind": "MEMBER", "name": "Rosa Lind"}
    assert (entry["client"]["id"], entry["journey"], entry["subject"]) == (filing.client_id(client), None, None)
    assert entry["occurredAt"] == entry["recordedAt"]


async def test_what_is_written_down_later_stands_at_its_own_time(practice: PracticeUnderTest) -> None:
    client, owner = await filing.client(practice), await practice.member()
    now = await add(practice, owner, client)

    before = datetime.now(UTC)
    late = await add(practice, owner, client, occurredAt="2026-01-05T09:30:00Z")

    assert late["entry"]["occurredAt"] == "2026-01-05T09:30:00Z"
    assert datetime.fromisoformat(late["entry"]["recordedAt"]) >= before
    page = (await practice.get(owner, PAGE, id=filing.client_id(client)))["client"]["timeline"]
    assert [edge["node"]["id"] for edge in page["edges"]] == [now["entry"]["id"], late["entry"]["id"]]


@pytest.mark.parametrize(
    ("given", "paths"),
    [
        ({"kind": "NOTE"}, ["kind"]),
        ({"kind": "ADMINISTRATION", "minutes": 3, "text": "Filed"}, ["minutes"]),
        ({"kind": "CALL", "text": "  "}, ["text"]),
        ({"kind": "CALL", "occurredAt": "2126-01-05T09:30:00Z"}, ["occurredAt"]),
        ({"kind": "CALL", "whom": "x" * 501}, ["whom"]),
    ],
)
async def test_what_an_entry_cannot_be_is_refused(
    practice: PracticeUnderTest, given: dict[str, Any], paths: list[str]
) -> None:
    client, owner = await filing.client(practice), await practice.member()

    answer = await add(practice, owner, client, **given)

    assert [problem["path"] for problem in answer["problems"]] == [["input", path] for path in paths]
    page = (await practice.get(owner, PAGE, id=filing.client_id(client)))["client"]["timeline"]
    assert page["totalCount"]["value"] == 0


async def test_the_desk_adds_nothing_clinical(practice: PracticeUnderTest) -> None:
    client, owner = await filing.client(practice), await practice.member()
    given = {"clientId": filing.client_id(client), "kind": "FOLLOW_UP", "text": "Sleeps better"}

    for role in (Role.ASSISTANT, Role.ADMIN):
        answer = await practice.ask(await practice.member(role), ADD, input=given)
        assert answer.codes == ["FORBIDDEN"]
    page = (await practice.get(owner, PAGE, id=filing.client_id(client)))["client"]["timeline"]
    assert page["totalCount"]["value"] == 0


async def test_an_entry_added_as_clinical_is_not_there_for_who_reads_nothing_clinical(
    practice: PracticeUnderTest,
) -> None:
    client, owner = await filing.client(practice), await practice.member()
    call = await add(practice, owner, client, visibility="CLINICAL")
    open_one = await add(practice, owner, client, kind="OBSERVATION", what="Weight", text=None, visibility="GENERAL")

    for role in (Role.BILLING, Role.ASSISTANT, Role.ADMIN):
        viewer = await practice.member(role)
        page = (await practice.get(viewer, PAGE, id=filing.client_id(client)))["client"]["timeline"]
        assert [edge["node"]["id"] for edge in page["edges"]] == [open_one["entry"]["id"]]
        assert page["totalCount"] == {"value": 1, "isExact": True}
        assert await practice.get(viewer, NAMED, id=call["entry"]["id"]) == {"node": None}
        hidden = await practice.get(viewer, PAGE, id=filing.client_id(client), filter={"visibility": "CLINICAL"})
        assert hidden["client"]["timeline"]["totalCount"] == {"value": 0, "isExact": True}


async def test_what_is_added_by_hand_stands_in_the_audit_log(practice: PracticeUnderTest) -> None:
    client, owner = await filing.client(practice), await practice.member()
    id = (await add(practice, owner, client))["entry"]["id"]

    async with practice.casegraph.database.write(practice.id) as session:
        chosen = select(AuditEvent).where(AuditEvent.practice_id == practice.id, AuditEvent.subject == "timeline_entry")
        events = (await session.scalars(chosen)).all()
    assert [(each.action, UUID(each.subject_id).hex, each.actor_id) for each in events] == [
        ("CREATED", id.removeprefix("entry_"), owner.membership_id)
    ]


async def test_somebody_of_another_system_is_named_as_they_were(practice: PracticeUnderTest) -> None:
    client, owner = await filing.client(practice), await practice.member()
    entry = random_entries(random.Random(1), 1, client, [None], [None])[0]
    entry.actor_name = "Dr. Brown"
    await _file(practice, [entry])
    await filing.entries(practice, client, "By the house itself")

    actors = "timeline { edges { node { actor { kind name member { id } } } } }"
    asked = f"query ($id: ID!) {{ client(id: $id) {{ {actors} }} }}"
    data = await practice.get(owner, asked, id=filing.client_id(client))

    assert [edge["node"]["actor"] for edge in data["client"]["timeline"]["edges"]] == [
        {"kind": "SYSTEM", "name": "Casegraph", "member": None},
        {"kind": "OUTSIDE", "name": "Dr. Brown", "member": None},
    ]


WIDE = """
query ($first: Int!) {
  clients(first: $first) {
    edges {
      node {
        timeline(first: 5) {
          edges {
            node {
              id kind summary occurredAt actor { name member { role } } journey { title } client { displayName }
              subject { ... on Note { heading } ... on Journey { title } }
            }
          }
          totalCount { value }
          liveCursor
        }
      }
    }
  }
}
"""


async def test_the_timelines_of_50_clients_take_the_statements_of_one(practice: PracticeUnderTest) -> None:
    owner = await practice.member()
    note = "mutation ($input: NoteCreateInput!) { noteCreate(input: $input) { problems { code } } }"
    for _ in range(50):
        client = await filing.client(practice)
        journey = await filing.journey(practice, client)
        await practice.get(owner, note, input={"clientId": filing.client_id(client), "text": "All well"})
        async with writing.opened(practice.casegraph.database, owner, "test.entries") as write:
            for kind in (EntryKind.JOURNEY_STARTED, EntryKind.CALL):
                await write.happened(kind, client, {"text": "Said"}, journey_id=journey)

    for first in (1, 50):
        with practice.counted() as read:
            data = await practice.get(owner, WIDE, first=first)
        pages = [edge["node"]["timeline"] for edge in data["clients"]["edges"]]
        assert [len(page["edges"]) for page in pages] == [3] * first
        subjects = [edge["node"]["subject"] for edge in pages[-1]["edges"]]
        assert sorted(str(subject) for subject in subjects) == [
            "None", "{'heading': 'All well'}", "{'title': 'Left heel'}"
        ]  # fmt: skip
        # clients, entries, counts, where the practice stands, members, clients by id, notes, journeys
        assert len(read) == 8


async def test_a_page_of_ids_reads_no_facts(filed: Filed) -> None:
    with filed.practice.counted() as read:
        await filed.practice.get(
            filed.viewers["owner"],
            "query ($id: ID!) { client(id: $id) { timeline { edges { node { id occurredAt } } } } }",
            id=filing.client_id(filed.client),
        )

    assert len(read) == 2
    assert "facts" not in read[1]
    assert "actor_name" not in read[1]


async def test_one_statement_serves_every_live_cursor(filed: Filed) -> None:
    both = "a: timeline { liveCursor } b: timeline(first: 1) { liveCursor }"

    with filed.practice.counted() as read:
        data = await filed.practice.get(
            filed.viewers["owner"], f"query ($id: ID!) {{ client(id: $id) {{ {both} }} }}",
            id=filing.client_id(filed.client),
        )  # fmt: skip

    assert len([sql for sql in read if "practice_seq" in sql]) == 1
    # Two cursors of one place differ, so that nobody counts what others write.
    assert data["client"]["a"]["liveCursor"] != data["client"]["b"]["liveCursor"]
