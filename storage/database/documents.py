"""Documents, their versions, and where the bytes are: rows and the questions asked of them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, Index, Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from domain.documents import DocumentKind
from domain.events import Subject
from domain.timeline import Visibility
from storage.database.base import Base, Kept, reference
from storage.database.columns import Folded, Moment, Word
from storage.database.ordering import Backend, Slice, counts_per_parent, page_per_parent
from storage.database.selecting import Columns, Reachable, among, any_of, columns, names_of, of_practice, table_of

Parent = Literal["client_id", "journey_id", "folder_id"]
"""Whose documents are asked for: the column that names it."""


class Document(Kept, Base):
    """A paper, picture or recording in a client's file."""

    __tablename__ = "document"
    announces = Subject.DOCUMENT
    __table_args__ = (
        reference("client_id", "client"),
        reference("journey_id", "journey"),
        reference("folder_id", "folder"),
        Index(None, "practice_id", "client_id", "sort_name", "id"),
        Index(None, "practice_id", "client_id", "created_at", "id"),
        Index(None, "practice_id", "journey_id", "sort_name", "id"),
        Index(None, "practice_id", "folder_id", "sort_name", "id"),
    )
    client_id: Mapped[UUID]
    journey_id: Mapped[UUID | None]
    folder_id: Mapped[UUID | None]
    name: Mapped[str]
    sort_name: Mapped[str] = mapped_column(Folded)
    kind: Mapped[DocumentKind] = mapped_column(Word(DocumentKind))
    visibility: Mapped[Visibility] = mapped_column(Word(Visibility))
    description: Mapped[str | None]
    expires_on: Mapped[date | None]
    published: Mapped[bool] = mapped_column(default=False)
    current_number: Mapped[int] = mapped_column(default=1)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(Moment)
    created_by: Mapped[UUID | None]
    updated_at: Mapped[datetime] = mapped_column(Moment)
    archived_at: Mapped[datetime | None] = mapped_column(Moment)
    archived_by: Mapped[UUID | None]
    archive_reason: Mapped[str | None]


class Blob(Kept, Base):
    """Bytes that were checked, and where they are kept. They never change; only the store they are kept in may."""

    __tablename__ = "blob"
    audited = False  # what they are and their digest stand on the version, which is; where they are says nothing
    __table_args__ = (Index(None, "practice_id", "store", "id"),)
    store: Mapped[str]
    key: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[bytes]
    created_at: Mapped[datetime] = mapped_column(Moment)


class DocumentVersion(Kept, Base):
    """A document as it was sent in once: the bytes, and who sent them."""

    __tablename__ = "document_version"
    __table_args__ = (
        reference("client_id", "client"),
        reference("document_id", "document"),
        reference("blob_id", "blob"),
        reference("thumbnail_id", "blob"),
        Index(None, "practice_id", "document_id", "number", unique=True),
        Index(None, "practice_id", "client_id", "sha256"),
        Index(None, "practice_id", "blob_id"),
        Index(None, "practice_id", "thumbnail_id"),
    )
    client_id: Mapped[UUID]
    document_id: Mapped[UUID]
    number: Mapped[int]
    file_name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[bytes]
    blob_id: Mapped[UUID]
    thumbnail_id: Mapped[UUID | None]
    created_at: Mapped[datetime] = mapped_column(Moment)
    created_by: Mapped[UUID | None]


@dataclass(slots=True)
class DocumentRow:
    """A paper, picture or recording in a client's file."""

    id: UUID
    client_id: UUID
    journey_id: UUID | None
    folder_id: UUID | None
    name: str
    sort_name: str
    kind: DocumentKind
    visibility: Visibility
    description: str | None
    expires_on: date | None
    published: bool
    current_number: int
    version: int
    created_at: datetime
    created_by: UUID | None
    updated_at: datetime
    archived_at: datetime | None
    archived_by: UUID | None
    archive_reason: str | None


@dataclass(slots=True)
class DocumentVersionRow:
    """A document as it was sent in once."""

    id: UUID
    client_id: UUID
    document_id: UUID
    number: int
    file_name: str
    media_type: str
    size: int
    sha256: bytes
    blob_id: UUID
    thumbnail_id: UUID | None
    created_at: datetime
    created_by: UUID | None


@dataclass(slots=True)
class BlobRow:
    """Bytes that were checked, and where they are kept."""

    id: UUID
    store: str
    key: str
    media_type: str
    size: int
    sha256: bytes


@dataclass(frozen=True, slots=True)
class Filter:
    """Which documents are listed. `starting` binds `name_from` and `name_until`, `expiring` binds `expires_until`."""

    kinds: frozenset[DocumentKind] | None = None
    archived: bool = False
    published: bool | None = None
    unfiled: bool = False
    starting: bool = False
    expiring: bool = False

    def conditions(self, document: Any, reach: Reachable) -> list[ColumnElement[bool]]:
        """The conditions on the documents, kept to what the viewer reaches."""
        found = [of_practice(document), reach.filed(document)]
        if not self.archived:
            found.append(document.c.archived_at.is_(None))
        if self.kinds is not None:
            found.append(any_of(document.c.kind, self.kinds))
        if self.published is not None:
            found.append(document.c.published.is_(self.published))
        if self.unfiled:
            found.append(document.c.folder_id.is_(None))
        if self.starting:
            name = document.c.sort_name
            found.append(and_(name >= bindparam("name_from", type_=name.type),
                              name < bindparam("name_until", type_=name.type)))  # fmt: skip
        if self.expiring:
            found.append(document.c.expires_on <= bindparam("expires_until", type_=document.c.expires_on.type))
        return found


def by_ids(reach: Reachable) -> Select[Any]:
    """Documents in reach, by `ids`: the general ones, and the clinical ones for who may read clinical records."""
    document = table_of(Document)
    return select(*columns(document, DocumentRow)).where(
        of_practice(document), among(document.c.id, "ids"), reach.filed(document)
    )


def page_of(
    backend: Backend, parent: Parent, reach: Reachable, chosen: Filter, part: Slice, wanted: Columns | None
) -> Select[Any]:
    """A page of documents for each of `parents`."""
    names = names_of(DocumentRow, None if wanted is None else wanted | set(part.order.names))
    return page_per_parent(
        backend, table_of(Document), parent, names, lambda document: chosen.conditions(document, reach), part
    )


def counts_of(backend: Backend, parent: Parent, reach: Reachable, chosen: Filter) -> Select[Any]:
    """How many documents each of `parents` has."""
    return counts_per_parent(backend, table_of(Document), parent, lambda document: chosen.conditions(document, reach))


def versions_by_ids(reach: Reachable) -> Select[Any]:
    """Versions of documents in reach, by `ids`."""
    version, document = table_of(DocumentVersion), table_of(Document)
    joined = version.join(document, _of_document(version, document))
    return (
        select(*columns(version, DocumentVersionRow))
        .select_from(joined)
        .where(of_practice(version), among(version.c.id, "ids"), of_practice(document), reach.filed(document))
    )


def versions_of(reach: Reachable, current: bool, wanted: Columns | None) -> Select[Any]:
    """The versions of the documents `ids`, the newest first; with `current`, only the newest of each."""
    version, document = table_of(DocumentVersion), table_of(Document)
    joined = version.join(document, _of_document(version, document))
    newest = [version.c.number == document.c.current_number] if current else []
    return (
        select(*columns(version, DocumentVersionRow, wanted))
        .select_from(joined)
        .where(of_practice(version), among(version.c.document_id, "ids"), reach.filed(document), *newest)
        .order_by(version.c.document_id, version.c.number.desc())
    )


def alike_of(reach: Reachable, wanted: Columns | None) -> Select[Any]:
    """Versions in reach, in the records of the clients `ids`, of exactly the content `digest`; archived ones too."""
    version, document = table_of(DocumentVersion), table_of(Document)
    joined = version.join(document, _of_document(version, document))
    return (
        select(*columns(version, DocumentVersionRow, wanted))
        .select_from(joined)
        .where(
            of_practice(version), among(version.c.client_id, "ids"), reach.filed(document),
            version.c.sha256 == bindparam("digest", type_=version.c.sha256.type),
        )
        .order_by(version.c.created_at.desc(), version.c.id)
        .limit(20)
    )  # fmt: skip


def blobs_by_ids() -> Select[Any]:
    """Where bytes are, by `ids`: only for who was given a version that has them."""
    blob = table_of(Blob)
    return select(*columns(blob, BlobRow)).where(of_practice(blob), among(blob.c.id, "ids"))


def versions_of_blobs() -> Select[Any]:
    """The versions whose bytes, or thumbnails, the blobs `ids` are; whoever reaches them."""
    version = table_of(DocumentVersion)
    either = or_(among(version.c.blob_id, "ids"), among(version.c.thumbnail_id, "ids"))
    return select(*columns(version, DocumentVersionRow)).where(of_practice(version), either)


def bytes_kept() -> Select[Any]:
    """How many bytes the practice keeps."""
    blob = table_of(Blob)
    return select(func.coalesce(func.sum(blob.c.size), 0)).where(of_practice(blob))


@dataclass(slots=True)
class KnownVersionRow:
    """Whose a version is, told to nobody: for the access log, where it counts as refused, not as seen."""

    owner: UUID


def owners_known() -> Select[Any]:
    """The clients of the versions `ids`, whoever reaches them."""
    version = table_of(DocumentVersion)
    return select(version.c.client_id.label("owner")).where(of_practice(version), among(version.c.id, "ids"))


def _of_document(version: Any, document: Any) -> ColumnElement[bool]:
    return and_(version.c.practice_id == document.c.practice_id, version.c.document_id == document.c.id)
