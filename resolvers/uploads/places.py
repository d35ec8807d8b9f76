"""Under which keys the bytes of an upload lie, from the first to the last."""

from typing import Protocol
from uuid import UUID

from storage.files.interface import SINGLE_BYTES, Area, Key, Upload


class Placed(Protocol):
    """What tells the keys of an upload: its row, or its model."""

    id: UUID
    size: int
    multipart: str | None


def staging(practice_id: UUID, upload_id: UUID) -> Key:
    """Where the caller's bytes arrive, before anybody has looked at them."""
    return Key(practice_id, Area.STAGING, upload_id)


def final(practice_id: UUID, blob_id: UUID) -> Key:
    """Where bytes lie that were looked at and are kept."""
    return Key(practice_id, Area.FINAL, blob_id)


def derived(practice_id: UUID, blob_id: UUID) -> Key:
    """Where a thumbnail lies."""
    return Key(practice_id, Area.DERIVED, blob_id)


def in_parts(size: int) -> bool:
    """Whether a file of this size is sent in parts."""
    return size > SINGLE_BYTES


def parts_of(practice_id: UUID, upload: Placed) -> Upload | None:
    """The store's own upload in parts; None for one in a single piece, and before it was begun."""
    return None if upload.multipart is None else Upload(staging(practice_id, upload.id), upload.multipart)
