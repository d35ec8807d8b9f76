"""What members are told of: rows and the questions asked of them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Index, Select, and_, bindparam, exists, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from domain.events import Subject
from domain.notifications import ABOUT_NOTES, NotificationKind
from storage.database.base import Base, Kept, reference
from storage.database.columns import Json, Moment, Word
from storage.database.notes import Note
from storage.database.ordering import Slice, count, page
from storage.database.selecting import Columns, Reachable, among, any_of, columns, of_practice, table_of


class Notification(Kept, Base):
    """Something that one member is told of, written with what it tells. It names things and holds no words of them."""

    __tablename__ = "notification"
    announces = Subject.NOTIFICATION
    audited = False  # follows from facts that are audited
    __table_args__ = (
        reference("membership_id", "membership"),
        Index(None, "practice_id", "membership_id", "created_at", "id"),
        Index(None, "practice_id", "subject_id"),
    )
    membership_id: Mapped[UUID]
    kind: Mapped[NotificationKind] = mapped_column(Word(NotificationKind))
    client_id: Mapped[UUID | None]
    journey_id: Mapped[UUID | None]
    subject_id: Mapped[UUID | None]
    actor_id: Mapped[UUID | None]
    facts: Mapped[dict[str, Any]] = mapped_column(Json)
    created_at: Mapped[datetime] = mapped_column(Moment)
    read_at: Mapped[datetime | None] = mapped_column(Moment)


@dataclass(slots=True)
class NotificationRow:
    """Something that one member is told of."""

    id: UUID
    kind: NotificationKind
    client_id: UUID | None
    journey_id: UUID | None
    subject_id: UUID | None
    actor_id: UUID | None
    facts: dict[str, Any]
    created_at: datetime
    read_at: datetime | None


@dataclass(slots=True)
class NumberRow:
    """How many notifications a count found."""

    number: int


def shown(notification: Any, reach: Reachable, unread: bool = False) -> list[ColumnElement[bool]]:
    """Those of `member` whose subject is within their reach now: the others are neither shown nor counted."""
    note = table_of(Note).alias("told_of")
    about_note = any_of(notification.c.kind, ABOUT_NOTES)
    reached = exists().where(of_practice(note), note.c.id == notification.c.subject_id, reach.clinical(note))
    elsewhere = or_(notification.c.client_id.is_(None), reach.record(notification))
    found = [
        of_practice(notification),
        notification.c.membership_id == bindparam("member"),
        or_(and_(about_note, reached), and_(~about_note, elsewhere)),
    ]
    return [*found, notification.c.read_at.is_(None)] if unread else found


def page_of(reach: Reachable, unread: bool, part: Slice, wanted: Columns | None) -> Select[Any]:
    """A page of what `member` is told of."""
    notification = table_of(Notification)
    needed = None if wanted is None else wanted | set(part.order.names)
    return page(notification, columns(notification, NotificationRow, needed), shown(notification, reach, unread), part)


def count_of(reach: Reachable, unread: bool) -> Select[Any]:
    """How many there are, counted no further than `most`."""
    notification = table_of(Notification)
    return count(notification, shown(notification, reach, unread))


def by_ids(reach: Reachable) -> Select[Any]:
    """Those of `member`, by `ids`."""
    notification = table_of(Notification)
    return select(*columns(notification, NotificationRow)).where(
        among(notification.c.id, "ids"), *shown(notification, reach)
    )
