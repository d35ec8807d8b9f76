"""Removing what an upload leaves in stores. Only after its row says, committed, that nobody will need it."""

from resolvers.files.stores import Stores
from resolvers.uploads import places
from storage.database.uploads import Upload


async def remove_staged(stores: Stores, upload: Upload) -> None:
    """Remove the caller's bytes, and the parts of them."""
    store = stores.named(upload.store)
    parts = places.parts_of(upload.practice_id, upload)
    if parts is not None:
        await store.parts_drop(parts)
    await store.remove(places.staging(upload.practice_id, upload.id))


async def remove_kept(stores: Stores, upload: Upload) -> None:
    """Remove what was copied of an upload that became no document, wherever new files went at the time."""
    for store in stores:
        await store.remove(places.final(upload.practice_id, upload.blob_id))
        await store.remove(places.derived(upload.practice_id, upload.thumbnail_id))
