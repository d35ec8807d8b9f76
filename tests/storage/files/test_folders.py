"""What a folder on a real disk does beside keeping the promise."""

import asyncio
import ctypes
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.files.errors import Denied, NotStored, OutOfSpace, Unreachable
from storage.files.filesystem import Filesystem
from storage.files.interface import MEBIBYTE, Under
from tests.conftest import LACKING
from tests.storage.files.places import Place, chunks_of, folder, some_bytes

FULL = """
import asyncio, resource, sys
from pathlib import Path
from tests.storage.files.test_folders import fill_up
resource.setrlimit(resource.RLIMIT_FSIZE, (3 << 20, 3 << 20))
asyncio.run(fill_up(Path(sys.argv[1]), unnamed=sys.argv[2] == "unnamed"))
"""


async def fill_up(root: Path, *, unnamed: bool) -> None:
    """Store what does not fit, in one piece and in parts, of known and unknown size; nothing may be left."""
    async with folder(root, unnamed=unnamed) as place:
        there = await place.put(b"there before")
        content = some_bytes(6 * MEBIBYTE)
        upload = await place.store.parts_begin(place.key())
        for size in (len(content), None):
            with pytest.raises(OutOfSpace):
                await place.store.put(place.key(), chunks_of(content), size=size)
        with pytest.raises(OutOfSpace):
            await place.store.parts_put(upload, 1, chunks_of(content), size=len(content))
        assert await place.store.parts_stored(upload) == []
        assert [stored.key async for stored in place.store.keys(Under())] == [there]
        assert place.leftovers() == []
        await place.put(some_bytes(2 * MEBIBYTE))


@pytest.mark.parametrize("unnamed", ["unnamed", "named"])
def test_a_process_that_may_write_no_more_leaves_nothing(tmp_path: Path, unnamed: str) -> None:
    subprocess.run([sys.executable, "-c", FULL, str(tmp_path), unnamed], check=True)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 5 MiB."""
    system = ctypes.CDLL(None, use_errno=True)
    if system.mount(b"tmpfs", bytes(tmp_path), b"tmpfs", 0, b"size=5m"):
        pytest.skip(f"{LACKING}right to mount a small disk")
    yield tmp_path
    system.umount2(bytes(tmp_path), 2)


@pytest.mark.parametrize("unnamed", [True, False])
async def test_a_full_disk_is_out_of_space_and_nothing_is_left(small_disk: Path, unnamed: bool) -> None:
    await fill_up(small_disk, unnamed=unnamed)


async def test_only_the_owner_may_look_at_files_and_folders(tmp_path: Path) -> None:
    async with folder(tmp_path) as place:
        await place.put(b"private")
        upload = await place.store.parts_begin(place.key())
        await place.store.parts_put(upload, 1, chunks_of(b"private"), size=7)
    modes = {(path.is_dir(), stat.S_IMODE(path.stat().st_mode)) for path in all_below(tmp_path)}
    assert modes == {(True, 0o700), (False, 0o600)}


def all_below(root: Path) -> list[Path]:
    return list(root.rglob("*"))


@pytest.mark.parametrize("depth", range(5))
async def test_no_symbolic_link_is_followed(tmp_path: Path, depth: int) -> None:
    (root := tmp_path / "root").mkdir()
    async with folder(root) as place:
        key = await place.put(b"mine")
        path = root / place.store.path(key)
        swapped = [path, *path.parents][4 - depth]
        elsewhere = tmp_path / "elsewhere"
        swapped.rename(elsewhere)
        swapped.symlink_to(elsewhere)
        for asked in (place.read(key), place.store.describe(key), place.store.copy(key, place.key())):
            with pytest.raises(Denied):
                await asked
        assert [one async for one in place.store.keys(Under())] == []


async def test_a_symbolic_link_under_a_key_is_not_written_through(tmp_path: Path) -> None:
    (root := tmp_path / "root").mkdir()
    (outside := tmp_path / "outside").write_bytes(b"untouched")
    async with folder(root) as place:
        key = await place.put(b"mine")
        (path := root / place.store.path(key)).unlink()
        path.symlink_to(outside)
        with pytest.raises(Denied):
            await place.store.put(key, chunks_of(b"through"))
        await place.store.remove(key)
        assert outside.read_bytes() == b"untouched"
        with pytest.raises(NotStored):
            await place.store.describe(key)


@pytest.mark.parametrize("what", ["fifo", "folder"])
async def test_what_is_not_a_file_is_not_opened(tmp_path: Path, what: str) -> None:
    async with folder(tmp_path) as place:
        key = await place.put(b"mine")
        (path := tmp_path / place.store.path(key)).unlink()
        os.mkfifo(path) if what == "fifo" else path.mkdir()
        with pytest.raises(Denied):
            await asyncio.wait_for(place.read(key), 5)


async def test_what_does_not_belong_there_is_not_listed(tmp_path: Path) -> None:
    async with folder(tmp_path) as place:
        key = await place.put(b"mine")
        path = tmp_path / place.store.path(key)
        for stray in (
            tmp_path / "lost+found",
            path.parent / "notes.txt",
            path.parents[3] / "final.bak",
            tmp_path / "ab",
        ):
            stray.touch()
        path.with_name("0" * 32).touch()
        assert [one.key async for one in place.store.keys(Under())] == [key]


async def test_a_missing_folder_is_said_and_not_made(tmp_path: Path) -> None:
    async with folder(tmp_path / "missing") as place:
        for asked in (place.put(b"x"), place.read(place.key()), place.store.check()):
            with pytest.raises(Unreachable, match="has no folder"):
                await asked
    assert all_below(tmp_path) == []


async def test_named_drafts_of_the_dead_are_removed_and_those_of_the_living_are_not(tmp_path: Path) -> None:
    async with folder(tmp_path, unnamed=False) as place, folder(tmp_path, unnamed=False) as other:
        (tmp_path / ".drafts").mkdir()
        (dead := tmp_path / ".drafts" / "dead").touch()
        started, go_on = asyncio.Event(), asyncio.Event()

        async def slow():  # type: ignore[no-untyped-def]
            yield b"x" * MEBIBYTE
            started.set()
            await go_on.wait()
            yield b"y"

        putting = asyncio.ensure_future(place.store.put(place.key(), slow(), size=MEBIBYTE + 1))
        await started.wait()
        await other.store.check()
        assert not await asyncio.to_thread(dead.exists)
        go_on.set()
        await putting


async def test_a_closed_folder_leaves_no_thread_and_no_descriptor(tmp_path: Path) -> None:
    def opened() -> set[str]:
        targets = (str(link.resolve()) for link in Path("/proc/self/fd").iterdir())
        return {target for target in targets if str(tmp_path) in target}

    place = Place(store := Filesystem(tmp_path), None, None, root=tmp_path)  # type: ignore[arg-type]
    key = await place.put(some_bytes(3 * MEBIBYTE))
    assert len(await place.read(key)) == 3 * MEBIBYTE
    async with store.open(key) as reading:
        await anext(reading.chunks)
    assert opened() == {str(tmp_path)}
    await store.close()
    assert opened() == set()
