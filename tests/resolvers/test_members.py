"""Members: who they are, what they become, and that what ends, ends at that commit."""

import asyncio
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from auth import sessions
from auth.credentials import Credentials
from auth.errors import NotSignedIn
from auth.viewers import Member
from domain.people import Role
from domain.settings import DEFAULT
from resolvers import writing
from storage.database.people import ClientGrant, Membership, Person
from tests import care
from tests.following import following
from tests.makers import PracticeUnderTest

MEMBERS = """query ($first: Int, $after: String, $past: Boolean! = false) { practice {
  members(first: $first, after: $after, past: $past) {
    edges { node { id name role title email version } cursor }
    pageInfo { hasNextPage } totalCount { value isExact } } } }"""
UPDATE = """mutation ($input: MembershipUpdateInput!) { membershipUpdate(input: $input) {
  member { name role title version } current { version } problems { code path message } } }"""
END = """mutation ($input: MembershipEndInput!) { membershipEnd(input: $input) {
  member { toAt } current { version } problems { code path message } } }"""


async def update(practice: PracticeUnderTest, viewer: Member, whose: Member, **given: Any) -> Any:
    values = {"id": care.member_id(whose), **given}
    return (await practice.get(viewer, UPDATE, input=values))["membershipUpdate"]


async def end(practice: PracticeUnderTest, viewer: Member, whose: Member, **given: Any) -> Any:
    return (await practice.get(viewer, END, input={"id": care.member_id(whose), **given}))["membershipEnd"]


def places(answer: Any) -> list[tuple[str, list[str]]]:
    return [(problem["code"], problem["path"]) for problem in answer["problems"]]


async def roles(practice: PracticeUnderTest) -> dict[UUID, tuple[Role, bool]]:
    """What everybody is, and whether they are still there."""
    async with practice.casegraph.database.write(practice.id) as session:
        held = select(Membership.id, Membership.role, Membership.to_at).where(Membership.practice_id == practice.id)
        return {id: (role, to_at is None) for id, role, to_at in await session.execute(held)}


async def bearer(practice: PracticeUnderTest, member: Member) -> str:
    """The token of another session of the member."""
    async with practice.casegraph.database.write(practice.id, member.person_id) as session:
        held = await session.get_one(Membership, (practice.id, member.membership_id))
        _, secret = await sessions.begin(session, member.person_id, held, DEFAULT, held.from_at)
        await session.commit()
    return secret


async def test_the_members_are_listed_by_name_page_by_page(practice: PracticeUnderTest) -> None:
    owner = await practice.member(name="Rosa")
    for name in ("Ama", "Kofi", "Zoe"):
        await practice.member(Role.PRACTITIONER, name)

    first = (await practice.get(owner, MEMBERS, first=3))["practice"]["members"]
    rest = (await practice.get(owner, MEMBERS, after=first["edges"][-1]["cursor"]))["practice"]["members"]

    assert [edge["node"]["name"] for edge in first["edges"] + rest["edges"]] == ["Ama", "Kofi", "Rosa", "Zoe"]
    assert first["pageInfo"] == {"hasNextPage": True}
    assert first["totalCount"] == {"value": 4, "isExact": True}


async def test_the_members_are_three_statements_however_many_they_are(practice: PracticeUnderTest) -> None:
    owner = await practice.member()
    for expected in (1, 30):
        for _ in range(expected - 1):
            await practice.member(Role.PRACTITIONER)
        with practice.counted() as read:
            listed = await practice.get(owner, MEMBERS, first=100)
        assert len(listed["practice"]["members"]["edges"]) == expected
        assert len(read) == 4  # the practice, its members, their addresses, their number


async def test_who_does_not_manage_people_sees_colleagues_without_their_addresses(practice: PracticeUnderTest) -> None:
    await practice.member()
    midwife = await practice.member(Role.PRACTITIONER)

    answer = await practice.ask(midwife, MEMBERS)

    nodes = [edge["node"] for edge in answer.data["practice"]["members"]["edges"]]
    assert [node["email"] for node in nodes] == [None, None]
    assert set(answer.codes) == {"FORBIDDEN"}


async def test_those_who_left_are_listed_only_when_asked_for(practice: PracticeUnderTest) -> None:
    owner, midwife = await practice.member(), await practice.member(Role.PRACTITIONER)
    await end(practice, owner, midwife)

    for past, number in ((False, 1), (True, 2)):
        members = (await practice.get(owner, MEMBERS, past=past))["practice"]["members"]
        assert (len(members["edges"]), members["totalCount"]["value"]) == (number, number)


async def test_a_role_counts_at_once(practice: PracticeUnderTest) -> None:
    owner, midwife = await practice.member(), await practice.member(Role.PRACTITIONER)
    token = await bearer(practice, midwife)

    answer = await update(practice, owner, midwife, role="BILLING", name="Ama Mensah", title="Accounts")

    assert answer["member"] == {"name": "Ama Mensah", "role": "BILLING", "title": "Accounts", "version": 2}
    viewer = await practice.casegraph.viewer_of(Credentials(bearer=token))
    assert viewer.role is Role.BILLING
    # What was begun as what they were before is not finished as it.
    refused = await practice.ask(midwife, "mutation { clientCreate(input: {names: []}) { problems { code } } }")
    assert refused.codes == ["NOT_SIGNED_IN"]


async def test_another_version_is_a_conflict_and_changes_nothing(practice: PracticeUnderTest) -> None:
    owner, midwife = await practice.member(), await practice.member(Role.PRACTITIONER)
    before = await roles(practice)

    updated = await update(practice, owner, midwife, role="BILLING", expectedVersion=7)
    ended = await end(practice, owner, midwife, expectedVersion=7)

    assert places(updated) == places(ended) == [("CONFLICT", ["input", "expectedVersion"])]
    assert updated["current"] == ended["current"] == {"version": 1}
    assert await roles(practice) == before


async def test_the_last_owner_neither_leaves_nor_becomes_something_else(practice: PracticeUnderTest) -> None:
    owner = await practice.member()
    await practice.member(Role.ADMIN)
    before = await roles(practice)

    left, changed = await end(practice, owner, owner), await update(practice, owner, owner, role="ADMIN")

    assert left["problems"][0]["message"] == "Cannot leave while they are the only owner."
    assert changed["problems"][0]["message"] == "Cannot become something else while they are the only owner."
    assert [problem["code"] for problem in left["problems"] + changed["problems"]] == ["NOT_ALLOWED_NOW"] * 2
    assert await roles(practice) == before


async def test_of_two_owners_who_remove_each_other_at_one_time_one_stays(practice: PracticeUnderTest) -> None:
    one, other = await practice.member(), await practice.member()

    answers = await asyncio.gather(
        practice.ask(one, END, input={"id": care.member_id(other)}),
        practice.ask(other, END, input={"id": care.member_id(one)}),
    )

    present = [id for id, (_, is_present) in (await roles(practice)).items() if is_present]
    assert len(present) == 1
    assert sorted(map(str, (answer.codes for answer in answers))) in (
        ["['NOT_SIGNED_IN']", "[]"], ["[]", "[]"],
    )  # fmt: skip


async def test_many_owners_who_all_leave_at_one_time_leave_one_behind(practice: PracticeUnderTest) -> None:
    owners = [await practice.member() for _ in range(12)]

    await asyncio.gather(*(practice.ask(each, END, input={"id": care.member_id(each)}) for each in owners))

    assert sum(is_present for _, is_present in (await roles(practice)).values()) == 1


@pytest.mark.parametrize("role", ["OWNER", "PRACTITIONER"])
async def test_nobody_but_an_owner_changes_what_they_are_themselves(practice: PracticeUnderTest, role: str) -> None:
    await practice.member()
    admin = await practice.member(Role.ADMIN)
    before = await roles(practice)

    answer = await update(practice, admin, admin, role=role)

    assert all(place == ("INVALID", ["input", "role"]) for place in places(answer))
    assert places(answer)
    assert await roles(practice) == before


async def test_only_an_owner_decides_who_is_an_owner(practice: PracticeUnderTest) -> None:
    owner, admin = await practice.member(), await practice.member(Role.ADMIN)
    midwife = await practice.member(Role.PRACTITIONER)
    before = await roles(practice)

    made = await update(practice, admin, midwife, role="OWNER")
    demoted = await update(practice, admin, owner, role="ASSISTANT")
    ended = await end(practice, admin, owner)

    assert places(made) == places(demoted) == [("INVALID", ["input", "role"])]
    assert places(ended) == [("INVALID", ["input", "id"])]
    assert await roles(practice) == before


@pytest.mark.parametrize("role", [Role.PRACTITIONER, Role.BILLING, Role.ASSISTANT, Role.READ_ONLY])
async def test_others_change_and_end_nobody(practice: PracticeUnderTest, role: Role) -> None:
    owner, member = await practice.member(), await practice.member(role)
    before = await roles(practice)

    for text in (UPDATE, END):
        answer = await practice.ask(member, text, input={"id": care.member_id(owner)})
        assert answer.codes == ["FORBIDDEN"]

    assert await roles(practice) == before


async def test_a_member_of_another_practice_is_not_found(practice: PracticeUnderTest) -> None:
    owner = await practice.member()
    other = await PracticeUnderTest.founded(practice.casegraph)
    stranger = await other.member(Role.PRACTITIONER)

    answers = [await end(practice, owner, stranger), await update(practice, owner, stranger, role="BILLING")]

    assert [places(answer) for answer in answers] == [[("NOT_FOUND", ["input", "id"])]] * 2
    assert (await roles(other))[stranger.membership_id] == (Role.PRACTITIONER, True)


async def test_leaving_ends_sessions_feeds_and_places_at_that_commit(practice: PracticeUnderTest) -> None:
    owner, midwife = await practice.member(), await practice.member(Role.PRACTITIONER, "Ama")
    client = await care.client(practice)
    await care.grant(practice, midwife, client)
    tokens = [await bearer(practice, midwife) for _ in range(3)]

    async with following(practice, midwife, clientId=care.client_id(client)) as followed:
        await followed.begins()
        answer = await end(practice, owner, midwife, reason="Moved away")
        assert await followed.refused() == ["NOT_SIGNED_IN"]

    assert answer["problems"] == []
    for token in tokens:
        with pytest.raises(NotSignedIn):
            await practice.casegraph.viewer_of(Credentials(bearer=token))
    async with practice.casegraph.database.write(practice.id) as session:
        held = select(ClientGrant.to_at).where(ClientGrant.practice_id == practice.id)
        assert None not in list(await session.scalars(held))
    text = "query ($id: ID!) { client(id: $id) { timeline(first: 1) { edges { node { summary } } } } }"
    shown = (await practice.get(owner, text, id=care.client_id(client)))["client"]["timeline"]["edges"]
    assert [edge["node"]["summary"] for edge in shown] == ["Ama left the care team: Moved away."]


async def test_a_write_under_way_comes_before_the_end_and_none_after_it(practice: PracticeUnderTest) -> None:
    owner, midwife = await practice.member(), await practice.member(Role.PRACTITIONER)
    async with writing.opened(practice.casegraph.database, midwife, "test.slow") as write:
        ending = asyncio.create_task(end(practice, owner, midwife))
        await asyncio.sleep(0.2)
        assert not ending.done()
        moment = write.moment
    answer = await ending

    assert answer["problems"] == []
    async with practice.casegraph.database.write(practice.id) as session:
        held = await session.get_one(Membership, (practice.id, midwife.membership_id))
    assert held.to_at is not None
    assert held.to_at > moment
    with pytest.raises(NotSignedIn):
        async with writing.opened(practice.casegraph.database, midwife, "test.late"):
            pass


async def test_who_has_left_is_still_the_author_and_can_be_invited_again(practice: PracticeUnderTest) -> None:
    owner, midwife = await practice.member(), await practice.member(Role.PRACTITIONER, "Ama")
    await end(practice, owner, midwife)
    again = await end(practice, owner, midwife)
    async with practice.casegraph.database.write(None) as session:
        email = (await session.get_one(Person, midwife.person_id)).email

    seen = await practice.get(owner, "query ($id: ID!) { node(id: $id) { ... on Member { name } } }",
                              id=care.member_id(midwife))  # fmt: skip
    text = "mutation ($i: InvitationCreateInput!) { invitationCreate(input: $i) { problems { code } } }"
    invited = await practice.get(owner, text, i={"email": email, "name": "Ama", "role": "PRACTITIONER"})

    assert places(again) == [("ALREADY_DONE", [])]
    assert seen == {"node": {"name": "Ama"}}
    assert invited["invitationCreate"]["problems"] == []
