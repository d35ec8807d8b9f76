"""Live feeds: a number per practice that rings when a write has committed, and the loop that follows it.

A follower is a cursor, not a queue: what it missed it reads from the rows, so a lost bell costs at most a second and a
slow follower holds no memory. Bells ring in this process; a poll finds what other processes have written.
"""

import asyncio
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
import structlog
from sqlalchemy import Select, bindparam, select

from auth.keys import KeyRing, NotSealedHere
from resolvers.paging import BadCursor
from storage.database.opening import Database
from storage.database.timeline import HeadRow, PracticeSeq

POLL_SECONDS = 1.0
LAST_OF_WRITE = 2**31 - 1

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A place in a practice's sequence: the event `ordinal` of the write `seq`, in one life of the database."""

    seq: int
    ordinal: int
    epoch: UUID

    @classmethod
    def at_head(cls, head: HeadRow) -> "Place":
        """Behind everything that a snapshot has seen."""
        return cls(head.seq, LAST_OF_WRITE, head.epoch)

    def sealed(self, ring: KeyRing, practice_id: UUID) -> str:
        """The cursor of this place. Two cursors of one place differ, so that nobody counts other people's writes;
        all are of one length, which would tell how many there were to about a tenth."""
        plain = orjson.dumps([secrets.token_hex(8), f"{self.seq:019}", f"{self.ordinal:010}", str(self.epoch)])
        return ring.seal("live", practice_id, plain)

    @classmethod
    def opened(cls, ring: KeyRing, practice_id: UUID, cursor: str) -> "Place":
        """The place behind a cursor; `BadCursor` for any other text."""
        try:
            _, seq, ordinal, epoch = orjson.loads(ring.unseal("live", practice_id, cursor))
        except NotSealedHere:
            raise BadCursor("after") from None
        return cls(int(seq), int(ordinal), UUID(epoch))


class Watch:
    """One practice that somebody in this process follows."""

    def __init__(self) -> None:
        self.number = 0
        self.followers = 0
        self.bell = asyncio.Event()

    def hear(self, number: int) -> None:
        """Wake the followers if the number is news."""
        if number > self.number:
            self.number = number
            self.bell.set()
            self.bell = asyncio.Event()

    async def heard(self, seen: int, seconds: float) -> None:
        """Return when the practice has a write beyond `seen`, or after so many seconds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while self.number <= seen:
                    await self.bell.wait()


class Hub:
    """The bells of this process."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._watched: dict[UUID, Watch] = {}
        self._poll: asyncio.Task[None] | None = None

    def ring(self, practice_id: UUID, number: int) -> None:
        """A write of the practice has committed under this number."""
        watch = self._watched.get(practice_id)
        if watch is not None:
            watch.hear(number)

    @property
    def followers(self) -> int:
        """How many feeds are followed in this process."""
        return sum(watch.followers for watch in self._watched.values())

    @contextmanager
    def following(self, practice_id: UUID) -> Iterator[Watch]:
        """The practice's bell, for as long as somebody follows: what rings while they read is not missed."""
        watch = self._watched.setdefault(practice_id, Watch())
        watch.followers += 1
        if self._poll is None or self._poll.done():
            self._poll = asyncio.create_task(self._poll_all())
        try:
            yield watch
        finally:
            watch.followers -= 1
            if not watch.followers:
                del self._watched[practice_id]

    async def close(self) -> None:
        """Stop polling."""
        if self._poll is not None:
            self._poll.cancel()
            await asyncio.gather(self._poll, return_exceptions=True)

    async def _poll_all(self) -> None:
        while self._watched:
            await asyncio.sleep(POLL_SECONDS)
            for practice_id in list(self._watched):
                try:
                    self.ring(practice_id, await self._number_of(practice_id))
                except Exception as error:
                    # The database may be away for a while; the followers go on when it is back.
                    log.warning("poll failed", exception=type(error).__qualname__)

    async def _number_of(self, practice_id: UUID) -> int:
        snapshot = await self._database.reader.snapshot(practice_id)
        try:
            compiled = self._database.statements.compiled(_number, ())
            records = await snapshot.fetch(compiled.sql, compiled.arguments({"practice": practice_id}))
            return int(records[0][0]) if records else 0
        finally:
            await snapshot.close()


def _number() -> Select[Any]:
    return select(PracticeSeq.seq).where(PracticeSeq.practice_id == bindparam("practice"))
