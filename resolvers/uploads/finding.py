"""Finding uploads: where they stand, which parts have arrived, and fresh links for those that have not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from typing_extensions import Doc

from domain.documents import LINK_LASTS, UploadState
from domain.identity import Kind, written
from resolvers import actors
from resolvers.actors import ActorRow
from resolvers.asking import Ask
from resolvers.given import UploadId, reads
from resolvers.loaders import loaded
from resolvers.uploads import places
from storage.database.clients import ClientRow
from storage.database.documents import DocumentRow, DocumentVersionRow
from storage.database.uploads import UploadRow
from storage.files.errors import NotStored, UploadGone
from storage.files.interface import FileStore, Link, part_bytes, part_sizes

MOST_PARTS = 1_000

Missing = Annotated[bool, Doc("Only the parts that have not arrived.")]
FirstParts = Annotated[int, Doc("At most so many of them, 1 to 1,000.")]


@dataclass(slots=True)
class PartRow:
    """A part of an upload."""

    number: int
    size: int
    stored: bool
    upload: UploadRow


@dataclass(slots=True)
class HeaderRow:
    """A header that must be sent with the bytes."""

    name: str
    value: str


@dataclass(slots=True)
class LinkRow:
    """A permission to send bytes."""

    url: str
    method: str
    headers: list[HeaderRow]
    expires_at: datetime


class BadPartCount(Exception):
    """`first` is out of bounds."""

    code = "BAD_PAGE_SIZE"


async def upload(ask: Ask, *, id: Annotated[UploadId, Doc("The upload's id.")]) -> UploadRow | None:
    """An upload by id; null when there is none within reach."""
    return await ask.loaders.upload_by_id.load(id)


@reads()
def ids(ask: Ask, rows: Sequence[UploadRow]) -> Sequence[str]:
    """The upload's id."""
    return [written(Kind.UPLOAD, row.id) for row in rows]


@reads()
async def clients(ask: Ask, rows: Sequence[UploadRow]) -> Sequence[ClientRow | None]:
    """The client in whose file it goes."""
    return await loaded(ask.loaders.client_by_id, [row.client_id for row in rows])


@reads("state")
async def documents(ask: Ask, rows: Sequence[UploadRow]) -> Sequence[DocumentRow | None]:
    """The document it became, or became a version of; null before."""
    made = [row.document_id if row.state is UploadState.AVAILABLE else None for row in rows]
    return await loaded(ask.loaders.document_by_id, made)


@reads()
async def versions(ask: Ask, rows: Sequence[UploadRow]) -> Sequence[DocumentVersionRow | None]:
    """The version it became; null before."""
    return await loaded(ask.loaders.document_version_by_id, [row.version_id for row in rows])


@reads("created_by")
def creators(ask: Ask, rows: Sequence[UploadRow]) -> Sequence[ActorRow]:
    """Who sends it in."""
    return [actors.actor(row.created_by) for row in rows]


@reads("size")
def part_lengths(ask: Ask, rows: Sequence[UploadRow]) -> Sequence[int]:
    """How many bytes each part has but the last."""
    return [part_bytes(row.size) if places.in_parts(row.size) else row.size for row in rows]


@reads("size", "state", "store", "multipart", "created_by", "expires_at")
async def parts(
    ask: Ask, rows: Sequence[UploadRow], *, missing: Missing = False, first: FirstParts = 100
) -> Sequence[list[PartRow]]:
    """The parts its bytes are sent in, by number: one alone unless it is large. Each is sent by itself, in any order,
    and again if need be. Empty when nothing is waited for any more."""
    if not 1 <= first <= MOST_PARTS:
        raise BadPartCount(f"`first` goes from 1 to {MOST_PARTS:,}.")
    found = []
    for row in rows:  # a screen sends a few files at once; what has arrived only their store knows
        arrived = await _arrived(ask.stores.named(row.store), ask.practice_id, row) if _waits(row) else set()
        sizes = (part_sizes(row.size) if places.in_parts(row.size) else [row.size]) if _waits(row) else []
        listed = [PartRow(number, size, number in arrived, row) for number, size in enumerate(sizes, 1)]
        found.append([part for part in listed if not (missing and part.stored)][:first])
    return found


async def _arrived(store: FileStore, practice_id: UUID, row: UploadRow) -> set[int]:
    parts = places.parts_of(practice_id, row)
    try:
        if parts is not None:
            return {part.number for part in await store.parts_stored(parts)}
    except UploadGone:
        pass  # joined already, perhaps by a completion whose answer was lost
    try:
        await store.describe(places.staging(practice_id, row.id))
    except NotStored:
        return set()
    return set(range(1, len(part_sizes(row.size)) + 1))


async def links(ask: Ask, rows: Sequence[PartRow]) -> Sequence[LinkRow | None]:
    """Where and how to send its bytes; null when it has arrived, and for anybody but who began the upload."""
    return [await _link(ask, row) if _is_open_to(ask, row) else None for row in rows]


def _is_open_to(ask: Ask, row: PartRow) -> bool:
    upload = row.upload
    mine = upload.created_by is not None and upload.created_by == ask.viewer.membership_id
    begun = upload.multipart is not None or not places.in_parts(upload.size)
    return mine and begun and not row.stored and upload.expires_at > ask.moment


def _waits(row: UploadRow) -> bool:
    return row.state is UploadState.WAITING


async def _link(ask: Ask, row: PartRow) -> LinkRow:
    """No link outlasts its upload: after that, what it was for is swept away for good."""
    upload = row.upload
    store, lifetime = ask.stores.named(upload.store), min(LINK_LASTS, upload.expires_at - ask.moment)
    parts = places.parts_of(ask.practice_id, upload)
    if parts is not None:
        made = await store.parts_link(parts, row.number, lifetime=lifetime, size=row.size)
    else:
        made = await store.upload_link(
            places.staging(ask.practice_id, upload.id), lifetime=lifetime, size=upload.size, expect=upload.sha256,
            media_type=upload.media_type,
        )  # fmt: skip
    return _shown(made)


def _shown(link: Link) -> LinkRow:
    headers = [HeaderRow(name, value) for name, value in sorted(link.headers.items())]
    return LinkRow(link.url, link.method, headers, link.expires)
