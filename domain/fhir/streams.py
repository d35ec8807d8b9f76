"""Taking a Bundle's JSON apart while it comes, an entry at a time; only where its entries are is understood here."""

import re
from collections.abc import Iterator

MOST_ENTRY = 64 * 1024 * 1024
"""An entry, or all that stands around the entries, of more bytes than this is no record of anybody."""
_OUTSIDE = re.compile(rb'["{}\[\]]')
_INSIDE = re.compile(rb'["\\]')
_PLACEHOLDER = b"0"
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class NotJson(Exception):
    """The bytes are no JSON, or are cut off; the message continues the sentence that the file's name begins."""


class Splitter:
    """Gives the entries of a Bundle as they come; `end` gives what stood around them, each entry replaced by 0."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._at = 0
        self._shell = bytearray()
        self._depth = 0
        self._is_string = False
        self._string_from = 0
        self._key = b""
        self._in_entries = False
        self._began: int | None = None
        self._is_first = True

    def feed(self, piece: bytes) -> Iterator[bytes]:
        """The entries that end within this piece, as JSON."""
        self._buffer += piece
        if self._is_first and len(self._buffer) >= len(BYTE_ORDER_MARK):
            self._is_first = False
            if self._buffer.startswith(BYTE_ORDER_MARK):
                del self._buffer[: len(BYTE_ORDER_MARK)]
        while self._step():
            if self._began is not None and self._in_entries and self._depth == 2:
                yield bytes(self._buffer[self._began : self._at])
                self._shell += _PLACEHOLDER
                self._drop(self._at)
                self._began = None
        self._settle()

    def end(self) -> bytes:
        """What stood around the entries, to be parsed; `NotJson` when it is cut off."""
        if self._depth or self._is_string:
            raise NotJson("is cut off")
        return bytes(self._shell + self._buffer)

    def _step(self) -> bool:
        """Go on behind the next mark; False when more must come first."""
        found = (_INSIDE if self._is_string else _OUTSIDE).search(self._buffer, self._at)
        if found is None:
            self._at = len(self._buffer)
            return False
        mark, place = found[0], found.start()
        if self._is_string:
            return self._in_string(mark, place)
        self._at = place + 1
        if mark == b'"':
            self._is_string, self._string_from = True, place
        elif mark in b"{[":
            self._open(mark, place)
        else:
            self._depth -= 1
            if self._depth < 2:
                self._in_entries = False
        return True

    def _in_string(self, mark: bytes, place: int) -> bool:
        if mark == b"\\":
            if place + 1 >= len(self._buffer):
                self._at = place
                return False
            self._at = place + 2
            return True
        if self._depth == 1:
            self._key = bytes(self._buffer[self._string_from + 1 : place][:20])
        self._is_string, self._at = False, place + 1
        return True

    def _open(self, mark: bytes, place: int) -> None:
        if self._in_entries and self._depth == 2 and mark == b"{":
            self._shell += self._buffer[:place]
            self._drop(place)
            self._began, self._at = 0, 1
        elif self._depth == 1 and mark == b"[" and self._key == b"entry":
            self._in_entries = True
        self._depth += 1

    def _drop(self, upto: int) -> None:
        del self._buffer[:upto]
        self._at -= upto
        self._string_from -= upto

    def _settle(self) -> None:
        """Put away what has been looked at and belongs to no entry, and refuse what has no end."""
        if self._began is None and not self._is_string:
            self._shell += self._buffer[: self._at]
            self._drop(self._at)
        if len(self._buffer) > MOST_ENTRY or len(self._shell) > MOST_ENTRY:
            raise NotJson(f"has an entry of more than {MOST_ENTRY >> 20} MiB")
