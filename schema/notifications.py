"""What members are told of, as the graph shows it."""

from datetime import datetime
from typing import Annotated

import strawberry

import resolvers.notifications.finding
import resolvers.notifications.following
import schema.given
from domain.events import Change
from domain.notifications import NotificationKind
from resolvers.notifications.finding import NotificationsRead
from resolvers.notifications.following import NotificationUpdateRow
from resolvers.paging import Page
from schema.actors import Actor
from schema.fields import answered_by, presents
from schema.nodes import Node
from schema.notes import Note
from schema.paging import Connection
from schema.problems import Problem
from schema.references import ClientRef
from schema.timeline import ResyncRequired
from storage.database.notifications import NotificationRow

for vocabulary in (Change, NotificationKind):
    schema.given.one_of(vocabulary)


@presents(NotificationRow)
class Notification(Node):
    """Something that the viewer is told of. It opens nothing: what it is about is shown by the viewer's own reach."""

    id: strawberry.ID = answered_by(resolvers.notifications.finding.ids)
    kind: NotificationKind
    "What it tells."
    summary: str = answered_by(resolvers.notifications.finding.summaries)
    created_at: datetime
    "When it happened."
    read_at: datetime | None
    "When it was read; null until then."
    actor: Actor = answered_by(resolvers.notifications.finding.tellers)
    client: ClientRef | None = answered_by(resolvers.notifications.finding.clients)
    note: Note | None = answered_by(resolvers.notifications.finding.notes)


@presents(Page)
class NotificationConnection(Connection[Notification]):
    """A page of what the viewer is told of."""

    unread_count: int = answered_by(resolvers.notifications.finding.unread_counts)
    live_cursor: str = answered_by(resolvers.notifications.following.live_cursors)


@presents(NotificationsRead)
class NotificationsReadPayload:
    """What came of marking notifications as read."""

    notifications: list[Notification] = answered_by(resolvers.notifications.finding.of_outcomes)
    unread_count: int = answered_by(resolvers.notifications.finding.unread_counts_of_outcomes)
    problems: list[Problem]
    "What kept it from being done; empty when it was."


@presents(NotificationUpdateRow)
class NotificationUpdate:
    """Something changed among what the viewer is told of."""

    cursor: str
    "Where the feed stands: give the last one back as `after` to go on without a gap."
    change: Change
    "What happened to the notification."
    notification: Notification | None
    "The notification; null when several changed at once, or what is within reach: then only the number is news."
    unread_count: int
    "How many are unread now, counted to 1,000."


NotificationFeed = Annotated[
    NotificationUpdate | ResyncRequired,
    strawberry.union("NotificationFeed", description="What a follower of notifications is told."),
]
