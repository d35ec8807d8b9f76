"""Files in memory: for tests, and for whoever wants to read the promise in its shortest form. Gone with the process."""

from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from uuid import uuid4

from storage.files.errors import AlreadyStored, NotOffered, NotStored, UploadGone
from storage.files.flowing import Arriving, batches
from storage.files.interface import (
    ANY_TYPE,
    MEBIBYTE,
    Ability,
    Begun,
    FileStore,
    Key,
    Opened,
    Part,
    Span,
    Stored,
    Under,
    Upload,
)
from storage.files.joining import all_there
from storage.files.links import Links, WithOurLinks


@dataclass(frozen=True, slots=True)
class Kept:
    """The bytes of a file and when they came."""

    content: bytes
    since: datetime

    def stored(self, key: Key) -> Stored:
        """As the promise describes it."""
        return Stored(key, len(self.content), self.since)


@dataclass(frozen=True, slots=True)
class Parts:
    """An upload that goes on."""

    since: datetime
    arrived: dict[int, bytes]


class Memory(WithOurLinks, FileStore):
    """Files in a dictionary."""

    abilities = frozenset({Ability.LINKS_CHECK_DIGEST})

    def __init__(self, *, name: str = "memory", links: Links | None = None) -> None:
        self.name, self.links = name, links
        self._files: dict[Key, Kept] = {}
        self._uploads: dict[Upload, Parts] = {}

    async def put(
        self,
        key: Key,
        chunks: AsyncIterable[bytes],
        *,
        size: int | None = None,
        expect: bytes | None = None,
        media_type: str = ANY_TYPE,
    ) -> Stored:
        """Keep the bytes; the media type is not kept."""
        content = await gathered(Arriving(key, size, expect), chunks)
        return self._keep(key, content, sha256(content).digest())

    def _keep(self, key: Key, content: bytes, digest: bytes | None) -> Stored:
        kept = self._files.setdefault(key, Kept(content, datetime.now(UTC)))
        if kept.content != content:
            raise AlreadyStored(key)
        return Stored(key, len(content), kept.since, digest)

    def open(self, key: Key, *, span: Span | None = None) -> AbstractAsyncContextManager[Opened]:
        """Read them again."""
        return self._reading(key, span)

    @asynccontextmanager
    async def _reading(self, key: Key, span: Span | None) -> AsyncIterator[Opened]:
        kept = self._kept(key)
        stored = kept.stored(key)
        start, end = span.of(stored) if span else (0, stored.size)
        async with aclosing(sliced(kept.content, start, end)) as chunks:
            yield Opened(stored, start, end, chunks)

    def _kept(self, key: Key) -> Kept:
        if key not in self._files:
            raise NotStored(key)
        return self._files[key]

    async def describe(self, key: Key) -> Stored:
        """Size and time of a file."""
        return self._kept(key).stored(key)

    async def remove(self, key: Key) -> None:
        """Forget a file."""
        self._files.pop(key, None)

    async def keys(self, under: Under) -> AsyncIterator[Stored]:
        """The files under a place."""
        for key in sorted((key for key in self._files if key in under), key=str):
            if key in self._files:
                yield self._files[key].stored(key)

    async def copy(self, source: Key, target: Key) -> Stored:
        """The same bytes under another key."""
        return self._keep(target, self._kept(source).content, None)

    async def parts_begin(self, key: Key, *, media_type: str = ANY_TYPE) -> Upload:
        """Begin an upload."""
        upload = Upload(key, uuid4().hex)
        self._uploads[upload] = Parts(datetime.now(UTC), {})
        return upload

    async def parts_put(self, upload: Upload, number: int, chunks: AsyncIterable[bytes], *, size: int) -> Part:
        """Keep a part."""
        self._arrived(upload)
        content = await gathered(Arriving(upload.key, size), chunks)
        self._arrived(upload)[number] = content
        return Part(number, size)

    async def parts_stored(self, upload: Upload) -> Sequence[Part]:
        """What has arrived."""
        return [Part(number, len(content)) for number, content in sorted(self._arrived(upload).items())]

    def _arrived(self, upload: Upload) -> dict[int, bytes]:
        if upload not in self._uploads:
            raise UploadGone(upload.key, upload.id)
        return self._uploads[upload].arrived

    async def parts_join(self, upload: Upload, *, size: int) -> Stored:
        """One file of all parts."""
        if upload not in self._uploads:
            return self._joined_before(upload, size)
        all_there(upload, await self.parts_stored(upload), size)
        content = b"".join(content for _, content in sorted(self._arrived(upload).items()))
        stored = self._keep(upload.key, content, None)
        del self._uploads[upload]
        return stored

    def _joined_before(self, upload: Upload, size: int) -> Stored:
        if upload.key not in self._files:
            raise UploadGone(upload.key, upload.id)
        stored = self._files[upload.key].stored(upload.key)
        if stored.size != size:
            raise AlreadyStored(upload.key)
        return stored

    async def parts_drop(self, upload: Upload) -> None:
        """Forget an upload."""
        self._uploads.pop(upload, None)

    async def parts_begun(self, under: Under) -> AsyncIterator[Begun]:
        """The uploads that go on."""
        for upload, parts in list(self._uploads.items()):
            if upload.key in under:
                yield Begun(upload, parts.since)

    def path(self, key: Key) -> str:
        """There is no folder."""
        raise NotOffered(Ability.PATHS)

    async def check(self, *, origins: Sequence[str] = ()) -> str:
        """Nothing can be wrong with it."""
        return f"{len(self._files)} files in memory, gone when the server stops"

    async def close(self) -> None:
        """Forget everything."""
        self._files.clear()
        self._uploads.clear()


async def gathered(arriving: Arriving, chunks: AsyncIterable[bytes]) -> bytes:
    """All of the bytes, if they are the promised ones."""
    content = bytearray()
    async for batch in batches(chunks, MEBIBYTE):
        arriving.count(batch)
        arriving.take(batch)
        content += batch
    arriving.complete()
    return bytes(content)


async def sliced(content: bytes, start: int, end: int) -> AsyncGenerator[bytes, None]:
    """A span of the bytes in chunks."""
    for at in range(start, end, MEBIBYTE):
        yield content[at : min(at + MEBIBYTE, end)]
