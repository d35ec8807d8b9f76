"""The anchor: the heads of every practice's chains, written down outside the database.

A line holds one practice's heads at one moment, names the line before by its hash, and is signed with the key ring. So
nobody who can write to the database alone, and nobody who can write to this file alone, can change the past unnoticed.
The file is best kept on another machine, or where it can only be added to.
"""

import asyncio
import fcntl
import hashlib
import os
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO
from uuid import UUID

import orjson
import structlog

import storage.database.audit
import storage.database.people
from auth.keys import KeyRing, sync_folder
from domain.chains import Damage
from storage.database.audit import HeadsRow
from storage.database.opening import Database
from storage.database.people import PracticeIdRow

if TYPE_CHECKING:
    from resolvers.casegraph import Casegraph

EVERY_SECONDS = 600.0
PURPOSE = "anchor"
NOTHING_BEFORE = "0" * 64
# Longer than any line, so that the last one is found in one read.
TAIL_BYTES = 4096
LINES_AT_ONCE = 500

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


class AnchorDamaged(Exception):
    """The anchor file itself was changed, from this line on."""

    def __init__(self, line: int, damage: Damage) -> None:
        super().__init__(f"line {line} of the anchor file: {damage}")
        self.line = line
        self.damage = damage


@dataclass(frozen=True, slots=True)
class AnchoredHeads:
    """The ends of a practice's two chains at one moment."""

    practice_id: UUID
    seq: int
    link: bytes
    batch: int
    batch_link: bytes


class Anchor:
    """An anchor file. Several processes may add to one file."""

    def __init__(self, path: Path, ring: KeyRing) -> None:
        self.path = path
        self._ring = ring

    def append(self, heads: list[AnchoredHeads], moment: datetime) -> None:
        """Add a line for each of the heads; they are on the disk when this returns. Blocks: call it in a thread."""
        is_new = not self.path.exists()
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            before = _last_line_hash(file)
            for each in heads:
                line = self._line(each, moment, before)
                file.write(line)
                before = _hash(line)
            file.flush()
            os.fsync(file.fileno())
        if is_new:
            sync_folder(self.path.parent)

    def _line(self, heads: AnchoredHeads, moment: datetime, before: str) -> bytes:
        text = orjson.dumps({
            "at": moment,
            "practice": str(heads.practice_id),
            "seq": heads.seq,
            "link": heads.link.hex(),
            "batch": heads.batch,
            "batch_link": heads.batch_link.hex(),
            "before": before,
        })  # fmt: skip
        return text + b" " + self._ring.sign(PURPOSE, None, text).encode() + b"\n"

    def size(self) -> int:
        """How many bytes the file has by now."""
        return self.path.stat().st_size if self.path.exists() else 0

    async def heads_of(self, practice_id: UUID, size: int) -> AsyncIterator[AnchoredHeads]:
        """What was anchored of a practice in the first `size` bytes, oldest first.

        Every line is checked, whichever practice it speaks of: `AnchorDamaged` at the first that was tampered with.
        """
        kept = (heads for heads in self._read(size) if heads.practice_id == practice_id)
        while found := await asyncio.to_thread(lambda: list(islice(kept, LINES_AT_ONCE))):
            for heads in found:
                yield heads

    def _read(self, size: int) -> Iterator[AnchoredHeads]:
        if not size:
            return
        before, position = NOTHING_BEFORE, 0
        with self.path.open("rb") as file:
            for number, line in enumerate(file, 1):
                position += len(line)
                if position > size or not line.endswith(b"\n"):
                    return  # Written since; or cut off by a crash, and so never reported as written.
                told = self._told(number, line)
                if told["before"] != before:
                    raise AnchorDamaged(number, Damage.DELETED)
                before = _hash(line)
                yield AnchoredHeads(
                    UUID(told["practice"]), told["seq"], bytes.fromhex(told["link"]),
                    told["batch"], bytes.fromhex(told["batch_link"]),
                )  # fmt: skip

    def _told(self, number: int, line: bytes) -> dict[str, Any]:
        text, _, signature = line.rstrip(b"\n").rpartition(b" ")
        if not self._ring.verify(PURPOSE, None, text, signature.decode("ascii", "replace")):
            raise AnchorDamaged(number, Damage.EDITED)
        told: dict[str, Any] = orjson.loads(text)
        return told


class Anchoring:
    """Anchors what has changed since it last did."""

    def __init__(self, database: Database, anchor: Anchor) -> None:
        self._database = database
        self._anchor = anchor
        self._anchored: dict[UUID, AnchoredHeads] = {}

    async def anchor(self) -> int:
        """Anchor the heads of every practice that has written or read since; returns how many."""
        found = [await self._heads(practice_id) for practice_id in await self._practices()]
        news = [heads for heads in found if heads is not None and self._anchored.get(heads.practice_id) != heads]
        if news:
            await asyncio.to_thread(self._anchor.append, news, datetime.now(UTC))
        for heads in news:
            self._notice(self._anchored.get(heads.practice_id), heads)
            self._anchored[heads.practice_id] = heads
        return len(news)

    def _notice(self, last: AnchoredHeads | None, heads: AnchoredHeads) -> None:
        if last is not None and (heads.seq < last.seq or heads.batch < last.batch):
            log.error("audit log went backwards", practice_id=str(heads.practice_id), seq=heads.seq, anchored=last.seq)

    async def _practices(self) -> list[UUID]:
        rows = await self._rows(None, PracticeIdRow, storage.database.people.practice_ids)
        return [row.id for row in rows]

    async def _heads(self, practice_id: UUID) -> AnchoredHeads | None:
        rows: list[HeadsRow] = await self._rows(practice_id, HeadsRow, storage.database.audit.heads)
        return (
            AnchoredHeads(practice_id, rows[0].seq, rows[0].link, rows[0].batch, rows[0].batch_link) if rows else None
        )

    async def _rows(self, practice_id: UUID | None, row: type, statement: Any) -> list[Any]:
        compiled = self._database.statements.compiled(statement, ())
        snapshot = await self._database.reader.snapshot(practice_id)
        try:
            return compiled.rows(row, await snapshot.fetch(compiled.sql, compiled.arguments({"practice": practice_id})))
        finally:
            await snapshot.close()


async def keep_anchoring(casegraph: "Casegraph", path: Path, *, every_seconds: float = EVERY_SECONDS) -> None:
    """Anchor now, every ten minutes, and once more when this task is cancelled; cancel it before closing Casegraph."""
    anchoring = Anchoring(casegraph.database, Anchor(path, casegraph.ring))
    try:
        while True:
            await _try_to_anchor(anchoring)
            await asyncio.sleep(every_seconds)
    finally:
        await _try_to_anchor(anchoring)


async def _try_to_anchor(anchoring: Anchoring) -> None:
    try:
        await anchoring.anchor()
    except Exception as error:
        # The database or the other machine's disk may be away for a while; the next round anchors what this one missed.
        log.error("anchoring failed", exception=type(error).__qualname__)


def _last_line_hash(file: BinaryIO) -> str:
    """The hash of the last whole line; what a crash left behind it is cut off, and the file stands at its end."""
    end = file.seek(0, os.SEEK_END)
    file.seek(max(0, end - 2 * TAIL_BYTES))
    tail = file.read()
    whole = tail[: tail.rfind(b"\n") + 1]
    file.seek(end - len(tail) + len(whole))
    file.truncate()
    if not whole:
        return NOTHING_BEFORE
    return _hash(whole[whole.rfind(b"\n", 0, -1) + 1 :])


def _hash(line: bytes) -> str:
    return hashlib.sha256(line).hexdigest()
