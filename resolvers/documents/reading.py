"""Reading the bytes of a document: permitted anew each time, and noted in the access log."""

from dataclasses import dataclass

import storage.database.documents
from auth.permissions import May
from auth.viewers import System
from domain import media
from domain.identity import Kind, NotAnId, read, written
from resolvers.asking import Ask
from resolvers.casegraph import Casegraph
from resolvers.operations import Operation
from storage.database.documents import BlobRow, DocumentVersionRow
from storage.files.interface import FileStore, Key

DOWNLOAD = "DOWNLOAD"
"""The purpose of such an access, in the access log."""


@dataclass(frozen=True, slots=True)
class Readable:
    """Bytes that somebody may read now: where they are, and what they go by."""

    store: FileStore
    key: Key
    size: int
    media_type: str
    file_name: str
    """As it was sent in: only for our own headers."""
    bare_name: str
    """Made of an id and an ending: for links."""
    etag: str
    """Bytes never change, so their id tells them apart."""


async def readable(operation: Operation, id: str, *, thumbnail: bool) -> Readable | None:
    """The bytes of a version, or of its thumbnail; None when there are none within the viewer's reach."""
    operation.ask.require(May.READ_CLIENTS)
    try:
        kind, version_id = read(id)
    except NotAnId:
        return None
    if kind is not Kind.DOCUMENT_VERSION:
        return None
    ask = operation.ask
    version: DocumentVersionRow | None = await ask.loaders.document_version_by_id.load(version_id)
    if version is None:
        return None
    blob_id = version.thumbnail_id if thumbnail else version.blob_id
    if blob_id is None:
        return None
    blob: BlobRow | None = await ask.loaders.blob_by_id.load(blob_id)
    return None if blob is None else _described(operation.casegraph, version, blob)


async def readable_by_link(casegraph: Casegraph, key: Key) -> Readable | None:
    """The bytes that one of our own links leads to; who was given it was permitted and noted then."""
    ask = Ask.opened(casegraph.database, System(key.practice_id, "link"))
    try:
        version = await ask.row(DocumentVersionRow, storage.database.documents.versions_of_blobs, ids=[key.id])
        blob = await ask.loaders.blob_by_id.load(key.id)
    finally:
        await ask.close()
    return None if version is None or blob is None else _described(casegraph, version, blob)


async def moved(casegraph: Casegraph, before: Readable) -> Readable | None:
    """The same bytes in the store that they were moved to meanwhile; None when they were not moved."""
    found = await readable_by_link(casegraph, before.key)
    return found if found is not None and found.store is not before.store else None


def _described(casegraph: Casegraph, version: DocumentVersionRow, blob: BlobRow) -> Readable:
    is_thumbnail = blob.id == version.thumbnail_id
    bare = written(Kind.DOCUMENT_VERSION, version.id) + ("_thumbnail" if is_thumbnail else "")
    ending = media.EXTENSIONS.get(blob.media_type, "bin")
    return Readable(
        casegraph.opened_stores.named(blob.store), Key.read(blob.key), blob.size, blob.media_type,
        f"{version.file_name}.{ending}" if is_thumbnail else version.file_name, f"{bare}.{ending}", f'"{blob.id.hex}"',
    )  # fmt: skip
