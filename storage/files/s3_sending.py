"""Bytes on their way into a bucket: in one request, or by a multipart upload."""

import asyncio
import base64
import hashlib
import io
from collections.abc import AsyncIterator, Awaitable, Coroutine, Sequence
from contextlib import suppress
from typing import Any, TypeVar

from storage.files.errors import InvalidKey, NotStored, UploadGone
from storage.files.flowing import Threads, settled
from storage.files.interface import Begun, Key, Span, Under, Upload
from storage.files.s3_bucket import S3Bucket, ranged
from storage.files.s3_errors import told

Body = bytes | bytearray | memoryview
Result = TypeVar("Result")


class S3Sending:
    """Sends, and knows of uploads what the bucket knows."""

    def __init__(self, bucket: S3Bucket, threads: Threads) -> None:
        self._bucket = bucket
        self._threads = threads

    async def whole(self, key: Key, body: Body, media_type: str) -> None:
        """Send a file in one request. Raises `Taken`."""
        client = await self._bucket.client()
        with told(self._bucket.name, key):
            await client.put_object(
                **self._bucket.named(key), Body=io.BytesIO(body), ContentMD5=await self._md5(body),
                ContentType=media_type, IfNoneMatch="*",
            )  # fmt: skip

    async def part(self, upload: Upload, number: int, body: Body) -> str:
        """Send one part; the tag by which it is joined."""
        client = await self._bucket.client()
        with told(self._bucket.name, upload):
            sent = await client.upload_part(
                **self._bucket.named(upload.key), UploadId=upload.id, PartNumber=number,
                Body=io.BytesIO(body), ContentMD5=await self._md5(body),
            )  # fmt: skip
        return sent["ETag"]

    async def part_of(self, upload: Upload, number: int, source: Key, tag: str, span: Span) -> str:
        """Have a span of another file, as long as that has this tag, copied as one part; the part's tag."""
        client = await self._bucket.client()
        with told(self._bucket.name, upload):
            copied = await client.upload_part_copy(
                **self._bucket.named(upload.key), UploadId=upload.id, PartNumber=number,
                CopySource=self._bucket.named(source), CopySourceIfMatch=tag, CopySourceRange=ranged(span),
            )  # fmt: skip
        return copied["CopyPartResult"]["ETag"]

    async def _md5(self, body: Body) -> str:
        """Every S3 server compares what arrives with this; the newer digests many do not know."""
        hashed = await self._threads.run(hashlib.md5, body, usedforsecurity=False)
        return base64.b64encode(hashed.digest()).decode()

    async def begin(self, key: Key, media_type: str) -> Upload:
        """Begin a multipart upload; if we are cancelled meanwhile, it is given up."""
        client = await self._bucket.client()
        begun = asyncio.ensure_future(client.create_multipart_upload(**self._bucket.named(key), ContentType=media_type))
        with told(self._bucket.name, key):
            try:
                return Upload(key, (await asyncio.shield(begun))["UploadId"])
            except asyncio.CancelledError:
                await settled(begun)
                if not begun.exception():
                    await finished(self.drop(Upload(key, begun.result()["UploadId"])))
                raise

    async def arrived(self, upload: Upload) -> Sequence[tuple[int, int, str]]:
        """Number, size and tag of each part that the bucket has."""
        if not upload.id:
            raise UploadGone(upload.key, upload.id)
        client = await self._bucket.client()
        pages = client.get_paginator("list_parts").paginate(**self._bucket.named(upload.key), UploadId=upload.id)
        try:
            return [
                (part["PartNumber"], part["Size"], part["ETag"])
                async for page in self._bucket.each(pages, upload)
                for part in page.get("Parts", [])
            ]
        except NotStored:
            raise UploadGone(upload.key, upload.id) from None

    async def join(self, upload: Upload, etags: Sequence[str]) -> None:
        """Make the parts one object, whoever is cancelled meanwhile. Raises `Taken`."""
        client = await self._bucket.client()
        parts: Any = [{"PartNumber": number, "ETag": etag} for number, etag in enumerate(etags, 1)]
        with told(self._bucket.name, upload):
            await finished(
                client.complete_multipart_upload(
                    **self._bucket.named(upload.key), UploadId=upload.id, IfNoneMatch="*",
                    MultipartUpload={"Parts": parts},
                )
            )  # fmt: skip

    async def drop(self, upload: Upload) -> None:
        """Give a multipart upload up."""
        if not upload.id:
            return
        client = await self._bucket.client()
        with suppress(UploadGone, NotStored), told(self._bucket.name, upload):
            await client.abort_multipart_upload(**self._bucket.named(upload.key), UploadId=upload.id)

    async def begun(self, under: Under) -> AsyncIterator[Begun]:
        """The uploads that go on under a place."""
        client = await self._bucket.client()
        pages = client.get_paginator("list_multipart_uploads").paginate(**self._bucket.under(under))
        async for page in self._bucket.each(pages):
            for found in page.get("Uploads", []):
                with suppress(InvalidKey):
                    yield Begun(Upload(self._bucket.key(found["Key"]), found["UploadId"]), found["Initiated"])


async def finished(act: Awaitable[Result] | Coroutine[Any, Any, Result]) -> Result:
    """What `act` returns, which goes on to its end even when we are cancelled."""
    future = asyncio.ensure_future(act)
    try:
        return await asyncio.shield(future)
    except asyncio.CancelledError:
        await settled(future)
        raise
