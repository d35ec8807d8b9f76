"""`casegraph files`: on a practice's documents, in a folder and in another."""

import hashlib
from pathlib import Path

from auth.keys import KeyRing
from resolvers.casegraph import Casegraph
from resolvers.files.stores import Stores
from storage.files.filesystem import Filesystem
from storage.files.links import Links
from tests import filing
from tests import filing_documents as documents
from tests.makers import PracticeUnderTest
from tests.server.command_line import CommandLine


async def filled(command_line: CommandLine) -> None:
    """A practice with three documents."""
    folder = command_line.folder / "files"
    url, ring = command_line.environment["CASEGRAPH_DATABASE"], KeyRing.read(command_line.folder / "keys")
    async with Casegraph.opened(url, ring, stores=Stores(Filesystem(folder, links=Links(ring, "")))) as casegraph:
        practice = await PracticeUnderTest.founded(casegraph)
        owner, client = await practice.member(), await filing.client(practice)
        for number in range(3):
            await documents.filed(practice, owner, client, content=b"%PDF-1.7 " + bytes([65 + number]) * 1000)


def files_in(folder: Path) -> list[str]:
    """The digests of what lies in a folder."""
    return sorted(hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.rglob("*") if path.is_file())


async def test_documents_are_checked_moved_and_checked_again(tmp_path: Path) -> None:
    command_line = CommandLine.with_keys(tmp_path)
    assert command_line("migrate").returncode == 0
    await filled(command_line)
    before = files_in(tmp_path / "files")
    other = f"file://{tmp_path}/other?name=other"
    both = {"CASEGRAPH_FILES": other, "CASEGRAPH_FILES_ALSO": f"file://{tmp_path}/files"}

    checked = command_line("files", "check")
    moved = command_line("files", "move", "--from", f"file://{tmp_path}/files", "--to", other, **both)
    again = command_line("files", "check", **both)
    same = command_line("files", "move", "--from", other, "--to", f"{other}&name=other", **both)

    assert (checked.returncode, "3 files, 3,027 bytes" in checked.stdout) == (0, True), checked.stderr
    assert "3 files moved, 3,027 bytes, verified; 3 old copies removed." in moved.stdout, moved.stderr
    assert (moved.returncode, again.returncode, same.returncode) == (0, 0, 2)
    assert (files_in(tmp_path / "other"), files_in(tmp_path / "files")) == (before, [])


async def test_what_is_missing_damaged_or_left_over_is_named(tmp_path: Path) -> None:
    command_line = CommandLine.with_keys(tmp_path)
    assert command_line("migrate").returncode == 0
    await filled(command_line)
    found = sorted(path for path in (tmp_path / "files").rglob("*") if path.is_file())
    found[0].unlink()
    found[1].chmod(0o600)
    found[1].write_bytes(b"x" * found[1].stat().st_size)
    stray = found[2].with_name(found[2].name[:-1] + ("0" if found[2].name[-1] != "0" else "1"))
    stray.write_bytes(b"stray")

    checked = command_line("files", "check")
    quick = command_line("files", "check", "--no-digests")

    assert (checked.returncode, quick.returncode) == (1, 1)
    for says in ("is missing in the store", "has other bytes in the store", "belongs to nothing"):
        assert says in checked.stdout
    assert "has other bytes" not in quick.stdout
