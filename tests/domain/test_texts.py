"""How texts come in."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as some

from domain import texts
from domain.refusals import Findings, Invalid
from domain.texts import LINE, MARKDOWN, NAME, PARAGRAPH, TextKind

NO_ADDRESSES = ["", "anna", "@b.org", "anna@", "a b@b.org", "a@b", "a@-b.org", "a@b..org", "x" * 65 + "@b.org"]
ANY_TEXT = some.text(alphabet=some.characters(exclude_categories=[]), max_size=80)


@given(ANY_TEXT, some.sampled_from([NAME, LINE, PARAGRAPH, MARKDOWN]))
def test_cleaning_either_refuses_or_gives_a_text_that_stays_as_it_is(value: str, kind: TextKind) -> None:
    try:
        cleaned = texts.clean(value, kind, ("name",))
    except Invalid:
        return
    assert texts.clean(cleaned, kind, ("name",)) == cleaned
    assert unicodedata.is_normalized("NFC", cleaned)
    assert len(cleaned) <= kind.most
    assert "\r" not in cleaned
    cleaned.encode()  # no lone surrogate is left


@given(ANY_TEXT, some.sampled_from([LINE, PARAGRAPH]))
def test_what_is_scrubbed_is_taken_afterwards(value: str, kind: TextKind) -> None:
    scrubbed = texts.scrubbed(value, kind)
    assert texts.clean(scrubbed, kind, ()) == scrubbed


@pytest.mark.parametrize("character", ["\x00", "\x1b", "\x7f", "\x85", "\ud800", "\ufffe", "\U0010ffff"])
def test_characters_that_break_things_are_refused_and_named(character: str) -> None:
    with pytest.raises(Invalid) as caught:
        texts.clean(f"Anna{character}", MARKDOWN, ("input", "text"))
    assert caught.value.reason == f"must not contain the character U+{ord(character):04X}"
    assert caught.value.path == ("input", "text")


@pytest.mark.parametrize("character", ["\u202e", "\u202a", "\u2066", "\u2069"])
def test_a_name_may_not_override_the_direction_of_writing(character: str) -> None:
    with pytest.raises(Invalid):
        texts.clean(f"Anna{character}annA", NAME, ())


@pytest.mark.parametrize("name", ["نرگس‌السادات", "Ngũgĩ wa Thiong'o", "山田太郎", "O’Brien-Łukasz", "क्षत्रिय"])
def test_names_of_any_script_are_taken(name: str) -> None:
    assert texts.clean(f" {name} ", NAME, ()) == unicodedata.normalize("NFC", name)


@pytest.mark.parametrize("nothing", ["", "  ", "\u200b\u200d", "\u3164", "\u2800", "\u0301"])
def test_a_name_that_shows_nothing_is_empty(nothing: str) -> None:
    with pytest.raises(Invalid, match="must not be empty"):
        texts.clean(nothing, NAME, ())


def test_a_single_line_has_no_line_break_within() -> None:
    with pytest.raises(Invalid, match="one line"):
        texts.clean("Anna\nMüller", NAME, ())


def test_line_ends_become_one_kind() -> None:
    assert texts.clean("one\r\ntwo\rthree\n", PARAGRAPH, ()) == "one\ntwo\nthree"


def test_the_indent_of_a_first_line_of_markdown_stays() -> None:
    assert texts.clean("  \n\n    code\n\n", MARKDOWN, ()) == "    code"


def test_markdown_is_taken_up_to_a_hundred_thousand_characters() -> None:
    assert len(texts.clean("x" * 100_000, MARKDOWN, ())) == 100_000
    with pytest.raises(Invalid, match="at most 100,000 characters, not 100,001"):
        texts.clean("x" * 100_001, MARKDOWN, ())


def test_an_absurd_length_is_refused() -> None:
    with pytest.raises(Invalid, match="not 3,000,000"):
        texts.clean("x" * 3_000_000, NAME, ())


def test_what_is_wrong_is_gathered() -> None:
    findings = Findings()
    assert texts.taken("", NAME, ("given",), findings) == ""
    assert texts.taken("a\x00", NAME, ("family",), findings) == ""
    assert [problem.path for problem in findings.problems] == [("given",), ("family",)]


@pytest.mark.parametrize("nothing", [None, "", "   ", "\u200b"])
def test_a_text_that_may_be_left_out_is_none_when_there_is_nothing_to_see(nothing: str | None) -> None:
    findings = Findings()
    assert texts.taken_or_none(nothing, NAME, ("family",), findings) is None
    assert not findings


def test_the_domain_of_an_email_address_is_kept_in_lower_case() -> None:
    findings = Findings()
    assert texts.email(" Anna.Smith@Example.ORG ", ("email",), findings) == "Anna.Smith@example.org"
    assert texts.email("jörg@müller.example", ("email",), findings) == "jörg@müller.example"
    assert not findings


@pytest.mark.parametrize("value", NO_ADDRESSES)
def test_what_is_no_email_address_is_refused(value: str) -> None:
    findings = Findings()
    assert texts.email(value, ("email",), findings) == ""
    assert [problem.path for problem in findings.problems] == [("email",)]


def test_a_telephone_number_is_kept_in_its_international_form() -> None:
    findings = Findings()
    assert texts.phone("+49 (30) 123-456.7", ("phone",), findings) == "+49301234567"
    assert not findings


@pytest.mark.parametrize("value", ["", "030 1234567", "+0123456789", "+1234567890123456", "+49 30 CALL ME"])
def test_what_is_no_international_number_is_refused(value: str) -> None:
    findings = Findings()
    assert texts.phone(value, ("phone",), findings) == ""
    assert len(findings.problems) == 1


def test_a_language_tag_is_written_as_the_standard_recommends() -> None:
    findings = Findings()
    tags = [texts.language(tag, (), findings) for tag in ("DE", "pt-br", "zh-hant-tw", "sr-LATN")]
    assert (tags, findings.problems) == (["de", "pt-BR", "zh-Hant-TW", "sr-Latn"], ())


def test_what_is_no_language_tag_is_refused() -> None:
    findings = Findings()
    assert texts.language("german language", (), findings) == ""
    assert len(findings.problems) == 1


def test_a_time_zone_must_be_known() -> None:
    findings = Findings()
    assert texts.time_zone("Europe/Berlin", {"Europe/Berlin"}, (), findings) == "Europe/Berlin"
    assert texts.time_zone("Europe/Nowhere", {"Europe/Berlin"}, ("timeZone",), findings) == ""
    assert [problem.path for problem in findings.problems] == [("timeZone",)]


def test_a_text_that_is_scrubbed_and_too_long_ends_in_an_ellipsis() -> None:
    assert texts.scrubbed("\x00" + "x" * 600, LINE) == "x" * 499 + "…"
