"""Breaking the glass: it opens one file for reading, for a while, in the owners' sight, and is marked for ever."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from auth.credentials import Credentials
from auth.viewers import Member
from domain.people import Role
from resolvers.accesses import BREAK_GLASS
from storage.database.audit import AccessEvent, AuditEvent
from storage.database.break_glass import BreakGlass
from storage.database.people import Person
from tests import care
from tests.following import following
from tests.letters import letters_to
from tests.makers import PracticeUnderTest
from tests.resolvers.test_members import bearer

BREAK = """mutation ($input: BreakGlassInput!) { breakGlass(input: $input) {
  breakGlass { id state reason from to client { displayName } member { name } } problems { code path message } } }"""
END = """mutation ($id: ID!) { breakGlassEnd(input: {id: $id}) {
  breakGlass { state } problems { code path } } }"""
REVIEW = """mutation ($id: ID!) { breakGlassReview(input: {id: $id, review: "Talked about it."}) {
  breakGlass { state review reviewedBy { name } } problems { code path } } }"""
QUEUE = """{ practice { breakGlass { totalCount { value } edges { node { id reason member { name }
  client { displayName } } } } } }"""
READ = """query ($id: ID!) { client(id: $id) { displayName notes { edges { node { text } } }
  timeline { edges { node { id } } } journeys { edges { node { id } } } } }"""


async def broken(practice: PracticeUnderTest, member: Member, client: UUID, **given: Any) -> Any:
    values = {"clientId": care.client_id(client), "reason": "She is in labour.", **given}
    answer = (await practice.get(member, BREAK, input=values))["breakGlass"]
    assert answer["problems"] == []
    return answer["breakGlass"]


async def now(practice: PracticeUnderTest, member: Member) -> Member:
    """The member as their next request is seen."""
    viewer = await practice.casegraph.viewer_of(Credentials(bearer=await bearer(practice, member)))
    assert isinstance(viewer, Member)
    return viewer


async def run_out(practice: PracticeUnderTest) -> None:
    """Let all openings of the practice be over."""
    async with practice.casegraph.database.write(practice.id) as session:
        ended = update(BreakGlass).where(BreakGlass.practice_id == practice.id)
        await session.execute(ended.values(to_at=datetime.now(UTC) - timedelta(seconds=1)))
        await session.commit()


async def marks(practice: PracticeUnderTest) -> list[Any]:
    """Which readings were marked, in their order."""
    async with practice.casegraph.database.write(practice.id) as session:
        kept = select(AccessEvent.details).where(AccessEvent.practice_id == practice.id)
        return [each.get(BREAK_GLASS) for each in await session.scalars(kept.order_by(AccessEvent.id))]


@pytest.fixture
async def far(practice: PracticeUnderTest) -> UUID:
    """A client with a note, whom no practitioner reaches."""
    client = await care.client(practice)
    await care.note(practice, client, await care.journey(practice, client))
    await care.note(practice, client)
    return client


async def test_it_opens_the_whole_file_for_reading_and_no_other(practice: PracticeUnderTest, far: UUID) -> None:
    await practice.member()
    midwife, other = await practice.member(Role.PRACTITIONER, "Ama"), await care.client(practice)
    closed = await practice.get(midwife, READ, id=care.client_id(far))

    opening = await broken(practice, midwife, far)

    viewer = await now(practice, midwife)
    seen = (await practice.get(viewer, READ, id=care.client_id(far)))["client"]
    assert closed == {"client": None}
    assert (opening["state"], opening["member"]) == ("OPEN", {"name": "Ama"})
    assert opening["client"] == {"displayName": seen["displayName"]}
    assert len(seen["notes"]["edges"]) == len(seen["timeline"]["edges"]) == 2
    assert len(seen["journeys"]["edges"]) == 1
    assert await practice.get(viewer, READ, id=care.client_id(other)) == {"client": None}
    listed = await practice.get(viewer, "{ clients { totalCount { value } } }")
    assert listed["clients"]["totalCount"]["value"] == 1


async def test_nothing_can_be_written_under_it(practice: PracticeUnderTest, far: UUID) -> None:
    await practice.member()
    midwife = await practice.member(Role.PRACTITIONER)
    await broken(practice, midwife, far)
    viewer = await now(practice, midwife)
    before = await care.everything(practice)
    id = care.client_id(far)

    acts = (
        f'noteCreate(input: {{clientId: "{id}", text: "x"}})',
        f'clientUpdate(input: {{id: "{id}", expectedVersion: 1, pronouns: "x"}})',
        f'careTeamMemberAdd(input: {{memberId: "{care.member_id(midwife)}", clientId: "{id}", level: VIEW}})',
    )

    answers = [await practice.ask(viewer, f"mutation {{ {act} {{ problems {{ code }} }} }}") for act in acts]

    assert [answer.codes for answer in answers] == [["FORBIDDEN"]] * 3
    assert await care.everything(practice) == before


async def test_it_ends_by_the_clock(practice: PracticeUnderTest, far: UUID) -> None:
    owner, midwife = await practice.member(), await practice.member(Role.PRACTITIONER)
    opening = await broken(practice, midwife, far, minutes=30)
    viewer = await now(practice, midwife)
    lasts = datetime.fromisoformat(opening["to"]) - datetime.fromisoformat(opening["from"])

    await run_out(practice)

    # Also for who was recognised while it was still open.
    for each in (viewer, await now(practice, midwife)):
        assert await practice.get(each, READ, id=care.client_id(far)) == {"client": None}
    assert lasts == timedelta(minutes=30)
    assert (await practice.get(owner, QUEUE))["practice"]["breakGlass"]["totalCount"] == {"value": 1}


async def test_every_reading_under_it_is_marked_and_no_other(practice: PracticeUnderTest, far: UUID) -> None:
    owner, midwife = await practice.member(), await practice.member(Role.PRACTITIONER)
    mine = await care.client(practice)
    await care.grant(practice, midwife, mine)
    await broken(practice, midwife, far)
    viewer = await now(practice, midwife)
    before = len(await marks(practice))

    await practice.get(viewer, READ, id=care.client_id(far))
    await practice.get(viewer, READ, id=care.client_id(mine))
    await practice.get(viewer, "{ clients { edges { node { id } } } }")
    await practice.get(owner, READ, id=care.client_id(far))

    assert (await marks(practice))[before:] == [[str(far)], None, [str(far)], None]


async def test_owners_are_told_without_a_word_of_the_client(practice: PracticeUnderTest, far: UUID) -> None:
    owners = [await practice.member() for _ in range(2)]
    midwife = await practice.member(Role.PRACTITIONER, "Ama Mensah")
    await broken(practice, midwife, far)

    async with practice.casegraph.database.write(None) as session:
        emails = [(await session.get_one(Person, owner.person_id)).email for owner in owners]
        own = (await session.get_one(Person, midwife.person_id)).email
    for email in emails:
        (letter,) = await letters_to(practice.casegraph, email, practice.id)
        assert "Ama Mensah" in letter.get_content()
        assert "Rosa" not in letter.as_string()
        assert "labour" not in letter.as_string()
    assert await letters_to(practice.casegraph, own, practice.id) == []


async def test_it_waits_in_the_queue_until_another_owner_has_looked(practice: PracticeUnderTest, far: UUID) -> None:
    owner, other = await practice.member(name="Rosa"), await practice.member(name="Zoe")
    opening = await broken(practice, owner, far)

    queued = (await practice.get(other, QUEUE))["practice"]["breakGlass"]
    own = await practice.get(owner, REVIEW, id=opening["id"])
    reviewed = await practice.get(other, REVIEW, id=opening["id"])
    again = await practice.get(other, REVIEW, id=opening["id"])

    assert [edge["node"]["reason"] for edge in queued["edges"]] == ["She is in labour."]
    assert own["breakGlassReview"]["problems"] == [{"code": "INVALID", "path": ["input", "id"]}]
    assert reviewed["breakGlassReview"]["breakGlass"] == {
        "state": "REVIEWED", "review": "Talked about it.", "reviewedBy": {"name": "Zoe"},
    }  # fmt: skip
    assert again["breakGlassReview"]["problems"] == [{"code": "ALREADY_DONE", "path": []}]
    assert (await practice.get(other, QUEUE))["practice"]["breakGlass"]["edges"] == []


async def test_the_only_owner_reviews_their_own(practice: PracticeUnderTest, far: UUID) -> None:
    owner = await practice.member()
    opening = await broken(practice, owner, far)

    assert (await practice.get(owner, REVIEW, id=opening["id"]))["breakGlassReview"]["problems"] == []


async def test_ending_it_early_closes_the_file_and_the_feed(practice: PracticeUnderTest, far: UUID) -> None:
    await practice.member()
    midwife = await practice.member(Role.PRACTITIONER)
    opening = await broken(practice, midwife, far)
    viewer = await now(practice, midwife)

    async with following(practice, viewer, clientId=care.client_id(far)) as followed:
        await followed.begins()
        ended = await practice.get(viewer, END, id=opening["id"])
        assert await followed.next() == {"__typename": "ResyncRequired", "reason": "REACH_CHANGED"}

    assert ended["breakGlassEnd"]["breakGlass"] == {"state": "ENDED"}
    assert await practice.get(viewer, READ, id=care.client_id(far)) == {"client": None}


async def test_a_file_is_found_by_its_number_too(practice: PracticeUnderTest, far: UUID) -> None:
    owner, midwife = await practice.member(), await practice.member(Role.PRACTITIONER)
    text = "query ($id: ID!) { client(id: $id) { fileNumber displayName } }"
    known = (await practice.get(owner, text, id=care.client_id(far)))["client"]

    opening = await broken(practice, midwife, far, clientId=None, fileNumber=known["fileNumber"])

    assert opening["client"] == {"displayName": known["displayName"]}


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ({"reason": " "}, "reason"),
        ({"minutes": 4}, "minutes"),
        ({"minutes": 241}, "minutes"),
        ({"fileNumber": "C-1"}, "fileNumber"),
        ({"clientId": None}, "fileNumber"),
        ({"clientId": "client_" + "0" * 32}, "clientId"),
    ],
)
async def test_what_is_wrong_with_it_is_said(
    practice: PracticeUnderTest, far: UUID, given: dict[str, Any], path: str
) -> None:
    await practice.member()
    midwife = await practice.member(Role.PRACTITIONER)
    values = {"clientId": care.client_id(far), "reason": "She is in labour.", **given}

    answer = (await practice.get(midwife, BREAK, input=values))["breakGlass"]

    assert [problem["path"] for problem in answer["problems"]] == [["input", path]]
    assert (await now(practice, midwife)).glass == frozenset()


@pytest.mark.parametrize("role", [Role.ADMIN, Role.BILLING, Role.ASSISTANT, Role.READ_ONLY])
async def test_who_cares_for_nobody_breaks_no_glass(practice: PracticeUnderTest, far: UUID, role: Role) -> None:
    member = await practice.member(role)

    answer = await practice.ask(member, BREAK, input={"clientId": care.client_id(far), "reason": "Curious"})

    assert answer.codes == ["FORBIDDEN"]
    assert (await now(practice, member)).glass == frozenset()


async def test_a_client_of_another_practice_is_not_found(practice: PracticeUnderTest, far: UUID) -> None:
    other = await PracticeUnderTest.founded(practice.casegraph)
    stranger = await other.member(Role.PRACTITIONER)

    answer = await practice.get(stranger, BREAK, input={"clientId": care.client_id(far), "reason": "Curious"})

    assert [problem["code"] for problem in answer["breakGlass"]["problems"]] == ["NOT_FOUND"]


async def test_others_see_and_end_none_of_it(practice: PracticeUnderTest, far: UUID) -> None:
    await practice.member()
    midwife, colleague = [await practice.member(Role.PRACTITIONER) for _ in range(2)]
    opening = await broken(practice, midwife, far)
    node = "query ($id: ID!) { node(id: $id) { ... on BreakGlass { reason } } }"

    assert await practice.get(colleague, node, id=opening["id"]) == {"node": None}
    assert (await practice.get(colleague, END, id=opening["id"]))["breakGlassEnd"]["problems"] == [
        {"code": "NOT_FOUND", "path": ["input", "id"]}
    ]
    assert (await practice.ask(colleague, QUEUE)).codes == ["FORBIDDEN"]
    assert (await practice.ask(colleague, REVIEW, id=opening["id"])).codes == ["FORBIDDEN"]
    assert await practice.get(await now(practice, midwife), node, id=opening["id"]) == {
        "node": {"reason": "She is in labour."}
    }


async def test_it_stands_in_the_audit_log_with_the_client(practice: PracticeUnderTest, far: UUID) -> None:
    owner = await practice.member()
    await broken(practice, owner, far)

    async with practice.casegraph.database.write(practice.id) as session:
        told = select(AuditEvent.action, AuditEvent.client_id, AuditEvent.actor_id).where(
            AuditEvent.practice_id == practice.id, AuditEvent.subject == "break_glass"
        )
        assert [tuple(row) for row in await session.execute(told)] == [("CREATED", far, owner.membership_id)]


PRIVATE = """mutation ($id: ID!) { noteCreate(input: {clientId: $id, text: "Mine alone.", private: true}) {
  note { id } problems { code path } } }"""
SEEN = "query ($id: ID!) { node(id: $id) { ... on Note { text } } }"


async def test_only_an_owner_reads_what_is_private_under_it_and_only_while_it_lasts(
    practice: PracticeUnderTest,
) -> None:
    author, owner = await practice.member(Role.OWNER), await practice.member(Role.OWNER)
    midwife = await practice.member(Role.PRACTITIONER)
    client = await care.client(practice)
    made = (await practice.get(author, PRIVATE, id=care.client_id(client)))["noteCreate"]
    assert made["problems"] == []
    note = made["note"]["id"]
    for member in (owner, midwife):
        assert await practice.get(member, SEEN, id=note) == {"node": None}
        await broken(practice, member, client)

    assert await practice.get(await now(practice, owner), SEEN, id=note) == {"node": {"text": "Mine alone."}}
    assert await practice.get(await now(practice, midwife), SEEN, id=note) == {"node": None}

    await run_out(practice)
    assert await practice.get(await now(practice, owner), SEEN, id=note) == {"node": None}


TOLD = "{ viewer { ... on MemberViewer { notifications { unreadCount edges { node { kind summary } } } } } }"


async def test_owners_find_it_among_what_they_are_told(practice: PracticeUnderTest, far: UUID) -> None:
    owner, midwife = await practice.member(Role.OWNER), await practice.member(Role.PRACTITIONER)

    await broken(practice, midwife, far, minutes=30)

    told = (await practice.get(owner, TOLD))["viewer"]["notifications"]
    sentence = "opened a client's file in an emergency for 30 minutes; it waits for review."
    assert told["unreadCount"] == 1
    (node,) = [edge["node"] for edge in told["edges"]]
    assert node["kind"] == "GLASS_BROKEN"
    assert node["summary"].endswith(sentence)
