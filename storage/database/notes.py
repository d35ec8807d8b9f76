"""Notes and their earlier versions: rows and the questions asked of them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Index, Select, Text, select
from sqlalchemy.orm import Mapped, mapped_column

from domain.events import Subject
from storage.database.base import Base, Kept, OfPractice, reference
from storage.database.columns import Moment
from storage.database.ordering import Backend, Slice, counts_per_parent, page_per_parent
from storage.database.selecting import Columns, Reachable, among, columns, names_of, of_practice, table_of


class Note(Kept, Base):
    """A note in Markdown."""

    __tablename__ = "note"
    announces = Subject.NOTE
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
    text: Mapped[str] = mapped_column(Text, info={"body": True})
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
    audited = False
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


def by_ids(reach: Reachable) -> Select[Any]:
    """Notes in reach, by `ids`."""
    note = table_of(Note)
    return select(*columns(note, NoteRow)).where(of_practice(note), among(note.c.id, "ids"), reach.clinical(note))


def of_clients(backend: Backend, reach: Reachable, archived: bool, part: Slice, wanted: Columns | None) -> Select[Any]:
    """A page of notes for each client of `parents`; with `archived`, those put away too."""
    return _page(backend, "client_id", reach, archived, part, wanted)


def of_journeys(backend: Backend, reach: Reachable, archived: bool, part: Slice, wanted: Columns | None) -> Select[Any]:
    """A page of notes for each journey of `parents`; with `archived`, those put away too."""
    return _page(backend, "journey_id", reach, archived, part, wanted)


def counts_of(backend: Backend, parent: str, reach: Reachable, archived: bool) -> Select[Any]:
    """How many notes each of `parents` has."""
    return counts_per_parent(backend, table_of(Note), parent, lambda note: _conditions(note, reach, archived))


def revisions_of(wanted: Columns | None) -> Select[Any]:
    """The earlier versions of the notes `ids`, oldest first."""
    revision = table_of(NoteRevision)
    return (
        select(*columns(revision, NoteRevisionRow, wanted))
        .where(of_practice(revision), among(revision.c.note_id, "ids"))
        .order_by(revision.c.note_id, revision.c.version)
    )


def _page(
    backend: Backend, parent: str, reach: Reachable, archived: bool, part: Slice, wanted: Columns | None
) -> Select[Any]:
    names = names_of(NoteRow, None if wanted is None else wanted | set(part.order.names))
    return page_per_parent(
        backend, table_of(Note), parent, names, lambda note: _conditions(note, reach, archived), part
    )


def _conditions(note: Any, reach: Reachable, archived: bool) -> list[ColumnElement[bool]]:
    kept = [] if archived else [note.c.archived_at.is_(None)]
    return [of_practice(note), reach.clinical(note), *kept]
