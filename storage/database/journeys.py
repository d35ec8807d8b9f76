"""Journeys: rows and the questions asked of them."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from domain.journeys import JourneyStatus, LifeEvent
from storage.database.base import Base, Kept, reference
from storage.database.columns import Moment, Word


class Journey(Kept, Base):
    """A cycle of care around a life event."""

    __tablename__ = "journey"
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
