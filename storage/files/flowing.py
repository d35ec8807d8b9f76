"""Bytes on their way: gathered into batches, counted and hashed; and blocking work done off the event loop."""

import asyncio
import hashlib
from collections.abc import AsyncIterable, AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any, ParamSpec, TypeVar

from storage.files.errors import DigestMismatch, SizeMismatch
from storage.files.interface import Key

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


class Threads:
    """A few threads for blocking work, started by the first of it."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._pool: ThreadPoolExecutor | None = None

    async def run(self, act: Callable[Arguments, Result], *args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        """What `act` returns. A caller who is cancelled waits for its end: nothing is closed under a thread's hands."""
        future = self.begin(act, *args, **kwargs)
        try:
            return await asyncio.shield(future)
        except asyncio.CancelledError:
            await settled(future)
            raise

    def begin(
        self, act: Callable[Arguments, Result], *args: Arguments.args, **kwargs: Arguments.kwargs
    ) -> asyncio.Future[Result]:
        """Begin `act`; the future must be waited for, by `settled` at the latest."""
        if self._pool is None:
            self._pool = ThreadPoolExecutor(self._most, thread_name_prefix="files")
        return asyncio.get_running_loop().run_in_executor(self._pool, lambda: act(*args, **kwargs))

    @asynccontextmanager
    async def held(self, take: Callable[[], Result], give_back: Callable[[Result], None]) -> AsyncIterator[Result]:
        """What `take` returns, until the block ends; it is given back even if we are cancelled while it is taken."""
        future = self.begin(take)
        try:
            yield await asyncio.shield(future)
        finally:
            await settled(future)
            if not future.exception():
                await self.run(give_back, future.result())

    async def close(self) -> None:
        """Wait for all work, and end the threads."""
        pool, self._pool = self._pool, None
        if pool is not None:
            await asyncio.to_thread(pool.shutdown)


async def settled(*futures: "asyncio.Future[Any]") -> None:
    """Wait until all have ended, however often we are cancelled meanwhile; their errors are dropped."""
    waiting = set(futures)
    cancelled = False
    while waiting := {future for future in waiting if not future.done()}:
        try:
            await asyncio.wait(waiting)
        except asyncio.CancelledError:
            cancelled = True
    for future in futures:
        if not future.cancelled():
            future.exception()
    if cancelled:
        raise asyncio.CancelledError


async def batches(chunks: AsyncIterable[bytes], size: int) -> AsyncIterator[bytes | bytearray | memoryview]:
    """The same bytes in batches of exactly `size`, the last one smaller and perhaps empty only if nothing came."""
    gathered = bytearray()
    async for chunk in chunks:
        if not gathered and len(chunk) == size:
            yield chunk
            continue
        rest = memoryview(chunk)
        while rest:
            taken = rest[: size - len(gathered)]
            rest = rest[len(taken) :]
            gathered += taken
            if len(gathered) == size:
                yield gathered
                gathered = bytearray()
    if gathered:
        yield gathered


async def once(chunk: bytes) -> AsyncIterator[bytes]:
    """One chunk."""
    yield chunk


class Arriving:
    """The bytes promised for a key, counted and hashed as they come. `take` is for a thread: it hashes."""

    def __init__(self, key: Key, size: int | None, expect: bytes | None = None) -> None:
        self.key, self.size, self.expect = key, size, expect
        self.came = 0
        self._hash = hashlib.sha256()

    def count(self, batch: bytes | bytearray | memoryview) -> None:
        """Note that so many more came; `SizeMismatch` as soon as they are too many."""
        self.came += len(batch)
        if self.size is not None and self.came > self.size:
            raise SizeMismatch(self.key, self.size, self.came)

    def take(self, batch: bytes | bytearray | memoryview) -> None:
        """Hash them, in the order in which they came."""
        self._hash.update(batch)

    @property
    def sha256(self) -> bytes:
        """The digest of all that was taken."""
        return self._hash.digest()

    def complete(self) -> None:
        """All have come. `SizeMismatch` if they are too few, `DigestMismatch` if they are not the promised ones."""
        if self.size is not None and self.came != self.size:
            raise SizeMismatch(self.key, self.size, self.came)
        if self.expect is not None and self.sha256 != self.expect:
            raise DigestMismatch(self.key, self.expect, self.sha256)
