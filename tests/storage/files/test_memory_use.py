"""Memory does not grow with what passes through."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from storage.files.interface import MEBIBYTE
from tests.servers.radosgw import Server
from tests.storage.files.places import new_bucket

MOST = 64 * MEBIBYTE


async def growth(url: str, mebibytes: int, at_once: int) -> list[int]:
    """How much memory storing and reading took, in a process of its own."""
    command = [sys.executable, "-m", "tests.storage.files.measuring", url, str(mebibytes), str(at_once)]
    said = await asyncio.to_thread(subprocess.run, command, stdout=subprocess.PIPE, text=True, check=True)
    grown = [int(number) for number in said.stdout.split()]
    print(f"{at_once} x {mebibytes} MiB: {grown[0] / MEBIBYTE:.1f} MiB to store, {grown[1] / MEBIBYTE:.1f} MiB to read")  # noqa: T201
    return grown


async def test_a_large_file_passes_through_a_folder_in_little_memory(tmp_path: Path) -> None:
    assert max(await growth(tmp_path.as_uri(), 256, 1)) < MOST


async def test_a_large_file_passes_into_a_bucket_in_little_memory(moto_endpoint: str) -> None:
    name = await new_bucket(moto_endpoint, "any", "anything")
    assert max(await growth(f"s3://any:anything@{name}?endpoint={moto_endpoint}&region=us-east-1", 128, 1)) < MOST


@pytest.mark.proof
@pytest.mark.parametrize(("mebibytes", "at_once"), [(256, 10), (5 * 1024, 1)])
async def test_many_and_huge_files_pass_through_a_folder_in_little_memory(
    tmp_path: Path, mebibytes: int, at_once: int
) -> None:
    assert max(await growth(tmp_path.as_uri(), mebibytes, at_once)) < MOST


@pytest.mark.proof
@pytest.mark.parametrize("at_once", [1, 10])
async def test_large_files_pass_through_a_real_bucket_in_little_memory(radosgw_server: Server, at_once: int) -> None:
    server = radosgw_server
    name = await new_bucket(server.endpoint, server.access_key, server.secret_key)
    at = f"s3://{server.access_key}:{server.secret_key}@{name}?endpoint={server.endpoint}&region=us-east-1"
    assert max(await growth(at, 256, at_once)) < MOST
