"""Notes: written, changed with every version kept, put away; their entries on the timeline; who may."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from auth.viewers import Member, Viewer
from domain import identity
from domain.clients import ClientStatus
from domain.journeys import JourneyStatus
from domain.people import Level, Role
from storage.database.clients import Client
from storage.database.journeys import Journey
from storage.database.notes import Note
from tests import filing
from tests.makers import PracticeUnderTest

CREATE = """
mutation ($input: NoteCreateInput!) {
  noteCreate(input: $input) {
    note {
      id title heading text excerpt occurredAt recordedAt pinned imported version archivedAt
      author { kind name } journey { id } client { id }
    }
    problems { code path }
  }
}
"""
UPDATE = """
mutation ($input: NoteUpdateInput!) {
  noteUpdate(input: $input) {
    note {
      heading text version pinned occurredAt
      revisions { version title text occurredAt replacedAt replacedBy { kind name } }
    }
    current { text version }
    problems { code path }
  }
}
"""
ARCHIVE = """
mutation ($input: NoteArchiveInput!) {
  noteArchive(input: $input) { note { archivedAt archiveReason archivedBy { name } pinned } problems { code path } }
}
"""
NOTE = "query ($id: ID!) { note(id: $id) { text version pinned archivedAt revisions { version } } }"
LISTED = """
query ($id: ID!, $archived: Boolean) {
  client(id: $id) {
    notes(archived: $archived) { edges { node { heading } } totalCount { value } }
    timeline {
      edges { node { kind summary occurredAt removed subject { ... on Note { heading text } } } }
      totalCount { value }
    }
  }
}
"""


async def create(practice: PracticeUnderTest, viewer: Viewer, client: UUID, **given: Any) -> dict[str, Any]:
    """What comes of writing a note."""
    given = {"clientId": filing.client_id(client), "text": "# First visit\n\nAll *well*.", **given}
    answer: dict[str, Any] = (await practice.get(viewer, CREATE, input=given))["noteCreate"]
    return answer


async def new_note(practice: PracticeUnderTest, viewer: Viewer, client: UUID, **given: Any) -> str:
    """The id of a new note."""
    return str((await create(practice, viewer, client, **given))["note"]["id"])


async def update(practice: PracticeUnderTest, viewer: Viewer, id: str, version: int, **given: Any) -> dict[str, Any]:
    """What comes of changing a note."""
    given = {"id": id, "expectedVersion": version, **given}
    answer: dict[str, Any] = (await practice.get(viewer, UPDATE, input=given))["noteUpdate"]
    return answer


async def archive(practice: PracticeUnderTest, viewer: Viewer, id: str, reason: str = "Wrong file") -> dict[str, Any]:
    """What comes of putting a note away."""
    answer: dict[str, Any] = (await practice.get(viewer, ARCHIVE, input={"id": id, "reason": reason}))["noteArchive"]
    return answer


async def listed(practice: PracticeUnderTest, viewer: Viewer, client: UUID, archived: bool = False) -> Any:
    """The client's notes and timeline."""
    data = await practice.get(viewer, LISTED, id=filing.client_id(client), archived=archived)
    return data["client"]


async def editor(practice: PracticeUnderTest, client: UUID, journey: UUID | None = None) -> Member:
    """A practitioner who may write notes about the client, or in the journey alone."""
    member = await practice.member(Role.PRACTITIONER, "Ama Mensah")
    await filing.grant(practice, member, client, Level.EDIT, journey)
    return member


async def test_a_note_is_written_with_its_author_and_both_its_times(practice: PracticeUnderTest) -> None:
    client = await filing.client(practice)
    ama = await editor(practice, client)

    answer = await create(practice, ama, client, occurredAt="2026-01-05T09:30:00Z", pinned=True)

    note = answer["note"]
    assert answer["problems"] == []
    assert (note["title"], note["heading"], note["excerpt"]) == (None, "First visit", "First visit All well.")
    assert (note["text"], note["version"]) == ("# First visit\n\nAll *well*.", 1)
    assert note["occurredAt"] == "2026-01-05T09:30:00Z" < note["recordedAt"]
    assert (note["pinned"], note["imported"], note["archivedAt"]) == (True, False, None)
    assert note["author"] == {"kind": "MEMBER", "name": "Ama Mensah"}
    assert (note["client"]["id"], note["journey"]) == (filing.client_id(client), None)


async def test_a_new_note_stands_on_the_timeline_at_its_time(practice: PracticeUnderTest) -> None:
    client = await filing.client(practice)
    owner = await practice.member()

    await create(practice, owner, client, title="Birth plan", occurredAt="2026-01-05T09:30:00Z")

    assert (await listed(practice, owner, client))["timeline"] == {
        "edges": [
            {
                "node": {
                    "kind": "NOTE",
                    "summary": "Note “Birth plan”.",
                    "occurredAt": "2026-01-05T09:30:00Z",
                    "removed": False,
                    "subject": {"heading": "Birth plan", "text": "# First visit\n\nAll *well*."},
                }
            }
        ],
        "totalCount": {"value": 1},
    }


async def test_a_note_needs_words_and_a_time_that_has_been(practice: PracticeUnderTest) -> None:
    client = await filing.client(practice)

    answer = await create(practice, await practice.member(), client, text=" \n", occurredAt="2126-01-05T09:30:00Z")

    assert answer["note"] is None
    assert answer["problems"] == [
        {"code": "INVALID", "path": ["input", "text"]},
        {"code": "INVALID", "path": ["input", "occurredAt"]},
    ]


async def test_changing_a_note_keeps_the_version_before(practice: PracticeUnderTest) -> None:
    client = await filing.client(practice)
    ama = await editor(practice, client)
    id = await new_note(practice, ama, client, title="First", occurredAt="2026-01-05T09:30:00Z")

    await update(practice, ama, id, 1, text="Second text")
    answer = await update(practice, ama, id, 2, title=None, occurredAt="2026-01-06T09:30:00Z")

    note = answer["note"]
    assert (note["heading"], note["text"], note["version"]) == ("Second text", "Second text", 3)
    assert [(each["version"], each["title"], each["text"]) for each in note["revisions"]] == [
        (1, "First", "# First visit\n\nAll *well*."),
        (2, "First", "Second text"),
    ]
    assert {each["occurredAt"] for each in note["revisions"]} == {"2026-01-05T09:30:00Z"}
    assert note["revisions"][0]["replacedBy"] == {"kind": "MEMBER", "name": "Ama Mensah"}


async def test_changing_a_note_moves_its_one_entry(practice: PracticeUnderTest) -> None:
    client = await filing.client(practice)
    owner = await practice.member()
    id = await new_note(practice, owner, client, title="First", occurredAt="2026-01-05T09:30:00Z")
    await filing.entries(practice, client, "Between", occurred_at=filing.EARLIER.replace(day=7))

    await update(practice, owner, id, 1, title="Moved", occurredAt="2026-01-09T09:30:00Z")

    nodes = [edge["node"] for edge in (await listed(practice, owner, client))["timeline"]["edges"]]
    assert [(node["summary"], node["occurredAt"]) for node in nodes] == [
        ("Note “Moved”.", "2026-01-09T09:30:00Z"),
        ("Between.", "2026-01-07T09:30:00Z"),
    ]


async def test_saving_the_same_again_makes_no_version(practice: PracticeUnderTest) -> None:
    client = await filing.client(practice)
    owner = await practice.member()
    id = await new_note(practice, owner, client)

    answer = await update(practice, owner, id, 1, text="# First visit\r\n\r\nAll *well*.  \n")

    assert (answer["note"]["version"], answer["note"]["revisions"], answer["problems"]) == (1, [], [])


async def test_pinning_makes_no_version(practice: PracticeUnderTest) -> None:
    client = await filing.client(practice)
    owner = await practice.member()
    id = await new_note(practice, owner, client)

    answer = await update(practice, owner, id, 1, pinned=True)

    assert (answer["note"]["pinned"], answer["note"]["version"], answer["note"]["revisions"]) == (True, 1, [])


async def test_a_stale_version_changes_nothing_and_shows_what_stands_now(practice: PracticeUnderTest) -> None:
    client = await filing.client(practice)
    owner = await practice.member()
    id = await new_note(practice, owner, client)
    await update(practice, owner, id, 1, text="From the first tab")

    answer = await update(practice, owner, id, 1, text="From the second tab")

    assert answer["note"] is None
    assert answer["current"] == {"text": "From the first tab", "version": 2}
    assert answer["problems"] == [{"code": "CONFLICT", "path": ["input", "expectedVersion"]}]
    kept = (await practice.get(owner, NOTE, id=id))["note"]
    assert (kept["text"], kept["version"], kept["revisions"]) == ("From the first tab", 2, [{"version": 1}])


async def test_of_many_changes_of_one_version_one_wins(practice: PracticeUnderTest) -> None:
    client = await filing.client(practice)
    owner = await practice.member()
    id = await new_note(practice, owner, client)

    answers = await asyncio.gather(*(update(practice, owner, id, 1, text=f"Text {number}") for number in range(8)))

    assert sorted(len(answer["problems"]) for answer in answers) == [0] + [1] * 7
    won = next(answer["note"] for answer in answers if answer["note"])
    assert {answer["current"]["text"] for answer in answers if answer["current"]} == {won["text"]}
    assert (await practice.get(owner, NOTE, id=id))["note"]["revisions"] == [{"version": 1}]


async def test_an_archived_note_leaves_a_tombstone_that_says_nothing_of_it(practice: PracticeUnderTest) -> None:
    client = await filing.client(practice)
    ama = await editor(practice, client)
    id = await new_note(practice, ama, client, title="Secret", pinned=True, occurredAt="2026-01-05T09:30:00Z")

    answer = await archive(practice, ama, id)

    assert answer["problems"] == []
    assert answer["note"]["archivedAt"] is not None
    assert (answer["note"]["archiveReason"], answer["note"]["pinned"]) == ("Wrong file", False)
    assert answer["note"]["archivedBy"] == {"name": "Ama Mensah"}
    shown = await listed(practice, ama, client)
    assert shown["notes"] == {"edges": [], "totalCount": {"value": 0}}
    assert [edge["node"] for edge in shown["timeline"]["edges"]] == [
        {
            "kind": "NOTE",
            "summary": "A note was removed by Ama Mensah.",
            "occurredAt": "2026-01-05T09:30:00Z",
            "removed": True,
            "subject": None,
        }
    ]
    assert "Secret" not in str(shown)


async def test_archived_notes_are_listed_when_asked_for(practice: PracticeUnderTest) -> None:
    client = await filing.client(practice)
    owner = await practice.member()
    await archive(practice, owner, await new_note(practice, owner, client, title="Away"))
    await new_note(practice, owner, client, title="Here")

    with_archived = await listed(practice, owner, client, archived=True)

    assert {edge["node"]["heading"] for edge in with_archived["notes"]["edges"]} == {"Here", "Away"}
    assert with_archived["notes"]["totalCount"] == {"value": 2}


async def test_an_archived_note_stays_as_it_is(practice: PracticeUnderTest) -> None:
    client = await filing.client(practice)
    owner = await practice.member()
    id = await new_note(practice, owner, client)
    await archive(practice, owner, id)

    changed = await update(practice, owner, id, 1, text="Other")
    again = await archive(practice, owner, id)

    assert [each["code"] for each in changed["problems"]] == ["NOT_ALLOWED_NOW"]
    assert [each["code"] for each in again["problems"]] == ["ALREADY_DONE"]
    assert (await practice.get(owner, NOTE, id=id))["note"]["version"] == 1


async def test_an_imported_note_cannot_be_changed(practice: PracticeUnderTest) -> None:
    client = await filing.client(practice)
    owner = await practice.member()
    id = await new_note(practice, owner, client)
    await filing.change(practice, Note, identity.read(id)[1], imported=True)

    answer = await update(practice, owner, id, 1, pinned=True)

    assert [each["code"] for each in answer["problems"]] == ["NOT_ALLOWED_NOW"]
    assert not (await practice.get(owner, NOTE, id=id))["note"]["pinned"]


@pytest.mark.parametrize("role", [Role.ADMIN, Role.BILLING, Role.ASSISTANT, Role.READ_ONLY])
async def test_who_may_not_write_clinical_records_writes_no_note(practice: PracticeUnderTest, role: Role) -> None:
    client = await filing.client(practice)
    owner, other = await practice.member(), await practice.member(role)
    await filing.grant(practice, other, client, Level.VIEW)
    id = await new_note(practice, owner, client)

    given = {"clientId": filing.client_id(client), "text": "Mine"}
    created = await practice.ask(other, CREATE, input=given)
    changed = await practice.ask(other, UPDATE, input={"id": id, "expectedVersion": 1, "text": "Mine"})
    away = await practice.ask(other, ARCHIVE, input={"id": id, "reason": "Mine"})

    assert [created.codes, changed.codes, away.codes] == [["FORBIDDEN"]] * 3
    shown = await listed(practice, owner, client)
    assert (shown["notes"]["totalCount"], len(shown["timeline"]["edges"])) == ({"value": 1}, 1)
    assert (await practice.get(owner, NOTE, id=id))["note"]["version"] == 1


async def test_a_note_out_of_reach_is_not_found(practice: PracticeUnderTest) -> None:
    client = await filing.client(practice)
    owner, stranger = await practice.member(), await practice.member(Role.PRACTITIONER)
    elsewhere = await (await PracticeUnderTest.founded(practice.casegraph)).member()
    id = await new_note(practice, owner, client)

    for viewer in (stranger, elsewhere):
        assert (await practice.get(viewer, NOTE, id=id))["note"] is None
        for answer in (
            await update(practice, viewer, id, 1, text="Mine"),
            await archive(practice, viewer, id),
            await create(practice, viewer, client),
        ):
            assert (answer["note"], [each["code"] for each in answer["problems"]]) == (None, ["NOT_FOUND"])
    assert (await listed(practice, owner, client))["notes"]["totalCount"] == {"value": 1}


async def test_who_is_on_one_journey_alone_writes_only_there(practice: PracticeUnderTest) -> None:
    client = await filing.client(practice)
    mine, other = await filing.journey(practice, client), await filing.journey(practice, client)
    ama = await editor(practice, client, mine)

    there = await create(practice, ama, client, journeyId=filing.journey_id(mine))
    elsewhere = await create(practice, ama, client, journeyId=filing.journey_id(other))
    whole = await practice.ask(ama, CREATE, input={"clientId": filing.client_id(client), "text": "Whole"})

    assert there["note"]["journey"] == {"id": filing.journey_id(mine)}
    assert elsewhere["problems"] == [{"code": "NOT_FOUND", "path": ["input", "journeyId"]}]
    assert whole.codes == ["FORBIDDEN"]
    assert (await listed(practice, await practice.member(), client))["notes"]["totalCount"] == {"value": 1}


async def test_a_note_cannot_go_into_the_journey_of_another_client(practice: PracticeUnderTest) -> None:
    one, other = await filing.client(practice), await filing.client(practice)
    journey = await filing.journey(practice, other)

    answer = await create(practice, await practice.member(), one, journeyId=filing.journey_id(journey))

    assert answer["problems"] == [{"code": "NOT_FOUND", "path": ["input", "journeyId"]}]


async def test_nothing_is_written_into_what_is_put_away(practice: PracticeUnderTest) -> None:
    owner = await practice.member()
    away = await filing.client(practice, ClientStatus.ARCHIVED)
    here = await filing.client(practice)
    journey = await filing.journey(practice, here, JourneyStatus.ARCHIVED)

    for answer in (
        await create(practice, owner, away),
        await create(practice, owner, here, journeyId=filing.journey_id(journey)),
    ):
        assert [each["code"] for each in answer["problems"]] == ["NOT_ALLOWED_NOW"]


async def test_nothing_changes_in_what_is_put_away(practice: PracticeUnderTest) -> None:
    owner, client = await practice.member(), await filing.client(practice)
    journey = await filing.journey(practice, client)
    in_journey = await new_note(practice, owner, client, journeyId=filing.journey_id(journey))
    about_client = await new_note(practice, owner, client)

    await filing.change(practice, Journey, journey, status=JourneyStatus.ARCHIVED)
    refused = [await update(practice, owner, in_journey, 1, text="Other"), await archive(practice, owner, in_journey)]
    assert (await update(practice, owner, about_client, 1, text="Other"))["problems"] == []
    await filing.change(practice, Client, client, status=ClientStatus.ARCHIVED)
    refused += [
        await update(practice, owner, about_client, 2, text="More"),
        await archive(practice, owner, about_client),
    ]

    assert [[each["code"] for each in answer["problems"]] for answer in refused] == [["NOT_ALLOWED_NOW"]] * 4
    assert (await practice.get(owner, NOTE, id=in_journey))["note"]["version"] == 1
    assert (await practice.get(owner, NOTE, id=about_client))["note"]["version"] == 2


async def test_the_notes_of_a_client_are_null_for_who_may_never_read_them(practice: PracticeUnderTest) -> None:
    client = await filing.client(practice)
    await create(practice, await practice.member(), client)

    counts = "notes { totalCount { value } } timeline { totalCount { value } }"
    answer = await practice.ask(
        await practice.member(Role.BILLING), f"query ($id: ID!) {{ client(id: $id) {{ {counts} }} }}",
        id=filing.client_id(client),
    )  # fmt: skip

    assert answer.codes == ["FORBIDDEN"]
    assert answer.paths == [["client", "notes"]]
    assert answer.data["client"]["notes"] is None
    assert answer.data["client"]["timeline"] == {"totalCount": {"value": 0}}


async def test_a_page_of_note_ids_reads_no_text(practice: PracticeUnderTest) -> None:
    client = await filing.client(practice)
    owner = await practice.member()
    id = await new_note(practice, owner, client)

    with practice.counted() as read:
        data = await practice.get(
            owner,
            "query ($id: ID!) { client(id: $id) { notes { edges { node { id occurredAt } } } } }",
            id=filing.client_id(client),
        )

    assert [edge["node"]["id"] for edge in data["client"]["notes"]["edges"]] == [id]
    assert len(read) == 2
    assert not any(column in read[1] for column in ("note.text", "listed.text", "title", "archive_reason"))


WIDE = """
query ($first: Int!) {
  clients(first: $first) {
    edges {
      node {
        notes(first: 3) {
          edges {
            node {
              heading text author { kind name member { name } } journey { title } client { displayName }
              revisions { text replacedBy { name } }
            }
          }
          totalCount { value }
        }
      }
    }
  }
}
"""


async def test_notes_of_50_clients_take_the_statements_of_one(practice: PracticeUnderTest) -> None:
    owner = await practice.member()
    clients = [await filing.client(practice) for _ in range(50)]
    for client in clients:
        journey = await filing.journey(practice, client)
        id = await new_note(practice, owner, client, journeyId=filing.journey_id(journey))
        await update(practice, owner, id, 1, text="Second")

    for first in (1, 50):
        with practice.counted() as read:
            data = await practice.get(owner, WIDE, first=first)
        nodes = [edge["node"]["notes"] for edge in data["clients"]["edges"]]
        assert len(nodes) == first
        assert all(page["totalCount"] == {"value": 1} for page in nodes)
        # clients, notes, counts, revisions, members, journeys, clients by id
        assert len(read) == 7
