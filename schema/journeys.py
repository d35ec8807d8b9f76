"""Journeys as the graph shows them."""

from datetime import date, datetime

import strawberry

import resolvers.care_team.finding
import resolvers.documents.finding
import resolvers.journeys.finding
import resolvers.notes.finding
import resolvers.timeline.finding
import schema.given
from auth.permissions import May
from domain.journeys import JourneyStatus, LifeEvent
from resolvers.journeys.changing import JourneyChanged
from resolvers.journeys.creating import JourneyCreated
from schema.care_team import CareTeamMember
from schema.client_documents import Document
from schema.fields import answered_by, presents
from schema.nodes import Node
from schema.notes import Note
from schema.paging import Connection
from schema.people import Member
from schema.problems import Problem
from schema.references import ClientRef
from schema.timeline import TimelineEntryConnection
from storage.database.journeys import JourneyRow

for vocabulary in (JourneyStatus, LifeEvent):
    schema.given.one_of(vocabulary)


@presents(JourneyRow)
class Journey(Node):
    """A cycle of care around a life event. A client may have several, also at the same time."""

    id: strawberry.ID = answered_by(resolvers.journeys.finding.ids)
    client: ClientRef = answered_by(resolvers.journeys.finding.clients)
    title: str
    "What it is called."
    life_event: LifeEvent
    "What it is about."
    expected_on: date | None
    "The day hoped or feared for, such as a due date."
    started_on: date | None
    "The day care began."
    ended_on: date | None
    "The day care ended."
    outcome: str | None
    "How it ended, in a few sentences."
    status: JourneyStatus
    "Where it stands."
    status_changed_at: datetime = strawberry.field(name="statusSince", description="Since when it stands there.")
    status_reason: str | None
    "Why it was brought there."
    status_changed_by: Member | None = answered_by(resolvers.journeys.finding.changed_by)
    shown_as_ended: bool = answered_by(resolvers.journeys.finding.shown_as_ended)
    care_team: list[CareTeamMember] = answered_by(resolvers.care_team.finding.of_journeys)
    version: int
    "Grows by one with every change; may be given back as `expectedVersion`."
    created_at: datetime
    "When it was opened."
    updated_at: datetime
    "When it was last changed."
    timeline: TimelineEntryConnection = answered_by(resolvers.timeline.finding.of_journeys)
    notes: Connection[Note] | None = answered_by(resolvers.notes.finding.of_journeys, allow=May.READ_CLINICAL)
    documents: Connection[Document] = answered_by(resolvers.documents.finding.of_journeys)


@presents(JourneyCreated)
class JourneyCreatePayload:
    """What came of opening a journey."""

    journey: Journey | None = answered_by(resolvers.journeys.finding.of_outcomes)
    problems: list[Problem]
    "What kept it from being done; empty when it was."


@presents(JourneyChanged)
class JourneyUpdatePayload:
    """What came of changing a journey."""

    journey: Journey | None = answered_by(resolvers.journeys.finding.of_outcomes)
    current: Journey | None = answered_by(resolvers.journeys.finding.current_of_outcomes)
    problems: list[Problem]
    "What kept it from being done; empty when it was."


@presents(JourneyChanged)
class JourneyStatusChangePayload:
    """What came of moving a journey to another status."""

    journey: Journey | None = answered_by(resolvers.journeys.finding.of_outcomes)
    current: Journey | None = answered_by(resolvers.journeys.finding.current_of_outcomes)
    problems: list[Problem]
    "What kept it from being done; empty when it was."


@presents(JourneyChanged)
class JourneyArchivePayload:
    """What came of putting a journey away."""

    journey: Journey | None = answered_by(resolvers.journeys.finding.of_outcomes)
    current: Journey | None = answered_by(resolvers.journeys.finding.current_of_outcomes)
    problems: list[Problem]
    "What kept it from being done; empty when it was."


@presents(JourneyChanged)
class JourneyRestorePayload:
    """What came of bringing back a journey that was put away."""

    journey: Journey | None = answered_by(resolvers.journeys.finding.of_outcomes)
    current: Journey | None = answered_by(resolvers.journeys.finding.current_of_outcomes)
    problems: list[Problem]
    "What kept it from being done; empty when it was."
