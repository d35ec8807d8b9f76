"""The rules of a note."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from domain import notes, versions
from domain.refusals import Conflict, Findings, NotAllowedNow
from domain.texts import TITLE

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
MARKDOWN = some.text(alphabet="ab *_`#>-[]()!\\\n1.~", max_size=300)


def test_the_title_that_was_given_counts() -> None:
    assert notes.title(" First visit ", "# Something else") == "First visit"


def test_without_a_title_the_first_heading_counts() -> None:
    assert notes.title(None, "\n1964-02-18\n\n# Chief *Complaint*\nNo complaints.") == "Chief Complaint"


def test_without_a_heading_the_first_line_counts() -> None:
    assert notes.title("", "- [x] **Called** the [midwife](https://example.org)\nSecond") == "Called the midwife"


@pytest.mark.parametrize("body", ["", "   ", "#", "---\n***", "```\n```"])
def test_a_note_without_a_word_is_still_called_something(body: str) -> None:
    assert notes.title(None, body) == "Note"


def test_the_marks_of_markdown_are_taken_out() -> None:
    body = "## Plan\n\n> quoted\n\n1. first\n2. second\n\n![scan](x.png) and `code`, 3 * 4 \\* 5, snake_case\n\n---\n"
    assert notes.plain(body) == "Plan\nquoted\nfirst\nsecond\nscan and code, 3 * 4 * 5, snake_case"


@given(MARKDOWN)
def test_a_title_is_one_bounded_line(body: str) -> None:
    title = notes.title(None, body)
    assert 0 < len(title) <= TITLE.most
    assert "\n" not in title


@given(MARKDOWN, some.integers(10, 300))
def test_an_excerpt_is_one_bounded_line(body: str, most: int) -> None:
    excerpt = notes.excerpt(body, most)
    assert len(excerpt) <= most
    assert "\n" not in excerpt


def test_an_excerpt_is_cut_between_words() -> None:
    assert notes.excerpt("one two three four", 12) == "one two…"


@pytest.mark.parametrize("piece", ["*", "_", "[", "![", "`", "#", "> ", "- ", "**a", "[a](", "\\", "~~"])
def test_hostile_markdown_takes_no_time(piece: str) -> None:
    body = piece * (100_000 // len(piece))
    began = time.process_time()
    notes.title(None, body)
    notes.excerpt(body)
    assert time.process_time() - began < 0.1


@given(some.text(), some.text())
def test_saving_the_same_again_makes_no_version(title: str, body: str) -> None:
    assert notes.is_new_version((title, body), (title, body + "!"))
    assert not notes.is_new_version((title, body), (title, body))


def test_a_stale_version_is_a_conflict_that_tells_the_current_one() -> None:
    with pytest.raises(Conflict) as caught:
        versions.agree(1, 2)
    assert caught.value.current_version == 2


@pytest.mark.parametrize("expected", [None, 2])
def test_the_current_version_or_none_agrees(expected: int | None) -> None:
    versions.agree(expected, 2)
    assert versions.following(2) == 3


def wrong(occurred_at: datetime) -> list[str]:
    findings = Findings()
    notes.check_occurred(occurred_at, NOW, findings)
    return [problem.path[-1] for problem in findings.problems]


def test_what_a_note_tells_of_has_happened_within_a_lifetime() -> None:
    assert wrong(NOW + notes.CLOCK_SLACK) == []
    assert wrong(NOW + notes.CLOCK_SLACK + timedelta(seconds=1)) == ["occurredAt"]
    assert wrong(datetime(1896, 2, 29, tzinfo=UTC)) == ["occurredAt"]
    assert wrong(datetime(1896, 3, 2, tzinfo=UTC)) == []


def test_a_note_that_came_from_elsewhere_stays_as_it_is() -> None:
    with pytest.raises(NotAllowedNow):
        notes.check_changeable(archived=False, imported=True)


def test_an_archived_note_is_neither_changed_nor_pinned() -> None:
    with pytest.raises(NotAllowedNow):
        notes.check_changeable(archived=True)
    with pytest.raises(NotAllowedNow):
        notes.pinned(True, archived=True)
    assert notes.pinned(True, archived=False)
    assert not notes.pinned(False, archived=True)
