"""API keys: rows and the questions asked of them. A key acts on behalf of the member who made it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Index, Select, bindparam, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from domain.events import Subject
from domain.people import Role
from storage.database.base import Base, Kept, reference
from storage.database.columns import Json, Moment
from storage.database.ordering import Slice, count, page
from storage.database.people import Membership
from storage.database.selecting import Columns, among, columns, of_practice, table_of


class ApiKey(Kept, Base):
    """A program's way in. The secret is kept nowhere, its hash in `door`."""

    __tablename__ = "api_key"
    announces = Subject.REACH
    __table_args__ = (reference("membership_id", "membership"), Index(None, "practice_id", "membership_id"))
    membership_id: Mapped[UUID]
    name: Mapped[str]
    prefix: Mapped[str]
    scopes: Mapped[list[str]] = mapped_column(Json)
    created_at: Mapped[datetime] = mapped_column(Moment)
    ends_at: Mapped[datetime] = mapped_column(Moment)
    used_at: Mapped[datetime | None] = mapped_column(Moment)
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)
    revoked_by: Mapped[UUID | None]
    version: Mapped[int] = mapped_column(default=1)


@dataclass(slots=True)
class ApiKeyRow:
    """A program's way in."""

    id: UUID
    membership_id: UUID
    name: str
    prefix: str
    scopes: list[str]
    created_at: datetime
    ends_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None
    version: int


@dataclass(slots=True)
class KeyStandingRow:
    """What a key may, as it stands now: what its maker may, of that only its scopes."""

    key_id: UUID
    membership_id: UUID
    role: Role
    to_at: datetime | None
    scopes: list[str]
    used_at: datetime | None


def standing() -> Select[Any]:
    """The key `key`, if it and its maker's membership are valid at `moment`."""
    key, held = table_of(ApiKey), table_of(Membership)
    moment = bindparam("moment", type_=Moment())
    maker = (held.c.practice_id == key.c.practice_id) & (held.c.id == key.c.membership_id)
    return (
        select(key.c.id.label("key_id"), key.c.membership_id, held.c.role, held.c.to_at, key.c.scopes, key.c.used_at)
        .select_from(key.join(held, maker))
        .where(of_practice(key), key.c.id == bindparam("key"), key.c.revoked_at.is_(None), key.c.ends_at > moment)
        .where(held.c.from_at <= moment, or_(held.c.to_at.is_(None), held.c.to_at > moment))
    )


def by_ids() -> Select[Any]:
    """API keys by `ids`."""
    table = table_of(ApiKey)
    return select(*columns(table, ApiKeyRow)).where(of_practice(table), among(table.c.id, "ids"))


def page_of(past: bool, part: Slice, wanted: Columns | None) -> Select[Any]:
    """A page of the practice's API keys; with `past`, also those revoked and run out."""
    table = table_of(ApiKey)
    needed = None if wanted is None else wanted | set(part.order.names)
    return page(table, columns(table, ApiKeyRow, needed), _listed(table, past), part)


def count_of(past: bool) -> Select[Any]:
    """How many API keys there are."""
    table = table_of(ApiKey)
    return count(table, _listed(table, past))


def _listed(table: Any, past: bool) -> list[ColumnElement[bool]]:
    if past:
        return [of_practice(table)]
    return [of_practice(table), table.c.revoked_at.is_(None), table.c.ends_at > bindparam("moment", type_=Moment())]
