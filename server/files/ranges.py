"""Which bytes of a file are asked for (RFC 9110, section 14)."""

import re
from dataclasses import dataclass

from starlette.datastructures import Headers

_ONE_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.IGNORECASE)


class NotSatisfiable(Exception):
    """None of the bytes that are asked for are there."""


@dataclass(frozen=True, slots=True)
class Bytes:
    """From `start` up to, not including, `end`."""

    start: int
    end: int

    @property
    def length(self) -> int:
        """How many there are."""
        return self.end - self.start


def asked(headers: Headers, size: int, etag: str) -> Bytes | None:
    """The bytes asked for; None for the whole file: also for several ranges at once, which nobody must be given.

    Raises `NotSatisfiable`.
    """
    match = _ONE_RANGE.fullmatch(headers.get("range", "").strip())
    if match is None or match.groups() == ("", "") or headers.get("if-range", etag) != etag:
        return None
    first, last = match.groups()
    if not first:
        start, end = max(0, size - int(last)), size
    else:
        start, end = int(first), min(int(last) + 1, size) if last else size
        if last and int(last) < int(first):
            return None
    if start >= size or start >= end:
        raise NotSatisfiable
    return Bytes(start, end)
