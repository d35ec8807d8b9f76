"""Whether all files are there: rows against stores, stores against rows, and bytes against their digests."""

import asyncio
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import or_, select

from resolvers.files.stores import Stores
from storage.database.documents import Blob
from storage.database.opening import Database
from storage.database.uploads import Upload
from storage.files.errors import NotStored
from storage.files.interface import Area, FileStore, Key, Stored, Under


@dataclass(slots=True)
class Compared:
    """What was found in one practice."""

    files: int = 0
    bytes: int = 0
    pending: int = 0
    """What uploads have under way."""
    copies: int = 0
    """What a move has left in the store that a file comes from."""
    faults: list[str] = field(default_factory=list)

    @property
    def is_sound(self) -> bool:
        """Whether every row has its bytes, and all bytes have their row."""
        return not self.faults


async def compare(
    database: Database,
    practice_id: UUID,
    stores: Stores,
    *,
    digests: bool = True,
    tell: Callable[[int], None] = lambda _: None,
) -> Compared:
    """Compare the files of a practice. What is filed, moved or removed meanwhile is no fault: it is looked up again."""
    compared = Compared()
    rows = {row.key: row for row in await _blobs(database, practice_id)}
    open_stores = {store.name: store for store in stores}
    for store in stores:
        async for stored in store.keys(Under(practice_id)):
            row = rows.get(str(stored.key))
            if row is None or row.store != store.name:
                await _explain(database, store, stored, compared)
    for row in rows.values():
        compared.files += 1
        compared.bytes += row.size
        if row.store not in open_stores:
            compared.faults.append(f"{row.key} is in the store {row.store!r}, which is not open")
        else:
            await _look(database, row, open_stores, compared, digests=digests)
        tell(row.size)
    return compared


async def _look(
    database: Database, row: Blob, stores: dict[str, FileStore], compared: Compared, *, digests: bool
) -> None:
    """Whether a row has its bytes: in the store that it names now, if not in the one it named a moment ago."""
    fault: str | None = None
    for _ in range(2):
        try:
            fault = await _fault_of(row, stores[row.store], digests=digests)
        except NotStored:
            fault = f"{row.key} is missing in the store {row.store!r}"
        if fault is None:
            return
        again = await _blob(database, row.practice_id, row.id)
        if again is None or again.store == row.store or again.store not in stores:
            break
        row = again
    compared.faults.append(str(fault))


async def _fault_of(row: Blob, store: FileStore, *, digests: bool) -> str | None:
    key = Key.read(row.key)
    stored = await store.describe(key)
    if stored.size != row.size:
        return f"{row.key} has {stored.size} bytes in the store {row.store!r}, not {row.size}"
    if digests and await digest_of(store, key) != row.sha256:
        return f"{row.key} has other bytes in the store {row.store!r} than were filed"
    return None


async def digest_of(store: FileStore, key: Key) -> bytes:
    """The SHA-256 of a file, read chunk by chunk."""
    digest = hashlib.sha256()
    async with store.open(key) as opened:
        async for chunk in opened:
            await asyncio.to_thread(digest.update, chunk)
    return digest.digest()


async def _explain(database: Database, store: FileStore, stored: Stored, compared: Compared) -> None:
    """Something that no row accounted for when they were read."""
    row = await _blob(database, stored.key.practice_id, stored.key.id)
    if row is not None and row.store == store.name:
        return  # filed meanwhile
    if row is not None:
        compared.copies += 1
    elif await _is_of_upload(database, stored.key):
        compared.pending += 1
    else:
        compared.faults.append(f"{stored.key} in the store {store.name!r} belongs to nothing")


async def _is_of_upload(database: Database, key: Key) -> bool:
    of_key = Upload.id == key.id if key.area is Area.STAGING else or_(
        Upload.blob_id == key.id, Upload.thumbnail_id == key.id
    )  # fmt: skip
    found = select(Upload.id).where(Upload.practice_id == key.practice_id, Upload.swept_at.is_(None), of_key)
    async with database.write(key.practice_id) as session:
        return await session.scalar(found) is not None


async def _blobs(database: Database, practice_id: UUID) -> list[Blob]:
    async with database.write(practice_id) as session:
        return list(
            (await session.scalars(select(Blob).where(Blob.practice_id == practice_id).order_by(Blob.key))).all()
        )


async def _blob(database: Database, practice_id: UUID, id: UUID) -> Blob | None:
    async with database.write(practice_id) as session:
        return await session.get(Blob, (practice_id, id))
