"""Opening a journey."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from auth.permissions import May
from domain import clients, journeys, texts
from domain.identity import new_id
from domain.journeys import JourneyStatus, LifeEvent
from domain.people import Level, Role
from domain.refusals import Findings
from domain.timeline import EntryKind
from resolvers import settings
from resolvers.care_team import places
from resolvers.given import ClientId
from resolvers.outcomes import Outcome
from resolvers.writing import Write
from storage.database.clients import Client
from storage.database.journeys import Journey


@dataclass(frozen=True)
class JourneyCreateInput:
    """A new journey of a client."""

    client_id: ClientId
    """Whose journey it is."""
    title: str
    """What it is called."""
    life_event: LifeEvent
    """What it is about."""
    status: JourneyStatus = JourneyStatus.PROSPECT
    """PROSPECT, which is taken if left out, or ACTIVE when care begins at once."""
    expected_on: date | None = None
    """The day hoped or feared for, such as a due date."""
    started_on: date | None = None
    """The day care began; for ACTIVE, today if left out."""


@dataclass(slots=True, kw_only=True)
class JourneyCreated(Outcome):
    """What came of opening a journey."""

    journey_id: UUID | None = None


async def create(write: Write, input: JourneyCreateInput) -> JourneyCreated:
    """Open a journey of a client, who may have several at a time. A practitioner who could not change it otherwise
    joins its care team, with the level SHARE. Refused for a client whose file is put away or who has died."""
    client = await write.find(Client, input.client_id, May.WRITE_CLIENTS, "client", at="clientId")
    clients.check_new_work(client.status, deceased=client.deceased_on is not None)
    row = await _row(write, input)
    await write.add(row)
    facts = {"title": row.title, "lifeEvent": row.life_event.value}
    await write.happened(EntryKind.JOURNEY_STARTED, client.id, facts, journey_id=row.id, subject_id=row.id)
    await _join(write, row)
    return JourneyCreated(journey_id=row.id)


async def _row(write: Write, input: JourneyCreateInput) -> Journey:
    findings = Findings()
    title = texts.taken(input.title, texts.TITLE, ("input", "title"), findings)
    course = journeys.opened(
        input.status, expected_on=input.expected_on, started_on=input.started_on,
        today=await settings.today(write), findings=findings,
    )  # fmt: skip
    findings.settle()
    return Journey(
        id=new_id(),
        client_id=input.client_id,
        title=title,
        life_event=input.life_event,
        expected_on=course.expected_on,
        started_on=course.started_on,
        ended_on=course.ended_on,
        status=course.status,
        status_changed_at=write.moment,
        status_changed_by=write.viewer.membership_id,
        created_at=write.moment,
        updated_at=write.moment,
    )


async def _join(write: Write, row: Journey) -> None:
    """A practitioner must not lose sight of the journey they open, nor be unable to change it."""
    member_id = write.viewer.membership_id
    if write.viewer.role is not Role.PRACTITIONER or member_id is None:
        return
    if await places.holds_whole_client(write, row.client_id, Level.EDIT):
        return
    place = places.Place(await places.member(write, member_id), row.client_id, row)
    await places.join(write, place, Level.SHARE, write.moment)
