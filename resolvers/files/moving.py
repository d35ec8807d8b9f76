"""Moving files from one store to another while everything goes on: blob by blob, each verified by its digest.

A blob's row names its store, and says so of the new one only when the bytes are there, whole. So it can be broken off
at any moment and begun again, or begun the other way round. The old copies go at the end, when nobody follows a link
to one any more; which they are is found by comparing the old store with the rows, so that works after a break, too.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select, update

from auth.viewers import System
from resolvers import writing
from storage.database.documents import Blob
from storage.database.opening import Database
from storage.database.selecting import among, table_of
from storage.files.errors import AlreadyStored, NotAsPromised, NotStored
from storage.files.interface import Ability, Area, FileStore, Key, Under

AT_ONCE = 16
LINKS_LAST = timedelta(seconds=70)
"""How long somebody may still follow a link to the old copy of a file."""


@dataclass(slots=True)
class Moved:
    """What came of moving files."""

    files: int = 0
    bytes: int = 0
    removed: int = 0
    missing: list[str] = field(default_factory=list)
    """Keys of which the old store has nothing."""
    damaged: list[str] = field(default_factory=list)
    """Keys whose bytes are not those that were kept once; they stay where they are."""


async def to_be_moved(database: Database, practice_ids: Sequence[UUID], source: FileStore) -> int:
    """How many bytes the old store holds of these practices."""
    found = 0
    for practice_id in practice_ids:
        async with database.write(practice_id) as session:
            here = (Blob.practice_id == practice_id, Blob.store == source.name)
            found += int(await session.scalar(select(func.coalesce(func.sum(Blob.size), 0)).where(*here)) or 0)
    return found


async def move(
    database: Database,
    practice_ids: Sequence[UUID],
    source: FileStore,
    target: FileStore,
    tell: Callable[[int], None] = lambda _: None,
    *,
    links_last: timedelta = LINKS_LAST,
) -> Moved:
    """Move every file of the practices; `tell` hears of the bytes of each that was looked at."""
    moved = Moved()
    for practice_id in practice_ids:
        after = UUID(int=0)
        while batch := await _batch(database, practice_id, source, after):
            after = batch[-1].id
            copied = await asyncio.gather(*(_copied(blob, source, target, moved) for blob in batch))
            await _point(database, practice_id, source, target, [blob.id for blob in copied if blob is not None])
            for blob in batch:
                tell(blob.size)
    if moved.files and Ability.OWN_LINKS in source.abilities:
        await asyncio.sleep(links_last.total_seconds())
    for practice_id in practice_ids:
        await _remove_old(database, practice_id, source, target, moved)
    return moved


async def _batch(database: Database, practice_id: UUID, source: FileStore, after: UUID) -> Sequence[Blob]:
    found = select(Blob).where(Blob.practice_id == practice_id, Blob.store == source.name, Blob.id > after)
    async with database.write(practice_id) as session:
        return (await session.scalars(found.order_by(Blob.id).limit(AT_ONCE))).all()


async def _copied(blob: Blob, source: FileStore, target: FileStore, moved: Moved) -> Blob | None:
    """Copy the bytes of a blob, read and hashed on their way; None when that cannot be done."""
    key = Key.read(blob.key)
    try:
        async with source.open(key) as opened:
            await target.put(key, opened, size=blob.size, expect=blob.sha256, media_type=blob.media_type)
    except NotStored:
        moved.missing.append(blob.key)
        return None
    except (NotAsPromised, AlreadyStored):
        moved.damaged.append(blob.key)
        return None
    moved.files += 1
    moved.bytes += blob.size
    return blob


async def _point(
    database: Database, practice_id: UUID, source: FileStore, target: FileStore, ids: Sequence[UUID]
) -> None:
    """Have the rows name the new store, unless they name another than the old one meanwhile."""
    blob = table_of(Blob)
    here = (blob.c.practice_id == practice_id, blob.c.store == source.name, among(blob.c.id, "ids"))
    async with writing.opened(database, System(practice_id, "files"), "files.move") as write:
        await write.session.execute(update(blob).where(*here).values(store=target.name), {"ids": list(ids)})


async def _remove_old(
    database: Database, practice_id: UUID, source: FileStore, target: FileStore, moved: Moved
) -> None:
    """Remove what the old store still has of files whose rows name the new one, and which are there."""
    for area in (Area.DERIVED, Area.FINAL):
        gathered: list[Key] = []
        async for stored in source.keys(Under(practice_id, area)):
            gathered.append(stored.key)
            if len(gathered) == AT_ONCE:
                await _remove_some(database, practice_id, gathered, source, target, moved)
                gathered = []
        await _remove_some(database, practice_id, gathered, source, target, moved)


async def _remove_some(
    database: Database, practice_id: UUID, keys: Sequence[Key], source: FileStore, target: FileStore, moved: Moved
) -> None:
    blob = table_of(Blob)
    named = select(blob.c.id, blob.c.size).where(
        blob.c.practice_id == practice_id, blob.c.store == target.name, among(blob.c.id, "ids")
    )
    async with database.write(practice_id) as session:
        rows = (await session.execute(named, {"ids": [key.id for key in keys]})).all()
    sizes = {row.id: row.size for row in rows}
    for key in keys:
        if key.id in sizes and (await target.describe(key)).size == sizes[key.id]:
            await source.remove(key)
            moved.removed += 1
