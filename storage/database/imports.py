"""Imports of other systems' files, and the bytes of those that came through the graph: rows."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Index, LargeBinary, Select, false, select
from sqlalchemy.orm import Mapped, mapped_column

from domain.bringing import ImportKind, ImportState
from storage.database.base import Base, Kept, OfPractice, reference
from storage.database.columns import Json, Moment, Word
from storage.database.ordering import Slice, count, page
from storage.database.selecting import Columns, among, columns, of_practice, table_of


class ClientImport(Kept, Base):
    """A file that is brought in, how far that has come, and what became of everything in it.

    `done` is how many rows or patients are behind it; it moves in the transaction that writes them.
    """

    __tablename__ = "client_import"
    audited = False
    __table_args__ = (Index(None, "practice_id", "created_at", "id"), Index(None, "practice_id", "digest"))
    kind: Mapped[ImportKind] = mapped_column(Word(ImportKind))
    state: Mapped[ImportState] = mapped_column(Word(ImportState))
    file_name: Mapped[str]
    dry_run: Mapped[bool]
    allow_duplicates: Mapped[bool]
    layout: Mapped[dict[str, Any] | None] = mapped_column(Json)
    received: Mapped[int] = mapped_column(BigInteger)
    digest: Mapped[str | None]
    done: Mapped[int] = mapped_column(BigInteger)
    permille: Mapped[int]
    tallies: Mapped[dict[str, Any]] = mapped_column(Json)
    reported: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    reported_in_all: Mapped[int]
    error: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(Moment)
    created_by: Mapped[UUID | None]
    ended_at: Mapped[datetime | None] = mapped_column(Moment)


class ClientImportPart(OfPractice, Base):
    """A piece of an import's file, kept until the import has ended."""

    __tablename__ = "client_import_part"
    audited = False
    __table_args__ = (reference("import_id", "client_import"),)
    import_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)


@dataclass(slots=True)
class ImportRow:
    """An import."""

    id: UUID
    kind: ImportKind
    state: ImportState
    file_name: str
    dry_run: bool
    allow_duplicates: bool
    received: int
    done: int
    permille: int
    tallies: dict[str, Any]
    reported: list[dict[str, Any]]
    reported_in_all: int
    error: str | None
    created_at: datetime
    created_by: UUID | None
    ended_at: datetime | None


def by_ids(is_denied: bool) -> Select[Any]:
    """Imports of the practice, by `ids`."""
    held = table_of(ClientImport)
    found = select(*columns(held, ImportRow)).where(of_practice(held), among(held.c.id, "ids"))
    return found.where(false()) if is_denied else found


def page_of(part: Slice, wanted: Columns | None) -> Select[Any]:
    """A page of the practice's imports."""
    held = table_of(ClientImport)
    needed = None if wanted is None else wanted | set(part.order.names)
    return page(held, columns(held, ImportRow, needed), [of_practice(held)], part)


def count_of() -> Select[Any]:
    """How many imports there are, counted no further than `most`."""
    held = table_of(ClientImport)
    return count(held, [of_practice(held)])
