"""Completing an upload: are all bytes here, and do they begin as announced? The rest is looked at by a job."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from auth.permissions import May
from domain import media
from domain.documents import UploadRefusal, UploadState
from domain.refusals import Invalid, NotAllowedNow, NotFound, Problem
from resolvers import jobs
from resolvers.asking import Ask
from resolvers.given import UploadId
from resolvers.loaders import loaded
from resolvers.operations import Operation
from resolvers.outcomes import Outcome
from resolvers.places import check_open
from resolvers.uploads import places
from resolvers.uploads.asking_for import CHECK
from resolvers.writing import Write
from storage.database.uploads import Upload, UploadRow
from storage.files.errors import NotStored, UploadGone
from storage.files.interface import FileStore, Key, Span, part_sizes
from storage.files.interface import Upload as Parts

SAID = {
    UploadRefusal.WRONG_SIZE: "has another size than was announced",
    UploadRefusal.WRONG_TYPE: "has content of another type than was announced",
    UploadRefusal.UNKNOWN_TYPE: "has content of no type that is taken",
}


@dataclass(frozen=True)
class DocumentUploadCompleteInput:
    """Which upload is complete."""

    id: UploadId
    """The upload, all of whose bytes were sent."""


@dataclass(frozen=True)
class Arrived:
    """An upload whose bytes are here, and what is wrong with them at first sight."""

    upload_id: UUID
    refusal: UploadRefusal | None


@dataclass(slots=True, kw_only=True)
class UploadCompleted(Outcome):
    """What came of completing an upload."""

    upload_id: UUID | None = None


async def complete(operation: Operation, *, input: DocumentUploadCompleteInput) -> UploadCompleted:
    """Say that all bytes of an upload were sent. It is CHECKING from then on, until its bytes were looked at: then it
    is a document, or REFUSED with the reason. To say so again changes nothing."""
    ask = await operation.renew()
    ask.require(May.WRITE_CLIENTS)
    row: UploadRow | None = await ask.loaders.upload_by_id.load(input.id)
    if row is None:
        raise NotFound("upload", ("input", "id"))
    practice_id = ask.practice_id
    await ask.close()  # the store may take its time
    refusal = None
    if row.state is UploadState.WAITING:
        refusal = await first_sight(operation.casegraph.opened_stores.named(row.store), practice_id, row)
        if refusal is UploadRefusal.MISSING:
            raise NotAllowedNow("some of its bytes are missing", "be completed", ("input", "id"))
    return await operation.carry_out(write_completed, Arrived(row.id, refusal), May.WRITE_CLIENTS, remember=False)


async def first_sight(store: FileStore, practice_id: UUID, upload: UploadRow | Upload) -> UploadRefusal | None:
    """What is wrong with an upload by its size, and by its first 4 KiB if it came in one piece; None when nothing is.

    Parts are only joined by the job that looks at them: gigabytes take longer than a caller may wait.
    """
    parts = places.parts_of(practice_id, upload)
    try:
        if parts is not None and not await is_there(store, parts.key):
            return await _all_sent(store, parts, upload.size)
        stored = await store.describe(places.staging(practice_id, upload.id))
        if stored.size != upload.size:
            return UploadRefusal.WRONG_SIZE
        async with store.open(stored.key, span=Span(0, media.HEAD_BYTES)) as opened:
            return kind_of_content(upload.media_type, await opened.read())
    except (NotStored, UploadGone):
        return UploadRefusal.MISSING


async def is_there(store: FileStore, key: Key) -> bool:
    """Whether a file lies under the key. Parts are asked for only where it does not: who was killed when they had just
    been joined may have left some of them behind."""
    try:
        await store.describe(key)
    except NotStored:
        return False
    return True


async def _all_sent(store: FileStore, parts: Parts, size: int) -> UploadRefusal | None:
    arrived = {part.number: part.size for part in await store.parts_stored(parts)}
    wanted = dict(enumerate(part_sizes(size), 1))
    return None if arrived == wanted else UploadRefusal.MISSING


def kind_of_content(announced: str, head: bytes) -> UploadRefusal | None:
    """Why content that begins so cannot be taken for what was announced; None when it can."""
    found = media.sniffed(head)
    if found is None:
        return UploadRefusal.UNKNOWN_TYPE
    return None if media.fits(announced, found) else UploadRefusal.WRONG_TYPE


async def write_completed(write: Write, given: Arrived) -> UploadCompleted:
    """Have an upload looked at, unless what is wrong with it can be seen already."""
    upload = await write.find(Upload, given.upload_id, May.WRITE_CLIENTS, "upload")
    if upload.state is UploadState.EXPIRED:
        raise NotAllowedNow("EXPIRED", "be completed", ("input", "id"))
    problems: tuple[Problem, ...] = ()
    if upload.state is UploadState.WAITING:
        await check_open(write, upload.client_id, upload.journey_id)
        upload.completed_at = write.moment
        if given.refusal is None:
            upload.state = UploadState.CHECKING
            await jobs.enqueue(write, CHECK, str(upload.id), payload={"upload": str(upload.id)})
        else:
            refuse(write, upload, given.refusal)
    if upload.refusal in SAID:
        problems = Invalid(("input", "id"), SAID[upload.refusal]).problems
    return UploadCompleted(upload_id=upload.id, problems=problems)


def refuse(write: Write, upload: Upload, why: UploadRefusal) -> None:
    """Refuse an upload that was found for writing. What it left in its store goes with the next sweep, or before."""
    upload.state, upload.refusal, upload.ended_at = UploadState.REFUSED, why, write.moment


async def uploads_completed(ask: Ask, outcomes: Sequence[UploadCompleted]) -> Sequence[UploadRow | None]:
    """The upload as it stands now; null when it could not be completed."""
    return await loaded(ask.loaders.upload_by_id, [outcome.upload_id for outcome in outcomes])
