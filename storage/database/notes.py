"""Notes and their earlier versions: rows and the questions asked of them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from storage.database.base import Base, Kept, OfPractice, reference
from storage.database.columns import Moment


class Note(Kept, Base):
    """A note in Markdown."""

    __tablename__ = "note"
    __table_args__ = (
        reference("client_id", "client"),
        reference("journey_id", "journey"),
        Index(None, "practice_id", "client_id", "occurred_at", "id"),
        Index(None, "practice_id", "journey_id"),
        Index(None, "practice_id", "source", unique=True),
    )
    client_id: Mapped[UUID]
    journey_id: Mapped[UUID | None]
    title: Mapped[str | None]
    text: Mapped[str] = mapped_column(Text)
    occurred_at: Mapped[datetime] = mapped_column(Moment)
    recorded_at: Mapped[datetime] = mapped_column(Moment)
    author_id: Mapped[UUID | None]
    author_name: Mapped[str | None]
    pinned: Mapped[bool] = mapped_column(default=False)
    imported: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)
    updated_at: Mapped[datetime] = mapped_column(Moment)
    archived_at: Mapped[datetime | None] = mapped_column(Moment)
    archived_by: Mapped[UUID | None]
    archive_reason: Mapped[str | None]
    source: Mapped[str | None]


class NoteRevision(OfPractice, Base):
    """A note as it stood before it was changed."""

    __tablename__ = "note_revision"
    __table_args__ = (reference("note_id", "note"),)
    note_id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str | None]
    text: Mapped[str] = mapped_column(Text)
    occurred_at: Mapped[datetime] = mapped_column(Moment)
    replaced_at: Mapped[datetime] = mapped_column(Moment)
    replaced_by: Mapped[UUID | None]


@dataclass(slots=True)
class NoteRow:
    """A note in Markdown."""

    id: UUID
    client_id: UUID
    journey_id: UUID | None
    title: str | None
    text: str
    occurred_at: datetime
    recorded_at: datetime
    author_id: UUID | None
    author_name: str | None
    pinned: bool
    imported: bool
    version: int
    updated_at: datetime
    archived_at: datetime | None
    archived_by: UUID | None
    archive_reason: str | None


@dataclass(slots=True)
class NoteRevisionRow:
    """A note as it stood before it was changed."""

    note_id: UUID
    version: int
    title: str | None
    text: str
    occurred_at: datetime
    replaced_at: datetime
    replaced_by: UUID | None
