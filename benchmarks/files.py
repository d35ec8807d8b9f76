"""Storing a file in a folder, against the programs that do the same by hand: sha256sum, cp and sync."""

import asyncio
import os
import tempfile
import time
from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path
from statistics import median
from subprocess import DEVNULL, run
from uuid import uuid4

from storage.files.filesystem import Filesystem
from storage.files.interface import MEBIBYTE, Area, Key, Stored

MEBIBYTES, ROUNDS = 256, 7
LEAST_RATIO = 0.7


async def measure() -> None:
    """Store the same 256 MiB by hand and by ourselves, in turn; the ratio is the programs' time over ours."""
    with tempfile.TemporaryDirectory(prefix="casegraph-files-") as folder:
        source, root = Path(folder) / "source", Path(folder) / "files"
        root.mkdir()
        digest = filled(source)
        store, by_hand, by_us = Filesystem(root), list[float](), list[float]()
        for _ in range(ROUNDS):
            by_hand.append(timed_by_hand(source, Path(folder) / "copy"))
            by_us.append(await timed_by_us(store, source, digest))
        await store.close()
    ratios = sorted(hand / us for hand, us in zip(by_hand, by_us, strict=True))
    print(f"{MEBIBYTES} MiB by sha256sum, cp and sync: {median(by_hand):.2f} s, by put: {median(by_us):.2f} s")
    verdict = "as wanted" if median(ratios) >= LEAST_RATIO else f"TOO SLOW, wanted are {LEAST_RATIO}"
    print(f"ratio: median of {ROUNDS} rounds {median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f}), {verdict}")


def filled(source: Path) -> bytes:
    """Write the file that is stored, and bring it to the disk; its digest."""
    hashed = sha256()
    with source.open("wb") as file:
        for _ in range(MEBIBYTES):
            file.write(chunk := os.urandom(MEBIBYTE))
            hashed.update(chunk)
        file.flush()
        os.fsync(file.fileno())
    return hashed.digest()


def timed_by_hand(source: Path, target: Path) -> float:
    """Hash it, copy it, bring the copy to the disk."""
    began = time.perf_counter()
    run(["sha256sum", source], check=True, stdout=DEVNULL)
    run(["cp", source, target], check=True)
    run(["sync", target], check=True)
    seconds = time.perf_counter() - began
    target.unlink()
    return seconds


async def timed_by_us(store: Filesystem, source: Path, digest: bytes) -> float:
    """Store it, for good when it returns."""
    key = Key.made(uuid4(), Area.FINAL)
    began = time.perf_counter()
    stored: Stored = await store.put(key, chunks(source), size=MEBIBYTES * MEBIBYTE, expect=digest)
    seconds = time.perf_counter() - began
    assert stored.sha256 == digest
    await store.remove(key)
    return seconds


async def chunks(source: Path) -> AsyncIterator[bytes]:
    """The file as it would come, read off the loop."""
    with await asyncio.to_thread(source.open, "rb", buffering=0) as file:
        while chunk := await asyncio.to_thread(file.read, MEBIBYTE):
            yield chunk
