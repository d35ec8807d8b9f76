"""Breaking the glass: who opened whose file in an emergency, until when, and who looked at it afterwards."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, Index, Select, bindparam, select
from sqlalchemy.orm import Mapped, mapped_column

from domain.events import Subject
from storage.database.base import Base, Kept, reference
from storage.database.columns import Moment
from storage.database.ordering import Slice, count, page
from storage.database.selecting import Columns, among, columns, of_practice, table_of


class BreakGlass(Kept, Base):
    """A member opened a client's file without being let in, from one moment to another."""

    __tablename__ = "break_glass"
    announces = Subject.REACH
    __table_args__ = (
        reference("client_id", "client"),
        reference("membership_id", "membership"),
        Index(None, "practice_id", "membership_id", "client_id"),
        Index(None, "practice_id", "reviewed_at"),
    )
    client_id: Mapped[UUID]
    membership_id: Mapped[UUID]
    reason: Mapped[str]
    from_at: Mapped[datetime] = mapped_column(Moment)
    to_at: Mapped[datetime] = mapped_column(Moment)
    reviewed_at: Mapped[datetime | None] = mapped_column(Moment)
    reviewed_by: Mapped[UUID | None]
    review: Mapped[str | None]
    version: Mapped[int] = mapped_column(default=1)


@dataclass(slots=True)
class BreakGlassRow:
    """A file that was opened in an emergency."""

    id: UUID
    client_id: UUID
    membership_id: UUID
    reason: str
    from_at: datetime
    to_at: datetime
    reviewed_at: datetime | None
    reviewed_by: UUID | None
    review: str | None
    version: int


@dataclass(slots=True)
class OpenedRow:
    """A client whose file is open to a member for the time being."""

    client_id: UUID


def is_open(glass: FromClause) -> list[ColumnElement[bool]]:
    """It was broken by `member` and counts at `moment`."""
    moment = bindparam("moment", type_=Moment())
    return [
        glass.c.practice_id == bindparam("practice"),
        glass.c.membership_id == bindparam("member"),
        glass.c.from_at <= moment,
        glass.c.to_at > moment,
    ]


def opened() -> Select[Any]:
    """The clients whose files `member` has opened so at `moment`."""
    glass = table_of(BreakGlass)
    return select(*columns(glass, OpenedRow)).where(*is_open(glass)).distinct()


def by_ids() -> Select[Any]:
    """Openings by `ids`."""
    table = table_of(BreakGlass)
    return select(*columns(table, BreakGlassRow)).where(of_practice(table), among(table.c.id, "ids"))


def page_of(reviewed: bool, part: Slice, wanted: Columns | None) -> Select[Any]:
    """A page of the openings that nobody has looked at yet; with `reviewed`, of all."""
    table = table_of(BreakGlass)
    needed = None if wanted is None else wanted | set(part.order.names)
    return page(table, columns(table, BreakGlassRow, needed), _listed(table, reviewed), part)


def count_of(reviewed: bool) -> Select[Any]:
    """How many openings there are."""
    table = table_of(BreakGlass)
    return count(table, _listed(table, reviewed))


def _listed(table: Any, reviewed: bool) -> list[ColumnElement[bool]]:
    return [of_practice(table), *([] if reviewed else [table.c.reviewed_at.is_(None)])]
