"""The rules of tags: names that are the same, colours, who sees one."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as some

from domain import tags
from domain.people import Role
from domain.refusals import Findings, NotAllowedNow

AT = ("input", "colour")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("VIP", "vip"), ("Straße", "STRASSE"), ("Café", "Cafe\u0301"), ("ﬁnal", "FINAL"), ("ＶＩＰ", "vip"),
        ("follow  up", "Follow up"), ("follow\u00a0up", "follow up"), ("a\u200bb", "ab"), ("ΣΑΣ", "σας"), ("²", "2"),
        ("\u1fb3", "ΑΙ"), ("İ", "i\u0307"),
    ],
)  # fmt: skip
def test_names_that_nobody_could_tell_apart_have_one_key(one: str, other: str) -> None:
    assert tags.key_of(one) == tags.key_of(other)


@pytest.mark.parametrize(("one", "other"), [("VIP", "VIPs"), ("über", "uber"), ("a b", "ab"), ("и", "й"), ("1", "l")])
def test_names_that_read_differently_have_keys_of_their_own(one: str, other: str) -> None:
    assert tags.key_of(one) != tags.key_of(other)


@given(some.text(max_size=20))
def test_a_key_stands_for_itself_and_for_every_case_and_form(name: str) -> None:
    key = tags.key_of(name)
    assert tags.key_of(key) == key
    assert tags.key_of(name.casefold()) == key
    assert tags.key_of(unicodedata.normalize("NFKC", name)) == key
    assert tags.key_of(f"  {name}\u200b ") == key


def test_a_colour_is_kept_in_lower_case() -> None:
    findings = Findings()
    assert tags.colour("#2E7D32", AT, findings) == "#2e7d32"
    assert tags.colour(None, AT, findings) is None
    assert not findings


@pytest.mark.parametrize("value", ["", "#", "2e7d32", "#2e7d3", "#2e7d322", "#2e7d3g", "red", "#2e7d32\n", "#２e7d32"])
def test_what_is_no_colour_is_refused(value: str) -> None:
    findings = Findings()
    assert tags.colour(value, AT, findings) is None
    assert [problem.path for problem in findings.problems] == [AT]


def test_who_keeps_the_tags_sees_every_one() -> None:
    assert tags.visible_to(None) is None
    assert tags.visible_to([]) == ["ADMIN", "OWNER"]
    assert tags.visible_to([Role.BILLING, Role.BILLING]) == ["ADMIN", "BILLING", "OWNER"]
    assert tags.visible_to(list(Role)) is None


def test_a_practice_has_room_for_so_many_tags() -> None:
    tags.check_room(tags.MOST_TAGS - 1)
    with pytest.raises(NotAllowedNow):
        tags.check_room(tags.MOST_TAGS)
