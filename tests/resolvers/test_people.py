import pytest

from auth.credentials import Credentials
from auth.errors import NotSignedIn
from auth.viewers import Anonymous, Member
from domain.people import Role
from resolvers import practices
from tests.makers import PracticeUnderTest


async def test_the_viewer_sees_themselves_at_work(practice: PracticeUnderTest) -> None:
    midwife = await practice.member(Role.PRACTITIONER, "Ama Mensah")

    data = await practice.get(midwife, "{ viewer { kind ... on MemberViewer { member { name role } } } }")

    assert data == {"viewer": {"kind": "MEMBER", "member": {"name": "Ama Mensah", "role": "PRACTITIONER"}}}


async def test_who_is_not_signed_in_sees_no_practice(practice: PracticeUnderTest) -> None:
    answer = await practice.ask(Anonymous(), "{ viewer { kind } practice { name } }")

    assert answer.data == {"viewer": {"kind": "ANONYMOUS"}, "practice": None}
    assert answer.codes == ["NOT_SIGNED_IN"]


SIGN_IN = """
mutation ($input: SignInInput!) {
  signIn(input: $input) { token problems { code path } viewer { kind memberships { practiceName role } } }
}
"""


async def test_a_person_signs_in_with_a_password_and_their_token_says_who_they_are(practice: PracticeUnderTest) -> None:
    casegraph = practice.casegraph
    address = f"ama.{practice.id.hex}@example.org"
    kept = await casegraph.passwords.hashed("correct horse")
    await practices.let_in(
        casegraph.database, practice.id, email=address, name="Ama", role=Role.OWNER, password_hash=kept
    )

    wrong = await practice.get(Anonymous(), SIGN_IN, input={"email": address, "password": "no", "bearer": True})
    right = await practice.get(
        Anonymous(), SIGN_IN, input={"email": address, "password": "correct horse", "bearer": True}
    )

    assert wrong["signIn"]["problems"] == [{"code": "SIGN_IN_REFUSED", "path": ["input"]}]
    assert right["signIn"]["viewer"]["kind"] == "MEMBER"
    viewer = await casegraph.viewer_of(Credentials(bearer=right["signIn"]["token"]))
    assert isinstance(viewer, Member)
    assert viewer.practice_id == practice.id
    await practice.get(viewer, "mutation { signOut { problems { code } } }")
    with pytest.raises(NotSignedIn):
        await casegraph.viewer_of(Credentials(bearer=right["signIn"]["token"]))
