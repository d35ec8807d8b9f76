"""What every table has in common: names of constraints, and the practice in front of every key."""

from typing import ClassVar
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, MetaData, Uuid
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from domain.events import Subject

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

# Rows that belong to no practice. A test holds this list; every other table is guarded by row-level security.
GLOBAL_TABLES = frozenset({"practice", "person", "session", "door", "due"})


class Base(DeclarativeBase):
    """The declarative base of every model.

    Models have no ORM relationships: a write adds its rows in the order they depend on each other,
    and reads go through `reading.py`.
    """

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {UUID: Uuid()}


class OfPractice:
    """A tenant's row without an id of its own; `practice_id` leads its primary key.

    `audited`: a change of such a row is a fact of the audit log. `announces`: what live feeds hear of it, if anything.
    """

    audited: ClassVar[bool] = True
    announces: ClassVar[Subject | None] = None

    practice_id: Mapped[UUID] = mapped_column(primary_key=True, sort_order=-20)


class Kept(OfPractice):
    """A tenant's row with an id: its key is (practice_id, id), so no row can point into another practice."""

    id: Mapped[UUID] = mapped_column(primary_key=True, sort_order=-19)


def reference(column: str, table: str) -> ForeignKeyConstraint:
    """The composite foreign key of `column` to a tenant's table."""
    return ForeignKeyConstraint(["practice_id", column], [f"{table}.practice_id", f"{table}.id"])
