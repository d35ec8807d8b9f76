"""Beginning to send a document in: what may be sent is decided before the first byte, and its keys are written down."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import select

import storage.database.documents
import storage.database.uploads
from auth.permissions import May
from domain import documents, texts
from domain.documents import DocumentKind, Quota, UploadState
from domain.refusals import Findings
from domain.sizes import GIBIBYTE, MEBIBYTE, ByteCount
from domain.timeline import Visibility
from resolvers import jobs, settings
from resolvers.asking import Ask
from resolvers.documents.archiving import found
from resolvers.folders.changing import held
from resolvers.given import ClientId, DocumentId, FolderId, JourneyId
from resolvers.loaders import loaded
from resolvers.operations import Operation
from resolvers.outcomes import Outcome
from resolvers.places import hold_place
from resolvers.practices import FILES
from resolvers.uploads import places
from resolvers.uploads.asking_for import SWEEP
from resolvers.writing import Write
from storage.database.documents import DocumentRow, DocumentVersionRow
from storage.database.timeline import PracticeNumber
from storage.database.uploads import Upload, UploadRow


@dataclass(frozen=True)
class DocumentUploadBeginInput:
    """A document that somebody wants to send in."""

    client_id: ClientId
    """The client in whose file it goes."""
    name: str
    """What it is called, at most 200 characters; folders before the name are left out."""
    kind: DocumentKind
    """What it is. It decides who may read it, unless `visibility` does."""
    size: ByteCount
    """How many bytes it has."""
    sha256: str
    """The SHA-256 of its bytes, in 64 hexadecimal digits."""
    media_type: str
    """Its media type, such as application/pdf. Its bytes must be of that type, whatever its name says."""
    journey_id: JourneyId | None = None
    """The journey it belongs to; left out, it is about the client as a whole."""
    folder_id: FolderId | None = None
    """The folder it goes into; left out, none."""
    visibility: Visibility | None = None
    """Who, of those who reach the client, may read it. Most kinds are always clinical."""
    description: str | None = None
    """What there is to say about it."""
    expires_on: date | None = None
    """The last day it counts; left out, it never expires."""
    published: bool = False
    """Whether the client may see it."""


@dataclass(frozen=True)
class DocumentVersionAddInput:
    """A newer version of a document that somebody wants to send in."""

    id: DocumentId
    """The document."""
    size: ByteCount
    """How many bytes it has."""
    sha256: str
    """The SHA-256 of its bytes, in 64 hexadecimal digits."""
    media_type: str
    """Its media type, such as application/pdf. It may be another than that of the version before."""
    name: str | None = None
    """The name of the file that is sent; the document keeps its own. Left out: the document's."""
    expected_version: int | None = None
    """The version of the document the caller saw; when it is not the current one, nothing is begun."""


@dataclass(slots=True, kw_only=True)
class UploadBegun(Outcome):
    """What came of beginning to send a document in."""

    upload_id: UUID | None = None
    current_id: UUID | None = None


@dataclass(frozen=True)
class Beginning:
    """What is begun, and the store that its bytes go to."""

    input: DocumentUploadBeginInput | DocumentVersionAddInput
    store: str


async def begin(operation: Operation, *, input: DocumentUploadBeginInput) -> UploadBegun:
    """Begin to send a document in: says whether it may be, and gives links to send its bytes to. It becomes a document
    when `documentUploadComplete` has been called and its bytes were looked at."""
    return await _begun(operation, write_document, input)


async def begin_version(operation: Operation, *, input: DocumentVersionAddInput) -> UploadBegun:
    """Begin to send a newer version of a document in; goes on as `documentUploadBegin` does. The earlier versions
    can still be read."""
    return await _begun(operation, write_version, input)


async def _begun(
    operation: Operation,
    act: Callable[[Write, Beginning], Awaitable[UploadBegun]],
    input: DocumentUploadBeginInput | DocumentVersionAddInput,
) -> UploadBegun:
    """The upload's row is there before its store hears of it, so nothing is ever stored without a row."""
    stores = operation.casegraph.opened_stores
    outcome = await operation.carry_out(act, Beginning(input, stores.current.name), May.WRITE_CLIENTS)
    if outcome.upload_id is None:
        return outcome
    row: UploadRow | None = await operation.ask.loaders.upload_by_id.load(outcome.upload_id)
    if row is not None and places.in_parts(row.size) and row.multipart is None:
        key = places.staging(operation.ask.practice_id, row.id)
        begun = await stores.named(row.store).parts_begin(key, media_type=row.media_type)
        await operation.carry_out(keep_parts, PartsBegun(row.id, begun.id), May.WRITE_CLIENTS, remember=False)
    return outcome


async def write_document(write: Write, given: Beginning) -> UploadBegun:
    """Write down what is to become a document."""
    input = given.input
    assert isinstance(input, DocumentUploadBeginInput)  # noqa: S101 - `begin` gives nothing else
    findings = Findings()
    name = documents.name(input.name, findings)
    visibility = documents.visibility(input.kind, input.visibility, findings)
    description = texts.taken_or_none(input.description, documents.DESCRIPTION, ("input", "description"), findings)
    documents.check_expiry(input.expires_on, await settings.today(write), findings)
    media_type, sha256 = await _judged(write, input, findings)
    may = May.WRITE_CLINICAL if visibility is Visibility.CLINICAL else May.WRITE_CLIENTS
    await hold_place(write, input.client_id, input.journey_id, may)
    if input.folder_id is not None:
        await held(write, input.folder_id, input.client_id, "folderId")
    upload = Upload(
        client_id=input.client_id, journey_id=input.journey_id, folder_id=input.folder_id, adds_version=False,
        name=name, kind=input.kind, visibility=visibility, description=description, expires_on=input.expires_on,
        published=input.published, media_type=media_type, size=input.size, sha256=sha256, store=given.store,
    )  # fmt: skip
    return await _written(write, upload)


async def write_version(write: Write, given: Beginning) -> UploadBegun:
    """Write down what is to become a newer version of a document."""
    input = given.input
    assert isinstance(input, DocumentVersionAddInput)  # noqa: S101 - `begin_version` gives nothing else
    document = await found(write, input.id, input.expected_version)
    documents.check_changeable(archived=document.archived_at is not None)
    findings = Findings()
    name = document.name if input.name is None else documents.name(input.name, findings)
    media_type, sha256 = await _judged(write, input, findings)
    upload = Upload(
        client_id=document.client_id, journey_id=document.journey_id, folder_id=document.folder_id,
        document_id=document.id, adds_version=True, name=name, kind=document.kind, visibility=document.visibility,
        published=document.published, media_type=media_type, size=input.size, sha256=sha256, store=given.store,
    )  # fmt: skip
    return await _written(write, upload)


async def _judged(
    write: Write, input: DocumentUploadBeginInput | DocumentVersionAddInput, findings: Findings
) -> tuple[str, bytes]:
    """The media type and the digest that are announced; raises what is wrong with these, the size, and before them."""
    media_type = documents.media_type(input.media_type, findings)
    sha256 = documents.digest(input.sha256, findings)
    wanted = await settings.in_force(write)
    quota = Quota(wanted.document_mebibytes * MEBIBYTE, wanted.documents_gibibytes * GIBIBYTE)
    quota.check(input.size, await _bytes_taken(write), findings)
    findings.settle()
    return media_type, sha256


async def _bytes_taken(write: Write) -> int:
    """What the practice keeps and what is on its way. Held until the write ends: two uploads never fill one gap."""
    counter = select(PracticeNumber.last).where(
        PracticeNumber.practice_id == write.practice_id, PracticeNumber.series == FILES
    )
    await write.session.execute(counter.with_for_update(key_share=True))
    kept = await write.session.scalar(storage.database.documents.bytes_kept(), write.values)
    coming = await write.session.scalar(storage.database.uploads.bytes_on_their_way(), write.values)
    return int(kept or 0) + int(coming or 0)


async def _written(write: Write, upload: Upload) -> UploadBegun:
    upload.id, upload.blob_id, upload.thumbnail_id = uuid4(), uuid4(), uuid4()
    upload.state = UploadState.WAITING
    upload.created_at, upload.created_by = write.moment, write.viewer.membership_id
    upload.expires_at = write.moment + documents.UPLOAD_LASTS
    await write.add(upload)
    await jobs.enqueue(write, SWEEP, run_at=upload.expires_at)
    return UploadBegun(upload_id=upload.id)


@dataclass(frozen=True)
class PartsBegun:
    """What the store calls an upload in parts."""

    upload_id: UUID
    multipart: str


async def keep_parts(write: Write, given: PartsBegun) -> UploadBegun:
    """Keep the store's own word for an upload in parts; of two that were begun at once, the first."""
    upload = await write.find(Upload, given.upload_id, May.WRITE_CLIENTS, "upload")
    if upload.multipart is None:
        upload.multipart = given.multipart
    return UploadBegun(upload_id=upload.id)


async def uploads_begun(ask: Ask, outcomes: Sequence[UploadBegun]) -> Sequence[UploadRow | None]:
    """The upload, with links to send its bytes to; null when it may not be sent in."""
    return await loaded(ask.loaders.upload_by_id, [outcome.upload_id for outcome in outcomes])


async def documents_in_conflict(ask: Ask, outcomes: Sequence[UploadBegun]) -> Sequence[DocumentRow | None]:
    """The document as it stands now, when the caller had seen another version of it."""
    return await loaded(ask.loaders.document_by_id, [outcome.current_id for outcome in outcomes])


async def duplicates(ask: Ask, outcomes: Sequence[UploadBegun]) -> Sequence[list[DocumentVersionRow]]:
    """What the client's file holds already of exactly these bytes, archived documents too. It may be sent in all the
    same."""
    uploads = await loaded(ask.loaders.upload_by_id, [outcome.upload_id for outcome in outcomes])
    answers: list[list[DocumentVersionRow]] = []
    for upload in uploads:  # a payload has one outcome
        answers.append([] if upload is None else await _alike(ask, upload))
    return answers


async def _alike(ask: Ask, upload: UploadRow) -> list[DocumentVersionRow]:
    return await ask.rows(
        DocumentVersionRow, storage.database.documents.alike_of, ask.reach, ask.wanted,
        ids=[upload.client_id], digest=upload.sha256,
    )  # fmt: skip
