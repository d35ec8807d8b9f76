"""Makers of what stands in case files: clients, journeys, places on care teams, timeline entries."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from auth.viewers import Member, Viewer
from domain.clients import ClientStatus
from domain.events import Change
from domain.identity import Kind, new_id, written
from domain.journeys import JourneyStatus, LifeEvent
from domain.people import Level
from domain.timeline import EntryKind, Visibility
from resolvers import writing
from resolvers.practices import FILES
from resolvers.writing import Write
from storage.database.clients import Client
from storage.database.journeys import Journey
from storage.database.people import ClientGrant
from storage.database.timeline import TimelineEntry
from tests.makers import PracticeUnderTest

EARLIER = datetime(2026, 1, 5, 9, 30, tzinfo=UTC)


async def client(practice: PracticeUnderTest, status: ClientStatus = ClientStatus.ACTIVE) -> UUID:
    """A new client."""
    async with writing.opened(practice.casegraph.database, practice.system, "test.client") as write:
        number = await write.take_number(FILES)
        row = Client(
            id=new_id(), file_counter=number, file_number=f"C-{number:06}", status=status,
            names=[{"use": "LEGAL", "given": "Kit", "family": f"Moore {number}"}], display_name=f"Kit Moore {number}",
            sort_name=f"moore {number:06}", created_at=EARLIER, updated_at=EARLIER,
        )  # fmt: skip
        await write.add(row)
    return row.id


async def journey(practice: PracticeUnderTest, client_id: UUID, status: JourneyStatus = JourneyStatus.ACTIVE) -> UUID:
    """A new journey of the client."""
    async with writing.opened(practice.casegraph.database, practice.system, "test.journey") as write:
        row = Journey(
            id=new_id(), client_id=client_id, title="Left heel", life_event=LifeEvent.WOUND_CARE, status=status,
            status_changed_at=EARLIER, created_at=EARLIER, updated_at=EARLIER,
        )  # fmt: skip
        await write.add(row)
    return row.id


async def grant(
    practice: PracticeUnderTest, member: Member, client_id: UUID, level: Level = Level.VIEW,
    journey_id: UUID | None = None, to_at: datetime | None = None,
) -> UUID:  # fmt: skip
    """A new place on the client's care team."""
    async with writing.opened(practice.casegraph.database, practice.system, "test.grant") as write:
        row = ClientGrant(
            id=new_id(), client_id=client_id, journey_id=journey_id, membership_id=member.membership_id,
            rank=level.rank, from_at=EARLIER, to_at=to_at, created_at=EARLIER,
        )  # fmt: skip
        await write.add(row)
    ring(practice, write)
    return row.id


async def change(practice: PracticeUnderTest, model: type, id: UUID, **values: Any) -> None:
    """Change a row, as a write does, and ring the bell."""
    async with writing.opened(practice.casegraph.database, practice.system, "test.change") as write:
        row = await write.session.get(model, (practice.id, id))
        assert row is not None
        for name, value in values.items():
            setattr(row, name, value)
    ring(practice, write)


async def entries(
    practice: PracticeUnderTest, client_id: UUID, *texts: str, visibility: Visibility = Visibility.GENERAL,
    occurred_at: datetime | None = None, journey_id: UUID | None = None, viewer: Viewer | None = None,
) -> list[UUID]:  # fmt: skip
    """New timeline entries, all in one write, and the bell rung."""
    async with writing.opened(practice.casegraph.database, viewer or practice.system, "test.entries") as write:
        rows = [
            await write.happened(
                EntryKind.ADMINISTRATION, client_id, {"text": text},
                journey_id=journey_id, visibility=visibility, occurred_at=occurred_at,
            )
            for text in texts
        ]  # fmt: skip
    ring(practice, write)
    return [row.id for row in rows]


async def announce(practice: PracticeUnderTest, entry_id: UUID) -> None:
    """Say that an entry reads differently."""
    async with writing.opened(practice.casegraph.database, practice.system, "test.announce") as write:
        row = await write.session.get(TimelineEntry, (practice.id, entry_id))
        assert row is not None
        write.announce(Change.CHANGED, row)
    ring(practice, write)


def ring(practice: PracticeUnderTest, write: Write) -> None:
    """What the product does after a commit."""
    if write.number is not None:
        practice.casegraph.hub.ring(practice.id, write.number)


def client_id(id: UUID) -> str:
    """A client's id as the graph writes it."""
    return written(Kind.CLIENT, id)


def journey_id(id: UUID) -> str:
    """A journey's id as the graph writes it."""
    return written(Kind.JOURNEY, id)


def entry_id(id: UUID) -> str:
    """An entry's id as the graph writes it."""
    return written(Kind.ENTRY, id)
