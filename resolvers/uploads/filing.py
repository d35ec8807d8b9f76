"""The end of an upload: the document, its line on the timeline and its events in one write, or the refusal."""

from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy import select

from domain import documents
from domain.documents import UploadRefusal, UploadState
from domain.identity import new_id
from domain.refusals import NotAllowedNow
from domain.timeline import EntryKind
from resolvers.documents.archiving import told
from resolvers.jobs import Work
from resolvers.places import check_open
from resolvers.uploads import places
from resolvers.uploads.completing import refuse
from resolvers.writing import Write
from storage.database.documents import Blob, Document, DocumentVersion
from storage.database.opening import Database
from storage.database.uploads import Upload


@dataclass(frozen=True, slots=True)
class Kept:
    """Bytes that were looked at and are kept, and perhaps a thumbnail of them."""

    store: str
    media_type: str
    size: int
    sha256: bytes
    thumbnail: "Kept | None" = None


async def upload_of(database: Database, practice_id: UUID, upload_id: UUID) -> Upload | None:
    """An upload as it stands, for the practice's own machinery."""
    async with database.write(practice_id) as session:
        return await session.get(Upload, (practice_id, upload_id))


async def file_away(work: Work, upload_id: UUID, kept: Kept) -> bool:
    """Make the upload a document, or a version of one; False when it was refused after all."""
    async with work.writing("uploads.file_away") as write:
        upload = await held(write, upload_id)
        if upload.state is not UploadState.CHECKING:
            return upload.state is UploadState.AVAILABLE
        document = await _document(write, upload)
        if document is None:
            refuse(write, upload, UploadRefusal.PUT_AWAY)
        else:
            await _add_version(write, upload, document, kept)
        await work.settle(write)
        return document is not None


async def refuse_in(work: Work, upload_id: UUID, why: UploadRefusal) -> None:
    """Refuse the upload, and end its job."""
    async with work.writing("uploads.refuse") as write:
        upload = await held(write, upload_id)
        if upload.state is UploadState.CHECKING:
            refuse(write, upload, why)
        await work.settle(write)


async def held(write: Write, upload_id: UUID) -> Upload:
    """The upload, locked."""
    found = select(Upload).where(Upload.practice_id == write.practice_id, Upload.id == upload_id)
    return (await write.session.scalars(found.with_for_update(key_share=True))).one()


async def _document(write: Write, upload: Upload) -> Document | None:
    """The document that the upload is, or is a version of; None when that, or its file, was put away meanwhile."""
    try:
        await check_open(write, upload.client_id, upload.journey_id)
    except NotAllowedNow:
        return None
    if upload.adds_version:
        found = select(Document).where(Document.practice_id == write.practice_id, Document.id == upload.document_id)
        document = (await write.session.scalars(found.with_for_update(key_share=True))).one()
        return document if document.archived_at is None else None
    document = Document(
        id=new_id(), client_id=upload.client_id, journey_id=upload.journey_id, folder_id=upload.folder_id,
        name=upload.name, sort_name=documents.sort_name(upload.name), kind=upload.kind, visibility=upload.visibility,
        description=upload.description, expires_on=upload.expires_on, published=upload.published, current_number=1,
        version=1, created_at=write.moment, created_by=upload.created_by, updated_at=write.moment,
    )  # fmt: skip
    await write.add(document)
    return document


async def _add_version(write: Write, upload: Upload, document: Document, kept: Kept) -> None:
    number = 1
    if upload.adds_version:
        number = document.current_number = document.current_number + 1
        document.version += 1
        document.updated_at = write.moment
    blobs = [_blob(write, upload.blob_id, str(places.final(write.practice_id, upload.blob_id)), kept)]
    if kept.thumbnail is not None:
        key = places.derived(write.practice_id, upload.thumbnail_id)
        blobs.append(_blob(write, upload.thumbnail_id, str(key), kept.thumbnail))
    version = DocumentVersion(
        id=uuid4(), client_id=upload.client_id, document_id=document.id, number=number, file_name=upload.name,
        media_type=kept.media_type, size=kept.size, sha256=kept.sha256, blob_id=upload.blob_id,
        thumbnail_id=upload.thumbnail_id if kept.thumbnail else None,
        created_at=write.moment, created_by=upload.created_by,
    )  # fmt: skip
    await write.add(*blobs, version)
    kind = EntryKind.DOCUMENT if number == 1 else EntryKind.DOCUMENT_VERSION
    await write.happened(
        kind, document.client_id, told(document, number), journey_id=document.journey_id, subject_id=document.id,
        visibility=document.visibility, actor_id=upload.created_by,
    )  # fmt: skip
    upload.state, upload.ended_at = UploadState.AVAILABLE, write.moment
    upload.document_id, upload.version_id = document.id, version.id


def _blob(write: Write, id: UUID, key: str, kept: Kept) -> Blob:
    return Blob(
        id=id, store=kept.store, key=key, media_type=kept.media_type, size=kept.size, sha256=kept.sha256,
        created_at=write.moment,
    )  # fmt: skip
