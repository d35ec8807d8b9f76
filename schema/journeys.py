"""Journeys as the graph shows them."""

import strawberry

import resolvers.journeys.finding
import resolvers.notes.finding
import resolvers.timeline.finding
from auth.permissions import May
from schema.fields import answered_by, presents
from schema.nodes import Node
from schema.notes import Note
from schema.paging import Connection
from schema.references import ClientRef
from schema.timeline import TimelineEntryConnection
from storage.database.journeys import JourneyRow


@presents(JourneyRow)
class Journey(Node):
    """A cycle of care around a life event."""

    id: strawberry.ID = answered_by(resolvers.journeys.finding.ids)
    client: ClientRef = answered_by(resolvers.journeys.finding.clients)
    title: str
    "What it is called."
    timeline: TimelineEntryConnection = answered_by(resolvers.timeline.finding.of_journeys)
    notes: Connection[Note] | None = answered_by(resolvers.notes.finding.of_journeys, allow=May.READ_CLINICAL)
