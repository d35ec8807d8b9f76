"""Care teams through the graph: who is on them, who may change that, and when it counts."""

import asyncio
from datetime import UTC, datetime
from itertools import product
from typing import Any
from uuid import UUID

import pytest

from auth.viewers import Member
from domain.clients import ClientStatus
from domain.journeys import JourneyStatus
from domain.people import Level, Role
from domain.timeline import EntryKind
from resolvers import writing
from storage.database.journeys import Journey
from storage.database.ordering import Backend
from storage.database.people import ClientGrant, Membership
from storage.database.timeline import TimelineEntry
from tests.care import (
    client,
    client_id,
    everything,
    grant,
    grant_id,
    hours,
    journey,
    journey_id,
    member_id,
    rows_of,
)
from tests.makers import PracticeUnderTest

ADD = """mutation($input: CareTeamMemberAddInput!) { careTeamMemberAdd(input: $input) {
  careTeamMember { id level roleTitle from to reason version member { name } client { id } journey { id } }
  problems { code path message } } }"""
UPDATE = """mutation($input: CareTeamMemberUpdateInput!) { careTeamMemberUpdate(input: $input) {
  careTeamMember { level roleTitle to reason version } current { version } problems { code path } } }"""
REMOVE = """mutation($input: CareTeamMemberRemoveInput!) { careTeamMemberRemove(input: $input) {
  careTeamMember { to version } current { version } problems { code path } } }"""
PROFILE = "query($id: ID!) { client(id: $id) { displayName journeys { edges { node { id } } } } }"
TEAM = """query($id: ID!, $past: Boolean) { node(id: $id) {
  ... on Client { team: careTeam(past: $past) { id } } ... on Journey { team: careTeam(past: $past) { id } } } }"""


async def carried_out(practice: PracticeUnderTest, viewer: Any, text: str, **input: Any) -> Any:
    """The payload of a mutation that must not be denied."""
    (payload,) = (await practice.get(viewer, text, input=input)).values()
    return payload


def codes(payload: Any) -> list[str]:
    return [problem["code"] for problem in payload["problems"]]


def text_of(moment: datetime) -> str:
    return moment.isoformat()


async def sees(practice: PracticeUnderTest, viewer: Member, whose: UUID) -> bool:
    return bool((await practice.get(viewer, PROFILE, id=client_id(whose)))["client"])


async def team(practice: PracticeUnderTest, viewer: Member, id: str, past: bool = False) -> list[str]:
    return [place["id"] for place in (await practice.get(viewer, TEAM, id=id, past=past))["node"]["team"]]


async def test_a_member_joins_a_journey_s_team_and_it_stands_on_the_timeline(practice: PracticeUnderTest) -> None:
    owner, whose = await practice.member(), await client(practice)
    doula, birth = await practice.member(Role.PRACTITIONER, "Bo"), await journey(practice, whose, title="Birth")

    added = await carried_out(
        practice, owner, ADD, memberId=member_id(doula), journeyId=journey_id(birth), level="EDIT",
        roleTitle=" Doula ", reason="On call", to=text_of(hours(5)),
    )  # fmt: skip

    place = added["careTeamMember"]
    assert (place["level"], place["roleTitle"], place["reason"], place["version"]) == ("EDIT", "Doula", "On call", 1)
    assert (place["client"], place["journey"]) == ({"id": client_id(whose)}, {"id": journey_id(birth)})
    assert await sees(practice, doula, whose)
    (line,) = await rows_of(practice, TimelineEntry)
    assert (line["kind"], line["journey_id"]) == (EntryKind.CARE_TEAM_JOINED, birth)
    assert line["facts"] == {"person": "Bo", "role": "Doula", "level": "EDIT", "journey": "Birth"}


async def test_a_place_for_the_whole_client_opens_every_journey(practice: PracticeUnderTest) -> None:
    owner, whose = await practice.member(), await client(practice)
    doula, birth = await practice.member(Role.PRACTITIONER), await journey(practice, whose)

    added = await carried_out(practice, owner, ADD, memberId=member_id(doula), clientId=client_id(whose), level="VIEW")

    assert added["careTeamMember"]["journey"] is None
    data = await practice.get(doula, PROFILE, id=client_id(whose))
    assert [edge["node"]["id"] for edge in data["client"]["journeys"]["edges"]] == [journey_id(birth)]


async def test_a_journey_s_team_is_its_own_and_that_of_the_whole_client(practice: PracticeUnderTest) -> None:
    owner, whose = await practice.member(), await client(practice)
    birth, loss = await journey(practice, whose), await journey(practice, whose)
    held = [
        await grant(practice, await practice.member(Role.PRACTITIONER), whose, scope) for scope in (None, birth, loss)
    ]
    whole, on_birth, on_loss = (grant_id(id) for id in held)

    assert await team(practice, owner, journey_id(birth)) == [whole, on_birth]
    assert await team(practice, owner, journey_id(loss)) == [whole, on_loss]
    assert await team(practice, owner, client_id(whose)) == [whole, on_birth, on_loss]


async def test_past_members_are_shown_when_asked_for(practice: PracticeUnderTest) -> None:
    owner, whose = await practice.member(), await client(practice)
    doula = await practice.member(Role.PRACTITIONER)
    past = grant_id(await grant(practice, doula, whose, None, Level.EDIT, hours(-5), hours(-4)))
    now = grant_id(await grant(practice, doula, whose, None, Level.EDIT, hours(-3)))
    later = grant_id(await grant(practice, await practice.member(Role.PRACTITIONER), whose, from_at=hours(3)))

    assert await team(practice, owner, client_id(whose)) == [now, later]
    assert await team(practice, owner, client_id(whose), past=True) == [past, now, later]


@pytest.mark.parametrize(
    ("begins", "ends", "counts"),
    [(-2, None, True), (-2, 2, True), (-2, -1, False), (1, None, False), (1, 2, False)],
)
async def test_a_place_counts_by_the_clock(
    practice: PracticeUnderTest, begins: float, ends: float | None, counts: bool
) -> None:
    doula, whose = await practice.member(Role.PRACTITIONER), await client(practice)
    birth = await journey(practice, whose)
    await grant(practice, doula, whose, birth, Level.SHARE, hours(begins), None if ends is None else hours(ends))
    friend = await practice.member()
    before = await everything(practice)

    added = await carried_out(
        practice, doula, ADD, memberId=member_id(friend), journeyId=journey_id(birth), level="VIEW"
    )

    assert await sees(practice, doula, whose) is counts
    assert codes(added) == ([] if counts else ["NOT_FOUND"])
    assert counts or await everything(practice) == before


async def test_a_place_expires_without_anybody_doing_anything(practice: PracticeUnderTest) -> None:
    doula, whose = await practice.member(Role.PRACTITIONER), await client(practice)
    await grant(practice, doula, whose, to_at=hours(0.6 / 3600))

    assert await sees(practice, doula, whose)
    await asyncio.sleep(0.7)
    assert not await sees(practice, doula, whose)


async def test_access_ends_at_the_commit_that_removes_it(practice: PracticeUnderTest) -> None:
    owner = await practice.member()
    doula, colleague = await practice.member(Role.PRACTITIONER), await practice.member(Role.PRACTITIONER)
    whose = await client(practice)
    id = await grant(practice, doula, whose)
    await grant(practice, colleague, whose)
    assert await sees(practice, doula, whose)

    removed = await carried_out(practice, owner, REMOVE, id=grant_id(id), reason="Left")

    assert removed["problems"] == []
    assert not await sees(practice, doula, whose)
    assert await sees(practice, colleague, whose)
    (line,) = await rows_of(practice, TimelineEntry)
    assert (line["kind"], line["facts"]["reason"]) == (EntryKind.CARE_TEAM_LEFT, "Left")


async def test_a_question_that_waited_for_a_connection_sees_the_removal(practice: PracticeUnderTest) -> None:
    owner, doula, whose = await practice.member(), await practice.member(Role.PRACTITIONER), await client(practice)
    id = await grant(practice, doula, whose)
    held = [await practice.casegraph.database.reader.snapshot(practice.id) for _ in range(most_readers(practice))]

    waiting = asyncio.create_task(sees(practice, doula, whose))
    await asyncio.sleep(0.1)
    async with writing.opened(practice.casegraph.database, owner, "test.remove", taking=True) as write:
        await write.hold_members([doula.membership_id])
        row = await write.session.get_one(ClientGrant, (practice.id, id))
        row.to_at = write.moment
    for snapshot in held:
        await snapshot.close()

    assert await waiting is False


def most_readers(practice: PracticeUnderTest) -> int:
    backend: Backend = practice.casegraph.database.backend
    return {"sqlite": 4, "postgresql": 10}[backend]


async def test_a_removal_comes_strictly_before_or_after_what_the_member_writes(practice: PracticeUnderTest) -> None:
    owner, doula, whose = await practice.member(), await practice.member(Role.PRACTITIONER), await client(practice)
    birth = await journey(practice, whose)
    id = await grant(practice, doula, whose, birth)
    change = "mutation($input: JourneyUpdateInput!) { journeyUpdate(input: $input) { problems { code } } }"

    async def keep_writing() -> list[str]:
        came_of = []
        for number in range(12):
            input = {"id": journey_id(birth), "title": f"Title {number}"}
            (payload,) = (await practice.get(doula, change, input=input)).values()
            came_of += codes(payload) or ["DONE"]
        return came_of

    async def remove() -> None:
        await asyncio.sleep(0.05)
        assert codes(await carried_out(practice, owner, REMOVE, id=grant_id(id))) == []

    came_of, _ = await asyncio.gather(keep_writing(), remove())

    done = came_of.count("DONE")
    assert came_of == ["DONE"] * done + ["NOT_FOUND"] * (12 - done)
    (row,) = await rows_of(practice, Journey)
    (held,) = await rows_of(practice, ClientGrant)
    assert row["version"] == 1 + done
    assert row["updated_at"] <= held["to_at"]


async def test_who_takes_from_a_member_waits_for_what_the_member_is_writing(practice: PracticeUnderTest) -> None:
    owner, doula, whose = await practice.member(), await practice.member(Role.PRACTITIONER), await client(practice)
    id = await grant(practice, doula, whose)

    async with writing.opened(practice.casegraph.database, doula, "test.write"):
        removing = asyncio.create_task(carried_out(practice, owner, REMOVE, id=grant_id(id)))
        await asyncio.sleep(0.3)
        assert not removing.done()

    assert codes(await removing) == []


async def test_a_write_that_waited_for_a_removal_is_after_it(practice: PracticeUnderTest) -> None:
    owner, doula, whose = await practice.member(), await practice.member(Role.PRACTITIONER), await client(practice)
    birth = await journey(practice, whose)
    id = await grant(practice, doula, whose)
    change = "mutation($input: JourneyUpdateInput!) { journeyUpdate(input: $input) { problems { code } } }"

    async with writing.opened(practice.casegraph.database, owner, "test.remove", taking=True) as write:
        await write.hold_members([doula.membership_id])
        waiting = asyncio.create_task(practice.get(doula, change, input={"id": journey_id(birth), "title": "Other"}))
        await asyncio.sleep(0.2)
        (await write.session.get_one(ClientGrant, (practice.id, id))).to_at = datetime.now(UTC)

    assert await waiting == {"journeyUpdate": {"problems": [{"code": "NOT_FOUND"}]}}


async def test_two_who_remove_each_other_at_once_do_not_wait_forever(practice: PracticeUnderTest) -> None:
    one, other, whose = *[await practice.member(Role.PRACTITIONER) for _ in range(2)], await client(practice)
    held = [await grant(practice, member, whose, None, Level.SHARE) for member in (one, other)]

    answers = await asyncio.gather(
        carried_out(practice, one, REMOVE, id=grant_id(held[1])),
        carried_out(practice, other, REMOVE, id=grant_id(held[0])),
    )

    assert sorted(codes(answer) for answer in answers) == [[], ["NOT_FOUND"]]


async def test_a_lower_level_counts_at_once(practice: PracticeUnderTest) -> None:
    owner, doula, whose = await practice.member(), await practice.member(Role.PRACTITIONER), await client(practice)
    birth = await journey(practice, whose)
    id = await grant(practice, doula, whose, birth, Level.SHARE)
    change = "mutation($input: JourneyUpdateInput!) { journeyUpdate(input: $input) { problems { code } } }"

    changed = await carried_out(practice, owner, UPDATE, id=grant_id(id), level="VIEW", expectedVersion=1)
    answer = await practice.ask(doula, change, input={"id": journey_id(birth), "title": "Other"})

    assert changed["careTeamMember"] == {"level": "VIEW", "roleTitle": None, "to": None, "reason": None, "version": 2}
    assert answer.codes == ["FORBIDDEN"]
    assert await sees(practice, doula, whose)


ALLOWED = {Level.VIEW: "FORBIDDEN", Level.EDIT: "FORBIDDEN", Level.SHARE: "DONE"}


@pytest.mark.parametrize(("level", "act", "whole"), list(product(Level, ["add", "update", "remove"], [True, False])))
async def test_only_the_level_share_changes_a_team(
    practice: PracticeUnderTest, level: Level, act: str, whole: bool
) -> None:
    doula, whose = await practice.member(Role.PRACTITIONER), await client(practice)
    birth = await journey(practice, whose)
    scope = None if whole else birth
    await grant(practice, doula, whose, scope, level)
    other = await grant(practice, await practice.member(Role.PRACTITIONER), whose, scope, Level.EDIT)
    new = {"memberId": member_id(await practice.member(Role.PRACTITIONER)), "level": "EDIT"}
    new |= {"clientId": client_id(whose)} if whole else {"journeyId": journey_id(birth)}
    text, input = {
        "add": (ADD, new),
        "update": (UPDATE, {"id": grant_id(other), "level": "VIEW"}),
        "remove": (REMOVE, {"id": grant_id(other)}),
    }[act]
    before = await everything(practice)

    answer = await practice.ask(doula, text, input=input)

    if ALLOWED[level] == "DONE":
        assert answer.codes == []
        assert codes(next(iter(answer.data.values()))) == []
    else:
        assert answer.codes == ["FORBIDDEN"]
        assert set(answer.data.values()) == {None}
        assert await everything(practice) == before


@pytest.mark.parametrize("role", [Role.BILLING, Role.ASSISTANT, Role.READ_ONLY])
async def test_roles_that_share_nothing_change_no_team(practice: PracticeUnderTest, role: Role) -> None:
    member, whose = await practice.member(role), await client(practice)
    await grant(practice, member, whose, None, Level.SHARE)
    other = await grant(practice, await practice.member(Role.PRACTITIONER), whose)
    before = await everything(practice)

    answer = await practice.ask(member, REMOVE, input={"id": grant_id(other)})

    assert (answer.codes, answer.data) == (["FORBIDDEN"], {"careTeamMemberRemove": None})
    assert await everything(practice) == before


async def test_who_shares_one_journey_shares_nothing_else(practice: PracticeUnderTest) -> None:
    doula, whose = await practice.member(Role.PRACTITIONER), await client(practice)
    mine, other = await journey(practice, whose), await journey(practice, whose)
    await grant(practice, doula, whose, mine, Level.SHARE)
    whole = await grant(practice, await practice.member(Role.PRACTITIONER), whose)
    elsewhere = await grant(practice, await practice.member(Role.PRACTITIONER), whose, other)
    friend = {"memberId": member_id(await practice.member(Role.PRACTITIONER)), "level": "VIEW"}
    before = await everything(practice)

    # The whole client and those who care for it are in sight, the other journey is not.
    assert (await practice.ask(doula, ADD, input={**friend, "clientId": client_id(whose)})).codes == ["FORBIDDEN"]
    for text, more in ((UPDATE, {"level": "VIEW"}), (REMOVE, {})):
        assert (await practice.ask(doula, text, input={"id": grant_id(whole), **more})).codes == ["FORBIDDEN"]
        assert codes(await carried_out(practice, doula, text, id=grant_id(elsewhere), **more)) == ["NOT_FOUND"]
    assert codes(await carried_out(practice, doula, ADD, **friend, journeyId=journey_id(other))) == ["NOT_FOUND"]
    assert await everything(practice) == before


async def test_nobody_but_an_owner_widens_their_own_reach(practice: PracticeUnderTest) -> None:
    owner, administrator = await practice.member(), await practice.member(Role.ADMIN)
    whose = await client(practice)
    own = await grant(practice, administrator, whose, None, Level.VIEW, to_at=hours(5))
    birth = await journey(practice, whose)
    before = await everything(practice)

    answers = [
        await carried_out(
            practice, administrator, ADD, memberId=member_id(administrator), journeyId=journey_id(birth), level="VIEW"
        ),
        await carried_out(practice, administrator, UPDATE, id=grant_id(own), level="EDIT"),
        await carried_out(practice, administrator, UPDATE, id=grant_id(own), to=None),
    ]

    assert [codes(answer) for answer in answers] == [["INVALID"]] * 3
    assert await everything(practice) == before
    narrower = await carried_out(practice, administrator, UPDATE, id=grant_id(own), to=text_of(hours(2)))
    by_owner = await carried_out(
        practice, owner, ADD, memberId=member_id(owner), clientId=client_id(whose), level="VIEW"
    )
    assert (codes(narrower), codes(by_owner)) == ([], [])


async def test_the_last_one_who_may_share_a_file_may_leave(practice: PracticeUnderTest) -> None:
    doula, whose = await practice.member(Role.PRACTITIONER), await client(practice)
    id = await grant(practice, doula, whose, None, Level.SHARE)

    removed = await carried_out(practice, doula, REMOVE, id=grant_id(id))

    assert removed == {"careTeamMember": None, "current": None, "problems": []}
    assert await sees(practice, await practice.member(Role.OWNER), whose)


async def test_one_person_has_one_place_on_a_team_at_a_time(practice: PracticeUnderTest) -> None:
    owner, doula, whose = await practice.member(), await practice.member(Role.PRACTITIONER), await client(practice)
    await grant(practice, doula, whose, None, Level.VIEW, to_at=hours(5))
    place = {"memberId": member_id(doula), "clientId": client_id(whose), "level": "EDIT"}
    before = await everything(practice)

    beside = await carried_out(practice, owner, ADD, **place)
    assert (codes(beside), await everything(practice)) == (["INVALID"], before)
    behind = await carried_out(practice, owner, ADD, **place, **{"from": text_of(hours(6))})
    assert codes(behind) == []


async def test_of_two_who_add_the_same_member_at_once_one_does(practice: PracticeUnderTest) -> None:
    owners, doula = [await practice.member(), await practice.member()], await practice.member(Role.PRACTITIONER)
    birth = await journey(practice, await client(practice))

    answers = await asyncio.gather(
        *(
            carried_out(practice, owner, ADD, memberId=member_id(doula), journeyId=journey_id(birth), level="VIEW")
            for owner in owners
        )
    )

    assert sorted(codes(answer) for answer in answers) == [[], ["INVALID"]]


async def test_what_is_wrong_with_a_place_is_said_at_its_field(practice: PracticeUnderTest) -> None:
    owner, whose = await practice.member(), await client(practice)
    doula, left = await practice.member(Role.PRACTITIONER), await practice.member(Role.PRACTITIONER)
    async with writing.opened(practice.casegraph.database, practice.system, "test.leave") as write:
        (await write.session.get_one(Membership, (practice.id, left.membership_id))).to_at = write.moment
    place = {"memberId": member_id(doula), "clientId": client_id(whose), "level": "EDIT"}
    elsewhere = await (await PracticeUnderTest.founded(practice.casegraph)).member()
    before = await everything(practice)

    async def wrong(**changed: Any) -> list[str]:
        added = await carried_out(practice, owner, ADD, **{**place, **changed})
        return [problem["path"][-1] for problem in added["problems"]]

    assert await wrong(**{"from": text_of(hours(-1))}) == ["from"]
    assert await wrong(to=text_of(hours(-1))) == ["to"]
    assert await wrong(roleTitle="x" * 101) == ["roleTitle"]
    assert await wrong(journeyId=journey_id(whose)) == ["journeyId"]
    assert await wrong(clientId=None) == ["journeyId"]
    assert await wrong(memberId=member_id(left)) == ["memberId"]
    assert await wrong(memberId=member_id(elsewhere)) == ["memberId"]
    assert await everything(practice) == before


async def test_what_a_place_has_opened_so_far_is_not_rewritten(practice: PracticeUnderTest) -> None:
    owner, doula, whose = await practice.member(), await practice.member(Role.PRACTITIONER), await client(practice)
    begun = await grant(practice, doula, whose)
    over = await grant(practice, await practice.member(Role.PRACTITIONER), whose, to_at=hours(-1))
    before = await everything(practice)

    start = await carried_out(practice, owner, UPDATE, id=grant_id(begun), **{"from": text_of(hours(1))})
    end = await carried_out(practice, owner, UPDATE, id=grant_id(begun), to=text_of(hours(-1)))
    again = await carried_out(practice, owner, UPDATE, id=grant_id(over), to=None)
    removed = await carried_out(practice, owner, REMOVE, id=grant_id(over))

    assert [problem["path"][-1] for problem in (*start["problems"], *end["problems"])] == ["from", "to"]
    assert (codes(again), codes(removed)) == (["NOT_ALLOWED_NOW"], ["ALREADY_DONE"])
    assert await everything(practice) == before


async def test_a_place_withdrawn_before_it_begins_never_counts(practice: PracticeUnderTest) -> None:
    owner, doula, whose = await practice.member(), await practice.member(Role.PRACTITIONER), await client(practice)
    id = await grant(practice, doula, whose, from_at=hours(1))

    removed = await carried_out(practice, owner, REMOVE, id=grant_id(id))
    again = await carried_out(practice, owner, ADD, memberId=member_id(doula), clientId=client_id(whose), level="VIEW")

    assert codes(removed) == []
    assert await team(practice, owner, client_id(whose)) == [again["careTeamMember"]["id"]]


async def test_a_stale_version_is_a_conflict_and_changes_nothing(practice: PracticeUnderTest) -> None:
    owner, doula, whose = await practice.member(), await practice.member(Role.PRACTITIONER), await client(practice)
    id = grant_id(await grant(practice, doula, whose))
    await carried_out(practice, owner, UPDATE, id=id, roleTitle="Doula", reason="Why not")
    before = await everything(practice)

    answers = [
        await carried_out(practice, owner, UPDATE, id=id, level="VIEW", expectedVersion=1),
        await carried_out(practice, owner, REMOVE, id=id, expectedVersion=1),
    ]

    assert [(codes(answer), answer["current"]) for answer in answers] == [(["CONFLICT"], {"version": 2})] * 2
    assert await everything(practice) == before


async def test_what_was_put_away_takes_nobody_on_but_lets_everybody_go(practice: PracticeUnderTest) -> None:
    owner, doula = await practice.member(), await practice.member(Role.PRACTITIONER)
    archived, whose = await client(practice, ClientStatus.ARCHIVED), await client(practice)
    away = await journey(practice, whose, JourneyStatus.ARCHIVED)
    held = [await grant(practice, doula, archived), await grant(practice, doula, whose, away)]
    new = {"memberId": member_id(await practice.member(Role.PRACTITIONER)), "level": "VIEW"}

    refused = [
        await carried_out(practice, owner, ADD, **new, clientId=client_id(archived)),
        await carried_out(practice, owner, ADD, **new, journeyId=journey_id(away)),
        *[await carried_out(practice, owner, UPDATE, id=grant_id(id), level="SHARE") for id in held],
    ]
    done = [await carried_out(practice, owner, UPDATE, id=grant_id(id), level="VIEW") for id in held]
    done += [await carried_out(practice, owner, REMOVE, id=grant_id(id)) for id in held]

    assert [codes(answer) for answer in refused] == [["NOT_ALLOWED_NOW"]] * 4
    assert [codes(answer) for answer in done] == [[]] * 4


async def test_another_practice_s_ids_are_not_found(practice: PracticeUnderTest) -> None:
    doula, whose = await practice.member(Role.PRACTITIONER), await client(practice)
    birth, id = await journey(practice, whose), grant_id(await grant(practice, doula, whose))
    elsewhere = await PracticeUnderTest.founded(practice.casegraph)
    stranger = await elsewhere.member()
    own = {"memberId": member_id(stranger), "level": "VIEW"}
    before = [*await everything(practice), *await everything(elsewhere)]

    answers = [
        await carried_out(elsewhere, stranger, ADD, **own, clientId=client_id(whose)),
        await carried_out(elsewhere, stranger, ADD, **own, journeyId=journey_id(birth)),
        await carried_out(elsewhere, stranger, UPDATE, id=id, level="VIEW"),
        await carried_out(elsewhere, stranger, REMOVE, id=id),
    ]

    assert [codes(answer) for answer in answers] == [["NOT_FOUND"]] * 4
    assert [*await everything(practice), *await everything(elsewhere)] == before
    assert await practice.get(stranger, "query($id: ID!) { node(id: $id) { id } }", id=id) == {"node": None}


async def test_a_place_is_a_node(practice: PracticeUnderTest) -> None:
    doula, whose = await practice.member(Role.PRACTITIONER, "Bo"), await client(practice)
    id = grant_id(await grant(practice, doula, whose))
    shown = "query($id: ID!) { node(id: $id) { id ... on CareTeamMember { member { name } journey { id } } } }"

    data = await practice.get(await practice.member(), shown, id=id)

    assert data == {"node": {"id": id, "member": {"name": "Bo"}, "journey": None}}
