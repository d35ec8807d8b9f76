"""Putting documents away, and taking them up again: their bytes stay, their lines on the timeline become tombstones."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from auth.permissions import May
from domain import documents, texts, timeline
from domain.refusals import Conflict, Findings
from domain.timeline import EntryKind
from resolvers.given import DocumentId
from resolvers.outcomes import Outcome
from resolvers.places import check_open
from resolvers.writing import Write
from storage.database.documents import Document, DocumentVersion
from storage.database.timeline import TimelineEntry


@dataclass(frozen=True)
class DocumentArchiveInput:
    """Which document is put away, and why."""

    id: DocumentId
    """The document."""
    reason: str | None = None
    """Why it is put away."""
    expected_version: int | None = None
    """The version the caller saw; when it is not the current one, nothing is changed."""


@dataclass(frozen=True)
class DocumentRestoreInput:
    """Which document is taken up again."""

    id: DocumentId
    """The document."""
    expected_version: int | None = None
    """The version the caller saw; when it is not the current one, nothing is changed."""


@dataclass(slots=True, kw_only=True)
class DocumentChanged(Outcome):
    """What came of changing a document."""

    document_id: UUID | None = None
    current_id: UUID | None = None


async def archive(write: Write, input: DocumentArchiveInput) -> DocumentChanged:
    """Put a document away: out of the lists, and no longer published. It can still be read by its id. Its lines on
    the timeline stay, and say only that a document was removed, and by whom."""
    findings = Findings()
    reason = texts.taken_or_none(input.reason, texts.OPTIONAL_REASON, ("input", "reason"), findings)
    findings.settle()
    document = await found(write, input.id, input.expected_version)
    documents.check_archivable(archived=document.archived_at is not None)
    document.version += 1
    await put_away(write, document, reason)
    return DocumentChanged(document_id=document.id)


async def restore(write: Write, input: DocumentRestoreInput) -> DocumentChanged:
    """Bring an archived document back as it was, with its lines on the timeline; it stays unpublished."""
    document = await found(write, input.id, input.expected_version)
    documents.check_restorable(archived=document.archived_at is not None)
    document.archived_at = document.archived_by = document.archive_reason = None
    document.version += 1
    document.updated_at = write.moment
    await tell_anew(write, document)
    return DocumentChanged(document_id=document.id)


async def put_away(write: Write, document: Document, reason: str | None) -> None:
    """Archive a document that was found for writing, and leave tombstones on the timeline."""
    document.archived_at, document.archived_by, document.archive_reason = (
        write.moment, write.viewer.membership_id, reason
    )  # fmt: skip
    document.published, document.updated_at = False, write.moment
    name = await write.name_of_caller()
    for entry in await _entries(write, document):
        entry.removed_at, entry.removed_by = write.moment, write.viewer.membership_id
        entry.facts = dict(timeline.tombstone(name))
    await write.flush()


async def tell_anew(write: Write, document: Document) -> None:
    """Have the document's lines on the timeline say what it is now, and to whom it may be told."""
    versions = await _versions(write, document)
    for entry in await _entries(write, document):
        entry.removed_at = entry.removed_by = None
        entry.visibility, entry.journey_id = document.visibility, document.journey_id
        entry.facts = told(document, versions.get(entry.occurred_at))
    await write.flush()


async def found(write: Write, id: UUID, expected_version: int | None) -> Document:
    """A document to be changed, in a file that is open; `Conflict` when the caller saw another version of it."""
    document = await write.find(Document, id, May.WRITE_CLIENTS, "document")
    await check_open(write, document.client_id, document.journey_id)
    if expected_version not in (None, document.version):
        raise Conflict(document.version, ("input", "expectedVersion")).with_beside(current_id=document.id)
    return document


def told(document: Document, number: int | None = None) -> dict[str, Any]:
    """The facts of a line on the timeline: of the document's, or of a later version's."""
    facts: dict[str, Any] = {"name": document.name, "kind": document.kind}
    return facts if number in (None, 1) else {**facts, "number": number}


async def _entries(write: Write, document: Document) -> Sequence[TimelineEntry]:
    statement = select(TimelineEntry).where(
        TimelineEntry.practice_id == write.practice_id,
        TimelineEntry.subject_id == document.id,
        TimelineEntry.kind.in_([EntryKind.DOCUMENT, EntryKind.DOCUMENT_VERSION]),
    )
    return (await write.session.scalars(statement.order_by(TimelineEntry.id))).all()


async def _versions(write: Write, document: Document) -> dict[Any, int]:
    """The numbers of the document's versions, by when each was filed."""
    statement = select(DocumentVersion.created_at, DocumentVersion.number).where(
        DocumentVersion.practice_id == write.practice_id, DocumentVersion.document_id == document.id
    )
    return {row.created_at: row.number for row in await write.session.execute(statement)}
