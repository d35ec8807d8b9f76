"""Files in a bucket of S3, or of a server that speaks its language.

The only module that imports aioboto3; `opening.py` imports it when a bucket is opened. A key is created with
`If-None-Match: *`, in one request or by joining parts, so that a file is absent or whole and never replaced.
"""

import asyncio
import base64
import hashlib
import io
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Awaitable, Coroutine, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, aclosing, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID, uuid4
from weakref import WeakValueDictionary

import aioboto3
from aiobotocore.config import AioConfig

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
from storage.files.flowing import Arriving, Threads, batches, once, settled
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
from storage.files.s3_errors import Outside, Taken, told
from storage.files.s3_links import S3Links, reachable

if TYPE_CHECKING:
    from types_aiobotocore_s3 import S3Client

LEAST_PART_BYTES = 5 * MEBIBYTE
MOST_COPIED_BYTES = 5 << 30
"""The largest object that one request copies."""
MOST_AT_ONCE = 3
"""How many large bodies are sent at once: each holds some 15 MiB."""
FREELY_BYTES = MEBIBYTE
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """Where a bucket is, and who we are to it."""

    bucket: str
    prefix: str = ""
    """What all keys begin with: empty, or ending in a slash."""
    endpoint: str | None = None
    region: str | None = None
    public: str | None = None
    """The endpoint that links lead to, when browsers reach the server by another address than we do."""
    addressing: str = "auto"
    access_key: str | None = None
    secret_key: str | None = field(default=None, repr=False)


class S3(FileStore):
    """Files in a bucket that exists. One client for everything, opened by the first question."""

    abilities = frozenset({Ability.OWN_LINKS, Ability.LASTING})

    def __init__(self, bucket: Bucket, *, name: str = "s3", most_copied_bytes: int = MOST_COPIED_BYTES) -> None:
        self.name = name
        self._at = bucket
        self._most_copied_bytes = most_copied_bytes
        self._opened = AsyncExitStack()
        self._opening = asyncio.Lock()
        self._clients: tuple[S3Client, S3Client] | None = None
        self._threads = Threads(MOST_AT_ONCE)
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
        first: bytes | bytearray | memoryview = b""
        try:
            if arriving.size is not None and arriving.size > each:
                upload = await self.parts_begin(key, media_type=media_type)
            async for batch in batches(chunks, each):
                arriving.count(batch)
                await self._threads.run(arriving.take, batch)
                if upload is None and not first:
                    first = batch
                    continue
                if upload is None:
                    upload = await self.parts_begin(key, media_type=media_type)
                    etags.append(await self._send_part(upload, 1, first))
                    first = b""
                etags.append(await self._send_part(upload, len(etags) + 1, batch))
                # While the next batch is gathered, this one need not be held.
                del batch
            arriving.complete()
            if upload is None:
                await self._send(key, first, media_type)
            else:
                await self._join(upload, etags)
                upload = None
        except Taken:
            await self._compare(arriving)
        finally:
            if upload is not None:
                await finished(self.parts_drop(upload))
        return await self._described(key, arriving.sha256)

    async def _send(self, key: Key, body: bytes | bytearray | memoryview, media_type: str) -> None:
        client, _ = await self._asked()
        with told(self.name, key):
            await client.put_object(
                **self._named(key), Body=io.BytesIO(body), ContentMD5=await self._md5(body),
                ContentType=media_type, IfNoneMatch="*",
            )  # fmt: skip

    async def _send_part(self, upload: Upload, number: int, body: bytes | bytearray | memoryview) -> str:
        client, _ = await self._asked()
        with told(self.name, upload):
            sent = await client.upload_part(
                **self._named(upload.key), UploadId=upload.id, PartNumber=number,
                Body=io.BytesIO(body), ContentMD5=await self._md5(body),
            )  # fmt: skip
        return sent["ETag"]

    async def _md5(self, body: bytes | bytearray | memoryview) -> str:
        """Every S3 server compares what arrives with this; the newer digests many do not know."""
        hashed = await self._threads.run(hashlib.md5, body, usedforsecurity=False)
        return base64.b64encode(hashed.digest()).decode()

    async def _join(self, upload: Upload, etags: Sequence[str]) -> None:
        """Make the parts one object, whoever is cancelled meanwhile. Raises `Taken`."""
        client, _ = await self._asked()
        parts: Any = [{"PartNumber": number, "ETag": etag} for number, etag in enumerate(etags, 1)]
        async with self._alone_at(upload.key):
            with told(self.name, upload):
                await finished(
                    client.complete_multipart_upload(
                        **self._named(upload.key), UploadId=upload.id, IfNoneMatch="*", MultipartUpload={"Parts": parts}
                    )
                )

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
        client, _ = await self._asked()
        asked: dict[str, Any] = {"Range": ranged(span)} if span else {}
        try:
            with told(self.name, key):
                got = await client.get_object(**self._named(key), **asked)
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
        client, _ = await self._asked()
        with told(self.name, key):
            head = await client.head_object(**self._named(key))
        return Stored(key, head["ContentLength"], head["LastModified"], sha256)

    async def remove(self, key: Key) -> None:
        """Remove a file. A bucket that keeps versions keeps its bytes: `check` says so."""
        client, _ = await self._asked()
        with suppress(NotStored), told(self.name, key):
            await client.delete_object(**self._named(key))

    async def keys(self, under: Under) -> AsyncIterator[Stored]:
        """The files under a place, a page of the bucket at a time."""
        client, _ = await self._asked()
        pages = client.get_paginator("list_objects_v2").paginate(
            Bucket=self._at.bucket, Prefix=self._at.prefix + str(under)
        )
        async for page in self._each(pages):
            for found in page.get("Contents", []):
                with suppress(InvalidKey):
                    yield Stored(self._key(found["Key"]), found["Size"], found["LastModified"])

    async def copy(self, source: Key, target: Key) -> Stored:
        """Let the bucket copy: in one request, or in parts when it is larger than one may be."""
        client, _ = await self._asked()
        with told(self.name, source):
            head = await client.head_object(**self._named(source))
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
        client, _ = await self._asked()
        said = {"CopySource": self._named(source), "CopySourceIfMatch": head["ETag"]}
        async with self._alone_at(target):
            with told(self.name, source):
                await finished(client.copy_object(**self._named(target), **said, IfNoneMatch="*"))

    async def _copy_parts(self, source: Key, target: Key, head: Any) -> None:
        client, _ = await self._asked()
        upload = await self.parts_begin(target, media_type=head["ContentType"])
        size, etags = head["ContentLength"], list[str]()
        try:
            for start in range(0, size, self._most_copied_bytes):
                span = Span(start, min(start + self._most_copied_bytes, size))
                with told(self.name, upload):
                    copied = await client.upload_part_copy(
                        **self._named(target), UploadId=upload.id, PartNumber=len(etags) + 1,
                        CopySource=self._named(source), CopySourceIfMatch=head["ETag"], CopySourceRange=ranged(span),
                    )  # fmt: skip
                etags.append(copied["CopyPartResult"]["ETag"])
            await self._join(upload, etags)
        except BaseException:
            await finished(self.parts_drop(upload))
            raise

    async def link(
        self, key: Key, *, lifetime: timedelta, filename: str, media_type: str = ANY_TYPE, inline: bool = False
    ) -> Link:
        """A link to the bucket."""
        return await (await self._links()).to_read(
            self._named(key), lifetime, filename=filename, media_type=media_type, inline=inline
        )

    async def upload_link(
        self, key: Key, *, lifetime: timedelta, size: int, expect: bytes, media_type: str = ANY_TYPE
    ) -> Link:
        """A link that takes exactly these bytes, once; servers that do not know SHA-256 take any so many bytes."""
        return await (await self._links()).to_store(
            self._named(key), lifetime, size=size, sha256=expect, media_type=media_type
        )

    async def parts_link(self, upload: Upload, number: int, *, lifetime: timedelta, size: int) -> Link:
        """A link that takes one part of this size."""
        return await (await self._links()).to_send_part(
            self._named(upload.key), lifetime, upload_id=upload.id, number=number, size=size
        )

    async def parts_begin(self, key: Key, *, media_type: str = ANY_TYPE) -> Upload:
        """Begin a multipart upload; if we are cancelled meanwhile, it is given up."""
        client, _ = await self._asked()
        begun = asyncio.ensure_future(client.create_multipart_upload(**self._named(key), ContentType=media_type))
        with told(self.name, key):
            try:
                return Upload(key, (await asyncio.shield(begun))["UploadId"])
            except asyncio.CancelledError:
                await settled(begun)
                if not begun.exception():
                    await finished(self.parts_drop(Upload(key, begun.result()["UploadId"])))
                raise

    async def parts_put(self, upload: Upload, number: int, chunks: AsyncIterable[bytes], *, size: int) -> Part:
        """Send one part, which is held in memory."""
        arriving = Arriving(upload.key, size)
        # Not every server says clearly that an upload is gone when a part comes for it.
        await self._arrived(upload)
        async with self._gate:
            body = bytearray()
            async for chunk in chunks:
                arriving.count(chunk)
                body += chunk
            arriving.complete()
            await self._send_part(upload, number, body)
        return Part(number, size)

    async def parts_stored(self, upload: Upload) -> Sequence[Part]:
        """The parts that the bucket has."""
        return [Part(number, size) for number, size, _ in await self._arrived(upload)]

    async def _arrived(self, upload: Upload) -> Sequence[tuple[int, int, str]]:
        if not upload.id:
            raise UploadGone(upload.key, upload.id)
        client, _ = await self._asked()
        pages = client.get_paginator("list_parts").paginate(**self._named(upload.key), UploadId=upload.id)
        try:
            return [
                (part["PartNumber"], part["Size"], part["ETag"])
                async for page in self._each(pages, upload)
                for part in page.get("Parts", [])
            ]
        except NotStored:
            raise UploadGone(upload.key, upload.id) from None

    async def parts_join(self, upload: Upload, *, size: int) -> Stored:
        """Let the bucket join the parts."""
        try:
            arrived = await self._arrived(upload)
            all_there(upload, [Part(number, part_size) for number, part_size, _ in arrived], size)
            await self._join(upload, [etag for _, _, etag in arrived])
        except Taken:
            # By others, or by the same upload a moment ago.
            with suppress(UploadGone):
                await self._arrived(upload)
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
        if not upload.id:
            return
        client, _ = await self._asked()
        with suppress(UploadGone, NotStored), told(self.name, upload):
            await client.abort_multipart_upload(**self._named(upload.key), UploadId=upload.id)

    async def parts_begun(self, under: Under) -> AsyncIterator[Begun]:
        """The multipart uploads that go on."""
        client, _ = await self._asked()
        named: Any = {"Bucket": self._at.bucket, "Prefix": self._at.prefix + str(under)}
        async for page in self._each(client.get_paginator("list_multipart_uploads").paginate(**named)):
            for found in page.get("Uploads", []):
                with suppress(InvalidKey):
                    yield Begun(Upload(self._key(found["Key"]), found["UploadId"]), found["Initiated"])

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
        client, _ = await self._asked()
        with told(self.name):
            versions = (await client.get_bucket_versioning(Bucket=self._at.bucket)).get("Status")
        keeps = ", and keeps old versions: removed files stay until a lifecycle rule ends them" if versions else ""
        return f"bucket {self._at.bucket} stores, reads, refuses to replace and removes{keeps}"

    async def _try_to_replace(self, key: Key) -> None:
        try:
            await self.put(key, once(b"other bytes"))
        except AlreadyStored:
            return
        raise Denied(self.name, "replaces files: it does not heed If-None-Match, so it cannot keep what it is given")

    async def close(self) -> None:
        """Close the client's connections."""
        await self._opened.aclose()
        self._clients = None
        await self._threads.close()

    async def _links(self) -> S3Links:
        _, public = await self._asked()
        return S3Links(public)

    async def _asked(self) -> "tuple[S3Client, S3Client]":
        """The client that asks, and the one that signs links."""
        async with self._opening:
            if self._clients is None:
                client = await self._client(self._at.endpoint)
                public = await self._client(self._at.public) if self._at.public else client
                self._clients = client, public
            return self._clients

    async def _client(self, endpoint: str | None) -> "S3Client":
        session = aioboto3.Session(
            aws_access_key_id=self._at.access_key, aws_secret_access_key=self._at.secret_key,
            region_name=self._at.region,
        )  # fmt: skip
        config = AioConfig(
            signature_version="s3v4",
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
            # What is sent carries its MD5, which is signed.
            s3={"addressing_style": self._at.addressing, "payload_signing_enabled": False},
            max_pool_connections=32,
            connect_timeout=5,
            read_timeout=60,
            retries={"mode": "standard", "total_max_attempts": 4},
        )
        with told(self.name):
            return await self._opened.enter_async_context(session.client("s3", endpoint_url=endpoint, config=config))

    def _named(self, key: Key) -> Any:
        return {"Bucket": self._at.bucket, "Key": f"{self._at.prefix}{key}"}

    def _key(self, name: str) -> Key:
        return Key.read(name.removeprefix(self._at.prefix))

    async def _each(self, pages: AsyncIterable[Any], upload: Upload | None = None) -> AsyncIterator[Any]:
        with told(self.name, upload):
            async for page in pages:
                yield page


def ranged(span: Span) -> str:
    """A span as HTTP writes it, with its last byte."""
    return f"bytes={span.start}-{'' if span.end is None else span.end - 1}"


async def finished(act: Awaitable[Result] | Coroutine[Any, Any, Result]) -> Result:
    """What `act` returns, which goes on to its end even when we are cancelled."""
    future = asyncio.ensure_future(act)
    try:
        return await asyncio.shield(future)
    except asyncio.CancelledError:
        await settled(future)
        raise
