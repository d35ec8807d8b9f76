"""What members are told of: written with its cause, shown only within reach, counted, read, followed live."""

from typing import Any

import pytest

from auth.viewers import Anonymous
from domain.identity import new_id
from domain.notifications import NotificationKind
from domain.people import Level, Role
from resolvers import writing
from resolvers.notifications import telling
from storage.database.notifications import Notification
from storage.database.people import Membership
from tests import care, filing, noting
from tests.following import following
from tests.makers import PracticeUnderTest

FEED = """
subscription ($after: String) {
  notificationUpdates(after: $after) {
    __typename
    ... on NotificationUpdate { cursor change unreadCount notification { id summary readAt note { text } } }
    ... on ResyncRequired { reason }
  }
}
"""
CURSOR = "{ viewer { notifications { liveCursor unreadCount } } }"
JOIN = "grant: careTeamMember { id }"


async def joined(practice: PracticeUnderTest, owner: Any, member: Any, client: Any, **given: Any) -> str:
    """Put a member on a care team; gives the place's id."""
    given = {"memberId": care.member_id(member), "clientId": filing.client_id(client), "level": "EDIT", **given}
    payload = await noting.carried(practice, owner, "careTeamMemberAdd", JOIN, **given)
    assert payload["problems"] == []
    return str(payload["grant"]["id"])


async def test_who_is_put_on_a_care_team_is_told_and_nobody_else(practice: PracticeUnderTest) -> None:
    client, owner = await filing.client(practice), await practice.member(name="Olu Owner")
    ama, ben = await noting.practitioner(practice, "Ama"), await noting.practitioner(practice, "Ben", client)

    await joined(practice, owner, ama, client, roleTitle="Doula")

    page = await noting.told(practice, ama)
    assert (page["unreadCount"], page["totalCount"]) == (1, {"value": 1})
    (node,) = [edge["node"] for edge in page["edges"]]
    assert (node["kind"], node["readAt"], node["note"]) == ("CARE_TEAM_JOINED", None, None)
    assert node["summary"] == "Olu Owner put you on a care team as Doula, may view and edit."
    assert (node["actor"], node["client"]) == ({"name": "Olu Owner"}, {"id": filing.client_id(client)})
    assert [await noting.sentences(practice, each) for each in (owner, ben)] == [[], []]


async def test_nobody_is_told_of_what_they_do_themselves(practice: PracticeUnderTest) -> None:
    client, owner = await filing.client(practice), await practice.member()

    await joined(practice, owner, owner, client)
    await noting.written(practice, owner, client, f"@{care.member_id(owner)}", mentionIds=[care.member_id(owner)])

    assert await noting.sentences(practice, owner) == []


async def test_what_is_out_of_reach_is_neither_shown_nor_counted(practice: PracticeUnderTest) -> None:
    client, owner = await filing.client(practice), await practice.member()
    ama = await noting.practitioner(practice, "Ama")
    place = await joined(practice, owner, ama, client)
    note = await noting.written(practice, owner, client, mentionIds=[care.member_id(ama)])
    shown = await noting.told(practice, ama)
    assert shown["unreadCount"] == 2
    ids = [edge["node"]["id"] for edge in shown["edges"]]
    nodes = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }"

    await noting.carried(practice, owner, "careTeamMemberRemove", JOIN, id=place)

    assert await noting.told(practice, ama) == {"unreadCount": 0, "totalCount": {"value": 0}, "edges": []}
    assert (await practice.get(ama, nodes, ids=ids))["nodes"] == [None, None]
    read = await noting.carried(practice, ama, "notificationsRead", noting.READ, ids=ids)
    assert read["problems"] == [{"code": "NOT_FOUND", "path": ["input", "ids"]}]
    assert (await practice.get(owner, nodes, ids=ids))["nodes"] == [None, None]
    await joined(practice, owner, ama, client)
    assert [edge["node"]["note"] for edge in (await noting.told(practice, ama))["edges"]] == [
        None, {"id": note["id"], "text": "All well."}, None,
    ]  # fmt: skip


async def test_a_mention_opens_nothing_and_says_who_was_not_told(practice: PracticeUnderTest) -> None:
    client, owner = await filing.client(practice), await practice.member(name="Olu")
    ben = await noting.practitioner(practice, "Ben", client)
    far, billing = await noting.practitioner(practice, "Far"), await practice.member(Role.BILLING, "Bill")
    gone = await noting.practitioner(practice, "Gone", client)
    await filing.change(practice, Membership, gone.membership_id, to_at=filing.EARLIER.replace(year=2026, month=2))
    stranger = await (await PracticeUnderTest.founded(practice.casegraph)).member()
    unreached = [care.member_id(each) for each in (far, billing, gone, stranger)] + [f"membership_{new_id().hex}"]
    text = f"Ask @{care.member_id(ben)} and [@Far]({unreached[0]}), not membership_{owner.membership_id.hex}"

    payload = await noting.carried(
        practice, owner, "noteCreate", f"note {{ id }} {noting.MENTIONS}",
        clientId=filing.client_id(client), text=text, mentionIds=unreached,
    )  # fmt: skip

    assert payload["mentioned"] == [{"name": "Ben"}]
    assert sorted(payload["notNotified"]) == sorted(unreached)
    assert await noting.sentences(practice, ben) == ["Olu mentioned you in a note."]
    for other in (far, billing):
        assert await noting.read(practice, ben, payload["note"]["id"])
        assert (
            await practice.ask(other, "query ($id: ID!) { node(id: $id) { id } }", id=payload["note"]["id"])
        ).data == {"node": None}
        assert await noting.sentences(practice, other) == []
    assert len(await care.rows_of(practice, Notification)) == 1


async def test_however_often_a_note_is_saved_each_is_told_once_and_again_of_an_addendum(
    practice: PracticeUnderTest,
) -> None:
    client, owner = await filing.client(practice), await practice.member(name="Olu")
    ben, far = await noting.practitioner(practice, "Ben", client), await noting.practitioner(practice, "Far")
    mark = f"@{care.member_id(ben)} @{care.member_id(far)}"
    note = await noting.written(practice, owner, client, mark)

    for text in (f"{mark} more", f"{mark} and more"):
        payload = await noting.changed(practice, owner, note, text=text, autosave=True)
        note = payload["note"]
        assert (payload["mentioned"], payload["notNotified"]) == ([{"name": "Ben"}], [care.member_id(far)])
    assert len(await noting.sentences(practice, ben)) == 1

    await filing.grant(practice, far, client)
    payload = await noting.changed(practice, owner, note, text=f"{mark} at last", autosave=True)
    assert ([one["name"] for one in payload["mentioned"]], payload["notNotified"]) == (["Ben", "Far"], [])
    assert await noting.sentences(practice, far) == ["Olu mentioned you in a note."]
    await noting.signed(practice, owner, payload["note"])
    await noting.added(practice, owner, note, mark)
    assert [len(await noting.sentences(practice, each)) for each in (ben, far)] == [2, 2]


async def test_more_mentions_than_can_be_meant_are_refused(practice: PracticeUnderTest) -> None:
    client, owner = await filing.client(practice), await practice.member()
    given = {"clientId": filing.client_id(client), "text": "All", "mentionIds": [f"membership_{new_id().hex}"] * 21}

    payload = await noting.carried(practice, owner, "noteCreate", **given)

    assert payload["problems"] == [{"code": "INVALID", "path": ["input", "mentionIds"]}]


async def test_some_or_all_are_marked_as_read_once(practice: PracticeUnderTest) -> None:
    client, owner = await filing.client(practice), await practice.member()
    ben, other = [await noting.practitioner(practice, name, client) for name in ("Ben", "Other")]
    for _ in range(3):
        mentions = [care.member_id(ben), care.member_id(other)]
        await noting.written(practice, owner, client, mentionIds=mentions)
    ids = [edge["node"]["id"] for edge in (await noting.told(practice, ben))["edges"]]

    one = await noting.carried(practice, ben, "notificationsRead", noting.READ, ids=[ids[1], ids[1]])
    again = await noting.carried(practice, ben, "notificationsRead", noting.READ, ids=[ids[1]])

    assert one == again
    assert (one["unreadCount"], [each["id"] for each in one["notifications"]]) == (2, [ids[1]])
    unread = await noting.told(practice, ben, unread=True)
    assert ([edge["node"]["id"] for edge in unread["edges"]], unread["totalCount"]) == ([ids[0], ids[2]], {"value": 2})
    rest = await noting.carried(practice, ben, "notificationsRead", noting.READ)
    assert rest == {"notifications": [], "unreadCount": 0, "problems": []}
    assert (await noting.told(practice, ben))["totalCount"] == {"value": 3}
    foreign = await noting.carried(practice, other, "notificationsRead", noting.READ, ids=[ids[0]])
    assert foreign["problems"] == [{"code": "NOT_FOUND", "path": ["input", "ids"]}]
    assert (await noting.told(practice, other))["unreadCount"] == 3


async def test_who_is_not_signed_in_is_told_nothing(practice: PracticeUnderTest) -> None:
    answer = await practice.ask(Anonymous(), CURSOR)

    assert (answer.codes, answer.data) == (["NOT_SIGNED_IN"], {"viewer": {"notifications": None}})
    assert (await practice.get(practice.system, CURSOR))["viewer"]["notifications"]["unreadCount"] == 0


async def test_notifications_come_live_and_nothing_is_missed_in_between(practice: PracticeUnderTest) -> None:
    client, owner = await filing.client(practice), await practice.member(name="Olu")
    ben, other = [await noting.practitioner(practice, name, client) for name in ("Ben", "Other")]
    cursor = (await practice.get(ben, CURSOR))["viewer"]["notifications"]["liveCursor"]
    await noting.written(practice, owner, client, "Missed", mentionIds=[care.member_id(ben)])

    async with following(practice, ben, FEED, after=cursor) as feed:
        missed = await feed.next()
        await noting.written(practice, owner, client, "Not for him", mentionIds=[care.member_id(other)])
        await noting.written(practice, owner, client, "Live", mentionIds=[care.member_id(ben)])
        live = await feed.next()
        await noting.carried(practice, ben, "notificationsRead", noting.READ, ids=[missed["notification"]["id"]])
        one = await feed.next()
        await noting.carried(practice, ben, "notificationsRead", noting.READ)
        rest = await feed.next()
        assert await feed.is_silent()

    assert [(each["change"], each["unreadCount"]) for each in (missed, live, one, rest)] == [
        ("ADDED", 1), ("ADDED", 2), ("CHANGED", 1), ("CHANGED", 0),
    ]  # fmt: skip
    assert [each["notification"]["note"]["text"] for each in (missed, live)] == ["Missed", "Live"]
    assert one["notification"]["readAt"] is not None
    assert rest["notification"] is None
    async with following(practice, ben, FEED, after=live["cursor"]) as feed:
        assert (await feed.next())["notification"]["id"] == missed["notification"]["id"]


async def test_joining_and_leaving_a_team_are_heard_while_the_feed_goes_on(practice: PracticeUnderTest) -> None:
    client, owner, ama = (
        await filing.client(practice),
        await practice.member(),
        await noting.practitioner(practice, "A"),
    )

    async with following(practice, ama, FEED) as feed:
        await feed.begins()
        place = await joined(practice, owner, ama, client)
        heard = [await feed.next() for _ in range(2)]
        await noting.carried(practice, owner, "careTeamMemberRemove", JOIN, id=place)
        left = await feed.next()

    assert [each["notification"] is not None for each in heard].count(True) == 1
    assert heard[-1]["unreadCount"] == 1
    assert (left["change"], left["notification"], left["unreadCount"]) == ("CHANGED", None, 0)


async def test_a_feed_ends_when_its_member_becomes_somebody_else(practice: PracticeUnderTest) -> None:
    ama = await noting.practitioner(practice, "Ama")

    async with following(practice, ama, FEED) as feed:
        await feed.begins()
        await filing.change(practice, Membership, ama.membership_id, role=Role.ASSISTANT)
        told = await feed.next()
        assert await feed.ends()

    assert told == {"__typename": "ResyncRequired", "reason": "REACH_CHANGED"}


@pytest.mark.parametrize("kind", NotificationKind)
async def test_every_kind_is_told_in_the_transaction_of_its_cause(
    practice: PracticeUnderTest, kind: NotificationKind
) -> None:
    client, ama = await filing.client(practice), await noting.practitioner(practice, "Ama")

    async def told_and_broken_off() -> None:
        async with writing.opened(practice.casegraph.database, practice.system, "test.tell") as write:
            await telling.tell(write, kind, [ama.membership_id], {}, client_id=client)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await told_and_broken_off()
    assert await care.rows_of(practice, Notification) == []


async def test_notifications_take_the_same_statements_for_one_and_for_fifty(practice: PracticeUnderTest) -> None:
    owner = await practice.member()
    ben = await practice.member(Role.PRACTITIONER)
    for _ in range(50):
        client = await filing.client(practice)
        await filing.grant(practice, ben, client, Level.VIEW)
        await noting.written(practice, owner, client, mentionIds=[care.member_id(ben)])
    asked = """
    query ($first: Int) {
      viewer { notifications(first: $first) {
        unreadCount totalCount { value } edges { node { summary actor { name } client { displayName } note { text } } }
      } }
    }
    """

    for first in (1, 50):
        with practice.counted() as read:
            page = (await practice.get(ben, asked, first=first))["viewer"]["notifications"]
        assert (len(page["edges"]), page["unreadCount"]) == (first, 50)
        assert page["edges"][-1]["node"]["client"]["displayName"]
        # notifications, unread, total, members, notes, clients
        assert len(read) == 6


async def test_a_feed_is_refused_to_nobody_we_know_and_behind_a_cursor_of_another_place(
    practice: PracticeUnderTest,
) -> None:
    ama = await noting.practitioner(practice, "Ama")
    stranger = await (await PracticeUnderTest.founded(practice.casegraph)).member()
    foreign = (await practice.get(stranger, CURSOR))["viewer"]["notifications"]["liveCursor"]

    async with following(practice, Anonymous(), FEED) as feed:
        assert await feed.refused() == ["NOT_SIGNED_IN"]
    for cursor in (foreign, "made up", ""):
        async with following(practice, ama, FEED, after=cursor) as feed:
            assert await feed.refused() == ["BAD_CURSOR"]
    assert practice.casegraph.hub.followers == 0


async def test_a_note_that_is_sent_twice_tells_once(practice: PracticeUnderTest) -> None:
    client, owner = await filing.client(practice), await practice.member()
    ben = await noting.practitioner(practice, "Ben", client)
    given = {"clientId": filing.client_id(client), "text": "All", "mentionIds": [care.member_id(ben)]}
    text = noting.operation("noteCreate", f"note {{ id }} {noting.MENTIONS}")

    answers = [await practice.ask(owner, text, key="once", input=given) for _ in range(2)]

    assert answers[0] == answers[1]
    assert len(answers[0].data["noteCreate"]["mentioned"]) == 1
    assert len(await noting.sentences(practice, ben)) == 1
