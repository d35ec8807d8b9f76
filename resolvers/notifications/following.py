"""Following what one is told of, live: each event is looked at in a snapshot of its own, and nothing is held between.

What a follower is told is read when it is told: who no longer reaches what a notification is about hears only how many
are unread.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Annotated

from typing_extensions import Doc

import storage.database.timeline
from domain.events import Change, ResyncReason, Subject
from resolvers.asking import Ask
from resolvers.live import Place
from resolvers.notifications.finding import unread_count
from resolvers.operations import Operation
from resolvers.paging import Page
from resolvers.timeline.following import EVENTS_AT_ONCE, LOOK_AGAIN_SECONDS, ResyncRow
from storage.database.notifications import NotificationRow
from storage.database.timeline import EventRow, HeadRow


@dataclass(slots=True)
class NotificationUpdateRow:
    """Something changed among what the viewer is told of."""

    cursor: str
    change: Change
    notification: NotificationRow | None
    unread_count: int


@dataclass(slots=True)
class Feed:
    """One follower: where they stand, and the last write that the events read so far can have come from."""

    operation: Operation
    place: Place
    seen: int = 0


async def updates(
    operation: Operation,
    *,
    after: Annotated[
        str | None, Doc("Go on after this cursor: a `liveCursor`, or that of the last update. From now if left out.")
    ] = None,
) -> AsyncIterator[NotificationUpdateRow | ResyncRow]:
    """What the viewer is told of, as it happens: what was missed since `after` comes first."""
    ask = operation.ask
    head = await ask.loaders.head_of_practice.load(ask.practice_id)
    place = Place.at_head(head) if after is None else Place.opened(ask.ring, ask.practice_id, after)
    feed = Feed(operation, place)
    with operation.casegraph.hub.following(operation.ask.practice_id) as watch:
        while True:
            events = await _next_events(feed)
            for event in events:
                told = event if isinstance(event, ResyncRow) else await _told(feed, event)
                if told is not None:
                    yield told
                    await operation.answered()
                    await operation.keep_access("FOLLOW")
                if isinstance(told, ResyncRow):
                    return
            await operation.answered()
            if len(events) < EVENTS_AT_ONCE:
                await watch.heard(feed.seen, LOOK_AGAIN_SECONDS)


async def _next_events(feed: Feed) -> Sequence[EventRow | ResyncRow]:
    head = await _look(feed)
    if isinstance(head, ResyncRow):
        return [head]
    found = await feed.operation.ask.rows(
        EventRow, storage.database.timeline.events_for_member,
        size=EVENTS_AT_ONCE, seq=feed.place.seq, ordinal=feed.place.ordinal,
    )  # fmt: skip
    feed.seen = head.seq
    if not found:
        feed.place = Place.at_head(head)
    return found


async def _told(feed: Feed, event: EventRow) -> NotificationUpdateRow | ResyncRow | None:
    """What the follower hears of an event: the notification, or only that their number may be another."""
    feed.place = Place(event.seq, event.ordinal, feed.place.epoch)
    head = await _look(feed)
    if isinstance(head, ResyncRow):
        return head
    ask = feed.operation.ask
    notification = None
    if event.subject is Subject.NOTIFICATION:
        notification = await ask.loaders.notification_by_id.load(event.subject_id)
        if notification is None and event.change is Change.ADDED:
            return None
    change = event.change if notification else Change.CHANGED
    cursor = feed.place.sealed(ask.ring, ask.practice_id)
    return NotificationUpdateRow(cursor, change, notification, await unread_count(ask))


async def _look(feed: Feed) -> HeadRow | ResyncRow:
    """Open a new snapshot and look at the follower in it: where the practice stands, or why the feed cannot go on."""
    ask = await feed.operation.renew()
    viewer = await ask.viewer_again()
    head = await ask.loaders.head_of_practice.load(ask.practice_id)
    if head.epoch != feed.place.epoch or head.seq < feed.place.seq:
        return ResyncRow(ResyncReason.RESTORED)
    if head.oldest is not None and feed.place.seq < head.oldest:
        return ResyncRow(ResyncReason.FORGOTTEN)
    if viewer != ask.viewer:
        return ResyncRow(ResyncReason.REACH_CHANGED)
    return head


async def live_cursors(ask: Ask, pages: Sequence[Page[NotificationRow]]) -> Sequence[str]:
    """Where `notificationUpdates` goes on from what this page shows, without a gap: its argument `after`."""
    head = await ask.loaders.head_of_practice.load(ask.practice_id)
    return [Place.at_head(head).sealed(ask.ring, ask.practice_id) for _ in pages]
