"""Documents as the graph shows them."""

from datetime import date, datetime

import strawberry

import resolvers.documents.archiving
import resolvers.documents.finding
import schema.given
from domain.documents import DocumentKind
from domain.sizes import ByteCount
from domain.timeline import Visibility
from resolvers.documents.archiving import DocumentChanged
from resolvers.documents.finding import DocumentOrder
from schema.actors import Actor
from schema.fields import answered_by, presents
from schema.nodes import Node
from schema.problems import Problem
from schema.references import ClientRef, DocumentRef, FolderRef, JourneyRef
from storage.database.documents import DocumentRow, DocumentVersionRow

for vocabulary in (DocumentKind, DocumentOrder, Visibility):
    schema.given.one_of(vocabulary)


@presents(DocumentVersionRow)
class DocumentVersion(Node):
    """A document as it was sent in once. Its bytes never change."""

    id: strawberry.ID = answered_by(resolvers.documents.finding.version_ids)
    document: DocumentRef | None = answered_by(resolvers.documents.finding.documents_of_versions)
    number: int
    "Which version it is; the first is 1."
    file_name: str
    "The name of the file as it was sent in, without its folders. Show it as text only."
    media_type: str
    "What its bytes are, told from the bytes themselves."
    size: ByteCount
    "How many bytes it has."
    sha256: str = answered_by(resolvers.documents.finding.digests)
    url: str = answered_by(resolvers.documents.finding.urls)
    thumbnail_url: str | None = answered_by(resolvers.documents.finding.thumbnail_urls)
    created_at: datetime
    "When it was filed."
    created_by: Actor = answered_by(resolvers.documents.finding.creators)


@presents(DocumentRow)
class Document(Node):
    """A paper, picture or recording in a client's file. A clinical one needs READ_CLINICAL."""

    id: strawberry.ID = answered_by(resolvers.documents.finding.ids)
    client: ClientRef = answered_by(resolvers.documents.finding.clients)
    journey: JourneyRef | None = answered_by(resolvers.documents.finding.journeys)
    folder: FolderRef | None = answered_by(resolvers.documents.finding.folders)
    name: str
    "What it is called. Show it as text only."
    kind: DocumentKind
    "What it is."
    visibility: Visibility
    "Who, of those who reach the client, may read it."
    description: str | None
    "What there is to say about it."
    expires_on: date | None
    "The last day it counts; null when it never expires."
    published: bool
    "Whether the client may see it."
    current: DocumentVersion | None = answered_by(resolvers.documents.finding.current_versions)
    versions: list[DocumentVersion] = answered_by(resolvers.documents.finding.versions)
    version: int
    "Grows by one with every change; may be given back as `expectedVersion`."
    created_at: datetime
    "When its first version was filed."
    created_by: Actor = answered_by(resolvers.documents.finding.creators)
    updated_at: datetime
    "When it was last changed."
    archived_at: datetime | None
    "When it was put away."
    archived_by: Actor | None = answered_by(resolvers.documents.finding.removers)
    archive_reason: str | None
    "Why it was put away."


@presents(DocumentChanged)
class DocumentRenamePayload:
    """What came of giving a document another name."""

    document: Document | None = answered_by(resolvers.documents.finding.documents_changed)
    current: Document | None = answered_by(resolvers.documents.finding.documents_in_conflict)
    problems: list[Problem]
    "What kept it from being done; empty when it was."


@presents(DocumentChanged)
class DocumentMovePayload:
    """What came of moving a document."""

    document: Document | None = answered_by(resolvers.documents.finding.documents_changed)
    current: Document | None = answered_by(resolvers.documents.finding.documents_in_conflict)
    problems: list[Problem]
    "What kept it from being done; empty when it was."


@presents(DocumentChanged)
class DocumentUpdatePayload:
    """What came of changing what is said of a document."""

    document: Document | None = answered_by(resolvers.documents.finding.documents_changed)
    current: Document | None = answered_by(resolvers.documents.finding.documents_in_conflict)
    problems: list[Problem]
    "What kept it from being done; empty when it was."


@presents(DocumentChanged)
class DocumentArchivePayload:
    """What came of putting a document away."""

    document: Document | None = answered_by(resolvers.documents.finding.documents_changed)
    current: Document | None = answered_by(resolvers.documents.finding.documents_in_conflict)
    problems: list[Problem]
    "What kept it from being done; empty when it was."


@presents(DocumentChanged)
class DocumentRestorePayload:
    """What came of bringing back a document that was put away."""

    document: Document | None = answered_by(resolvers.documents.finding.documents_changed)
    current: Document | None = answered_by(resolvers.documents.finding.documents_in_conflict)
    problems: list[Problem]
    "What kept it from being done; empty when it was."
