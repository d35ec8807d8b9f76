"""Following a timeline live: what was missed first, then what happens, without a gap and without a duplicate.

Nothing is remembered of an event but its place. For each one a new snapshot is opened, in which the viewer, the reach
and the entry are looked at together; so nothing that was committed after a revocation is ever told. The snapshot is
closed before the answer leaves, and none is open while waiting.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from typing_extensions import Doc

import storage.database.people
import storage.database.timeline
from auth.permissions import Extent, May
from auth.viewers import Viewer
from domain.events import Change, ResyncReason, Subject
from domain.identity import Kind, written
from domain.people import Role
from resolvers.asking import Ask
from resolvers.given import ClientId, JourneyId, reads
from resolvers.live import Place
from resolvers.loaders import loaded
from resolvers.operations import Operation
from storage.database.people import HeldRow
from storage.database.timeline import EntryRow, EventRow, HeadRow, Parent

EVENTS_AT_ONCE = 100
# However quiet the practice is, so often it is seen that a session has ended or that a grant has run out.
LOOK_AGAIN_SECONDS = 60.0
ACCESS_KEPT_EVERY = timedelta(hours=1)
MOST_REMEMBERED = 1_000


class NothingToFollow(Exception):
    """There is no such client or journey within reach."""

    code = "NOT_FOUND"

    def __init__(self, kind: str) -> None:
        super().__init__(f"There is no such {kind}.")


class FollowOne(Exception):
    """Neither a client nor a journey was named, or both."""

    code = "BAD_ARGUMENTS"

    def __init__(self) -> None:
        super().__init__("Give `clientId` or `journeyId`, one of the two.")


@dataclass(slots=True)
class UpdateRow:
    """Something changed on the timeline."""

    cursor: str
    change: Change
    entry_id: UUID
    entry: EntryRow | None


@dataclass(slots=True)
class ResyncRow:
    """The feed cannot go on; what is shown must be read anew."""

    reason: ResyncReason


Standing = tuple[HeldRow, ...]
"""The grants that a viewer's reach of the client rests on; none for who reaches every client or no part of it."""


@dataclass(slots=True)
class Feed:
    """One subscriber: whose timeline, where it stands, and what its reach was when it began."""

    operation: Operation
    parent: Parent
    followed: UUID
    client: UUID
    place: Place
    standing: Standing
    access_kept_at: datetime
    seen: int = 0
    """The last write that the events read so far can have come from."""
    shown: dict[UUID, None] = field(default_factory=dict)
    """The entries told of lately: only of these it may be said that they are gone."""


async def updates(
    operation: Operation,
    *,
    client_id: Annotated[ClientId | None, Doc("The client whose timeline is followed.")] = None,
    journey_id: Annotated[JourneyId | None, Doc("The journey whose timeline is followed, instead of a client.")] = None,
    after: Annotated[
        str | None, Doc("Go on after this cursor: a `liveCursor`, or that of the last update. From now if left out.")
    ] = None,
) -> AsyncIterator[UpdateRow | ResyncRow]:
    """What changes on the timeline of a client or journey: first what was missed since `after`, then live. Each event
    comes once, in the order in which they were written, as far as the viewer may read it at that moment.

    Ends with `ResyncRequired` when it cannot go on, and with the error `NOT_SIGNED_IN` when the session has ended.
    """
    feed = await _begun(operation, client_id, journey_id, after)
    with operation.casegraph.hub.following(operation.ask.practice_id) as watch:
        try:
            while True:
                events = await _next_events(feed)
                for event in events:
                    told = await _told(feed, event)
                    if told is not None:
                        yield told
                    if isinstance(told, ResyncRow):
                        return
                await operation.answered()
                if len(events) < EVENTS_AT_ONCE:
                    await watch.heard(feed.seen, LOOK_AGAIN_SECONDS)
        finally:
            # Its access events are kept at the start and every hour, so leaving adds none.
            operation.looked.forget()


async def _begun(operation: Operation, client_id: UUID | None, journey_id: UUID | None, after: str | None) -> Feed:
    followed = client_id or journey_id
    if followed is None or (client_id and journey_id):
        raise FollowOne
    ask = operation.ask
    parent: Parent = "client_id" if client_id else "journey_id"
    client = await _client_followed(ask, parent, followed)
    if client is None:
        await _keep_access(operation)
        raise NothingToFollow(parent.removesuffix("_id"))
    head = await ask.loaders.head_of_practice.load(ask.practice_id)
    place = Place.at_head(head) if after is None else Place.opened(ask.ring, ask.practice_id, after)
    standing = await _standing(ask, client)
    await _keep_access(operation)
    return Feed(operation, parent, followed, client, place, standing, ask.moment)


async def _client_followed(ask: Ask, parent: Parent, followed: UUID) -> UUID | None:
    if parent == "client_id":
        client = await ask.loaders.client_by_id.load(followed)
        return None if client is None else client.id
    journey = await ask.loaders.journey_by_id.load(followed)
    return None if journey is None else journey.client_id


async def _next_events(feed: Feed) -> list[EventRow | ResyncReason]:
    """What was written since the feed's place, at most so many at once; or why it cannot go on."""
    head = await _look(feed)
    if isinstance(head, ResyncReason):
        return [head]
    found = await feed.operation.ask.rows(
        EventRow, storage.database.timeline.events_after, feed.parent,
        followed=feed.followed, client=feed.client, size=EVENTS_AT_ONCE,
        seq=feed.place.seq, ordinal=feed.place.ordinal,
    )  # fmt: skip
    feed.seen = head.seq
    if not found:
        feed.place = Place.at_head(head)
    if feed.operation.ask.moment - feed.access_kept_at >= ACCESS_KEPT_EVERY:
        feed.access_kept_at = feed.operation.ask.moment
        feed.operation.looked.clients.add(feed.client)
        await _keep_access(feed.operation)
    return list(found)


async def _told(feed: Feed, event: EventRow | ResyncReason) -> UpdateRow | ResyncRow | None:
    """What the subscriber hears of an event, read in a snapshot of its own; None when it is not for them."""
    if isinstance(event, ResyncReason):
        return ResyncRow(event)
    if _touches_reach(feed.operation.viewer, event):
        return ResyncRow(ResyncReason.REACH_CHANGED)
    feed.place = Place(event.seq, event.ordinal, feed.place.epoch)
    if event.subject is not Subject.ENTRY:
        return None
    head = await _look(feed)
    if isinstance(head, ResyncReason):
        return ResyncRow(head)
    ask = feed.operation.ask
    entry = await ask.loaders.entry_by_id.load(event.subject_id)
    change = _noticed(feed, event, entry)
    if change is None:
        return None
    return UpdateRow(feed.place.sealed(ask.ring, ask.practice_id), change, event.subject_id, entry)


def _touches_reach(viewer: Viewer, event: EventRow) -> bool:
    """Whether the viewer may reach more or less from here on: their grants and membership, or, for practitioners,
    whom the settings let them reach. Only the viewer's own events of reach are read."""
    return event.subject is Subject.REACH or (event.subject is Subject.SETTINGS and viewer.role is Role.PRACTITIONER)


def _noticed(feed: Feed, event: EventRow, entry: EntryRow | None) -> Change | None:
    """What happened to the entry in the eyes of the subscriber.

    One that was moved elsewhere is gone from here; its tombstone tells so. An entry out of sight is passed over, unless
    they have seen it here: as their reach is what it was, its being gone is all that they learn.
    """
    if entry is None:
        was_shown = event.subject_id in feed.shown
        feed.shown.pop(event.subject_id, None)
        return Change.REMOVED if was_shown else None
    if entry.moved_to is not None:
        feed.shown.pop(entry.id, None)
        return Change.REMOVED
    feed.shown[entry.id] = None
    if len(feed.shown) > MOST_REMEMBERED:
        del feed.shown[next(iter(feed.shown))]
    return event.change


async def _look(feed: Feed) -> HeadRow | ResyncReason:
    """Open a new snapshot and look at the subscriber in it: where the practice stands, or why the feed cannot go on."""
    ask = await feed.operation.renew()
    viewer = await ask.viewer_again()
    head = await ask.loaders.head_of_practice.load(ask.practice_id)
    if head.epoch != feed.place.epoch or head.seq < feed.place.seq:
        return ResyncReason.RESTORED
    if head.oldest is not None and feed.place.seq < head.oldest:
        return ResyncReason.FORGOTTEN
    if viewer != ask.viewer or await _standing(ask, feed.client) != feed.standing:
        return ResyncReason.REACH_CHANGED
    return head


async def _standing(ask: Ask, client: UUID) -> Standing:
    extents = {ask.reach.permission(may).extent for may in (May.READ_CLIENTS, May.READ_CLINICAL)}
    if Extent.GRANTED not in extents:
        return ()
    return tuple(await ask.rows(HeldRow, storage.database.people.grants_held, client=client))


async def _keep_access(operation: Operation) -> None:
    """Keep that the client's timeline is followed; never while a connection is held."""
    await operation.answered()
    await operation.keep_access("FOLLOW")


@reads()
async def moved_to(ask: Ask, updates: Sequence[UpdateRow]) -> Sequence[EntryRow | None]:
    """The entry that goes on with what this one told of, in the place it was moved to; null where it was not moved, and
    where that place is out of reach."""
    found = [update.entry.moved_to if update.entry else None for update in updates]
    return await loaded(ask.loaders.entry_by_id, found)


@reads()
def entry_ids(ask: Ask, updates: Sequence[UpdateRow]) -> Sequence[str]:
    """The entry's id."""
    return [written(Kind.ENTRY, update.entry_id) for update in updates]
