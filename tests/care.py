"""Makers of clients, journeys and places on care teams, straight into the rows; and all that a write could change."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from auth.viewers import Member
from domain.clients import ClientStatus
from domain.identity import Kind, new_id, written
from domain.journeys import JourneyStatus, LifeEvent
from domain.people import Level
from domain.timeline import EntryKind
from resolvers import writing
from resolvers.practices import FILES
from storage.database.clients import Client
from storage.database.journeys import Journey
from storage.database.notes import Note
from storage.database.people import ClientGrant, PracticeSettings
from storage.database.selecting import table_of
from storage.database.timeline import PracticeSeq, TimelineEntry
from tests.makers import PracticeUnderTest

EARLIER = datetime(2026, 1, 5, 9, 30, tzinfo=UTC)
KEPT = (Client, Journey, ClientGrant, Note, PracticeSettings, TimelineEntry, PracticeSeq)


def client_id(id: UUID) -> str:
    """The id of a client in the graph."""
    return written(Kind.CLIENT, id)


def journey_id(id: UUID) -> str:
    """The id of a journey in the graph."""
    return written(Kind.JOURNEY, id)


def grant_id(id: UUID) -> str:
    """The id of a place on a care team in the graph."""
    return written(Kind.GRANT, id)


def member_id(member: Member) -> str:
    """The id of a member in the graph."""
    return written(Kind.MEMBERSHIP, member.membership_id)


def hours(number: float) -> datetime:
    """So many hours from now."""
    return datetime.now(UTC) + timedelta(hours=number)


async def client(
    practice: PracticeUnderTest, status: ClientStatus = ClientStatus.ACTIVE, deceased_on: date | None = None
) -> UUID:
    """A client with a file of their own."""
    async with writing.opened(practice.casegraph.database, practice.system, "test.client") as write:
        number = await write.take_number(FILES)
        row = Client(
            id=new_id(), file_counter=number, file_number=f"C-{number}", status=status, deceased_on=deceased_on,
            names=[{"use": "LEGAL", "given": "Rosa", "family": f"Example {number}"}],
            display_name=f"Rosa Example {number}", sort_name=f"example {number:05}",
            created_at=EARLIER, updated_at=EARLIER,
        )  # fmt: skip
        await write.add(row)
    return row.id


async def journey(
    practice: PracticeUnderTest,
    client: UUID,
    status: JourneyStatus = JourneyStatus.ACTIVE,
    title: str = "Second birth",
    started_on: date | None = None,
) -> UUID:
    """A journey of a client."""
    async with writing.opened(practice.casegraph.database, practice.system, "test.journey") as write:
        row = Journey(
            id=new_id(), client_id=client, title=title, life_event=LifeEvent.BIRTH, status=status,
            started_on=started_on, ended_on=date(2026, 1, 4) if status is JourneyStatus.COMPLETED else None,
            status_changed_at=EARLIER, created_at=EARLIER, updated_at=EARLIER,
        )  # fmt: skip
        await write.add(row)
    return row.id


async def grant(
    practice: PracticeUnderTest,
    member: Member,
    client: UUID,
    journey: UUID | None = None,
    level: Level = Level.EDIT,
    from_at: datetime = EARLIER,
    to_at: datetime | None = None,
) -> UUID:
    """A place on a care team: of the journey, or of the whole client."""
    async with writing.opened(practice.casegraph.database, practice.system, "test.grant") as write:
        row = ClientGrant(
            id=new_id(), client_id=client, journey_id=journey, membership_id=member.membership_id,
            rank=level.rank, from_at=from_at, to_at=to_at, created_at=EARLIER,
        )  # fmt: skip
        await write.add(row)
    return row.id


async def note(practice: PracticeUnderTest, client: UUID, journey: UUID | None = None, *, pinned: bool = False) -> UUID:
    """A note, and its line on the timeline."""
    async with writing.opened(practice.casegraph.database, practice.system, "test.note") as write:
        row = Note(
            id=new_id(), client_id=client, journey_id=journey, title="Visit", text="All well.", pinned=pinned,
            occurred_at=EARLIER, recorded_at=EARLIER, updated_at=EARLIER,
        )  # fmt: skip
        await write.add(row)
        await write.happened(
            EntryKind.NOTE, client, {"title": "Visit"}, journey_id=journey, subject_id=row.id, occurred_at=EARLIER
        )
    return row.id


async def rows_of(practice: PracticeUnderTest, *models: type) -> list[dict[str, Any]]:
    """Every row of the practice in these tables, in a stable order."""
    found = []
    async with practice.casegraph.database.write(practice.id) as session:
        for model in models:
            table = table_of(model)
            chosen = select(table).where(table.c.practice_id == practice.id)
            rows = [dict(row) for row in (await session.execute(chosen)).mappings()]
            found += sorted(rows, key=lambda row: str(row.get("id")))
    return found


async def everything(practice: PracticeUnderTest) -> list[dict[str, Any]]:
    """All that a write of journeys, care teams and settings could change: equal before and after means untouched."""
    return await rows_of(practice, *KEPT)
