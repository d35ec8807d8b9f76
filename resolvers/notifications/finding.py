"""Finding what the viewer is told of, and marking it read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from sqlalchemy import select, update
from typing_extensions import Doc

import storage.database.notifications
from auth.viewers import Viewer
from domain import notifications
from domain.events import Change, Subject
from domain.identity import Kind, written
from domain.notifications import ABOUT_NOTES
from domain.refusals import NotFound
from resolvers import actors
from resolvers.actors import ActorRow
from resolvers.asking import Ask
from resolvers.given import NotificationId, reads
from resolvers.loaders import loaded
from resolvers.outcomes import Outcome
from resolvers.paging import After, Before, First, Last, Page, Window
from resolvers.writing import Write
from storage.database.clients import ClientRow
from storage.database.notes import NoteRow
from storage.database.notifications import Notification, NotificationRow, NumberRow
from storage.database.ordering import Order
from storage.database.selecting import among, table_of

NEWEST = Order(("created_at", "id"), (datetime, UUID), descending=True)
COUNTED = 1_000
MOST_NAMED = 100

Unread = Annotated[bool, Doc("Only those that were not read yet.")]


@dataclass(frozen=True)
class NotificationsReadInput:
    """Which notifications were read."""

    ids: list[NotificationId] | None = None
    """These, at most 100; all there are if left out."""


@dataclass(slots=True, kw_only=True)
class NotificationsRead(Outcome):
    """What came of it."""

    notification_ids: tuple[UUID, ...] = ()


async def of_viewers(
    ask: Ask, viewers: Sequence[Viewer], *, unread: Unread = False,
    first: First = None, after: After = None, last: Last = None, before: Before = None,
) -> Sequence[Page[NotificationRow]]:  # fmt: skip
    """What the viewer is told of, newest first; empty for who is no member. What is about something out of their reach
    now is not among it."""
    seal = ask.seal("notifications", ask.viewer.membership_id, unread)
    window = Window.of(seal, NEWEST, first, after, last, before)
    rows = await ask.rows(
        NotificationRow, storage.database.notifications.page_of, ask.reach, unread, window.slice, ask.wanted,
        **window.values,
    )  # fmt: skip

    async def counted(owners: Sequence[Any], most: int) -> Sequence[int]:
        return [await _number(ask, unread, most)] * len(owners)

    page = window.page(rows, counted)
    return [page for _ in viewers]


async def unread_counts(ask: Ask, pages: Sequence[Page[NotificationRow]]) -> Sequence[int]:
    """How many of them all are unread, counted to 1,000."""
    number = await unread_count(ask)
    return [number for _ in pages]


async def unread_count(ask: Ask) -> int:
    """How many the viewer has not read, of what is in their reach."""
    return await _number(ask, True, COUNTED)


async def _number(ask: Ask, unread: bool, most: int) -> int:
    found = await ask.rows(NumberRow, storage.database.notifications.count_of, ask.reach, unread, most=most)
    return found[0].number


@reads()
def ids(ask: Ask, rows: Sequence[NotificationRow]) -> Sequence[str]:
    """The notification's id."""
    return [written(Kind.NOTIFICATION, row.id) for row in rows]


@reads("kind", "facts")
def summaries(ask: Ask, rows: Sequence[NotificationRow]) -> Sequence[str]:
    """What there is to tell, in one sentence."""
    return [notifications.summary(row.kind, row.facts) for row in rows]


@reads()
def tellers(ask: Ask, rows: Sequence[NotificationRow]) -> Sequence[ActorRow]:
    """Who did what it tells of."""
    return [actors.actor(row.actor_id) for row in rows]


@reads("kind")
async def clients(ask: Ask, rows: Sequence[NotificationRow]) -> Sequence[ClientRow | None]:
    """The client it is about, if it is about one."""
    told_of = await notes(ask, rows)
    ids = [note.client_id if note else row.client_id for row, note in zip(rows, told_of, strict=True)]
    return await loaded(ask.loaders.client_by_id, ids)


@reads("kind")
async def notes(ask: Ask, rows: Sequence[NotificationRow]) -> Sequence[NoteRow | None]:
    """The note it is about, as that stands today."""
    ids = [row.subject_id if row.kind in ABOUT_NOTES else None for row in rows]
    return await loaded(ask.loaders.note_by_id, ids)


async def read(write: Write, input: NotificationsReadInput) -> NotificationsRead:
    """Mark notifications of one's own as read: those named, or all there are. What was read before stays so."""
    kept = table_of(Notification)
    own: tuple[Any, ...] = (kept.c.practice_id == write.practice_id, kept.c.membership_id == write.viewer.membership_id)
    named = list(dict.fromkeys(input.ids or ()))[:MOST_NAMED]
    if input.ids is not None:
        await _check_own(write, own, named)
        own = (*own, among(kept.c.id, "ids"))
    marked = update(kept).where(*own, kept.c.read_at.is_(None)).values(read_at=write.moment)
    done: Any = await write.session.execute(marked, {"ids": named} if input.ids is not None else {})
    if done.rowcount:
        _announce(write, named[0] if len(named) == 1 else None)
    return NotificationsRead(notification_ids=tuple(named))


async def _check_own(write: Write, own: Sequence[Any], named: Sequence[UUID]) -> None:
    """`NotFound` for what is not the caller's to see, whether or not it exists."""
    kept = table_of(Notification)
    reached = storage.database.notifications.shown(kept, write.reach)
    chosen = select(kept.c.id).where(*own, among(kept.c.id, "ids"), *reached)
    found = (await write.session.execute(chosen, {**write.values, "ids": named})).all()
    if len(found) != len(named):
        raise NotFound("notification", ("input", "ids"))


def _announce(write: Write, one: UUID | None) -> None:
    """One event, however many were read: their number is what changed."""
    member = write.viewer.membership_id
    write.events.append({
        "change": Change.CHANGED, "subject": Subject.NOTIFICATION, "subject_id": one or member, "client_id": None,
        "journey_id": None, "only_for": member,
    })  # fmt: skip


async def of_outcomes(ask: Ask, outcomes: Sequence[NotificationsRead]) -> Sequence[list[NotificationRow]]:
    """Those that were named, as they stand now."""
    found = []
    for outcome in outcomes:
        rows = await loaded(ask.loaders.notification_by_id, outcome.notification_ids)
        found.append([row for row in rows if row is not None])
    return found


async def unread_counts_of_outcomes(ask: Ask, outcomes: Sequence[NotificationsRead]) -> Sequence[int]:
    """How many are unread now, counted to 1,000."""
    number = await unread_count(ask)
    return [number for _ in outcomes]
