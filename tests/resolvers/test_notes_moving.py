"""A note in the wrong file goes to the right one with everything on it; what stays behind says nothing of it."""

import asyncio
from typing import Any

from domain.clients import ClientStatus
from domain.people import Level, Role
from storage.database.audit import AuditEvent
from tests import care, filing, noting
from tests.following import following
from tests.makers import PracticeUnderTest

LINES = """
query ($id: ID!) {
  client(id: $id) {
    timeline {
      edges {
        node { id summary removed recordedAt actor { name } subject { __typename } movedTo { id client { id } } }
      }
    }
  }
}
"""
MOVED = """
subscription ($clientId: ID) {
  timelineUpdates(clientId: $clientId) {
    ... on TimelineUpdate { cursor change entryId entry { summary removed } movedTo { id client { id } } }
  }
}
"""


async def lines(practice: PracticeUnderTest, viewer: Any, client: Any) -> list[Any]:
    """The client's timeline, newest first."""
    data = await practice.get(viewer, LINES, id=filing.client_id(client))
    return [edge["node"] for edge in data["client"]["timeline"]["edges"]]


async def test_versions_addenda_labels_signature_and_mentions_go_along(practice: PracticeUnderTest) -> None:
    wrong, right = await filing.client(practice), await filing.client(practice)
    ama, owner = await noting.practitioner(practice, "Ama", wrong), await practice.member()
    ben = await noting.practitioner(practice, "Ben", wrong)
    await filing.grant(practice, ama, right, Level.EDIT)
    note = await noting.written(practice, ama, wrong, "Draft", labels=["sleep"], mentionIds=[care.member_id(ben)])
    note = (await noting.changed(practice, ama, note, text="Slept"))["note"]
    await noting.signed(practice, ama, note)
    note = (await noting.added(practice, ama, note, "And ate"))["note"]
    assert await noting.sentences(practice, ben) == ["Ama mentioned you in a note."]

    payload = await noting.moved(practice, owner, note, right)

    assert payload["note"] == {**note, "client": {"id": filing.client_id(right)}}
    assert payload["note"]["signature"]["intact"] is True
    assert await noting.listed(practice, owner, right, text="slept ate", labels=["SLEEP"]) == ["Slept"]
    (arrived,), (left,) = await lines(practice, owner, right), await lines(practice, owner, wrong)
    assert (arrived["summary"], arrived["actor"], arrived["removed"]) == ("Note “Slept”.", {"name": "Ama"}, False)
    assert arrived["recordedAt"] == left["recordedAt"]
    assert left["movedTo"] == {"id": arrived["id"], "client": {"id": filing.client_id(right)}}
    assert (left["removed"], left["subject"]) == (True, None)
    # Who does not reach the other file learns neither what the note says nor where it went.
    (seen,) = await lines(practice, ben, wrong)
    assert (seen["movedTo"], seen["removed"]) == (None, True)
    assert "Slept" not in str(seen)
    assert await noting.told(practice, ben) == {"unreadCount": 0, "totalCount": {"value": 0}, "edges": []}


async def test_a_note_can_go_on_and_come_back(practice: PracticeUnderTest) -> None:
    one, other = await filing.client(practice), await filing.client(practice)
    owner = await practice.member(name="Olu")
    journey = await filing.journey(practice, one)
    note = await noting.written(practice, owner, one, "Slept")

    await noting.moved(practice, owner, note, other)
    await noting.moved(practice, owner, note, one, journeyId=filing.journey_id(journey))
    back = (await noting.moved(practice, owner, note, one))["note"]
    changed = (await noting.changed(practice, owner, note, text="Slept well"))["note"]

    assert (back, changed["text"]) == (note, "Slept well")
    gone = "A note was moved to where it belongs by Olu."
    assert sorted(await noting.timeline(practice, owner, one)) == [gone, gone, "Note “Slept well”."]
    assert await noting.timeline(practice, owner, other) == [gone]


async def test_followers_of_the_first_file_hear_that_it_is_gone_and_those_of_the_other_that_it_came(
    practice: PracticeUnderTest,
) -> None:
    wrong, right = await filing.client(practice), await filing.client(practice)
    owner, ben = await practice.member(name="Olu"), await noting.practitioner(practice, "Ben", wrong)
    note = await noting.written(practice, owner, wrong, "Slept")

    async with (
        following(practice, owner, MOVED, clientId=filing.client_id(wrong)) as both,
        following(practice, ben, MOVED, clientId=filing.client_id(wrong)) as first,
        following(practice, owner, MOVED, clientId=filing.client_id(right)) as second,
    ):
        for number, feed in enumerate((both, first, second)):
            await feed.begins(number)
        await noting.moved(practice, owner, note, right)
        seen, half, arrived = await both.next(), await first.next(), await second.next()
        assert await both.is_silent()
        assert await second.is_silent()

    gone = {"summary": "A note was moved to where it belongs by Olu.", "removed": True}
    assert (seen["change"], seen["entry"]) == (half["change"], half["entry"]) == ("REMOVED", gone)
    assert seen["movedTo"] == {"id": arrived["entryId"], "client": {"id": filing.client_id(right)}}
    assert half["movedTo"] is None
    assert (arrived["change"], arrived["entry"]["summary"]) == ("ADDED", "Note “Slept”.")


async def test_a_note_goes_only_where_its_mover_may_write(practice: PracticeUnderTest) -> None:
    here, seen, unseen = [await filing.client(practice) for _ in range(3)]
    ama, owner = await noting.practitioner(practice, "Ama", here), await practice.member()
    await filing.grant(practice, ama, seen, Level.VIEW)
    away = await filing.client(practice, ClientStatus.ARCHIVED)
    journey = await filing.journey(practice, seen)
    elsewhere = await filing.client(await PracticeUnderTest.founded(practice.casegraph))
    note = await noting.written(practice, owner, here)
    archived = await noting.written(practice, owner, here)
    await noting.carried(practice, owner, "noteArchive", id=archived["id"], reason="Wrong")
    stranger = await practice.member(Role.PRACTITIONER)
    before = await care.everything(practice)

    async def refused(viewer: Any, note: Any, client: Any, **given: Any) -> Any:
        given = {"id": note["id"], "expectedVersion": 1, "clientId": filing.client_id(client), **given}
        answer = await noting.asked(practice, viewer, "noteMove", "note { id }", **given)
        return answer.codes or answer.data["noteMove"]["problems"]

    assert await refused(ama, note, seen) == ["FORBIDDEN"]
    for client in (unseen, elsewhere):
        assert await refused(ama, note, client) == [{"code": "NOT_FOUND", "path": ["input", "clientId"]}]
    assert await refused(owner, note, away) == [{"code": "NOT_ALLOWED_NOW", "path": []}]
    assert await refused(owner, note, here) == [{"code": "INVALID", "path": ["input", "clientId"]}]
    assert await refused(owner, note, here, journeyId=filing.journey_id(journey)) == [
        {"code": "NOT_FOUND", "path": ["input", "journeyId"]}
    ]
    assert await refused(owner, note, seen, expectedVersion=9) == [
        {"code": "CONFLICT", "path": ["input", "expectedVersion"]}
    ]
    assert await refused(owner, archived, seen) == [{"code": "NOT_ALLOWED_NOW", "path": []}]
    assert await refused(stranger, note, seen) == [{"code": "NOT_FOUND", "path": ["input", "id"]}]
    assert await care.everything(practice) == before


async def test_of_moves_at_once_to_several_files_the_note_ends_in_one(practice: PracticeUnderTest) -> None:
    clients, owner = [await filing.client(practice) for _ in range(4)], await practice.member(name="Olu")
    note = await noting.written(practice, owner, clients[0], "Slept")

    await asyncio.gather(*(noting.moved(practice, owner, note, client) for client in clients[1:]))

    told = [sentence for client in clients for sentence in await noting.timeline(practice, owner, client)]
    assert sorted(told) == ["A note was moved to where it belongs by Olu."] * 3 + ["Note “Slept”."]
    assert [len(await noting.listed(practice, owner, client)) for client in clients].count(1) == 1


async def test_the_audit_log_keeps_from_where_to_where(practice: PracticeUnderTest) -> None:
    wrong, right = await filing.client(practice), await filing.client(practice)
    owner = await practice.member()
    note = await noting.written(practice, owner, wrong)
    await noting.moved(practice, owner, note, right)

    (fact,) = [row for row in await care.rows_of(practice, AuditEvent) if row["operation"] == "moving.move"]
    assert (fact["subject"], set(fact["changes"])) == ("note", {"client_id"})
