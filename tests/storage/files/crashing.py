"""Kills a process at every step it takes in a folder, and prints what it did: python -m tests.storage.files.crashing.

Every call of the operating system that changes something is a step. For each a child process begins the same work anew
in a folder of its own and is killed just before it; the last child gets to the end. Nothing of the store is replaced.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from uuid import UUID

from storage.files.filesystem import Filesystem
from storage.files.interface import Area, Key, part_sizes
from tests.storage.files.places import chunks_of, some_bytes

STEPS = ("open", "mkdir", "write", "fsync", "link", "unlink", "rmdir", "copy_file_range")
MAKES = os.O_CREAT | os.O_TMPFILE & ~os.O_DIRECTORY
PRACTICE = UUID("0192f0c1-0000-7000-8000-000000000001")
KEY = Key(PRACTICE, Area.FINAL, UUID("a3b1c2d4-0000-4000-8000-000000000001"))
SOURCE = KEY.within(Area.STAGING)
CONTENT = some_bytes(2_500_000)
LARGE = some_bytes(17 << 20, 2)
SMALL = LARGE[:300_000]


async def put(store: Filesystem) -> None:
    """Store a file of three batches."""
    await store.put(KEY, chunks_of(CONTENT), size=len(CONTENT))


async def copy(store: Filesystem) -> None:
    """Store a file under a second key."""
    await store.put(SOURCE, chunks_of(CONTENT), size=len(CONTENT))
    await store.copy(SOURCE, KEY)
    await store.remove(SOURCE)


async def part(store: Filesystem) -> None:
    """Store a file in one part."""
    await in_parts(store, SMALL)


async def parts(store: Filesystem) -> None:
    """Store a file in two parts."""
    await in_parts(store, LARGE)


async def in_parts(store: Filesystem, content: bytes) -> None:
    """Begin, send every part, join."""
    upload, at = await store.parts_begin(KEY), 0
    for number, size in enumerate(part_sizes(len(content)), 1):
        await store.parts_put(upload, number, chunks_of(content[at : at + size]), size=size)
        at += size
    await store.parts_join(upload, size=len(content))


WORKS: dict[str, tuple[Callable[[Filesystem], Awaitable[None]], bytes]] = {
    "put": (put, CONTENT),
    "copy": (copy, CONTENT),
    "part": (part, SMALL),
    "parts": (parts, LARGE),
}


def counted(last: int) -> None:
    """From now on, be killed before step number `last`."""
    steps = 0

    def before(name: str, act: Callable[..., Any]) -> Callable[..., Any]:
        def step(*args: Any, **kwargs: Any) -> Any:
            nonlocal steps
            steps += name != "open" or bool(args[1] & MAKES)
            if steps == last:
                os.kill(os.getpid(), signal.SIGKILL)
            return act(*args, **kwargs)

        return step

    for name in STEPS:
        setattr(os, name, before(name, getattr(os, name)))


async def work(root: Path, name: str, unnamed: bool) -> None:
    """Do it."""
    store = Filesystem(root, unnamed=unnamed)
    await WORKS[name][0](store)
    await store.close()


def main(folder: Path, name: str, unnamed: bool) -> None:
    """Kill children at step 1, 2, … until one is not killed any more; print how many there were."""
    step, killed = 0, True
    while killed:
        step += 1
        root = folder / f"{step:04}"
        root.mkdir()
        child = os.fork()
        if child == 0:
            counted(step)
            asyncio.run(work(root, name, unnamed))
            os._exit(0)
        killed = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    print(step)  # noqa: T201


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3] == "unnamed")
