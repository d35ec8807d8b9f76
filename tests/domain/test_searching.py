"""How people, numbers and codes are found."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from domain import searching

ANY_TEXT = some.text(alphabet=some.characters(exclude_categories=[]), max_size=40)
EDGES = some.text(alphabet="\ud7fe\ud7ff\ue000\U0010fffe\U0010ffffab", max_size=5)
ANY_WORD = some.text(alphabet=some.characters(exclude_categories=["Cs"]), max_size=searching.MOST_CHARACTERS)


@given(ANY_TEXT)
def test_folding_again_changes_nothing(text: str) -> None:
    folded = searching.fold(text)
    assert searching.fold(folded) == folded


@given(ANY_WORD, ANY_WORD)
def test_a_range_holds_exactly_the_words_with_the_prefix(prefix: str, word: str) -> None:
    low, high = searching.prefix_range(prefix)
    assert (low <= word < high) == word.startswith(prefix)


@given(ANY_WORD, some.text(alphabet=some.characters(exclude_categories=["Cs"]), max_size=8))
def test_a_range_holds_every_longer_word(prefix: str, rest: str) -> None:
    word = (prefix + rest)[: searching.MOST_CHARACTERS]
    low, high = searching.prefix_range(prefix)
    assert low <= word < high


@given(EDGES, EDGES)
def test_a_range_is_right_at_the_edges_of_the_code_points(prefix: str, word: str) -> None:
    low, high = searching.prefix_range(prefix)
    assert (low <= word < high) == word.startswith(prefix)
    high.encode()  # never a surrogate


@given(ANY_WORD, ANY_WORD)
def test_code_points_and_stored_bytes_have_the_same_order(one: str, other: str) -> None:
    assert (one < other) == (one.encode() < other.encode())


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Łukasz MÜLLER", "lukasz muller"),
        ("Straße", "strasse"),
        ("Ngũgĩ", "ngugi"),
        ("Søren Þór", "soren thor"),
        ("ＡＢＣ１２", "abc12"),
        ("İstanbul IŞIK", "istanbul isik"),
        ("Ελένη", "ελενη"),
        ("يُوسُف", "يوسف"),
        ("が", "が"),
        ("हिन्दी", "हिन्दी"),
    ],
)
def test_names_are_folded(text: str, folded: str) -> None:
    assert searching.fold(text) == folded


@given(some.text(alphabet="abcäÖß '-.é12", max_size=30))
def test_a_name_is_found_by_itself(name: str) -> None:
    assert searching.matches(searching.words_of_name(name) | searching.words_of_code(name), name)


@pytest.mark.parametrize("query", ["obr", "O'BRIEN", "brien", "sinead", "Sinéad o'b", "anne-m", "annemarie"])
def test_a_name_is_found_by_its_parts(query: str) -> None:
    assert searching.matches(searching.words_of_name("Sinéad Anne-Marie O'Brien"), query)


@pytest.mark.parametrize("query", ["obrien sean", "xo", "rien"])
def test_a_name_is_not_found_when_one_word_does_not_match(query: str) -> None:
    assert not searching.matches(searching.words_of_name("Sinéad Anne-Marie O'Brien"), query)


@pytest.mark.parametrize(
    "query", ["+49 30 1234567", "030 1234567", "030/123 4567", "+49 (0)30 123 4567", "004930123", "4567", "1234567"]
)
def test_a_telephone_number_is_found_however_it_is_typed(query: str) -> None:
    assert searching.matches(searching.words_of_phone("+49301234567"), query)


@pytest.mark.parametrize("query", ["C-000123", "c000123", "000123", "123", "C-0001"])
def test_a_file_number_is_found_with_or_without_its_zeros(query: str) -> None:
    assert searching.matches(searching.words_of_code("C-000123"), query)


@pytest.mark.parametrize("query", ["943-476-5919", "943 476 5919", "9434765919"])
def test_an_identifier_is_found_however_it_is_grouped(query: str) -> None:
    assert searching.matches(searching.words_of_code("943-476-5919"), query)


@pytest.mark.parametrize("query", ["anna.smith@example.org", "ANNA.SMITH@EX", "smith", "anna@"])
def test_an_email_address_is_found_whole_and_by_its_first_part(query: str) -> None:
    assert searching.matches(searching.words_of_email("Anna.Smith@example.org"), query)


def test_an_email_address_is_not_found_by_its_provider() -> None:
    assert not searching.matches(searching.words_of_email("Anna.Smith@example.org"), "example")


@given(ANY_TEXT)
def test_every_prefix_is_folded_and_short_enough(query: str) -> None:
    found = searching.prefixes(query)
    assert len(found) <= searching.MOST_PREFIXES
    assert all(0 < len(prefix) <= searching.MOST_CHARACTERS for prefix in found)


def test_a_prefix_that_another_one_implies_is_left_out() -> None:
    assert searching.prefixes("anna ann annabel smith") == ["annabel", "smith"]


def test_nothing_typed_asks_for_nothing() -> None:
    assert searching.prefixes("  -- ") == []


@given(text=some.text(max_size=200), other=some.text(max_size=200))
def test_a_text_is_found_by_the_beginnings_of_its_words(text: str, other: str) -> None:
    kept = searching.words_kept(text, None, other)
    words = searching.words(text) + searching.words(other)
    assert set(kept.split(" ")[1:]) == set(words)
    for word in words[:5]:
        assert searching.is_in_text(kept, word[:2])
        assert searching.is_in_text(kept, f"{word} {words[0]}")


@given(kept=some.text(max_size=60), query=some.text(max_size=20))
def test_a_text_is_found_by_exactly_the_prefixes_of_its_words(kept: str, query: str) -> None:
    words = searching.words(kept)
    found = searching.is_in_text(searching.words_kept(kept), query)
    assert found is all(any(word.startswith(one) for word in words) for one in searching.prefixes_in_text(query))


@given(text=some.text(some.characters(max_codepoint=127), max_size=200))
def test_the_short_way_through_plain_letters_gives_the_same_words(text: str) -> None:
    assert searching.words(text) == searching.words(f"{text} é")[:-1]
