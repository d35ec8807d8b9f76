"""The anchor: lines that are signed, chained, and on the disk."""

import asyncio
import stat
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from auth.keys import KeyRing
from domain.chains import Damage
from domain.identity import new_id
from resolvers.anchoring import Anchor, AnchorDamaged, AnchoredHeads, Anchoring, keep_anchoring
from resolvers.verifying import Chain, Fault, verify
from resolvers.writing import carry_out
from tests.acts import FileGiven, FileOpened, open_file
from tests.makers import PracticeUnderTest
from tests.waiting import until

NOW = datetime(2030, 5, 1, 12, tzinfo=UTC)


def heads(practice_id: UUID, seq: int) -> AnchoredHeads:
    return AnchoredHeads(practice_id, seq, bytes([seq]) * 32, seq + 1, bytes([seq + 1]) * 32)


def an_anchor(folder: Path, lines: int = 4) -> tuple[Anchor, UUID]:
    """An anchor of one practice with some lines."""
    anchor, practice_id = Anchor(folder / "anchor", KeyRing.made()), new_id()
    for seq in range(1, lines + 1):
        anchor.append([heads(practice_id, seq)], NOW)
    return anchor, practice_id


async def read(anchor: Anchor, practice_id: UUID) -> list[AnchoredHeads]:
    return [each async for each in anchor.heads_of(practice_id, anchor.size())]


async def damage(anchor: Anchor, practice_id: UUID) -> tuple[int, Damage]:
    with pytest.raises(AnchorDamaged) as caught:
        await read(anchor, practice_id)
    return caught.value.line, caught.value.damage


async def write_once(practice: PracticeUnderTest) -> None:
    await carry_out(practice.casegraph.database, practice.system, open_file, FileGiven("Nia"), FileOpened)


async def test_what_was_anchored_is_read_back_for_each_practice(tmp_path: Path) -> None:
    anchor, first, second = Anchor(tmp_path / "anchor", KeyRing.made()), new_id(), new_id()
    anchor.append([heads(first, 1), heads(second, 7)], NOW)
    anchor.append([heads(first, 2)], NOW)

    assert await read(anchor, first) == [heads(first, 1), heads(first, 2)]
    assert await read(anchor, second) == [heads(second, 7)]


async def test_only_its_owner_can_read_the_file(tmp_path: Path) -> None:
    anchor, _ = an_anchor(tmp_path)
    assert stat.S_IMODE(anchor.path.stat().st_mode) == 0o600


async def test_an_edited_line_is_named(tmp_path: Path) -> None:
    anchor, practice_id = an_anchor(tmp_path)
    lines = anchor.path.read_bytes().splitlines(keepends=True)
    anchor.path.write_bytes(b"".join([lines[0], lines[1].replace(b'"seq":2', b'"seq":9'), *lines[2:]]))
    assert await damage(anchor, practice_id) == (2, Damage.EDITED)


async def test_a_line_of_other_keys_is_named(tmp_path: Path) -> None:
    anchor, practice_id = an_anchor(tmp_path, 2)
    Anchor(anchor.path, KeyRing.made()).append([heads(practice_id, 3)], NOW)
    assert await damage(anchor, practice_id) == (3, Damage.EDITED)


async def test_a_deleted_line_is_named_at_the_line_that_followed(tmp_path: Path) -> None:
    anchor, practice_id = an_anchor(tmp_path)
    lines = anchor.path.read_bytes().splitlines(keepends=True)
    anchor.path.write_bytes(b"".join([lines[0], *lines[2:]]))
    assert await damage(anchor, practice_id) == (2, Damage.DELETED)


async def test_older_keys_of_the_ring_still_vouch_for_their_lines(tmp_path: Path) -> None:
    ring, practice_id = KeyRing.made(), new_id()
    Anchor(tmp_path / "anchor", ring).append([heads(practice_id, 1)], NOW)
    renewed = Anchor(tmp_path / "anchor", ring.with_new_key())
    renewed.append([heads(practice_id, 2)], NOW)
    assert await read(renewed, practice_id) == [heads(practice_id, 1), heads(practice_id, 2)]


async def test_a_line_that_a_crash_cut_off_does_no_harm(tmp_path: Path) -> None:
    anchor, practice_id = an_anchor(tmp_path, 2)
    with anchor.path.open("ab") as file:
        file.write(b'{"at":"2030-05-01T12:00:00')

    assert await read(anchor, practice_id) == [heads(practice_id, 1), heads(practice_id, 2)]
    anchor.append([heads(practice_id, 3)], NOW)
    assert await read(anchor, practice_id) == [heads(practice_id, seq) for seq in (1, 2, 3)]


async def test_several_writers_of_one_file_keep_one_chain(tmp_path: Path) -> None:
    anchor, practice_id = an_anchor(tmp_path, 1)
    others = [Anchor(anchor.path, anchor._ring) for _ in range(8)]
    await asyncio.gather(*(asyncio.to_thread(other.append, [heads(practice_id, 2)], NOW) for other in others))
    assert len(await read(anchor, practice_id)) == 9


async def test_a_practice_is_anchored_again_only_when_it_changed(practice: PracticeUnderTest, tmp_path: Path) -> None:
    anchor = Anchor(tmp_path / "anchor", practice.casegraph.ring)
    anchoring = Anchoring(practice.casegraph.database, anchor)
    await anchoring.anchor()
    assert await anchoring.anchor() == 0

    await write_once(practice)

    assert await anchoring.anchor() == 1
    assert [each.seq for each in await read(anchor, practice.id)] == [1, 2]


async def test_anchoring_goes_on_until_it_is_cancelled_and_anchors_once_more_then(
    practice: PracticeUnderTest, tmp_path: Path
) -> None:
    path = tmp_path / "folder" / "anchor"
    anchor = Anchor(path, practice.casegraph.ring)
    keeping = asyncio.create_task(keep_anchoring(practice.casegraph, path))
    await until(lambda: anchor.size() > 0)
    await write_once(practice)

    keeping.cancel()
    with pytest.raises(asyncio.CancelledError):
        await keeping

    assert [each.seq for each in await read(anchor, practice.id)] == [1, 2]
    assert (await verify(practice.casegraph.database, practice.id, anchor)).is_sound


async def test_anchoring_goes_on_after_a_disk_that_was_away(practice: PracticeUnderTest, tmp_path: Path) -> None:
    away = tmp_path / "folder"
    away.write_text("not a folder")
    anchor = Anchor(away / "anchor", practice.casegraph.ring)
    keeping = asyncio.create_task(keep_anchoring(practice.casegraph, anchor.path, every_seconds=0.02))
    await asyncio.sleep(0.1)
    away.unlink()
    await until(lambda: anchor.size() > 0)
    keeping.cancel()
    await asyncio.gather(keeping, return_exceptions=True)
    # The round that was cut short by the cancellation may have been written, and is then written again.
    assert {each.seq for each in await read(anchor, practice.id)} == {1}


async def test_what_is_wrong_with_the_anchor_itself_is_told_once(practice: PracticeUnderTest, tmp_path: Path) -> None:
    anchor = Anchor(tmp_path / "anchor", practice.casegraph.ring)
    await Anchoring(practice.casegraph.database, anchor).anchor()
    anchor.path.write_bytes(anchor.path.read_bytes().replace(b'"batch":', b'"batch": '))

    report = await verify(practice.casegraph.database, practice.id, anchor)

    assert report.faults == [Fault(Chain.ANCHOR, 1, Damage.EDITED, 1)]


async def test_what_is_anchored_while_a_log_is_verified_is_no_fault(
    practice: PracticeUnderTest, tmp_path: Path
) -> None:
    anchor = Anchor(tmp_path / "anchor", practice.casegraph.ring)
    anchoring = Anchoring(practice.casegraph.database, anchor)

    async def write_and_anchor() -> None:
        for _ in range(10):
            await write_once(practice)
            await anchoring.anchor()

    writing = asyncio.create_task(write_and_anchor())
    while not writing.done():
        assert (await verify(practice.casegraph.database, practice.id, anchor)).is_sound
    await writing
