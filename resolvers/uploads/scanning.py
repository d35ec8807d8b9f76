"""What is asked of whoever looks for harmful software in files; `server/outgoing/` knows somebody."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a scanner found: the name of something harmful, or nothing."""

    harmful: str | None = None


class ScannerUnwell(Exception):
    """The scanner did not answer, or did not look at the whole file: the file is looked at again later."""


class Scanner(Protocol):
    """Looks through a file."""

    async def scan(self, chunks: AsyncIterator[bytes]) -> Verdict:
        """Look through all the bytes of a file, each chunk once. Raises `ScannerUnwell`."""
        ...
