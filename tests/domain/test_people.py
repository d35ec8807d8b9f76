"""The rules of who may make whom what; of emergencies, of keys, and what letters say."""

from datetime import UTC, datetime, timedelta

import pytest

from domain import api_keys, break_glass, letters, people
from domain.people import Role
from domain.refusals import AlreadyDone, Findings, NotAllowedNow

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
AT = ("input", "role")


@pytest.mark.parametrize("giver", list(Role))
@pytest.mark.parametrize("role", list(Role))
def test_only_an_owner_decides_about_owners(giver: Role, role: Role) -> None:
    findings = Findings()
    people.check_giving(giver, {role}, AT, findings)
    assert bool(findings) is (role is Role.OWNER and giver is not Role.OWNER)


@pytest.mark.parametrize(("is_own", "giver", "refused"), [
    (True, Role.ADMIN, True), (True, Role.OWNER, False), (False, Role.ADMIN, False),
])  # fmt: skip
def test_nobody_but_an_owner_changes_their_own_role(is_own: bool, giver: Role, refused: bool) -> None:
    findings = Findings()
    people.check_own_role(is_own, giver, AT, findings)
    assert bool(findings) is refused


def test_the_last_owner_stays() -> None:
    people.check_owner_left(1, "leave")
    with pytest.raises(NotAllowedNow, match="Cannot leave while they are the only owner"):
        people.check_owner_left(0, "leave")


@pytest.mark.parametrize(("minutes", "refused"), [(4, True), (5, False), (240, False), (241, True), (-1, True)])
def test_an_emergency_lasts_minutes_not_days(minutes: int, refused: bool) -> None:
    findings = Findings()
    assert break_glass.lasting(minutes, AT, findings) == timedelta(minutes=minutes)
    assert bool(findings) is refused


@pytest.mark.parametrize(("is_own", "others", "refused"), [(True, 1, True), (True, 0, False), (False, 1, False)])
def test_somebody_else_reviews_if_there_is_anybody(is_own: bool, others: int, refused: bool) -> None:
    findings = Findings()
    break_glass.check_reviewer(is_own, others, False, AT, findings)
    assert bool(findings) is refused


def test_what_was_reviewed_is_not_reviewed_again() -> None:
    with pytest.raises(AlreadyDone):
        break_glass.check_reviewer(False, 1, True, AT, Findings())


def test_a_key_lasts_a_year_unless_said_otherwise() -> None:
    findings = Findings()
    assert api_keys.ending(None, NOON, AT, findings) == NOON + timedelta(days=365)
    assert not findings


@pytest.mark.parametrize("days", [-1, 0, 731])
def test_a_key_ends_in_the_future_and_not_too_far(days: int) -> None:
    findings = Findings()
    api_keys.ending(NOON + timedelta(days=days), NOON, AT, findings)
    assert findings


@pytest.mark.parametrize(("wanted", "refused"), [
    ([], True), (["a"], False), (["a", "b"], False), (["c"], True), (["z"], True), (["a", "z"], True),
])  # fmt: skip
def test_a_key_is_given_what_can_be_given_and_its_maker_has(wanted: list[str], refused: bool) -> None:
    findings = Findings()
    api_keys.check_scopes(wanted, {"a", "b", "c"}, {"a", "b"}, AT, findings)
    assert bool(findings) is refused


def test_every_letter_stands_on_its_own() -> None:
    link = "https://app.example.org/x#secret"
    written = [
        letters.invitation("a@b.example", "Oak\nStreet", "Rosa", link, NOON),
        letters.invitation("a@b.example", "Oak Street", None, link, NOON),
        letters.password_reset("a@b.example", link, NOON),
        letters.password_changed("a@b.example"),
        letters.email_change("a@b.example", link, NOON),
        letters.email_changed("a@b.example"),
        letters.glass_broken("a@b.example", "Oak Street", "Ama", NOON, NOON),
    ]
    for letter in written:
        assert letter.to == "a@b.example"
        assert letter.subject == letter.subject.strip() != ""
        assert "\n" not in letter.subject
        assert letter.text.endswith("\n")
    assert written[0].subject == "Invitation to Oak Street"
    assert [link in letter.text for letter in written] == [True, True, True, False, True, False, False]
    assert "01 March 2026, 12:00 UTC" in written[0].text
