"""Inviting people: by a letter, once, for a while, and nothing told to who only guesses."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from auth import sessions
from auth.credentials import Credentials
from auth.viewers import Anonymous, Member, Viewer
from domain.people import Role
from resolvers import practices
from storage.database.audit import AuditDetail, AuditEvent
from storage.database.doors import Door
from storage.database.invitations import Invitation
from storage.database.jobs import Job
from storage.database.people import Membership, Person
from tests.letters import letters_to, sent, token_for, work_off
from tests.makers import PracticeUnderTest, numbers

PASSWORD = "correct horse battery"
CREATE = """
mutation ($input: InvitationCreateInput!) { invitationCreate(input: $input) {
  invitation { id email role state sentAt version } problems { code path message }
} }
"""
ACCEPT = """
mutation ($input: InvitationAcceptInput!) { invitationAccept(input: $input) {
  token viewer { kind ... on MemberViewer { member { name role } } } problems { code path message }
} }
"""
RESEND = "mutation ($id: ID!) { invitationResend(input: {id: $id}) { invitation { id state } problems { code } } }"
WITHDRAW = "mutation ($id: ID!) { invitationWithdraw(input: {id: $id}) { invitation { state } problems { code } } }"
REFUSED = {
    "token": None,
    "viewer": {"kind": "ANONYMOUS"},
    "problems": [{"code": "LINK_REFUSED", "path": ["input", "token"], "message": "This link does not work any more."}],
}


def address() -> str:
    return f"new{next(numbers)}.{datetime.now(UTC).timestamp()}@example.org"


async def invited(practice: PracticeUnderTest, owner: Viewer, email: str, role: str = "PRACTITIONER") -> str:
    """The id of a new invitation."""
    given = {"email": email, "name": "Ama Mensah", "role": role}
    answer = (await practice.get(owner, CREATE, input=given))["invitationCreate"]
    assert answer["problems"] == []
    return str(answer["invitation"]["id"])


async def accept(practice: PracticeUnderTest, token: str, viewer: Viewer | None = None, **given: Any) -> Any:
    values = {"token": token, "password": PASSWORD, "bearer": True, **given}
    return (await practice.get(viewer or Anonymous(), ACCEPT, input=values))["invitationAccept"]


async def kept(practice: PracticeUnderTest) -> list[Any]:
    """What an acceptance would change."""
    async with practice.casegraph.database.write(practice.id) as session:
        members = select(Membership.id, Membership.role).where(Membership.practice_id == practice.id)
        found = list(await session.execute(members.order_by(Membership.id)))
        found += list(await session.scalars(select(Person.email).order_by(Person.email)))
        return found


async def test_a_new_person_accepts_by_the_link_and_is_signed_in(practice: PracticeUnderTest) -> None:
    owner, email = await practice.member(), address()
    await invited(practice, owner, email.upper())

    answer = await accept(practice, await token_for(practice.casegraph, email, practice.id))

    assert answer["problems"] == []
    assert answer["viewer"] == {"kind": "MEMBER", "member": {"name": "Ama Mensah", "role": "PRACTITIONER"}}
    viewer = await practice.casegraph.viewer_of(Credentials(bearer=answer["token"]))
    assert isinstance(viewer, Member)
    assert (viewer.practice_id, viewer.role) == (practice.id, Role.PRACTITIONER)
    sign_in = "mutation ($i: SignInInput!) { signIn(input: $i) { viewer { kind } } }"
    again = await practice.get(Anonymous(), sign_in, i={"email": email, "password": PASSWORD, "bearer": True})
    assert again == {"signIn": {"viewer": {"kind": "MEMBER"}}}


async def test_the_letter_says_who_invites_where_to_and_nothing_of_clients(practice: PracticeUnderTest) -> None:
    owner, email = await practice.member(name="Rosa Diaz"), address()
    await invited(practice, owner, email)

    (letter,) = await letters_to(practice.casegraph, email, practice.id)

    name = (await practice.get(owner, "{ practice { name } }"))["practice"]["name"]
    assert letter["Subject"] == f"Invitation to {name}"
    assert "Rosa Diaz invites you" in letter.get_content()
    assert letter["Auto-Submitted"] == "auto-generated"


async def test_no_secret_stands_in_a_job_an_invitation_a_door_or_the_audit_log(practice: PracticeUnderTest) -> None:
    owner, email = await practice.member(), address()
    await invited(practice, owner, email)
    token = await token_for(practice.casegraph, email, practice.id)

    async with practice.casegraph.database.write(practice.id) as session:
        for model in (Job, Invitation, Door, AuditEvent, AuditDetail):
            for row in await session.execute(select(*model.__table__.c)):
                assert token not in str(row), model
                assert PASSWORD not in str(row)


async def test_who_has_a_login_keeps_it_and_shows_its_password(practice: PracticeUnderTest) -> None:
    casegraph, email = practice.casegraph, address()
    elsewhere = await PracticeUnderTest.founded(casegraph)
    kept_password = await casegraph.passwords.hashed("another good password")
    await practices.let_in(
        casegraph.database, elsewhere.id, email=email, name="Ama", role=Role.ADMIN, password_hash=kept_password
    )
    await invited(practice, await practice.member(), email)
    token = await token_for(casegraph, email, practice.id)

    wrong = await accept(practice, token)
    right = await accept(practice, token, password="another good password")

    assert [problem["code"] for problem in wrong["problems"]] == ["SIGN_IN_REFUSED"]
    assert right["problems"] == []
    viewer = await casegraph.viewer_of(Credentials(bearer=right["token"]))
    mine = await practice.get(viewer, "{ viewer { memberships { role } } }")
    assert sorted(each["role"] for each in mine["viewer"]["memberships"]) == ["ADMIN", "PRACTITIONER"]


async def test_who_is_signed_in_with_the_address_needs_no_password(practice: PracticeUnderTest) -> None:
    casegraph = practice.casegraph
    elsewhere = await PracticeUnderTest.founded(casegraph)
    person = await elsewhere.member(Role.ADMIN)
    async with casegraph.database.write(None) as session:
        email = (await session.get_one(Person, person.person_id)).email
    await invited(practice, await practice.member(), email)

    answer = await accept(practice, await token_for(casegraph, email, practice.id), person, password=None)

    assert answer["problems"] == []
    viewer = await casegraph.viewer_of(Credentials(bearer=answer["token"]))
    assert (viewer.practice_id, viewer.person_id) == (practice.id, person.person_id)


async def test_used_withdrawn_resent_run_out_and_guessed_links_are_refused_alike(practice: PracticeUnderTest) -> None:
    casegraph, owner = practice.casegraph, await practice.member()
    tokens = {}
    for case in ("used", "withdrawn", "resent", "run out", "ended"):
        email = address()
        id = await invited(practice, owner, email)
        tokens[case] = await token_for(casegraph, email, practice.id)
        if case == "used":
            await accept(practice, tokens[case])
        elif case == "withdrawn":
            await practice.get(owner, WITHDRAW, id=id)
        elif case == "resent":
            await practice.get(owner, RESEND, id=id)
            await work_off(casegraph, practice.id)
        else:
            await run_out(practice, tokens[case])
    tokens |= {"guessed": "x" * 43, "empty": "", "strange": "\x00😀", "long": "y" * 5000}
    before = await kept(practice)

    answers = {case: await accept(practice, token) for case, token in tokens.items()}

    assert answers == dict.fromkeys(tokens, REFUSED)
    assert await kept(practice) == before


async def run_out(practice: PracticeUnderTest, token: str) -> None:
    """Let the link's time be over."""
    async with practice.casegraph.database.write(None) as session:
        earlier = datetime.now(UTC) - timedelta(seconds=1)
        await session.execute(update(Door).where(Door.secret_hash == sessions.hashed(token)).values(ends_at=earlier))
        await session.commit()


async def test_the_link_of_a_letter_sent_again_works(practice: PracticeUnderTest) -> None:
    owner, email = await practice.member(), address()
    id = await invited(practice, owner, email)
    await work_off(practice.casegraph, practice.id)
    await practice.get(owner, RESEND, id=id)

    letters = await letters_to(practice.casegraph, email, practice.id)

    assert len(letters) == 2
    assert (await accept(practice, await token_for(practice.casegraph, email)))["problems"] == []


async def test_one_link_used_by_many_at_one_time_makes_one_member(practice: PracticeUnderTest) -> None:
    owner, email = await practice.member(), address()
    await invited(practice, owner, email)
    token = await token_for(practice.casegraph, email, practice.id)
    operations = [accept(practice, token) for _ in range(9)]

    answers = await asyncio.gather(*operations)

    codes = sorted(str([problem["code"] for problem in answer["problems"]]) for answer in answers)
    assert codes == ["['LINK_REFUSED']"] * 8 + ["[]"]
    async with practice.casegraph.database.write(practice.id) as session:
        held = select(Membership.id).where(Membership.practice_id == practice.id)
        assert len((await session.scalars(held)).all()) == 2


async def test_a_short_password_is_refused_and_the_link_still_works(practice: PracticeUnderTest) -> None:
    owner, email = await practice.member(), address()
    await invited(practice, owner, email)
    token = await token_for(practice.casegraph, email, practice.id)

    short = await accept(practice, token, password="short")
    right = await accept(practice, token)

    assert [(problem["code"], problem["path"]) for problem in short["problems"]] == [("INVALID", ["input", "password"])]
    assert right["problems"] == []


async def test_the_invitation_of_one_practice_opens_no_other(practice: PracticeUnderTest) -> None:
    other, email = await PracticeUnderTest.founded(practice.casegraph), address()
    await invited(other, await other.member(), email)
    id = (await practice.get(await other.member(), "{ practice { invitations { edges { node { id } } } } }"))[
        "practice"
    ]["invitations"]["edges"][0]["node"]["id"]
    owner = await practice.member()

    seen = await practice.get(owner, "query ($id: ID!) { node(id: $id) { id } }", id=id)
    withdrawn = await practice.get(owner, WITHDRAW, id=id)
    answer = await accept(practice, await token_for(practice.casegraph, email, other.id))

    assert seen == {"node": None}
    assert withdrawn["invitationWithdraw"]["problems"] == [{"code": "NOT_FOUND"}]
    viewer = await practice.casegraph.viewer_of(Credentials(bearer=answer["token"]))
    assert viewer.practice_id == other.id


async def test_only_an_owner_invites_owners(practice: PracticeUnderTest) -> None:
    admin, email = await practice.member(Role.ADMIN), address()

    answer = await practice.get(admin, CREATE, input={"email": email, "name": "Ama", "role": "OWNER"})

    assert [problem["path"] for problem in answer["invitationCreate"]["problems"]] == [["input", "role"]]
    assert await letters_to(practice.casegraph, email, practice.id) == []


@pytest.mark.parametrize("role", [Role.PRACTITIONER, Role.BILLING, Role.ASSISTANT, Role.READ_ONLY])
async def test_others_invite_nobody_and_see_no_invitation(practice: PracticeUnderTest, role: Role) -> None:
    owner, member, email = await practice.member(), await practice.member(role), address()
    id = await invited(practice, owner, email)
    before = await kept(practice)

    denied = await practice.ask(member, CREATE, input={"email": address(), "name": "Ama", "role": "READ_ONLY"})
    listed = await practice.ask(member, "{ practice { name invitations { edges { node { id } } } } }")
    seen = await practice.get(member, "query ($id: ID!) { node(id: $id) { id } }", id=id)

    assert (denied.data, denied.codes) == ({"invitationCreate": None}, ["FORBIDDEN"])
    assert (listed.data["practice"]["invitations"], listed.codes) == (None, ["FORBIDDEN"])
    assert seen == {"node": None}
    assert await kept(practice) == before


async def test_a_member_is_not_invited_again(practice: PracticeUnderTest) -> None:
    owner, email = await practice.member(), address()
    await invited(practice, owner, email)
    await accept(practice, await token_for(practice.casegraph, email, practice.id))

    answer = await practice.get(owner, CREATE, input={"email": email, "name": "Ama", "role": "READ_ONLY"})

    assert [problem["code"] for problem in answer["invitationCreate"]["problems"]] == ["ALREADY_DONE"]


async def test_a_withdrawn_invitation_is_not_sent_even_when_its_letter_waited(practice: PracticeUnderTest) -> None:
    owner, email = await practice.member(), address()
    id = await invited(practice, owner, email)
    await practice.get(owner, WITHDRAW, id=id)

    assert await letters_to(practice.casegraph, email, practice.id) == []


async def test_the_log_names_who_invited_and_who_accepted(practice: PracticeUnderTest) -> None:
    owner, email = await practice.member(), address()
    await invited(practice, owner, email)
    answer = await accept(practice, await token_for(practice.casegraph, email, practice.id))
    viewer = await practice.casegraph.viewer_of(Credentials(bearer=answer["token"]))

    async with practice.casegraph.database.write(practice.id) as session:
        told = select(AuditEvent.operation, AuditEvent.actor_kind, AuditEvent.actor_id).where(
            AuditEvent.practice_id == practice.id, AuditEvent.subject == "invitation"
        )
        found = [tuple(row) for row in await session.execute(told.order_by(AuditEvent.seq))]
    assert found == [
        ("changing.create", "MEMBER", owner.membership_id),
        ("jobs.invitation_letter", "SYSTEM", None),
        ("invitations.accept", "MEMBER", viewer.membership_id),
    ]


async def test_the_list_of_invitations_is_a_bounded_number_of_statements(practice: PracticeUnderTest) -> None:
    owner = await practice.member()
    text = """{ practice { invitations(first: 50, past: true) { totalCount { value }
      edges { node { id email state invitedBy { name } member { name } } } } } }"""
    for expected in (1, 20):
        async with practice.casegraph.database.write(practice.id) as session:
            await session.execute(delete(Invitation).where(Invitation.practice_id == practice.id))
            await session.commit()
        for _ in range(expected):
            await invited(practice, owner, address())
        with practice.counted() as read:
            listed = await practice.get(owner, text)
        assert listed["practice"]["invitations"]["totalCount"] == {"value": expected}
        assert len(read) == 4


async def test_links_that_fail_send_the_same_statements_and_run_argon2_once(practice: PracticeUnderTest) -> None:
    owner, email = await practice.member(), address()
    id = await invited(practice, owner, email)
    withdrawn = await token_for(practice.casegraph, email, practice.id)
    await practice.get(owner, WITHDRAW, id=id)
    used_email = address()
    await invited(practice, owner, used_email)
    used = await token_for(practice.casegraph, used_email, practice.id)
    await accept(practice, used)
    times: dict[str, list[float]] = {used: [], withdrawn: [], "x" * 43: []}
    for _ in range(4):
        for token, taken in times.items():
            begun = time.process_time()
            with sent(practice) as statements:
                await accept(practice, token)
            taken.append(time.process_time() - begun)
            assert statements == []  # the door is looked for by a reading connection alone

    medians = sorted(median(taken) for taken in times.values())
    assert medians[0] > 0.01
    assert medians[-1] < 2 * medians[0]


async def test_a_letter_that_could_not_be_sent_is_tried_again_and_works(practice: PracticeUnderTest) -> None:
    casegraph, email = practice.casegraph, address()
    await invited(practice, await practice.member(), email)
    post, casegraph.post = casegraph.post, None
    try:
        await work_off(casegraph, practice.id)
    finally:
        casegraph.post = post
    async with casegraph.database.write(practice.id) as session:
        (job,) = await session.scalars(select(Job).where(Job.practice_id == practice.id, Job.kind != "housekeeping"))
        assert (job.attempts, job.error) == (1, "NoPost")
        job.run_at = datetime.now(UTC)
        await session.flush()
        await session.commit()

    assert (await accept(practice, await token_for(casegraph, email, practice.id)))["problems"] == []


@pytest.mark.parametrize(
    "act",
    [
        "membershipEnd(input: {id: $id}) { problems { code } }",
        "membershipUpdate(input: {id: $id, role: ASSISTANT}) { problems { code } }",
    ],
)
async def test_what_somebody_invited_who_may_no_longer_opens_nothing(practice: PracticeUnderTest, act: str) -> None:
    owner, leaver, email = await practice.member(), await practice.member(), address()
    await invited(practice, leaver, email, "OWNER")
    token = await token_for(practice.casegraph, email, practice.id)
    await practice.get(owner, f"mutation ($id: ID!) {{ {act} }}", id=f"membership_{leaver.membership_id.hex}")

    assert await accept(practice, token) == REFUSED
