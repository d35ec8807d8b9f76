"""Uploads as the graph shows them."""

from datetime import datetime

import strawberry

import resolvers.uploads.beginning
import resolvers.uploads.completing
import resolvers.uploads.finding
import schema.given
from domain.documents import DocumentKind, UploadRefusal, UploadState
from domain.sizes import ByteCount
from domain.timeline import Visibility
from resolvers.uploads.beginning import UploadBegun
from resolvers.uploads.completing import UploadCompleted
from resolvers.uploads.finding import HeaderRow, LinkRow, PartRow
from schema.actors import Actor
from schema.client_documents import Document, DocumentVersion
from schema.fields import answered_by, presents
from schema.nodes import Node
from schema.problems import Problem
from schema.references import ClientRef
from storage.database.uploads import UploadRow

for vocabulary in (DocumentKind, UploadRefusal, UploadState, Visibility):
    schema.given.one_of(vocabulary)


@presents(HeaderRow)
class UploadHeader:
    """A header that must be sent along."""

    name: str
    "Its name."
    value: str
    "Its value, to be sent exactly so."


@presents(LinkRow)
class UploadLink:
    """A permission to send bytes, for whoever has it: show it to nobody."""

    url: str
    "Where to send them; one that begins with a slash is on this server."
    method: str
    "By which method of HTTP."
    headers: list[UploadHeader]
    "The headers that must be sent along, all of them."
    expires_at: datetime
    "Until when it may be used. Ask for the upload again to have a fresh one."


@presents(PartRow)
class UploadPart:
    """A part of what is sent in."""

    number: int
    "Which part it is; the first is 1."
    size: ByteCount
    "How many bytes it has, exactly."
    stored: bool
    "Whether it has arrived whole."
    link: UploadLink | None = answered_by(resolvers.uploads.finding.links)


@presents(UploadRow)
class Upload(Node):
    """What somebody sends in, until it is a document."""

    id: strawberry.ID = answered_by(resolvers.uploads.finding.ids)
    client: ClientRef = answered_by(resolvers.uploads.finding.clients)
    name: str
    "The name of the file. Show it as text only."
    kind: DocumentKind
    "What kind of document it is to be."
    visibility: Visibility
    "Who, of those who reach the client, may read it."
    media_type: str
    "The media type that was announced."
    size: ByteCount
    "How many bytes were announced."
    state: UploadState
    "Where it stands."
    refusal: UploadRefusal | None
    "Why it was refused."
    part_size: ByteCount = answered_by(resolvers.uploads.finding.part_lengths)
    parts: list[UploadPart] = answered_by(resolvers.uploads.finding.parts)
    document: Document | None = answered_by(resolvers.uploads.finding.documents)
    version: DocumentVersion | None = answered_by(resolvers.uploads.finding.versions)
    created_at: datetime
    "When it was begun."
    created_by: Actor = answered_by(resolvers.uploads.finding.creators)
    expires_at: datetime
    "Until when its bytes must be here. After that it is finished if they are, and removed if not."


@presents(UploadBegun)
class DocumentUploadBeginPayload:
    """What came of beginning to send a document in."""

    upload: Upload | None = answered_by(resolvers.uploads.beginning.uploads_begun)
    duplicates: list[DocumentVersion] = answered_by(resolvers.uploads.beginning.duplicates)
    problems: list[Problem]
    "What kept it from being begun; empty when it was."


@presents(UploadBegun)
class DocumentVersionAddPayload:
    """What came of beginning to send a newer version of a document in."""

    upload: Upload | None = answered_by(resolvers.uploads.beginning.uploads_begun)
    current: Document | None = answered_by(resolvers.uploads.beginning.documents_in_conflict)
    duplicates: list[DocumentVersion] = answered_by(resolvers.uploads.beginning.duplicates)
    problems: list[Problem]
    "What kept it from being begun; empty when it was."


@presents(UploadCompleted)
class DocumentUploadCompletePayload:
    """What came of completing an upload."""

    upload: Upload | None = answered_by(resolvers.uploads.completing.uploads_completed)
    problems: list[Problem]
    "What is wrong with it; empty when nothing was found so far."
