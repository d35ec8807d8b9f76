"""Whether two clients may be one person."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as some

from domain import duplicates, names, searching
from domain.clients import NameUse
from domain.duplicates import Likeness, LikenessReason, likeness, resemblance
from domain.names import PersonName


def person(
    given: str, family: str, born: str | None = None, email: str | None = None, phone: str | None = None
) -> Likeness:
    return likeness(
        [PersonName(NameUse.LEGAL, given, family)],
        date.fromisoformat(born) if born else None,
        emails=[email] if email else [],
        phones=[phone] if phone else [],
    )


Details = tuple[list[str], list[str], list[tuple[str, str]]]
Person = tuple[list[PersonName], Likeness, Details]
"""The names, what they are compared by, and e-mail addresses, telephone numbers and identifiers as given."""


def alike(one: Likeness, other: Likeness) -> bool:
    return bool(duplicates.possible_duplicates(one, [("known", other)]))


PART = some.sampled_from(
    ["", "Ana", "Anna", "Hanna", "Anne Marie", "Annemarie", "Müller", "Mueller", "Muller", "O'Brien"]
)
NAME = some.builds(PersonName, some.sampled_from(NameUse), PART, PART)
PEOPLE = some.builds(
    lambda known, born, emails, phones, identifiers: (
        known,
        likeness(known, born, emails=emails, phones=phones, identifiers=identifiers),
        (emails, phones, identifiers),
    ),
    some.lists(NAME, max_size=2),
    some.none() | some.sampled_from([date(1990, 5, 4), date(1990, 4, 5), date(1990, 5, 14), date(1970, 1, 1)]),
    some.lists(some.sampled_from(["a@x.org", "A@X.org", "b@x.org"]), max_size=2),
    some.lists(some.sampled_from(["+49301234567", "+49 30 1234567", "+4915112345"]), max_size=2),
    some.lists(some.sampled_from([("nhs", "943-476"), ("nhs", "943 476"), ("ssn", "1")]), max_size=2),
)


@given(PEOPLE, PEOPLE)
def test_the_order_of_the_two_does_not_matter(one: Person, other: Person) -> None:
    assert resemblance(one[1], other[1]) == resemblance(other[1], one[1])


@given(PEOPLE, PEOPLE)
def test_a_score_stays_between_nothing_and_a_hundred(one: Person, other: Person) -> None:
    assert 0 <= resemblance(one[1], other[1]).score <= duplicates.HIGHEST


@given(PEOPLE, PEOPLE, some.integers(20, 100))
def test_every_possible_duplicate_shares_a_kept_word_or_the_birth_date(
    one: Person, other: Person, threshold: int
) -> None:
    if resemblance(one[1], other[1]).score < threshold:
        return
    known, _, (emails, phones, identifiers) = other
    kept = names.search_words(known)
    for words in (
        *map(searching.words_of_email, emails),
        *map(searching.words_of_phone, phones),
        *(searching.words_of_code(value) for _, value in identifiers),
    ):
        kept |= words
    assert kept & set(duplicates.exact_words(one[1], threshold)) or one[1].birth_date == other[1].birth_date


def test_the_same_name_and_birth_date_are_a_possible_duplicate() -> None:
    found = resemblance(person("José", "García", "1990-05-04"), person("jose", "GARCIA", "1990-05-04"))
    assert (found.score, found.reasons) == (75, (LikenessReason.SAME_NAME, LikenessReason.SAME_BIRTH_DATE))


def test_the_same_name_birth_date_and_email_score_all_three() -> None:
    one = person("Ana", "Silva", "1990-05-04", "ana@example.org")
    assert resemblance(one, one).score == 100


def test_a_family_that_shares_email_and_telephone_is_not_one_person() -> None:
    mother = person("Ana", "Silva", "1960-05-04", "silva@example.org", "+49301234567")
    daughter = person("Rita", "Silva", "1990-01-01", "silva@example.org", "+49301234567")
    assert not alike(mother, daughter)


def test_twins_are_not_one_person() -> None:
    one = person("Ben", "Silva", "2020-05-04", "silva@example.org", "+49301234567")
    other = person("Clara", "Silva", "2020-05-04", "silva@example.org", "+49301234567")
    assert not alike(one, other)


def test_the_same_name_alone_is_not_enough() -> None:
    assert not alike(person("Ana", "Silva"), person("Ana", "Silva"))


def test_the_same_name_with_another_birth_date_is_not_one_person_even_at_one_address() -> None:
    assert not alike(
        person("Ana", "Silva", "1960-05-04", "silva@example.org"),
        person("Ana", "Silva", "1990-01-01", "silva@example.org"),
    )


@pytest.mark.parametrize(
    ("given_name", "family", "born"),
    [
        ("Ana", "Silva", "1990-05-04"),
        ("Silva", "Anna", "1990-05-04"),
        ("Ann", "Silva", "1990-05-04"),
        ("Anna", "Sliva", "1990-05-04"),
        ("An", "Silva", "1990-05-04"),
    ],
)
def test_slips_of_the_hand_are_seen_through(given_name: str, family: str, born: str) -> None:
    assert alike(person("Anna", "Silva", "1990-05-04"), person(given_name, family, born))


def test_a_birth_date_with_a_slip_still_counts_beside_name_and_email() -> None:
    one = person("Anna", "Silva", "1990-05-04", "anna@example.org")
    other = person("Anna", "Silva", "1990-04-05", "anna@example.org")
    assert LikenessReason.SIMILAR_BIRTH_DATE in resemblance(one, other).reasons
    assert alike(one, other)


def test_a_new_family_name_is_seen_through_when_birth_date_and_email_agree() -> None:
    one = person("Anna", "Silva", "1990-05-04", "anna@example.org")
    assert alike(one, person("Anna", "Baumann", "1990-05-04", "anna@example.org"))


def test_the_same_identifier_is_enough_by_itself() -> None:
    one = likeness([PersonName(NameUse.LEGAL, "Anna", "Silva")], identifiers=[("nhs", "943 476 5919")])
    other = likeness([PersonName(NameUse.LEGAL, "Bo", "Lindt")], identifiers=[("nhs", "943-476-5919")])
    assert alike(one, other)


def test_the_same_value_from_another_system_is_not_the_same_identifier() -> None:
    one = likeness([], identifiers=[("nhs", "1")])
    assert resemblance(one, likeness([], identifiers=[("ssn", "1")])).score == 0


def test_the_most_alike_come_first() -> None:
    candidate = person("Anna", "Silva", "1990-05-04", "anna@example.org")
    known = [
        ("close", person("Anna", "Silva", "1990-05-04")),
        ("stranger", person("Bo", "Lindt")),
        ("same", candidate),
    ]
    assert [key for key, _ in duplicates.possible_duplicates(candidate, known)] == ["same", "close"]


def test_a_stricter_threshold_shows_fewer() -> None:
    known = [("close", person("Anna", "Silva", "1990-05-04"))]
    assert duplicates.possible_duplicates(person("Anna", "Silva", "1990-05-04"), known, threshold=76) == []


def test_names_are_looked_for_only_where_they_could_be_enough() -> None:
    known = person("Ana", "Silva", "1990-05-04", "ana@example.org")
    assert duplicates.exact_words(known) == ["ana@example.org"]
    assert duplicates.exact_words(known, 55) == ["ana", "ana@example.org", "silva"]
