"""Changing what is said of a document, and where it stands. Its bytes never change: those of a version stay."""

from dataclasses import dataclass
from datetime import date

from auth.permissions import May
from domain import documents, texts
from domain.documents import DocumentKind
from domain.refusals import Findings
from domain.timeline import Visibility
from resolvers import settings
from resolvers.documents.archiving import DocumentChanged, found, tell_anew
from resolvers.folders.changing import held
from resolvers.given import ABSENT, AbsentType, DocumentId, FolderId, JourneyId
from resolvers.places import hold_place
from resolvers.writing import Write
from storage.database.documents import Document


@dataclass(frozen=True)
class DocumentRenameInput:
    """Another name for a document."""

    id: DocumentId
    """The document."""
    name: str
    """What it is called, at most 200 characters; folders before the name are left out."""
    expected_version: int | None = None
    """The version the caller saw; when it is not the current one, nothing is changed."""


@dataclass(frozen=True)
class DocumentMoveInput:
    """Where a document goes; what is left out stays as it is."""

    id: DocumentId
    """The document."""
    folder_id: FolderId | AbsentType | None = ABSENT
    """The folder it goes into, of the same client; null for none."""
    journey_id: JourneyId | AbsentType | None = ABSENT
    """The journey it belongs to from now on, of the same client; null for the client as a whole."""
    expected_version: int | None = None
    """The version the caller saw; when it is not the current one, nothing is changed."""


@dataclass(frozen=True)
class DocumentUpdateInput:
    """What is said of a document; what is left out stays as it is."""

    id: DocumentId
    """The document."""
    kind: DocumentKind | AbsentType = ABSENT
    """What it is. It decides who may read it, unless `visibility` does."""
    visibility: Visibility | AbsentType = ABSENT
    """Who, of those who reach the client, may read it. Most kinds are always clinical."""
    description: str | AbsentType | None = ABSENT
    """What there is to say about it; null for nothing."""
    expires_on: date | AbsentType | None = ABSENT
    """The last day it counts; null when it never expires."""
    published: bool | AbsentType = ABSENT
    """Whether the client may see it."""
    expected_version: int | None = None
    """The version the caller saw; when it is not the current one, nothing is changed."""


async def rename(write: Write, input: DocumentRenameInput) -> DocumentChanged:
    """Give a document another name. The names under which its versions were sent in stay."""
    findings = Findings()
    name = documents.name(input.name, findings)
    findings.settle()
    document = await _changeable(write, input.id, input.expected_version)
    if document.name != name:
        document.name, document.sort_name = name, documents.sort_name(name)
        await _changed(write, document)
    return DocumentChanged(document_id=document.id)


async def move(write: Write, input: DocumentMoveInput) -> DocumentChanged:
    """Move a document to another folder, to another journey of the client, or to neither."""
    document = await _changeable(write, input.id, input.expected_version)
    before = (document.folder_id, document.journey_id)
    if input.journey_id is not ABSENT and input.journey_id != document.journey_id:
        may = May.WRITE_CLINICAL if document.visibility is Visibility.CLINICAL else May.WRITE_CLIENTS
        await hold_place(write, document.client_id, input.journey_id, may)
        document.journey_id = input.journey_id
    if input.folder_id is not ABSENT:
        if input.folder_id is not None:
            await held(write, input.folder_id, document.client_id, "folderId")
        document.folder_id = input.folder_id
    if before != (document.folder_id, document.journey_id):
        await _changed(write, document)
    return DocumentChanged(document_id=document.id)


async def update(write: Write, input: DocumentUpdateInput) -> DocumentChanged:
    """Change what is said of a document. Who makes a clinical one general must be allowed to write clinical records."""
    document = await _changeable(write, input.id, input.expected_version)
    before = _said(document)
    findings = Findings()
    _take(document, input, findings)
    if input.expires_on is not ABSENT:
        documents.check_expiry(input.expires_on, await settings.today(write), findings)
        document.expires_on = input.expires_on
    findings.settle()
    if document.visibility is Visibility.CLINICAL and before[1] is not Visibility.CLINICAL:
        await hold_place(write, document.client_id, document.journey_id, May.WRITE_CLINICAL)
    if before != _said(document):
        await _changed(write, document)
    return DocumentChanged(document_id=document.id)


def _take(document: Document, input: DocumentUpdateInput, findings: Findings) -> None:
    if input.kind is not ABSENT or input.visibility is not ABSENT:
        kind = document.kind if input.kind is ABSENT else input.kind
        kept = None if kind is not document.kind else document.visibility
        wanted = kept if input.visibility is ABSENT else input.visibility
        document.visibility = documents.visibility(kind, wanted, findings)
        document.kind = kind
    if input.description is not ABSENT:
        document.description = texts.taken_or_none(
            input.description, documents.DESCRIPTION, ("input", "description"), findings
        )
    if input.published is not ABSENT:
        document.published = input.published


def _said(document: Document) -> tuple[object, ...]:
    return document.kind, document.visibility, document.description, document.expires_on, document.published


async def _changeable(write: Write, id: DocumentId, expected_version: int | None) -> Document:
    document = await found(write, id, expected_version)
    documents.check_changeable(archived=document.archived_at is not None)
    return document


async def _changed(write: Write, document: Document) -> None:
    document.version += 1
    document.updated_at = write.moment
    await tell_anew(write, document)
