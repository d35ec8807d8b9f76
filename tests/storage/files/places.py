"""The stores that the promise is tried on, and what a test does with them beside asking."""

import hashlib
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import aioboto3
import httpx

from auth.keys import KeyRing
from domain.identity import new_id
from storage.files.errors import StorageError
from storage.files.filesystem import Filesystem
from storage.files.interface import Area, FileStore, Key, Link, Span
from storage.files.links import Links, receive
from storage.files.opening import open_store

MINUTE = timedelta(minutes=1)
BASE = "https://casegraph.example/files/links"


@dataclass
class Clock:
    """The time as our own links see it."""

    ahead: timedelta = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@dataclass
class Place:
    """A store, and a practice of the test's own in it."""

    store: FileStore
    links: Links
    clock: Clock
    looks_at_links: bool = True
    """Whether it refuses links that expired or were changed, as all but moto do."""
    looks_at_digests: bool = True
    """Whether it refuses other bytes than were promised for an upload link."""
    root: Path | None = None
    practice_id: UUID = field(default_factory=new_id)

    def key(self, area: Area = Area.FINAL) -> Key:
        """A new key."""
        return Key.made(self.practice_id, area)

    async def put(self, content: bytes, key: Key | None = None) -> Key:
        """Store some bytes."""
        key = key or self.key()
        await self.store.put(key, chunks_of(content), size=len(content), expect=sha256(content))
        return key

    async def read(self, key: Key, span: Span | None = None) -> bytes:
        """All bytes of a file or a span."""
        async with self.store.open(key, span=span) as opened:
            content = await opened.read()
            assert len(content) == opened.end - opened.start
            return content

    async def send(self, link: Link, content: bytes) -> bool:
        """Use a link to store; whether it was accepted."""
        if not link.url.startswith(BASE):
            async with httpx.AsyncClient() as client:
                answer = await client.request(link.method, link.url, content=content, headers=dict(link.headers))
                return answer.is_success
        try:
            await receive(self.store, self.links.read(link.url.rpartition("/")[2], link.method), chunks_of(content))
        except StorageError:
            return False
        return True

    async def fetch(self, link: Link) -> bytes | None:
        """Use a link to read; None if it was refused."""
        if not link.url.startswith(BASE):
            async with httpx.AsyncClient() as client:
                answer = await client.request(link.method, link.url)
                return answer.content if answer.is_success else None
        try:
            return await self.read(self.links.read(link.url.rpartition("/")[2], link.method).key)
        except StorageError:
            return None

    def leftovers(self) -> list[str]:
        """Everything in the folder that is neither a folder nor a whole file in its place."""
        if self.root is None:
            return []
        found = (path.relative_to(self.root) for path in self.root.rglob("*") if not path.is_dir())
        return sorted(str(path) for path in found if len(path.parts) != 5 or path.parts[0].startswith("."))


@asynccontextmanager
async def folder(root: Path, *, unnamed: bool = True) -> AsyncIterator[Place]:
    """A folder, with or without unnamed files."""
    clock = Clock()
    links = Links(KeyRing.made(), BASE, clock)
    store = Filesystem(root, links=links, unnamed=unnamed)
    try:
        yield Place(store, links, clock, root=root)
    finally:
        await store.close()


@asynccontextmanager
async def memory() -> AsyncIterator[Place]:
    """Memory."""
    clock = Clock()
    links = Links(KeyRing.made(), BASE, clock)
    store = open_store("memory://", links=links)
    yield Place(store, links, clock)
    await store.close()


@asynccontextmanager
async def bucket(endpoint: str, key: str, secret: str) -> AsyncIterator[FileStore]:
    """A new bucket of a server. Opening one takes a while: tests share it, each with a practice of its own."""
    name = await new_bucket(endpoint, key, secret)
    store = open_store(f"s3://{key}:{secret}@{name}/some/prefix?endpoint={endpoint}&region=us-east-1")
    try:
        yield store
    finally:
        await store.close()


def in_bucket(store: FileStore, *, of_moto: bool) -> Place:
    """A practice of its own in a shared bucket of moto or of radosgw, which differ."""
    clock = Clock()
    links = Links(KeyRing.made(), BASE, clock)
    return Place(store, links, clock, looks_at_links=not of_moto, looks_at_digests=False)


async def new_bucket(endpoint: str, key: str, secret: str) -> str:
    """Make a bucket."""
    name = f"casegraph-{uuid4().hex[:12]}"
    session = aioboto3.Session(aws_access_key_id=key, aws_secret_access_key=secret, region_name="us-east-1")
    async with session.client("s3", endpoint_url=endpoint) as client:
        await client.create_bucket(Bucket=name)
    return name


async def chunks_of(content: bytes, size: int = 100_003) -> AsyncIterator[bytes]:
    """The bytes in chunks of an odd size."""
    for at in range(0, len(content), size):
        yield content[at : at + size]


async def until(error: Callable[[], BaseException], content: bytes) -> AsyncIterator[bytes]:
    """The bytes, and then an error instead of an end."""
    async for chunk in chunks_of(content):
        yield chunk
    raise error()


def some_bytes(size: int, seed: int = 1) -> bytes:
    """Bytes that do not repeat."""
    return random.Random(seed).randbytes(size)


def sha256(content: bytes) -> bytes:
    """The digest."""
    return hashlib.sha256(content).digest()
