"""The promise that every place for files keeps.

A file is absent or whole: no reader ever sees a part of one, whatever crashed, was cancelled or ran out of room.
Files are only created, never changed. All bytes flow in chunks, so memory stays bounded at any size. The tree of errors
is drawn in `errors.py`.
"""

import re
from collections.abc import AsyncIterable, AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol
from uuid import UUID, uuid4

from storage.files.errors import InvalidKey, InvalidName, SpanOutside

MEBIBYTE = 1 << 20
SINGLE_BYTES = 16 * MEBIBYTE
"""The largest file that is sent in one piece; a larger one goes in parts."""
PART_BYTES = 16 * MEBIBYTE
"""The size of each part but the last, unless the file would need too many."""
MOST_PARTS = 10_000
ANY_TYPE = "application/octet-stream"

_KEY = re.compile(r"([0-9a-f]{32})/(staging|final|derived)/([0-9a-f]{32})")
_NAME = re.compile(r"[A-Za-z0-9_-]{1,80}(\.[A-Za-z0-9]{1,16})?")


class Area(StrEnum):
    """What kind of file lies under a key."""

    STAGING = "staging"
    """Written by a caller through a link; nobody has looked at it yet."""
    FINAL = "final"
    """Looked at and kept; only the server writes here."""
    DERIVED = "derived"
    """Made from a final file, such as a thumbnail; can be made again."""


@dataclass(frozen=True, slots=True)
class Key:
    """Where a file lies: `<practice>/<area>/<id>`, made of ids alone, so it says nothing about a person.

    The id is random (UUIDv4): that of a row would tell when the file was made. Any other value is `InvalidKey`.
    """

    practice_id: UUID
    area: Area
    id: UUID

    def __post_init__(self) -> None:
        if not (isinstance(self.practice_id, UUID) and isinstance(self.area, Area) and isinstance(self.id, UUID)):
            raise InvalidKey("a key is made of a practice's id, an area and a random id")
        if self.id.version != 4:
            raise InvalidKey("the id of a file is random (UUIDv4): a time-ordered one tells when it was made")

    def __str__(self) -> str:
        return f"{self.practice_id.hex}/{self.area.value}/{self.id.hex}"

    @classmethod
    def made(cls, practice_id: UUID, area: Area) -> "Key":
        """A new key that nothing lies under."""
        return cls(practice_id, area, uuid4())

    @classmethod
    def read(cls, text: str) -> "Key":
        """The key that `str` writes exactly so; `InvalidKey` for any other text."""
        match = _KEY.fullmatch(text)
        if match is None:
            raise InvalidKey("not the text of a key")
        return cls(UUID(hex=match[1]), Area(match[2]), UUID(hex=match[3]))

    def within(self, area: Area) -> "Key":
        """The key of the same id in another area."""
        return Key(self.practice_id, area, self.id)


@dataclass(frozen=True, slots=True)
class Under:
    """The part of a store that is listed: everything, a practice's, or an area of a practice."""

    practice_id: UUID | None = None
    area: Area | None = None

    def __post_init__(self) -> None:
        if self.practice_id is None and self.area is not None:
            raise InvalidKey("an area is listed within a practice")

    def __str__(self) -> str:
        """What the keys begin with: empty, or ending in a slash."""
        practice = f"{self.practice_id.hex}/" if self.practice_id else ""
        return f"{practice}{self.area.value}/" if self.area else practice

    def __contains__(self, key: Key) -> bool:
        return str(key).startswith(str(self))


@dataclass(frozen=True, slots=True)
class Span:
    """The bytes from `start` up to, not including, `end`; None is the end of the file. Never empty."""

    start: int = 0
    end: int | None = None

    def __post_init__(self) -> None:
        if self.start < 0 or (self.end is not None and self.end <= self.start):
            raise ValueError("a span has a first byte, and its end lies behind it")

    def of(self, stored: "Stored") -> tuple[int, int]:
        """Start and end within a file: an end behind the file's is the file's; `SpanOutside` if nothing is left."""
        if self.start >= stored.size:
            raise SpanOutside(stored.key, self.start, stored.size)
        return self.start, stored.size if self.end is None else min(self.end, stored.size)


@dataclass(frozen=True, slots=True)
class Stored:
    """A file that is there, whole."""

    key: Key
    size: int
    """In bytes."""
    modified: datetime
    """When it was stored, by the store's clock (UTC)."""
    sha256: bytes | None = None
    """Its digest, when all of its bytes have just passed through here (`put`); otherwise None: rows remember it."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A file being read. Valid within `async with store.open(…)`, and read once."""

    stored: Stored
    start: int
    end: int
    """The bytes that come: from `start` up to, not including, `end`."""
    chunks: AsyncIterator[bytes]

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self.chunks

    async def read(self) -> bytes:
        """All of the bytes at once: for spans and files known to be small."""
        return b"".join([chunk async for chunk in self.chunks])


@dataclass(frozen=True, slots=True)
class Link:
    """A permission for whoever has it, to be used as it is: this method, these headers, this URL, until it expires."""

    url: str = field(repr=False)
    method: str
    headers: Mapping[str, str]
    """All of them must be sent, exactly so."""
    expires: datetime


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that arrives in parts. `id` is the store's own word for it (up to 1,024 characters): keep it in a row."""

    key: Key
    id: str


@dataclass(frozen=True, slots=True)
class Begun:
    """An upload in parts that was neither joined nor dropped."""

    upload: Upload
    since: datetime


@dataclass(frozen=True, slots=True)
class Part:
    """A part that has arrived whole. Numbers start at 1."""

    number: int
    size: int


class Ability(StrEnum):
    """What not every store can do. The verbs work everywhere; these say how well."""

    OWN_LINKS = "own links"
    """Its links lead to itself, and no byte passes through us. Without: they lead to our endpoint (`links.py`)."""
    LINKS_CHECK_DIGEST = "links check the digest"
    """What is sent to an upload link and differs from the promised digest is refused, not only found later."""
    PATHS = "paths"
    """Files lie in a folder of this machine: `path` names them, for a web server that sends them itself."""
    LASTING = "lasting"
    """What was stored outlasts the process."""


class FileStore(Protocol):
    """A place for files. Safe to use from many tasks of one event loop at once.

    Every verb raises only `StorageError`s (`Unreachable` and `Denied` from each of them), `asyncio.CancelledError`, and
    whatever the caller's own `chunks` raise. After any of them, nothing half-done can be seen.
    """

    name: str
    """What rows call this store: `file`, `s3`, `memory`, or the `name=` of its URL."""
    abilities: frozenset[Ability]

    async def put(
        self,
        key: Key,
        chunks: AsyncIterable[bytes],
        *,
        size: int | None = None,
        expect: bytes | None = None,
        media_type: str = ANY_TYPE,
    ) -> Stored:
        """Store a file, whole and for good when this returns; `size` in bytes and `expect`, its SHA-256, if known.

        The same bytes again are stored already, and that is success. Raises `AlreadyStored` (other bytes are there),
        `SizeMismatch`, `DigestMismatch`, `OutOfSpace`.
        """
        ...

    def open(self, key: Key, *, span: Span | None = None) -> AbstractAsyncContextManager[Opened]:
        """Read a file or a span of it. Raises on entering: `NotStored`, `SpanOutside`."""
        ...

    async def describe(self, key: Key) -> Stored:
        """What lies under a key. Raises `NotStored`."""
        ...

    async def remove(self, key: Key) -> None:
        """Remove a file; silent when there is none. Who is reading it may read on to the end."""
        ...

    def keys(self, under: Under) -> AsyncIterator[Stored]:
        """The files under a place, ordered by the text of their keys. Uploads in parts are not files yet."""
        ...

    async def copy(self, source: Key, target: Key) -> Stored:
        """Store the bytes of one key under another within the store, as `put` would.

        Raises `NotStored`, `AlreadyStored`, `OutOfSpace`.
        """
        ...

    async def link(
        self, key: Key, *, lifetime: timedelta, filename: str, media_type: str = ANY_TYPE, inline: bool = False
    ) -> Link:
        """A link to read the file. Whether it is there shows only when the link is used.

        `filename` stands in the link, so it is made of an id and an ending (`checked_name`), never of a name people
        gave.
        """
        ...

    async def upload_link(
        self, key: Key, *, lifetime: timedelta, size: int, expect: bytes, media_type: str = ANY_TYPE
    ) -> Link:
        """A link to store exactly `size` bytes (at most `SINGLE_BYTES`) under a key, as `put` would."""
        ...

    async def parts_begin(self, key: Key, *, media_type: str = ANY_TYPE) -> Upload:
        """Begin a file that arrives in parts: `part_bytes` says how large. Raises nothing if the key is taken."""
        ...

    async def parts_link(self, upload: Upload, number: int, *, lifetime: timedelta, size: int) -> Link:
        """A link to send one part of exactly `size` bytes. The same part again replaces it."""
        ...

    async def parts_put(self, upload: Upload, number: int, chunks: AsyncIterable[bytes], *, size: int) -> Part:
        """Take in one part ourselves. Raises `UploadGone`, `SizeMismatch`, `OutOfSpace`."""
        ...

    async def parts_stored(self, upload: Upload) -> Sequence[Part]:
        """The parts that have arrived whole, by number. Raises `UploadGone`."""
        ...

    async def parts_join(self, upload: Upload, *, size: int) -> Stored:
        """Make the parts one file of `size` bytes, and end the upload. Joined before already: the file that is there.

        Raises `PartsMissing`, `SizeMismatch` (both leave the parts), `AlreadyStored`, `UploadGone`, `OutOfSpace`.
        """
        ...

    async def parts_drop(self, upload: Upload) -> None:
        """Give an upload up and remove its parts; silent when there is none."""
        ...

    def parts_begun(self, under: Under) -> AsyncIterator[Begun]:
        """The uploads that were neither joined nor dropped, in no order."""
        ...

    def path(self, key: Key) -> str:
        """Where a file lies below the store's folder, such as `0192…/final/ab/cd/abcd…`; `NotOffered` without PATHS."""
        ...

    async def check(self, *, origins: Sequence[str] = ()) -> str:
        """Store, read and remove a file, and look whether links can be used from web pages of `origins`.

        Returns what was found in a few words; raises what is wrong, in words for whoever runs the server.
        """
        ...

    async def close(self) -> None:
        """Let go of connections and threads. Nothing else may be called afterwards."""
        ...


def part_bytes(size: int) -> int:
    """How large each part but the last of a file of `size` bytes is: whole mebibytes, at most `MOST_PARTS` of them."""
    return max(PART_BYTES, -(-size // (MOST_PARTS * MEBIBYTE)) * MEBIBYTE)


def part_sizes(size: int) -> Sequence[int]:
    """The sizes of all parts of a file, the first being that of part number 1."""
    each = part_bytes(size)
    return [min(each, size - start) for start in range(0, size, each)]


def checked_name(name: str) -> str:
    """A name that may stand in a link, such as `document_0192….pdf`; `InvalidName` for any other."""
    if not _NAME.fullmatch(name):
        raise InvalidName("a name in a link has letters, digits, _ and -, and perhaps an ending")
    return name
