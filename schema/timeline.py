"""The timeline as the graph shows it."""

from datetime import datetime
from typing import Annotated

import strawberry

import resolvers.timeline.adding
import resolvers.timeline.finding
import resolvers.timeline.following
import schema.given
from domain.events import Change, ResyncReason
from domain.timeline import CallDirection, EntryKind, Visibility
from resolvers.paging import Page
from resolvers.timeline.adding import EntryAdded
from resolvers.timeline.finding import FactRow
from resolvers.timeline.following import ResyncRow, UpdateRow
from schema.actors import Actor
from schema.client_documents import Document
from schema.fields import answered_by, presents
from schema.nodes import Node
from schema.notes import Note
from schema.paging import Connection
from schema.problems import Problem
from schema.references import ClientRef, JourneyRef, TimelineEntryRef
from storage.database.timeline import EntryRow

for vocabulary in (CallDirection, Change, EntryKind, ResyncReason, Visibility):
    schema.given.one_of(vocabulary)

TimelineSubject = Annotated[
    Note | Document | JourneyRef,
    strawberry.union("TimelineSubject", description="What a timeline entry can tell of."),
]


@presents(FactRow)
class TimelineFact:
    """One of the values that an entry's sentence is made of."""

    name: str
    "Its name, such as `minutes`."
    value: str
    "Its value."


@presents(EntryRow)
class TimelineEntry(Node):
    """One line of a client's history: something that happened, or a record that stands at its time."""

    id: strawberry.ID = answered_by(resolvers.timeline.finding.ids)
    kind: EntryKind
    "What it tells."
    summary: str = answered_by(resolvers.timeline.finding.summaries)
    facts: list[TimelineFact] = answered_by(resolvers.timeline.finding.facts)
    occurred_at: datetime
    "When it happened; timelines go by this."
    recorded_at: datetime
    "When it was written down here."
    actor: Actor = answered_by(resolvers.timeline.finding.actors_of)
    client: ClientRef = answered_by(resolvers.timeline.finding.clients)
    journey: JourneyRef | None = answered_by(resolvers.timeline.finding.journeys)
    visibility: Visibility
    "Who, of those who reach it, may read it."
    subject: TimelineSubject | None = answered_by(resolvers.timeline.finding.subjects)
    removed: bool = answered_by(resolvers.timeline.finding.removed)
    moved_to: TimelineEntryRef | None = answered_by(resolvers.timeline.finding.moved_to)


@presents(Page)
class TimelineEntryConnection(Connection[TimelineEntry]):
    """A page of a timeline."""

    live_cursor: str = answered_by(resolvers.timeline.finding.live_cursors)


@presents(EntryAdded)
class TimelineEntryAddPayload:
    """What came of adding to the timeline."""

    entry: TimelineEntry | None = answered_by(resolvers.timeline.adding.entries_added)
    problems: list[Problem]
    "What kept it from being added; empty when it was."


@presents(UpdateRow)
class TimelineUpdate:
    """Something changed on the timeline."""

    cursor: str
    "Where the feed stands: give the last one back as `after` to go on without a gap."
    change: Change
    "What happened to the entry."
    entry_id: strawberry.ID = answered_by(resolvers.timeline.following.entry_ids)
    entry: TimelineEntry | None
    "The entry as it stands now, of one that was moved the tombstone; null when it is gone, or no longer to be seen."
    moved_to: TimelineEntry | None = answered_by(resolvers.timeline.following.moved_to)


@presents(ResyncRow)
class ResyncRequired:
    """The feed ends here: read anew what is shown, and begin again from there."""

    reason: ResyncReason
    "Why it cannot go on."


TimelineFeed = Annotated[
    TimelineUpdate | ResyncRequired,
    strawberry.union("TimelineFeed", description="What a subscriber of a timeline is told."),
]
