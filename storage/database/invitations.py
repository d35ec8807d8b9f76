"""Invitations to work for a practice: rows and the questions asked of them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Index, Select, bindparam, select
from sqlalchemy.orm import Mapped, mapped_column

from domain.people import Role
from storage.database.base import Base, Kept
from storage.database.columns import Moment, Word
from storage.database.ordering import Slice, count, page
from storage.database.selecting import Columns, among, columns, of_practice, table_of


class Invitation(Kept, Base):
    """Somebody was asked to work for the practice. The secret of the link is kept nowhere, its hash in `door`."""

    __tablename__ = "invitation"
    __table_args__ = (Index(None, "practice_id", "email"),)
    email: Mapped[str]
    name: Mapped[str]
    role: Mapped[Role] = mapped_column(Word(Role))
    title: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(Moment)
    created_by: Mapped[UUID | None]
    ends_at: Mapped[datetime] = mapped_column(Moment)
    sent_at: Mapped[datetime | None] = mapped_column(Moment)
    accepted_at: Mapped[datetime | None] = mapped_column(Moment)
    membership_id: Mapped[UUID | None]
    withdrawn_at: Mapped[datetime | None] = mapped_column(Moment)
    withdrawn_by: Mapped[UUID | None]
    version: Mapped[int] = mapped_column(default=1)


@dataclass(slots=True)
class InvitationRow:
    """An invitation to work for the practice."""

    id: UUID
    email: str
    name: str
    role: Role
    title: str | None
    created_at: datetime
    created_by: UUID | None
    ends_at: datetime
    sent_at: datetime | None
    accepted_at: datetime | None
    membership_id: UUID | None
    withdrawn_at: datetime | None
    version: int


def by_ids() -> Select[Any]:
    """Invitations by `ids`."""
    table = table_of(Invitation)
    return select(*columns(table, InvitationRow)).where(of_practice(table), among(table.c.id, "ids"))


def page_of(past: bool, part: Slice, wanted: Columns | None) -> Select[Any]:
    """A page of the practice's invitations; with `past`, also those accepted, withdrawn and run out."""
    table = table_of(Invitation)
    needed = None if wanted is None else wanted | set(part.order.names)
    return page(table, columns(table, InvitationRow, needed), _listed(table, past), part)


def count_of(past: bool) -> Select[Any]:
    """How many invitations there are."""
    table = table_of(Invitation)
    return count(table, _listed(table, past))


def _listed(table: Any, past: bool) -> list[ColumnElement[bool]]:
    if past:
        return [of_practice(table)]
    lasting = table.c.ends_at > bindparam("moment", type_=Moment())
    return [of_practice(table), table.c.accepted_at.is_(None), table.c.withdrawn_at.is_(None), lasting]
