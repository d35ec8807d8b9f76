"""Tags, and which clients have them: rows and the questions asked of them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Index, Select, bindparam, exists, func, select, text
from sqlalchemy.orm import Mapped, mapped_column

from domain.events import Subject
from storage.database.base import Base, Kept, reference
from storage.database.columns import Folded, Json, Moment
from storage.database.selecting import Reachable, among, columns, of_practice, table_of


class Tag(Kept, Base):
    """A word that clients are sorted by. `name_key` is its name folded: unique among all that were not merged away."""

    __tablename__ = "tag"
    announces = Subject.TAG
    __table_args__ = (
        reference("merged_into_id", "tag"),
        Index(
            "uq_tag_name_key",
            "practice_id",
            "name_key",
            unique=True,
            sqlite_where=text("merged_into_id IS NULL"),
            postgresql_where=text("merged_into_id IS NULL"),
        ),
    )
    name: Mapped[str]
    name_key: Mapped[str] = mapped_column(Folded)
    colour: Mapped[str | None]
    description: Mapped[str | None]
    visible_to: Mapped[list[str] | None] = mapped_column(Json)
    position: Mapped[int]
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(Moment)
    created_by: Mapped[UUID | None]
    updated_at: Mapped[datetime] = mapped_column(Moment)
    archived_at: Mapped[datetime | None] = mapped_column(Moment)
    merged_into_id: Mapped[UUID | None]


class ClientTag(Kept, Base):
    """That a client has, or had, a tag. At most one row of a client and tag is not removed."""

    __tablename__ = "client_tag"
    __table_args__ = (
        reference("client_id", "client"),
        reference("tag_id", "tag"),
        Index(
            "uq_client_tag_present",
            "practice_id",
            "client_id",
            "tag_id",
            unique=True,
            sqlite_where=text("removed_at IS NULL"),
            postgresql_where=text("removed_at IS NULL"),
        ),
        Index(None, "practice_id", "tag_id", "client_id"),
        Index(None, "practice_id", "client_id"),
    )
    client_id: Mapped[UUID]
    tag_id: Mapped[UUID]
    added_at: Mapped[datetime] = mapped_column(Moment)
    added_by: Mapped[UUID | None]
    removed_at: Mapped[datetime | None] = mapped_column(Moment)
    removed_by: Mapped[UUID | None]


@dataclass(slots=True)
class TagRow:
    """A word that clients are sorted by."""

    id: UUID
    name: str
    colour: str | None
    description: str | None
    visible_to: list[str] | None
    position: int
    version: int
    created_at: datetime
    created_by: UUID | None
    updated_at: datetime
    archived_at: datetime | None
    merged_into_id: UUID | None


@dataclass(slots=True)
class ClientTagRow:
    """That a client has, or had, a tag."""

    id: UUID
    client_id: UUID
    tag_id: UUID
    added_at: datetime
    added_by: UUID | None
    removed_at: datetime | None
    removed_by: UUID | None


def listed(reach: Reachable, archived: bool) -> Select[Any]:
    """The practice's tags that the viewer may see, in their order; those merged away are in no list."""
    tag = table_of(Tag)
    present = [] if archived else [tag.c.archived_at.is_(None)]
    return (
        select(*columns(tag, TagRow))
        .where(of_practice(tag), reach.tag(tag), tag.c.merged_into_id.is_(None), *present)
        .order_by(tag.c.position, tag.c.id)
    )


def by_ids(reach: Reachable) -> Select[Any]:
    """The tags that the viewer may see, by `ids`."""
    tag = table_of(Tag)
    return select(*columns(tag, TagRow)).where(of_practice(tag), among(tag.c.id, "ids"), reach.tag(tag))


def of_clients(reach: Reachable, past: bool) -> Select[Any]:
    """What the clients `ids` are tagged with, as far as the viewer may see the tags; with `past`, what was too."""
    held, tag = table_of(ClientTag), table_of(Tag)
    present = [] if past else [held.c.removed_at.is_(None)]
    return (
        select(*columns(held, ClientTagRow))
        .where(*_seen(held, tag, reach), among(held.c.client_id, "ids"), *present)
        .order_by(tag.c.position, tag.c.id, held.c.added_at, held.c.id)
    )


def client_tags_by_ids(reach: Reachable) -> Select[Any]:
    """That clients in reach have or had tags that the viewer may see, by `ids`."""
    held, tag = table_of(ClientTag), table_of(Tag)
    return select(*columns(held, ClientTagRow)).where(
        *_seen(held, tag, reach), among(held.c.id, "ids"), reach.profile(held)
    )


@dataclass(frozen=True, slots=True)
class TagFilter:
    """Which filters by tags a list of clients goes by; the ids are bound as `tags_all`, `tags_any`, `tags_none`.

    A tag that the viewer may not see counts as one that nobody has.
    """

    all: bool = False
    any: bool = False
    none: bool = False

    def conditions(self, client: Any, reach: Reachable) -> list[ColumnElement[bool]]:
        """The conditions on the clients."""
        found: list[ColumnElement[bool]] = []
        if self.all:
            having = _tagged("tags_all", reach)
            every = having.group_by(having.selected_columns[0]).having(func.count() == bindparam("tags_all_number"))
            found.append(client.c.id.in_(every))
        if self.any:
            found.append(client.c.id.in_(_tagged("tags_any", reach)))
        if self.none:
            held, tag = table_of(ClientTag).alias("unwanted"), table_of(Tag).alias("unwanted_tag")
            wanted = among(held.c.tag_id, "tags_none")
            present = held.c.removed_at.is_(None)
            found.append(~exists().where(*_seen(held, tag, reach), wanted, present, held.c.client_id == client.c.id))
        return found


NO_TAGS = TagFilter()


def _tagged(name: str, reach: Reachable) -> Select[Any]:
    """The clients who have one of the tags bound to the name, once for each of them."""
    held, tag = table_of(ClientTag).alias(name), table_of(Tag).alias(f"{name}_tag")
    present = held.c.removed_at.is_(None)
    return select(held.c.client_id).where(*_seen(held, tag, reach), among(held.c.tag_id, name), present)


def _seen(held: Any, tag: Any, reach: Reachable) -> list[ColumnElement[bool]]:
    joined = (tag.c.practice_id == held.c.practice_id, tag.c.id == held.c.tag_id)
    return [of_practice(held), *joined, reach.tag(tag)]
