"""A bucket as we speak to it: where it is, who we are to it, and what things are called there.

The only module that imports aioboto3; `opening.py` imports it when a bucket is opened.
"""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import aioboto3
from aiobotocore.config import AioConfig

from storage.files.interface import Key, Span, Under, Upload
from storage.files.s3_errors import told
from storage.files.s3_links import S3Links

if TYPE_CHECKING:
    from types_aiobotocore_s3 import S3Client


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


class S3Bucket:
    """One client for everything, opened by the first question."""

    def __init__(self, at: Bucket, name: str) -> None:
        self.name = name
        self.at = at
        self._opened = AsyncExitStack()
        self._opening = asyncio.Lock()
        self._clients: tuple[S3Client, S3Client] | None = None

    async def client(self) -> "S3Client":
        """The client that asks."""
        client, _ = await self._asked()
        return client

    async def links(self) -> S3Links:
        """What signs links."""
        _, public = await self._asked()
        return S3Links(public)

    def named(self, key: Key) -> Any:
        """A key, as its requests name it."""
        return {"Bucket": self.at.bucket, "Key": f"{self.at.prefix}{key}"}

    def under(self, place: Under) -> Any:
        """A place, as its lists name it."""
        return {"Bucket": self.at.bucket, "Prefix": self.at.prefix + str(place)}

    def key(self, name: str) -> Key:
        """The key that goes by a name in the bucket. Raises `InvalidKey`."""
        return Key.read(name.removeprefix(self.at.prefix))

    async def each(self, pages: AsyncIterable[Any], upload: Upload | None = None) -> AsyncIterator[Any]:
        """The pages of a list."""
        with told(self.name, upload):
            async for page in pages:
                yield page

    async def keeps_versions(self) -> bool:
        """Whether what is removed stays behind as an older version."""
        client = await self.client()
        with told(self.name):
            return bool((await client.get_bucket_versioning(Bucket=self.at.bucket)).get("Status"))

    async def close(self) -> None:
        """Close the client's connections."""
        await self._opened.aclose()
        self._clients = None

    async def _asked(self) -> "tuple[S3Client, S3Client]":
        """The client that asks, and the one that signs links."""
        async with self._opening:
            if self._clients is None:
                client = await self._client(self.at.endpoint)
                public = await self._client(self.at.public) if self.at.public else client
                self._clients = client, public
            return self._clients

    async def _client(self, endpoint: str | None) -> "S3Client":
        session = aioboto3.Session(
            aws_access_key_id=self.at.access_key, aws_secret_access_key=self.at.secret_key,
            region_name=self.at.region,
        )  # fmt: skip
        config = AioConfig(
            signature_version="s3v4",
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
            # What is sent carries its MD5, which is signed.
            s3={"addressing_style": self.at.addressing, "payload_signing_enabled": False},
            max_pool_connections=32,
            connect_timeout=5,
            read_timeout=60,
            retries={"mode": "standard", "total_max_attempts": 4},
        )
        with told(self.name):
            return await self._opened.enter_async_context(session.client("s3", endpoint_url=endpoint, config=config))


def ranged(span: Span) -> str:
    """A span as HTTP writes it, with its last byte."""
    return f"bytes={span.start}-{'' if span.end is None else span.end - 1}"
