"""Who looked at whose records: one access event a request, in a hash chain of its own.

Events of many requests are committed together: a batch as soon as the one before it stands, at most every millisecond.
Each request waits for its commit before its answer leaves. They take no number of the practice's sequence, so reading
never waits for writing.
"""

import asyncio
import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

import storage.database.accesses
from auth.viewers import Viewer, actor_of
from domain.identity import new_id
from resolvers.looking import MOST_NAMED, Looked
from storage.database.opening import Database

GATHER_SECONDS = 0.001
BREAK_GLASS = "breakGlass"


@dataclass(frozen=True, slots=True)
class Access:
    """One request's reading, ready to be kept."""

    practice_id: UUID
    event: dict[str, Any]
    """The row, and beside its columns the ids of the clients who were `reached` and `refused`, as text."""


def access_of(
    viewer: Viewer, looked: Looked, moment: datetime, *, operation: str | None, request_id: str | None, purpose: str
) -> Access | None:
    """What a request has looked at; None when it met no client's records. Long lists are kept as their number."""
    if viewer.practice_id is None or not (looked.clients or looked.refused):
        return None
    named = len(looked.clients) <= MOST_NAMED
    reached: set[UUID] = looked.clients if named else set()
    event: dict[str, Any] = {
        "practice_id": viewer.practice_id,
        "id": new_id(),
        "occurred_at": moment,
        "actor_kind": viewer.kind,
        "actor_id": actor_of(viewer),
        "request_id": request_id,
        "operation": operation,
        "purpose": purpose,
        "clients_in_list": None if named else len(looked.clients),
        "details": _details(viewer, looked),
        "reached": sorted(map(str, reached)),
        # Of a client partly reached and partly refused, it counts that something was seen.
        "refused": sorted(map(str, looked.refused - reached)),
    }
    seen = [(each, False) for each in event["reached"]] + [(each, True) for each in event["refused"]]
    event["digest"] = digest_of(event, seen)
    return Access(viewer.practice_id, event)


def _details(viewer: Viewer, looked: Looked) -> dict[str, Any]:
    """Which of the files stood open only because the glass was broken; what is read under it is marked for ever."""
    under_glass = sorted(str(client_id) for client_id in looked.clients & viewer.glass)
    return {BREAK_GLASS: under_glass} if under_glass else {}


def digest_of(event: Any, seen: Iterable[tuple[str, bool]]) -> bytes:
    """The digest of an access event and its subjects: over all they say, except the event's place in the chain."""
    told = [event[name] for name in TOLD]
    text = orjson.dumps([*told, sorted(seen)], default=str, option=orjson.OPT_UTC_Z | orjson.OPT_SORT_KEYS)
    return hashlib.sha256(text).digest()


def digest_of_batch(digests: Iterable[bytes]) -> bytes:
    """The digest of a batch: over the digests of its events, in the order of their ids."""
    return hashlib.sha256(b"".join(digests)).digest()


TOLD = (
    "practice_id",
    "id",
    "occurred_at",
    "actor_kind",
    "actor_id",
    "request_id",
    "operation",
    "purpose",
    "clients_in_list",
    "details",
)


class AccessLog:
    """Gathers the access events of this process and commits them by the batch."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: list[tuple[Access, asyncio.Future[None]]] = []
        self._task: asyncio.Task[None] | None = None
        self._next = 0.0

    async def keep(self, access: Access) -> None:
        """Return when the access stands in the log; raises when it could not be written."""
        kept: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((access, kept))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._commit_all())
        await kept

    async def close(self) -> None:
        """Wait for what is under way."""
        if self._task is not None:
            await self._task

    async def _commit_all(self) -> None:
        while self._waiting:
            await asyncio.sleep(self._next - asyncio.get_running_loop().time())
            self._next = asyncio.get_running_loop().time() + GATHER_SECONDS
            batch, self._waiting = self._waiting, []
            practices: dict[UUID, list[tuple[Access, asyncio.Future[None]]]] = defaultdict(list)
            for access, kept in batch:
                practices[access.practice_id].append((access, kept))
            for practice_id, accesses in practices.items():
                await self._commit(practice_id, accesses)

    async def _commit(self, practice_id: UUID, accesses: list[tuple[Access, asyncio.Future[None]]]) -> None:
        try:
            await self._write(practice_id, [access for access, _ in accesses])
        except Exception as error:
            for _, kept in accesses:
                if not kept.done():
                    kept.set_exception(error)
        else:
            for _, kept in accesses:
                if not kept.done():
                    kept.set_result(None)

    async def _write(self, practice_id: UUID, accesses: list[Access]) -> None:
        # Rows have no order but their ids', so the digest goes by that.
        accesses = sorted(accesses, key=lambda access: access.event["id"])
        digest = digest_of_batch(access.event["digest"] for access in accesses)
        events = [access.event for access in accesses]
        await storage.database.accesses.keep(self._database, practice_id, digest, events)
