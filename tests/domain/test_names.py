"""What a person is called."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from domain import names, searching
from domain.clients import NameUse
from domain.names import PersonName
from domain.texts import is_visible

LEGAL = PersonName(NameUse.LEGAL, "Katherine", "Moore")
USED = PersonName(NameUse.USED, "Kit", "Marlowe")
FORMER = PersonName(NameUse.FORMER, "Katherine", "Smith")

PART = some.none() | some.text(max_size=12)
NAMES = some.lists(some.builds(PersonName, some.sampled_from(NameUse), PART, PART), max_size=4)


def test_the_used_name_is_shown() -> None:
    assert names.display_name([FORMER, LEGAL, USED]) == "Kit Marlowe"


def test_without_a_used_name_the_legal_one_is_shown() -> None:
    assert names.display_name([FORMER, LEGAL]) == "Katherine Moore"


def test_a_former_name_is_shown_only_when_nothing_else_is_known() -> None:
    assert names.display_name([FORMER]) == "Katherine Smith"


def test_a_used_given_name_alone_keeps_the_legal_family_name() -> None:
    assert names.display_name([LEGAL, PersonName(NameUse.USED, "Kit")]) == "Kit Moore"


def test_a_used_family_name_alone_is_the_whole_name() -> None:
    assert names.display_name([LEGAL, PersonName(NameUse.USED, None, "Sukarno")]) == "Sukarno"


def test_papers_carry_the_legal_name() -> None:
    assert names.legal_name([USED, LEGAL]) == "Katherine Moore"


def test_nobody_is_without_a_name_on_a_screen() -> None:
    assert (names.display_name([]), names.legal_name([]), names.sort_name([])) == ("No name", "No name", "no name")


def test_chinese_japanese_and_korean_names_begin_with_the_family() -> None:
    written = [names.written("太郎", "山田"), names.written("민준", "김"), names.written("Taro", "Yamada")]
    assert written == ["山田太郎", "김민준", "Taro Yamada"]


def test_names_are_sorted_by_family_without_accents() -> None:
    assert names.sort_name([PersonName(NameUse.LEGAL, "Ana", "Álvarez Núñez")]) == "alvarez nunez ana"


@given(NAMES)
def test_every_name_shown_has_something_to_see(known: list[PersonName]) -> None:
    assert is_visible(names.display_name(known))
    assert is_visible(names.legal_name(known))


@given(NAMES)
def test_a_sort_name_is_folded_bounded_and_never_empty(known: list[PersonName]) -> None:
    sort_name = names.sort_name(known)
    assert 0 < len(sort_name) <= names.SORT_NAME_CHARACTERS
    assert sort_name == searching.fold(sort_name)


@pytest.mark.parametrize("query", ["kit", "moore", "smith", "MARL"])
def test_a_person_is_found_by_any_of_their_names(query: str) -> None:
    assert searching.matches(names.search_words([LEGAL, USED, FORMER]), query)


@given(NAMES)
def test_names_are_kept_and_read_unchanged(known: list[PersonName]) -> None:
    assert names.read(names.kept(known)) == known
