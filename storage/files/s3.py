"""Files in a bucket of S3, or of a server that speaks its language.

A key is created with `If-None-Match: *`, in one request or by joining parts, so that a file is absent or whole and
never replaced.
"""

import asyncio
import hashlib
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager, suppress
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4
from weakref import WeakValueDictionary

from storage.files.errors import (
    AlreadyStored,
    Denied,
    InvalidKey,
    NotOffered,
    NotStored,
    SpanOutside,
    Unreachable,
    UploadGone,
)
from storage.files.flowing import Arriving, Threads, batches, once
from storage.files.interface import (
    ANY_TYPE,
    MEBIBYTE,
    MOST_PARTS,
    Ability,
    Area,
    Begun,
    FileStore,
    Key,
    Link,
    Opened,
    Part,
    Span,
    Stored,
    Under,
    Upload,
)
from storage.files.joining import all_there
from storage.files.s3_bucket import Bucket, S3Bucket, ranged
from storage.files.s3_errors import Outside, Taken, told
from storage.files.s3_links import reachable
from storage.files.s3_sending import Body, S3Sending, finished

LEAST_PART_BYTES = 5 * MEBIBYTE
MOST_COPIED_BYTES = 5 << 30
"""The largest object that one request copies."""
MOST_AT_ONCE = 3
"""How many large bodies are sent at once: each holds some 15 MiB."""
FREELY_BYTES = MEBIBYTE


class S3(FileStore):
    """Files in a bucket that exists."""

    abilities = frozenset({Ability.OWN_LINKS, Ability.LASTING})

    def __init__(self, bucket: Bucket, *, name: str = "s3", most_copied_bytes: int = MOST_COPIED_BYTES) -> None:
        self.name = name
        self._most_copied_bytes = most_copied_bytes
        self._threads = Threads(MOST_AT_ONCE)
        self._bucket = S3Bucket(bucket, name)
        self._sending = S3Sending(self._bucket, self._threads)
        self._gate = asyncio.Semaphore(MOST_AT_ONCE)
        self._locks: WeakValueDictionary[Key, asyncio.Lock] = WeakValueDictionary()

    async def put(
        self,
        key: Key,
        chunks: AsyncIterable[bytes],
        *,
        size: int | None = None,
        expect: bytes | None = None,
        media_type: str = ANY_TYPE,
    ) -> Stored:
        """Send a file in one request, or in parts when it is larger than one."""
        arriving = Arriving(key, size, expect)
        if size is not None and size <= FREELY_BYTES:
            return await self._put(arriving, chunks, media_type)
        async with self._gate:
            return await self._put(arriving, chunks, media_type)

    async def _put(self, arriving: Arriving, chunks: AsyncIterable[bytes], media_type: str) -> Stored:
        key, upload, etags = arriving.key, None, list[str]()
        each = max(LEAST_PART_BYTES, -(-(arriving.size or 0) // MOST_PARTS))
        first: Body = b""
        try:
            if arriving.size is not None and arriving.size > each:
                upload = await self._sending.begin(key, media_type)
            async for batch in batches(chunks, each):
                arriving.count(batch)
                await self._threads.run(arriving.take, batch)
                if upload is None and not first:
                    first = batch
                    continue
                if upload is None:
                    upload = await self._sending.begin(key, media_type)
                    etags.append(await self._sending.part(upload, 1, first))
                    first = b""
                etags.append(await self._sending.part(upload, len(etags) + 1, batch))
                # While the next batch is gathered, this one need not be held.
                del batch
            arriving.complete()
            if upload is None:
                await self._sending.whole(key, first, media_type)
            else:
                await self._join(upload, etags)
                upload = None
        except Taken:
            await self._compare(arriving)
        finally:
            if upload is not None:
                await finished(self._sending.drop(upload))
        return await self._described(key, arriving.sha256)

    async def _join(self, upload: Upload, etags: Sequence[str]) -> None:
        """Make the parts one object. Raises `Taken`."""
        async with self._alone_at(upload.key):
            await self._sending.join(upload, etags)

    @asynccontextmanager
    async def _alone_at(self, key: Key) -> AsyncIterator[None]:
        """Nothing lies under the key, and nobody in this process puts anything there meanwhile. Raises `Taken`.

        Some servers join and copy without heeding the condition; for them this is all that keeps a file from being
        replaced, and between two processes the last one wins.
        """
        lock = self._locks.setdefault(key, asyncio.Lock())
        async with lock:
            with suppress(NotStored):
                await self.describe(key)
                raise Taken
            yield

    async def _compare(self, arriving: Arriving) -> None:
        """Whether the file that is there has the bytes that came; `AlreadyStored` if not."""
        stored = await self.describe(arriving.key)
        if stored.size != arriving.came or await self._digest_of(arriving.key) != arriving.sha256:
            raise AlreadyStored(arriving.key)

    async def _digest_of(self, key: Key) -> bytes:
        hashed = hashlib.sha256()
        async with self.open(key) as opened:
            async for batch in batches(opened, MEBIBYTE):
                await self._threads.run(hashed.update, batch)
        return hashed.digest()

    def open(self, key: Key, *, span: Span | None = None) -> AbstractAsyncContextManager[Opened]:
        """Read a file as it comes from the bucket."""
        return self._reading(key, span)

    @asynccontextmanager
    async def _reading(self, key: Key, span: Span | None) -> AsyncIterator[Opened]:
        client = await self._bucket.client()
        asked: dict[str, Any] = {"Range": ranged(span)} if span else {}
        try:
            with told(self.name, key):
                got = await client.get_object(**self._bucket.named(key), **asked)
        except Outside:
            raise SpanOutside(key, span.start if span else 0, (await self.describe(key)).size) from None
        size = int(got.get("ContentRange", "").rpartition("/")[2] or got["ContentLength"])
        stored = Stored(key, size, got["LastModified"])
        start, end = (0, size)
        body = got["Body"]
        try:
            start, end = span.of(stored) if span else (0, size)
            async with aclosing(self._read(key, body, end - start)) as chunks:
                yield Opened(stored, start, end, chunks)
        finally:
            body.close()

    async def _read(self, key: Key, body: Any, size: int) -> AsyncGenerator[bytes, None]:
        came = 0
        while True:
            with told(self.name, key):
                chunk: bytes = await body.read(MEBIBYTE)
            if not chunk:
                break
            came += len(chunk)
            yield chunk
        if came != size:
            raise Unreachable(self.name, "broke off while a file was read")

    async def describe(self, key: Key) -> Stored:
        """Size and time of a file."""
        return await self._described(key)

    async def _described(self, key: Key, sha256: bytes | None = None) -> Stored:
        client = await self._bucket.client()
        with told(self.name, key):
            head = await client.head_object(**self._bucket.named(key))
        return Stored(key, head["ContentLength"], head["LastModified"], sha256)

    async def remove(self, key: Key) -> None:
        """Remove a file. A bucket that keeps versions keeps its bytes: `check` says so."""
        client = await self._bucket.client()
        with suppress(NotStored), told(self.name, key):
            await client.delete_object(**self._bucket.named(key))

    async def keys(self, under: Under) -> AsyncIterator[Stored]:
        """The files under a place, a page of the bucket at a time."""
        client = await self._bucket.client()
        pages = client.get_paginator("list_objects_v2").paginate(**self._bucket.under(under))
        async for page in self._bucket.each(pages):
            for found in page.get("Contents", []):
                with suppress(InvalidKey):
                    yield Stored(self._bucket.key(found["Key"]), found["Size"], found["LastModified"])

    async def copy(self, source: Key, target: Key) -> Stored:
        """Let the bucket copy: in one request, or in parts when it is larger than one may be."""
        client = await self._bucket.client()
        with told(self.name, source):
            head = await client.head_object(**self._bucket.named(source))
        try:
            await self._copy(source, target, head)
        except Taken:
            if (await self.describe(target)).size != head["ContentLength"] or (
                await self._digest_of(source) != await self._digest_of(target)
            ):
                raise AlreadyStored(target) from None
        return await self.describe(target)

    async def _copy(self, source: Key, target: Key, head: Any) -> None:
        if head["ContentLength"] > self._most_copied_bytes:
            await self._copy_parts(source, target, head)
            return
        client = await self._bucket.client()
        said = {"CopySource": self._bucket.named(source), "CopySourceIfMatch": head["ETag"]}
        async with self._alone_at(target):
            with told(self.name, source):
                await finished(client.copy_object(**self._bucket.named(target), **said, IfNoneMatch="*"))

    async def _copy_parts(self, source: Key, target: Key, head: Any) -> None:
        upload = await self._sending.begin(target, head["ContentType"])
        size, etags = head["ContentLength"], list[str]()
        try:
            for start in range(0, size, self._most_copied_bytes):
                span = Span(start, min(start + self._most_copied_bytes, size))
                etags.append(await self._sending.part_of(upload, len(etags) + 1, source, head["ETag"], span))
            await self._join(upload, etags)
        except BaseException:
            await finished(self._sending.drop(upload))
            raise

    async def link(
        self, key: Key, *, lifetime: timedelta, filename: str, media_type: str = ANY_TYPE, inline: bool = False
    ) -> Link:
        """A link to the bucket."""
        return await (await self._bucket.links()).to_read(
            self._bucket.named(key), lifetime, filename=filename, media_type=media_type, inline=inline
        )

    async def upload_link(
        self, key: Key, *, lifetime: timedelta, size: int, expect: bytes, media_type: str = ANY_TYPE
    ) -> Link:
        """A link that takes exactly these bytes, once; servers that do not know SHA-256 take any so many bytes."""
        return await (await self._bucket.links()).to_store(
            self._bucket.named(key), lifetime, size=size, sha256=expect, media_type=media_type
        )

    async def parts_link(self, upload: Upload, number: int, *, lifetime: timedelta, size: int) -> Link:
        """A link that takes one part of this size."""
        return await (await self._bucket.links()).to_send_part(
            self._bucket.named(upload.key), lifetime, upload_id=upload.id, number=number, size=size
        )

    async def parts_begin(self, key: Key, *, media_type: str = ANY_TYPE) -> Upload:
        """Begin a multipart upload."""
        return await self._sending.begin(key, media_type)

    async def parts_put(self, upload: Upload, number: int, chunks: AsyncIterable[bytes], *, size: int) -> Part:
        """Send one part, which is held in memory."""
        arriving = Arriving(upload.key, size)
        # Not every server says clearly that an upload is gone when a part comes for it.
        await self._sending.arrived(upload)
        async with self._gate:
            body = bytearray()
            async for chunk in chunks:
                arriving.count(chunk)
                body += chunk
            arriving.complete()
            await self._sending.part(upload, number, body)
        return Part(number, size)

    async def parts_stored(self, upload: Upload) -> Sequence[Part]:
        """The parts that the bucket has."""
        return [Part(number, size) for number, size, _ in await self._sending.arrived(upload)]

    async def parts_join(self, upload: Upload, *, size: int) -> Stored:
        """Let the bucket join the parts."""
        try:
            arrived = await self._sending.arrived(upload)
            all_there(upload, [Part(number, part_size) for number, part_size, _ in arrived], size)
            await self._join(upload, [etag for _, _, etag in arrived])
        except Taken:
            # By others, or by the same upload a moment ago.
            with suppress(UploadGone):
                await self._sending.arrived(upload)
                raise AlreadyStored(upload.key) from None
            return await self._joined_before(upload, size)
        except UploadGone:
            return await self._joined_before(upload, size)
        return await self.describe(upload.key)

    async def _joined_before(self, upload: Upload, size: int) -> Stored:
        try:
            stored = await self.describe(upload.key)
        except NotStored:
            raise UploadGone(upload.key, upload.id) from None
        if stored.size != size:
            raise AlreadyStored(upload.key)
        return stored

    async def parts_drop(self, upload: Upload) -> None:
        """Give a multipart upload up."""
        await self._sending.drop(upload)

    def parts_begun(self, under: Under) -> AsyncIterator[Begun]:
        """The multipart uploads that go on."""
        return self._sending.begun(under)

    def path(self, key: Key) -> str:
        """There is no folder."""
        raise NotOffered(Ability.PATHS)

    async def check(self, *, origins: Sequence[str] = ()) -> str:
        """Store, read and remove a file, try to replace it, and use a link as a browser of each origin would."""
        key = Key(UUID(int=0), Area.STAGING, uuid4())
        try:
            await self.put(key, once(key.id.bytes))
            await self._try_to_replace(key)
            link = await self.link(key, lifetime=timedelta(minutes=1), filename="check")
            upload = await self.upload_link(key, lifetime=timedelta(minutes=1), size=1, expect=bytes(32))
            await reachable(self.name, link, upload, key.id.bytes, origins)
        finally:
            await self.remove(key)
        versions = await self._bucket.keeps_versions()
        keeps = ", and keeps old versions: removed files stay until a lifecycle rule ends them" if versions else ""
        return f"bucket {self._bucket.at.bucket} stores, reads, refuses to replace and removes{keeps}"

    async def _try_to_replace(self, key: Key) -> None:
        try:
            await self.put(key, once(b"other bytes"))
        except AlreadyStored:
            return
        raise Denied(self.name, "replaces files: it does not heed If-None-Match, so it cannot keep what it is given")

    async def close(self) -> None:
        """Close the client's connections."""
        await self._bucket.close()
        await self._threads.close()
