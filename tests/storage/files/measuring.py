"""Passes files through a store and prints how much memory that took: … measuring URL MEBIBYTES AT_ONCE.

The growth is that of the most memory the process ever had in its hands, in bytes, first for storing, then for reading.
"""

import asyncio
import gc
import re
import sys
from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

from storage.files.interface import MEBIBYTE, Area, FileStore, Key
from storage.files.opening import open_store

PRACTICE = uuid4()


async def main(url: str, mebibytes: int, at_once: int) -> None:
    """Store, then read, `at_once` files of so many mebibytes."""
    store = open_store(url)
    await pass_through(store, 1)
    keys = [Key.made(PRACTICE, Area.FINAL) for _ in range(at_once)]
    before = now_peaking()
    await asyncio.gather(*(store.put(key, counted(mebibytes), size=mebibytes * MEBIBYTE) for key in keys))
    stored = peak() - before
    before = now_peaking()
    read = await asyncio.gather(*(digest(store, key) for key in keys))
    assert len(set(read)) == 1
    print(stored, peak() - before)  # noqa: T201
    for key in keys:
        await store.remove(key)
    await store.close()


async def pass_through(store: FileStore, mebibytes: int) -> None:
    """Load whatever is loaded by the first file."""
    key = Key.made(PRACTICE, Area.FINAL)
    await store.put(key, counted(mebibytes))
    await digest(store, key)
    await store.remove(key)


async def counted(mebibytes: int) -> AsyncIterator[bytes]:
    """So many mebibytes, each another one."""
    for number in range(mebibytes):
        yield number.to_bytes(8, "big") * (MEBIBYTE // 8)


async def digest(store: FileStore, key: Key) -> bytes:
    """The digest of all that is read."""
    hashed = sha256()
    async with store.open(key) as opened:
        async for chunk in opened:
            hashed.update(chunk)
    return hashed.digest()


def now_peaking() -> int:
    """Forget the peak so far; the memory that is held now."""
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    return peak()


def peak() -> int:
    """The most memory that was held, in bytes."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="ascii"))
    assert found
    return int(found[1]) * 1024


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
