"""Uploads on their way to becoming documents: rows and the questions asked of them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Index, Select, func, select, text
from sqlalchemy.orm import Mapped, mapped_column

from domain.documents import OPEN, DocumentKind, UploadRefusal, UploadState
from domain.timeline import Visibility
from storage.database.base import Base, Kept, reference
from storage.database.columns import Moment, Word
from storage.database.selecting import Reachable, among, any_of, columns, of_practice, table_of


class Upload(Kept, Base):
    """What is being sent in: what it is to become, and which keys its bytes may lie under until then.

    Every key that bytes can be written to stands in such a row before the first byte is, so nothing is ever lost sight
    of: `swept_at` says that nothing is left under its keys but what a document owns.
    """

    __tablename__ = "upload"
    __table_args__ = (
        reference("client_id", "client"),
        reference("journey_id", "journey"),
        reference("folder_id", "folder"),
        reference("document_id", "document"),
        Index(
            "ix_upload_unswept", "practice_id", "expires_at",
            sqlite_where=text("swept_at IS NULL"), postgresql_where=text("swept_at IS NULL"),
        ),
        Index(None, "practice_id", "folder_id"),
    )  # fmt: skip
    client_id: Mapped[UUID]
    journey_id: Mapped[UUID | None]
    folder_id: Mapped[UUID | None]
    document_id: Mapped[UUID | None]
    adds_version: Mapped[bool]
    name: Mapped[str]
    kind: Mapped[DocumentKind] = mapped_column(Word(DocumentKind))
    visibility: Mapped[Visibility] = mapped_column(Word(Visibility))
    description: Mapped[str | None]
    expires_on: Mapped[date | None]
    published: Mapped[bool]
    media_type: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[bytes]
    state: Mapped[UploadState] = mapped_column(Word(UploadState))
    refusal: Mapped[UploadRefusal | None] = mapped_column(Word(UploadRefusal))
    store: Mapped[str]
    multipart: Mapped[str | None]
    blob_id: Mapped[UUID]
    thumbnail_id: Mapped[UUID]
    version_id: Mapped[UUID | None]
    created_at: Mapped[datetime] = mapped_column(Moment)
    created_by: Mapped[UUID | None]
    expires_at: Mapped[datetime] = mapped_column(Moment)
    completed_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    swept_at: Mapped[datetime | None] = mapped_column(Moment)


@dataclass(slots=True)
class UploadRow:
    """What is being sent in."""

    id: UUID
    client_id: UUID
    journey_id: UUID | None
    folder_id: UUID | None
    document_id: UUID | None
    adds_version: bool
    name: str
    kind: DocumentKind
    visibility: Visibility
    media_type: str
    size: int
    sha256: bytes
    state: UploadState
    refusal: UploadRefusal | None
    store: str
    multipart: str | None
    version_id: UUID | None
    created_at: datetime
    created_by: UUID | None
    expires_at: datetime
    completed_at: datetime | None
    ended_at: datetime | None


def by_ids(reach: Reachable) -> Select[Any]:
    """Uploads in reach, by `ids`, as the documents that they are to become would be."""
    upload = table_of(Upload)
    return select(*columns(upload, UploadRow)).where(
        of_practice(upload), among(upload.c.id, "ids"), reach.filed(upload)
    )


def bytes_on_their_way() -> Select[Any]:
    """How many bytes the practice's open uploads will bring."""
    upload = table_of(Upload)
    return select(func.coalesce(func.sum(upload.c.size), 0)).where(of_practice(upload), any_of(upload.c.state, OPEN))


def unswept(practice_id: UUID) -> Select[Any]:
    """The practice's uploads that may have left something behind, the oldest first."""
    return (
        select(Upload)
        .where(Upload.practice_id == practice_id, Upload.swept_at.is_(None))
        .order_by(Upload.expires_at, Upload.id)
    )
