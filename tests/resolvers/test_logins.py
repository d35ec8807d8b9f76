"""Changing one's login: what anybody may ask is answered alike, and takes alike."""

import time
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any

import pytest
from sqlalchemy import select, update

from auth import sessions
from auth.credentials import Credentials
from auth.errors import NotSignedIn
from auth.viewers import Anonymous, Member, Viewer
from domain.people import Role
from resolvers import practices
from resolvers.jobs import LOGINS
from storage.database.audit import AuditDetail, AuditEvent
from storage.database.doors import Door
from storage.database.jobs import Job
from storage.database.people import Person
from tests.letters import letters_to, sent, token_for, work_off
from tests.makers import PracticeUnderTest, numbers

OLD, NEW = "the old password", "the new password"
REQUEST = "mutation ($e: String!) { passwordResetRequest(input: {email: $e}) { problems { code } } }"
RESET = """mutation ($t: String!, $p: String!) {
  passwordReset(input: {token: $t, password: $p}) { problems { code path message } } }"""
CHANGE = """mutation ($c: String!, $p: String!) {
  passwordChange(input: {currentPassword: $c, password: $p}) { problems { code path } } }"""
EMAIL = """mutation ($e: EmailAddress!, $p: String!) {
  emailChange(input: {email: $e, password: $p}) { problems { code path } } }"""
CONFIRM = "mutation ($t: String!) { emailChangeConfirm(input: {token: $t}) { problems { code path message } } }"
SIGN_IN = "mutation ($i: SignInInput!) { signIn(input: $i) { token problems { code } } }"
LINK_REFUSED = [{"code": "LINK_REFUSED", "path": ["input", "token"], "message": "This link does not work any more."}]


def address() -> str:
    return f"login{next(numbers)}.{datetime.now(UTC).timestamp()}@example.org"


async def person(practice: PracticeUnderTest, *others: PracticeUnderTest) -> str:
    """The address of somebody with the old password, who works for these practices."""
    email, kept = address(), await practice.casegraph.passwords.hashed(OLD)
    for each in (practice, *others):
        await practices.let_in(
            practice.casegraph.database, each.id, email=email, name="Ama", role=Role.OWNER, password_hash=kept
        )
    return email


async def signed_in(practice: PracticeUnderTest, email: str, password: str = OLD) -> str | None:
    """A bearer token of the person; None when the password is wrong."""
    given = {"email": email, "password": password, "bearer": True}
    token: str | None = (await practice.get(Anonymous(), SIGN_IN, i=given))["signIn"]["token"]
    return token


async def viewer(practice: PracticeUnderTest, token: str | None) -> Viewer:
    return await practice.casegraph.viewer_of(Credentials(bearer=token))


async def ask_for_reset(practice: PracticeUnderTest, email: str) -> str:
    """The secret of a link to a new password."""
    await practice.get(Anonymous(), REQUEST, e=email)
    return await token_for(practice.casegraph, email)


async def facts(practice: PracticeUnderTest) -> list[tuple[Any, ...]]:
    """What the practice's log says of people's logins."""
    async with practice.casegraph.database.write(practice.id) as session:
        told = select(AuditEvent.action, AuditEvent.actor_kind).where(
            AuditEvent.practice_id == practice.id, AuditEvent.subject == "person"
        )
        return [tuple(row) for row in await session.execute(told.order_by(AuditEvent.seq))]


async def test_a_forgotten_password_is_replaced_by_the_link_once(practice: PracticeUnderTest) -> None:
    email = await person(practice)
    open_before = await signed_in(practice, email)

    token = await ask_for_reset(practice, email)
    first = await practice.get(Anonymous(), RESET, t=token, p=NEW)
    second = await practice.get(Anonymous(), RESET, t=token, p="yet another password")

    assert first["passwordReset"]["problems"] == []
    assert second["passwordReset"]["problems"] == LINK_REFUSED
    assert await signed_in(practice, email) is None
    assert await signed_in(practice, email, NEW) is not None
    with pytest.raises(NotSignedIn):
        await viewer(practice, open_before)


async def test_asking_again_makes_the_link_before_useless(practice: PracticeUnderTest) -> None:
    email = await person(practice)
    first = await ask_for_reset(practice, email)
    second = await ask_for_reset(practice, email)

    refused = await practice.get(Anonymous(), RESET, t=first, p=NEW)
    done = await practice.get(Anonymous(), RESET, t=second, p=NEW)

    assert refused["passwordReset"]["problems"] == LINK_REFUSED
    assert done["passwordReset"]["problems"] == []


async def test_links_of_other_kinds_guessed_used_or_run_out_are_refused_alike(practice: PracticeUnderTest) -> None:
    email = await person(practice)
    run_out = await ask_for_reset(practice, email)
    async with practice.casegraph.database.write(None) as session:
        ended = update(Door).where(Door.secret_hash == sessions.hashed(run_out))
        await session.execute(ended.values(ends_at=datetime.now(UTC) - timedelta(seconds=1)))
        await session.commit()
    session_token = await signed_in(practice, email)
    member = await viewer(practice, session_token)
    new_email = address()
    await practice.get(member, EMAIL, e=new_email, p=OLD)
    other_kind = await token_for(practice.casegraph, new_email)

    for token in (run_out, str(session_token), other_kind, "x" * 43, "", "\x00"):
        answer = await practice.get(Anonymous(), RESET, t=token, p=NEW)
        assert answer["passwordReset"]["problems"] == LINK_REFUSED

    assert await signed_in(practice, email) is not None


async def test_asking_for_a_letter_is_answered_alike_for_everybody(practice: PracticeUnderTest) -> None:
    known, unknown = await person(practice), address()

    answers = [await practice.get(Anonymous(), REQUEST, e=each) for each in (known, unknown, "no address", "", "ü@ü")]

    assert answers == [{"passwordResetRequest": {"problems": []}}] * 5
    assert len(await letters_to(practice.casegraph, known)) == 1
    assert await letters_to(practice.casegraph, unknown) == []


async def test_asking_for_a_letter_sends_the_same_statements_for_everybody(practice: PracticeUnderTest) -> None:
    known, unknown = await person(practice), address()
    await practice.get(Anonymous(), REQUEST, e=address())
    found = []
    for email in (known, unknown):
        with sent(practice) as statements, practice.counted() as read:
            await practice.get(Anonymous(), REQUEST, e=email)
        found.append((statements, read))

    assert found[0] == found[1]
    assert not any("FROM person" in statement for statement in found[0][0])


async def test_a_guess_and_a_link_of_another_kind_take_alike(practice: PracticeUnderTest) -> None:
    email = await person(practice)
    used = await ask_for_reset(practice, email)
    await practice.get(Anonymous(), RESET, t=used, p=NEW)
    times: dict[str, list[float]] = {"used": [], "guessed": []}
    for number in range(5):
        for case, token in (("used", used), ("guessed", f"{number}" * 43)):
            begun = time.process_time()
            with sent(practice) as statements:
                await practice.get(Anonymous(), RESET, t=token, p=NEW)
            times[case].append(time.process_time() - begun)
            assert statements == []

    used_for, guessed_for = median(times["used"]), median(times["guessed"])
    # Both hash a password, which is nearly all of it.
    assert min(used_for, guessed_for) > 0.01
    assert abs(used_for - guessed_for) < 0.5 * max(used_for, guessed_for)


async def test_a_wrong_password_and_an_unknown_address_both_run_argon2(practice: PracticeUnderTest) -> None:
    email = await person(practice)
    times: dict[str, list[float]] = {"wrong": [], "unknown": []}
    await practice.get(Anonymous(), SIGN_IN, i={"email": address(), "password": "guess"})
    for _ in range(4):
        for case, whose in (("wrong", email), ("unknown", address())):
            begun = time.process_time()
            await practice.get(Anonymous(), SIGN_IN, i={"email": whose, "password": "guess"})
            times[case].append(time.process_time() - begun)

    wrong, unknown = median(times["wrong"]), median(times["unknown"])
    assert min(wrong, unknown) > 0.01
    assert abs(wrong - unknown) < 0.5 * max(wrong, unknown)


async def test_the_job_of_a_letter_keeps_neither_the_address_nor_a_secret(practice: PracticeUnderTest) -> None:
    email = await person(practice)
    token = await ask_for_reset(practice, email)

    async with practice.casegraph.database.write(LOGINS) as session:
        jobs = list(await session.execute(select(*Job.__table__.c).where(Job.practice_id == LOGINS)))
    assert jobs
    assert not any(email in str(job) or token in str(job) for job in jobs)


async def test_letters_to_one_address_are_bounded(practice: PracticeUnderTest) -> None:
    for email in (await person(practice), address()):
        answers = [await practice.ask(Anonymous(), REQUEST, e=email) for _ in range(6)]

        assert [answer.codes for answer in answers] == [[]] * 5 + [["TOO_MANY_REQUESTS"]]


async def test_changing_the_password_ends_all_other_sessions(practice: PracticeUnderTest) -> None:
    email = await person(practice)
    here, there = await signed_in(practice, email), await signed_in(practice, email)

    wrong = await practice.get(await viewer(practice, here), CHANGE, c="guess", p=NEW)
    short = await practice.get(await viewer(practice, here), CHANGE, c=OLD, p="short")
    done = await practice.get(await viewer(practice, here), CHANGE, c=OLD, p=NEW)

    assert wrong["passwordChange"]["problems"] == [{"code": "INVALID", "path": ["input", "currentPassword"]}]
    assert short["passwordChange"]["problems"] == [{"code": "INVALID", "path": ["input", "password"]}]
    assert done["passwordChange"]["problems"] == []
    assert isinstance(await viewer(practice, here), Member)
    with pytest.raises(NotSignedIn):
        await viewer(practice, there)
    (letter,) = [each for each in await letters_to(practice.casegraph, email) if "changed" in each["Subject"]]
    assert letter["Subject"] == "Your password was changed"


@pytest.mark.parametrize("text", [CHANGE, EMAIL], ids=["password", "address"])
async def test_who_is_not_signed_in_changes_no_login(practice: PracticeUnderTest, text: str) -> None:
    answer = await practice.ask(Anonymous(), text, c=OLD, p=OLD, e=address())

    assert answer.codes == ["NOT_SIGNED_IN"]


async def test_a_new_address_counts_when_it_was_confirmed_and_the_old_one_is_told(practice: PracticeUnderTest) -> None:
    email, new = await person(practice), address()
    member = await viewer(practice, await signed_in(practice, email))

    asked = await practice.get(member, EMAIL, e=new.upper(), p=OLD)
    before = (await signed_in(practice, email), await signed_in(practice, new))
    token = await token_for(practice.casegraph, new)
    confirmed = await practice.get(Anonymous(), CONFIRM, t=token)
    again = await practice.get(Anonymous(), CONFIRM, t=token)

    assert asked["emailChange"]["problems"] == confirmed["emailChangeConfirm"]["problems"] == []
    assert again["emailChangeConfirm"]["problems"] == LINK_REFUSED
    assert (before[0] is not None, before[1]) == (True, None)
    assert await signed_in(practice, email) is None
    assert await signed_in(practice, new) is not None
    assert [each["Subject"] for each in await letters_to(practice.casegraph, email)] == ["Your address was changed"]


async def test_a_link_to_a_new_password_at_the_old_address_opens_nothing_any_more(practice: PracticeUnderTest) -> None:
    email, new = await person(practice), address()
    reset = await ask_for_reset(practice, email)
    member = await viewer(practice, await signed_in(practice, email))
    await practice.get(member, EMAIL, e=new, p=OLD)
    await practice.get(Anonymous(), CONFIRM, t=await token_for(practice.casegraph, new))

    refused = await practice.get(Anonymous(), RESET, t=reset, p=NEW)

    assert refused["passwordReset"]["problems"] == LINK_REFUSED


async def test_an_address_that_another_login_has_is_neither_told_nor_taken(practice: PracticeUnderTest) -> None:
    email, taken = await person(practice), await person(practice)
    member = await viewer(practice, await signed_in(practice, email))

    answer = await practice.get(member, EMAIL, e=taken, p=OLD)
    await work_off(practice.casegraph)

    assert answer["emailChange"]["problems"] == []
    assert await letters_to(practice.casegraph, taken) == []
    assert await signed_in(practice, taken) is not None


async def test_an_address_that_was_taken_meanwhile_is_refused(practice: PracticeUnderTest) -> None:
    email, new = await person(practice), address()
    member = await viewer(practice, await signed_in(practice, email))
    await practice.get(member, EMAIL, e=new, p=OLD)
    token = await token_for(practice.casegraph, new)
    await practices.let_in(practice.casegraph.database, practice.id, email=new, name="Eve", role=Role.ASSISTANT)

    answer = await practice.get(Anonymous(), CONFIRM, t=token)

    assert answer["emailChangeConfirm"]["problems"] == LINK_REFUSED
    assert await signed_in(practice, email) is not None


async def test_every_practice_of_the_person_writes_down_what_was_changed(practice: PracticeUnderTest) -> None:
    other, stranger = [await PracticeUnderTest.founded(practice.casegraph) for _ in range(2)]
    email, new = await person(practice, other), address()
    token = await ask_for_reset(practice, email)
    await practice.get(Anonymous(), RESET, t=token, p=NEW)
    unbound = await viewer(practice, await signed_in(practice, email, NEW))
    await practice.get(unbound, CHANGE, c=NEW, p=OLD)
    await practice.get(unbound, EMAIL, e=new, p=OLD)
    await practice.get(Anonymous(), CONFIRM, t=await token_for(practice.casegraph, new))

    told = [("PASSWORD_RESET", "LINK"), ("PASSWORD_CHANGED", "MEMBER"), ("EMAIL_CHANGED", "LINK")]
    assert await facts(practice) == await facts(other) == told
    assert await facts(stranger) == []
    async with practice.casegraph.database.write(practice.id) as session:
        for model in (AuditEvent, AuditDetail):
            for row in await session.execute(select(*model.__table__.c)):
                assert NEW not in str(row)
                assert "argon2" not in str(row)


async def test_a_password_given_at_the_command_line_is_written_down_too(practice: PracticeUnderTest) -> None:
    email = await person(practice)
    kept = await practice.casegraph.passwords.hashed(NEW)

    assert await practices.set_password(practice.casegraph.database, email, kept)
    assert not await practices.set_password(practice.casegraph.database, address(), kept)

    assert await facts(practice) == [("PASSWORD_CHANGED", "SYSTEM")]
    async with practice.casegraph.database.write(None) as session:
        assert await session.scalar(select(Person.password_hash).where(Person.email == email)) == kept


async def test_another_name_of_the_practice_stands_in_its_own_log(practice: PracticeUnderTest) -> None:
    owner, midwife = await practice.member(), await practice.member(Role.PRACTITIONER)
    text = 'mutation { practiceUpdate(input: {name: "Oak Street"}) { practice { name } problems { code } } }'

    denied = await practice.ask(midwife, text)
    done = await practice.get(owner, text)

    assert denied.codes == ["FORBIDDEN"]
    assert done == {"practiceUpdate": {"practice": {"name": "Oak Street"}, "problems": []}}
    async with practice.casegraph.database.write(practice.id) as session:
        told = select(AuditEvent.action, AuditEvent.actor_id).where(
            AuditEvent.practice_id == practice.id, AuditEvent.subject == "practice"
        )
        rows = [tuple(row) for row in await session.execute(told.order_by(AuditEvent.seq))]
    assert rows == [("FOUNDED", None), ("CHANGED", owner.membership_id)]
