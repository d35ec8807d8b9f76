"""Tables are taken apart the same however they come, and no cell is taken for a formula."""

import csv
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import tables
from domain.tables import NotATable, Reader, Record

CELL = st.text(st.characters(codec="utf-8", exclude_characters="\r\x00"), max_size=12)
ROW = st.lists(CELL, min_size=2, max_size=2).filter(lambda row: any(each.strip() for each in row))


def records(text: str, size: int) -> list[list[str]]:
    reader = Reader()
    found: list[Record] = []
    for start in range(0, len(text), size):
        found += reader.feed(text[start : start + size])
    return [record.cells for record in (*found, *reader.end())]


@given(st.lists(ROW, max_size=5), st.integers(1, 40))
def test_rows_come_out_as_they_were_written_whatever_the_pieces(rows: list[list[str]], size: int) -> None:
    written = StringIO(newline="")
    csv.writer(written, quoting=csv.QUOTE_ALL).writerows([["one", "two"], *rows])

    assert records(written.getvalue(), size) == [["one", "two"], *rows]


@given(ROW)
def test_what_was_written_out_comes_in_again_as_it_was(row: list[str]) -> None:
    (_, found) = records("one,two\r\n" + tables.line_of(row), 1_000)

    assert [tables.as_written(cell) for cell in found] == row


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", " =", "\uff1d"])
def test_a_cell_that_a_spreadsheet_would_run_has_an_apostrophe_before_it(start: str) -> None:
    line = tables.line_of([f"{start}cmd|' /C calc'!A0"])

    assert line.startswith("\"'")
    assert tables.harmless("-12.50") == "-12.50"
    assert tables.harmless("+15551234567") == "'+15551234567"


def test_a_quotation_mark_that_nobody_closes_is_told_with_its_line() -> None:
    with pytest.raises(NotATable, match="at line 2 that is never closed"):
        records('a,b\n"open,1\nmore\n', 7)


def test_semicolons_and_lines_are_understood() -> None:
    found = list(Reader().feed('a;b\n\n"x\ny";2\n3;4\n'))

    assert [(each.line, each.cells) for each in found] == [(1, ["a", "b"]), (3, ["x\ny", "2"]), (5, ["3", "4"])]
