"""Tables as text (CSV, RFC 4180): taken apart piece by piece, and written so that no cell is taken for a formula."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from typing import NamedTuple

MOST_RECORD = 1_000_000
"""A row longer than this, in characters, is a quotation mark that nobody closed."""
SEPARATORS = ",;\t|"
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_QUOTED = frozenset('",\r\n;\t')


class Record(NamedTuple):
    """A row of a table."""

    line: int
    """The line of the file that it begins on; the first is 1."""
    cells: list[str]
    permille: int = 0
    """How much of the file is behind it."""


class NotATable(Exception):
    """The text cannot be taken apart; the message continues the sentence that the file's name begins."""


class Reader:
    """Takes a table apart as its text comes: `feed` gives the rows that are whole, `end` the last one."""

    def __init__(self) -> None:
        self._rest = ""
        self._open: list[str] = []
        self._open_length = 0
        self._is_quoted = False
        self._line = self._began = 1
        self._separator: str | None = None

    def feed(self, text: str) -> Iterator[Record]:
        """The rows that end within this piece."""
        lines = (self._rest + text).split("\n")
        self._rest = lines.pop()
        if len(self._rest) + self._open_length > MOST_RECORD:
            raise NotATable(f"has a row of more than {MOST_RECORD:,} characters at line {self._began}")
        for line in lines:
            yield from self._take(line + "\n")

    def end(self) -> Iterator[Record]:
        """The last row, if no line break stands behind it."""
        rest, self._rest = self._rest, ""
        if rest:
            yield from self._take(rest)
        if self._open:
            raise NotATable(f"has a quotation mark at line {self._began} that is never closed")

    def _take(self, line: str) -> Iterator[Record]:
        if not self._open:
            self._began = self._line
        self._line += 1
        self._open.append(line)
        self._open_length += len(line)
        self._is_quoted ^= line.count('"') % 2 == 1
        if self._is_quoted:
            if self._open_length > MOST_RECORD:
                raise NotATable(f"has a quotation mark at line {self._began} that is never closed")
            return
        whole, self._open, self._open_length = "".join(self._open), [], 0
        if whole.strip():
            yield Record(self._began, self._cells(whole))

    def _cells(self, whole: str) -> list[str]:
        if self._separator is None:
            self._separator = max(SEPARATORS, key=whole.count)
        try:
            return next(csv.reader([whole], delimiter=self._separator, strict=True))
        except csv.Error as error:
            raise NotATable(f"cannot be taken apart at line {self._began} ({error})") from None


_NUMBER = re.compile(r"-[0-9]+(?:[.][0-9]+)?")


def harmless(text: str) -> str:
    """The text of a cell that no spreadsheet takes for a formula (OWASP, CSV injection): an apostrophe before it."""
    if _NUMBER.fullmatch(text):
        return text
    stripped = text.lstrip(" \u00a0\u200b\ufeff")
    return f"'{text}" if stripped.startswith(_FORMULA) else text


def as_written(text: str) -> str:
    """The text of a cell that `harmless` may have changed."""
    return text[1:] if text.startswith("'") and harmless(text[1:]) == text else text


def line_of(cells: Iterable[str | None]) -> str:
    """A row as text, with the line break. Cells are made harmless; None is empty, an empty text is quoted."""
    return ",".join(_written(cell) for cell in cells) + "\r\n"


def _written(cell: str | None) -> str:
    if cell is None:
        return ""
    safe = harmless(cell)
    if not safe or safe[0] in " '" or safe[-1] == " " or not _QUOTED.isdisjoint(safe):
        return '"' + safe.replace('"', '""') + '"'
    return safe


def taken_apart(text: str) -> list[Sequence[str]]:
    """All rows of a whole table."""
    return list(csv.reader(StringIO(text, newline="")))
