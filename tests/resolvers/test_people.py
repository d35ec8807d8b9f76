from auth.viewers import Anonymous
from domain.people import Role
from tests.makers import PracticeUnderTest


async def test_the_viewer_sees_themselves_at_work(practice: PracticeUnderTest) -> None:
    midwife = await practice.member(Role.PRACTITIONER, "Ama Mensah")

    data = await practice.get(midwife, "{ viewer { kind ... on MemberViewer { member { name role } } } }")

    assert data == {"viewer": {"kind": "MEMBER", "member": {"name": "Ama Mensah", "role": "PRACTITIONER"}}}


async def test_who_is_not_signed_in_sees_no_practice(practice: PracticeUnderTest) -> None:
    answer = await practice.ask(Anonymous(), "{ viewer { kind } practice { name } }")

    assert answer.data == {"viewer": {"kind": "ANONYMOUS"}, "practice": None}
    assert answer.codes == ["NOT_SIGNED_IN"]
