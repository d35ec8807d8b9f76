"""Doors: what a secret opens, by its hash. The one look-up that leads from a secret to a practice."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Mapped, mapped_column

from storage.database.base import Base
from storage.database.columns import Moment, Word
from storage.database.selecting import columns, table_of


class DoorKind(StrEnum):
    """What lies behind a door."""

    INVITATION = "INVITATION"
    """An invitation to work for a practice; its id."""
    KEY = "KEY"
    """An API key of a practice; its id."""
    PASSWORD_RESET = "PASSWORD_RESET"  # noqa: S105 - a word, no password
    """A new password for a person; their id."""
    EMAIL_CHANGE = "EMAIL_CHANGE"
    """Another address for a person; their id."""


class Door(Base):
    """A secret that opens something until a moment. Holds only a hash, ids and times; going through removes it."""

    __tablename__ = "door"
    secret_hash: Mapped[bytes] = mapped_column(primary_key=True)
    kind: Mapped[DoorKind] = mapped_column(Word(DoorKind))
    practice_id: Mapped[UUID | None]
    subject_id: Mapped[UUID] = mapped_column(index=True)
    ends_at: Mapped[datetime] = mapped_column(Moment, index=True)


@dataclass(slots=True)
class DoorRow:
    """What a secret opens."""

    practice_id: UUID | None
    subject_id: UUID


def by_secret() -> Select[Any]:
    """What the secret with this hash opens at `moment`: one that was used, shut or ran out is not there."""
    door = table_of(Door)
    return select(*columns(door, DoorRow)).where(
        door.c.secret_hash == bindparam("secret_hash"),
        door.c.kind == bindparam("kind", type_=Word(DoorKind)),
        door.c.ends_at > bindparam("moment", type_=Moment()),
    )
