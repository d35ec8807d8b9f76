"""Journeys: rows and the questions asked of them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Index, Select, select
from sqlalchemy.orm import Mapped, mapped_column

from domain.events import Subject
from domain.journeys import JourneyStatus, LifeEvent
from storage.database.base import Base, Kept, reference
from storage.database.columns import Json, Moment, Word
from storage.database.ordering import Backend, Slice, counts_per_parent, page_per_parent
from storage.database.selecting import Columns, Reachable, among, any_of, columns, names_of, of_practice, table_of


class Journey(Kept, Base):
    """A cycle of care around a life event."""

    __tablename__ = "journey"
    announces = Subject.JOURNEY
    __table_args__ = (reference("client_id", "client"), Index(None, "practice_id", "client_id", "created_at", "id"))
    client_id: Mapped[UUID]
    title: Mapped[str]
    life_event: Mapped[LifeEvent] = mapped_column(Word(LifeEvent))
    expected_on: Mapped[date | None]
    started_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    outcome: Mapped[str | None]
    status: Mapped[JourneyStatus] = mapped_column(Word(JourneyStatus))
    status_before_archive: Mapped[JourneyStatus | None] = mapped_column(Word(JourneyStatus))
    status_changed_at: Mapped[datetime] = mapped_column(Moment)
    status_changed_by: Mapped[UUID | None]
    status_reason: Mapped[str | None]
    archive_trace: Mapped[dict[str, Any] | None] = mapped_column(Json)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(Moment)
    updated_at: Mapped[datetime] = mapped_column(Moment)


@dataclass(slots=True)
class JourneyRow:
    """A cycle of care around a life event."""

    id: UUID
    client_id: UUID
    title: str
    life_event: LifeEvent
    expected_on: date | None
    started_on: date | None
    ended_on: date | None
    outcome: str | None
    status: JourneyStatus
    status_changed_at: datetime
    status_changed_by: UUID | None
    status_reason: str | None
    version: int
    created_at: datetime
    updated_at: datetime


def by_ids(reach: Reachable) -> Select[Any]:
    """Journeys in reach, by `ids`."""
    journey = table_of(Journey)
    return select(*columns(journey, JourneyRow)).where(
        of_practice(journey), among(journey.c.id, "ids"), reach.journey(journey)
    )


@dataclass(frozen=True, slots=True)
class Filter:
    """Which journeys of a client are listed: those of these statuses, or all."""

    statuses: frozenset[JourneyStatus] = frozenset()

    def conditions(self, journey: Any, reach: Reachable) -> list[ColumnElement[bool]]:
        """The conditions on the journeys, kept to what the viewer reaches."""
        found = [of_practice(journey), reach.journey(journey)]
        if self.statuses:
            found.append(any_of(journey.c.status, self.statuses))
        return found


def of_clients(backend: Backend, reach: Reachable, chosen: Filter, part: Slice, wanted: Columns | None) -> Select[Any]:
    """A page of journeys for each client of `parents`."""
    needed = None if wanted is None else wanted | set(part.order.names)
    names = names_of(JourneyRow, needed)
    return page_per_parent(
        backend, table_of(Journey), "client_id", names, lambda journey: chosen.conditions(journey, reach), part
    )


def counts_of_clients(backend: Backend, reach: Reachable, chosen: Filter) -> Select[Any]:
    """How many journeys each client of `parents` has."""
    return counts_per_parent(backend, table_of(Journey), "client_id", lambda journey: chosen.conditions(journey, reach))
