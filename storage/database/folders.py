"""Folders of clients' documents: rows and the questions asked of them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Index, Select, select
from sqlalchemy.orm import Mapped, mapped_column

from domain.events import Subject
from storage.database.base import Base, Kept, reference
from storage.database.columns import Folded, Moment
from storage.database.ordering import Backend, Slice, counts_per_parent, page_per_parent
from storage.database.selecting import Columns, Reachable, among, columns, names_of, of_practice, table_of


class Folder(Kept, Base):
    """A folder of a client's documents, perhaps within another."""

    __tablename__ = "folder"
    announces = Subject.FOLDER
    __table_args__ = (
        reference("client_id", "client"),
        reference("parent_id", "folder"),
        Index(None, "practice_id", "client_id", "sort_name", "id"),
        Index(None, "practice_id", "parent_id", "sort_name", "id"),
    )
    client_id: Mapped[UUID]
    parent_id: Mapped[UUID | None]
    name: Mapped[str]
    sort_name: Mapped[str] = mapped_column(Folded)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(Moment)
    created_by: Mapped[UUID | None]
    updated_at: Mapped[datetime] = mapped_column(Moment)


@dataclass(slots=True)
class FolderRow:
    """A folder of a client's documents, perhaps within another."""

    id: UUID
    client_id: UUID
    parent_id: UUID | None
    name: str
    sort_name: str
    version: int
    created_at: datetime
    created_by: UUID | None
    updated_at: datetime


def by_ids(reach: Reachable) -> Select[Any]:
    """Folders of profiles in reach, by `ids`."""
    folder = table_of(Folder)
    return select(*columns(folder, FolderRow)).where(
        of_practice(folder), among(folder.c.id, "ids"), reach.profile(folder)
    )


def of_clients(backend: Backend, reach: Reachable, nested: bool, part: Slice, wanted: Columns | None) -> Select[Any]:
    """A page of folders for each client of `parents`: the outermost ones, or with `nested` all at any depth."""
    return page_per_parent(
        backend, table_of(Folder), "client_id", _names(part, wanted), _of_client(reach, nested), part
    )


def counts_of_clients(backend: Backend, reach: Reachable, nested: bool) -> Select[Any]:
    """How many folders each client of `parents` has."""
    return counts_per_parent(backend, table_of(Folder), "client_id", _of_client(reach, nested))


def of_folders(backend: Backend, reach: Reachable, part: Slice, wanted: Columns | None) -> Select[Any]:
    """A page of the folders directly within each folder of `parents`."""
    return page_per_parent(backend, table_of(Folder), "parent_id", _names(part, wanted), _of_folder(reach), part)


def counts_of_folders(backend: Backend, reach: Reachable) -> Select[Any]:
    """How many folders there are directly within each folder of `parents`."""
    return counts_per_parent(backend, table_of(Folder), "parent_id", _of_folder(reach))


def _names(part: Slice, wanted: Columns | None) -> list[str]:
    return names_of(FolderRow, None if wanted is None else wanted | set(part.order.names))


def _of_client(reach: Reachable, nested: bool) -> Any:
    def conditions(folder: Any) -> list[ColumnElement[bool]]:
        outermost = [] if nested else [folder.c.parent_id.is_(None)]
        return [of_practice(folder), reach.profile(folder), *outermost]

    return conditions


def _of_folder(reach: Reachable) -> Any:
    return lambda folder: [of_practice(folder), reach.profile(folder)]
