"""Looking at what was sent in: its bytes are copied to where only the server writes, read once, and become a document.

They are copied first and read there, so what was looked at is what is kept, whatever is written to the staging key
meanwhile. Everything can be done again: the keys are those of the upload's row.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from domain import media
from domain.documents import UploadRefusal, UploadState
from resolvers.files.stores import Stores
from resolvers.jobs import Handler, Work
from resolvers.uploads import places, thumbnails
from resolvers.uploads.asking_for import CHECK
from resolvers.uploads.completing import is_there, kind_of_content
from resolvers.uploads.filing import Kept, file_away, refuse_in, upload_of
from resolvers.uploads.leftovers import remove_kept, remove_staged
from storage.database.uploads import Upload
from storage.files.errors import AlreadyStored, NotStored, PartsMissing, SizeMismatch, UploadGone
from storage.files.interface import FileStore, Key, Opened, Stored

if TYPE_CHECKING:
    from resolvers.uploads.scanning import Scanner


@dataclass(frozen=True, slots=True)
class Seen:
    """What a file was found to be, reading it once."""

    size: int
    sha256: bytes
    head: bytes
    is_harmful: bool = False


async def check(work: Work) -> None:
    """Look at the bytes of an upload; make it a document, or refuse it."""
    upload = await upload_of(work.casegraph.database, work.practice_id, UUID(work.payload["upload"]))
    stores = work.casegraph.opened_stores
    if upload is None or upload.state is not UploadState.CHECKING:
        return
    kept = await _looked_at(upload, stores, work.casegraph.scanner)
    if isinstance(kept, UploadRefusal):
        await refuse_in(work, upload.id, kept)
        await remove_kept(stores, upload)
    elif not await file_away(work, upload.id, kept):
        await remove_kept(stores, upload)
    await remove_staged(stores, upload)


CHECKING = Handler(CHECK, check)


async def _looked_at(upload: Upload, stores: Stores, scanner: "Scanner | None") -> Kept | UploadRefusal:
    target, key = stores.current, places.final(upload.practice_id, upload.blob_id)
    try:
        await _copied(upload, stores.named(upload.store), target, key)
        async with target.open(key) as opened:
            seen = await _seen(opened, scanner)
    except (NotStored, PartsMissing, UploadGone):
        return UploadRefusal.MISSING
    except SizeMismatch:
        return UploadRefusal.WRONG_SIZE
    refusal = _judged(upload, seen)
    if refusal is not None:
        return refusal
    found = media.sniffed(seen.head) or upload.media_type
    thumbnail = await _drawn(upload, target, key, found, seen.size)
    return Kept(target.name, found, seen.size, seen.sha256, thumbnail)


async def _copied(upload: Upload, source: FileStore, target: FileStore, key: Key) -> Stored:
    """Copy the bytes to their final key. What an earlier attempt copied of other bytes belongs to no document yet."""
    staged = places.staging(upload.practice_id, upload.id)
    parts = places.parts_of(upload.practice_id, upload)
    if parts is not None and not await is_there(source, staged):
        await source.parts_join(parts, size=upload.size)
    for _ in range(2):
        try:
            if source is target:
                return await source.copy(staged, key)
            async with source.open(staged) as opened:
                return await target.put(key, opened, size=opened.stored.size, media_type=upload.media_type)
        except AlreadyStored:
            await target.remove(key)
    raise NotStored(staged)


async def _seen(opened: Opened, scanner: "Scanner | None") -> Seen:
    digest, head, size = hashlib.sha256(), bytearray(), 0

    async def read() -> AsyncIterator[bytes]:
        nonlocal size
        async for chunk in opened:
            size += len(chunk)
            if len(head) < media.HEAD_BYTES:
                head.extend(chunk[: media.HEAD_BYTES - len(head)])
            await asyncio.to_thread(digest.update, chunk)
            yield chunk

    chunks = read()
    verdict = await scanner.scan(chunks) if scanner is not None else None
    async for _ in chunks:  # whatever the scanner did not wait for
        pass
    return Seen(size, digest.digest(), bytes(head), verdict is not None and verdict.harmful is not None)


def _judged(upload: Upload, seen: Seen) -> UploadRefusal | None:
    if seen.is_harmful:
        return UploadRefusal.INFECTED
    if seen.size != upload.size:
        return UploadRefusal.WRONG_SIZE
    if seen.sha256 != upload.sha256:
        return UploadRefusal.WRONG_DIGEST
    return kind_of_content(upload.media_type, seen.head)


async def _drawn(upload: Upload, store: FileStore, key: Key, found: str, size: int) -> Kept | None:
    if found not in media.DRAWN or size > thumbnails.MOST_BYTES:
        return None
    async with store.open(key) as opened:
        content = await thumbnails.drawn(await opened.read())
    if content is None:
        return None

    async def chunks() -> AsyncIterator[bytes]:
        yield content

    target = places.derived(upload.practice_id, upload.thumbnail_id)
    for _ in range(2):
        try:
            await store.put(target, chunks(), size=len(content), media_type=thumbnails.MEDIA_TYPE)
            break
        except AlreadyStored:  # of an earlier attempt, by another version of the library that draws
            await store.remove(target)
    return Kept(store.name, thumbnails.MEDIA_TYPE, len(content), hashlib.sha256(content).digest())
