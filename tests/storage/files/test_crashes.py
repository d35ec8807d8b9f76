"""A folder whose process was killed at every step of its work."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from storage.files.errors import NotStored
from storage.files.interface import Area, Under
from tests.storage.files.crashing import KEY, WORKS
from tests.storage.files.places import Place, chunks_of, folder

LEAST_STEPS = {"put": 12, "copy": 20, "part": 24, "parts": 30}
WORK = ["put", "copy", "part", pytest.param("parts", marks=pytest.mark.proof)]


@pytest.mark.parametrize("unnamed", ["unnamed", "named"])
@pytest.mark.parametrize("work", WORK)
async def test_a_file_is_absent_or_whole_wherever_its_writer_was_killed(
    work: str, unnamed: str, tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "tests.storage.files.crashing", str(tmp_path), work, unnamed]
    said = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, check=True)
    steps, whole = int(said.stdout), 0
    assert steps > LEAST_STEPS[work]
    for step in range(1, steps + 1):
        async with folder(tmp_path / f"{step:04}", unnamed=unnamed == "unnamed") as place:
            whole += await absent_or_whole(place, WORKS[work][1])
            await clean_up(place)
            await place.store.put(KEY, chunks_of(WORKS[work][1]))
            assert place.leftovers() == []
    assert 1 <= whole < steps


async def absent_or_whole(place: Place, content: bytes) -> int:
    """1 if the file is there, 0 if not; anything else fails."""
    try:
        assert await place.read(KEY) == content
    except NotStored:
        assert [key.key async for key in place.store.keys(Under(KEY.practice_id, Area.FINAL))] == []
        return 0
    return 1


async def clean_up(place: Place) -> None:
    """What a sweep does: uploads and copies that nobody finishes go, and `check` removes drafts of the dead."""
    async for begun in place.store.parts_begun(Under()):
        await place.store.parts_drop(begun.upload)
    await place.store.remove(KEY.within(Area.STAGING))
    await place.store.check()
