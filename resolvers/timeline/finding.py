"""Finding timeline entries, and what they are made of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from typing_extensions import Doc

import storage.database.timeline
from domain import timeline
from domain.identity import Kind, written
from domain.timeline import EntryKind, Visibility
from resolvers import actors
from resolvers.actors import ActorRow
from resolvers.asking import Ask
from resolvers.given import JourneyId, MemberId, reads
from resolvers.live import Place
from resolvers.loaders import loaded
from resolvers.notes.finding import words_looked_for
from resolvers.paging import After, Before, First, Last, Page, Window
from storage.database.clients import ClientRow
from storage.database.documents import DocumentRow
from storage.database.journeys import JourneyRow
from storage.database.notes import NoteRow
from storage.database.ordering import Order
from storage.database.timeline import EntryRow, Filter, Parent

NOTES = frozenset({EntryKind.NOTE})
NEWEST = Order(("occurred_at", "id"), (datetime, UUID), descending=True)


@dataclass(frozen=True)
class TimelineFilter:
    """Which entries are listed; every filter that is given must be met."""

    kinds: list[EntryKind] | None = None
    """Those of any of these kinds."""
    actor_ids: list[MemberId] | None = None
    """Those of any of these members."""
    since: datetime | None = None
    """Those that happened at this time or later."""
    until: datetime | None = None
    """Those that happened before this time."""
    journey_id: JourneyId | None = None
    """Those of this journey."""
    visibility: Visibility | None = None
    """Those that just these people may read."""
    text: str | None = None
    """Those in which every word is found, by its beginning: in the entry's sentence, or in the note that it tells of.
    Entries of private notes are found by no word."""


@dataclass(frozen=True, slots=True)
class FactRow:
    """One of the values that an entry's sentence is made of."""

    name: str
    value: str


FilterBy = Annotated[TimelineFilter | None, Doc("Which entries; all within reach if left out.")]


@reads()
async def of_clients(
    ask: Ask, clients: Sequence[ClientRow], *, filter: FilterBy = None,
    first: First = None, after: After = None, last: Last = None, before: Before = None,
) -> Sequence[Page[EntryRow]]:  # fmt: skip
    """What happened with the client, by the time it happened, newest first."""
    return await _pages(ask, clients, "client_id", filter, first, after, last, before)


@reads()
async def of_journeys(
    ask: Ask, journeys: Sequence[JourneyRow], *, filter: FilterBy = None,
    first: First = None, after: After = None, last: Last = None, before: Before = None,
) -> Sequence[Page[EntryRow]]:  # fmt: skip
    """What happened in the journey, by the time it happened, newest first."""
    return await _pages(ask, journeys, "journey_id", filter, first, after, last, before)


async def _pages(
    ask: Ask, parents: Sequence[Any], parent: Parent, filter: TimelineFilter | None,
    first: int | None, after: str | None, last: int | None, before: str | None,
) -> Sequence[Page[EntryRow]]:  # fmt: skip
    chosen, values = _chosen(filter or TimelineFilter())
    window = Window.of(ask.seal("timeline", parent, chosen, values), NEWEST, first, after, last, before)
    ids = [each.id for each in parents]
    rows = await ask.rows(
        EntryRow, storage.database.timeline.page_of, ask.backend, parent, ask.reach, chosen, window.slice, ask.wanted,
        parents=ids, **values, **window.values,
    )  # fmt: skip
    counting = ask.counting(storage.database.timeline.counts_of, ask.backend, parent, ask.reach, chosen, **values)
    return window.pages(rows, ids, parent, counting)


def _chosen(wanted: TimelineFilter) -> tuple[Filter, dict[str, Any]]:
    given = {
        "actors": wanted.actor_ids, "journey": wanted.journey_id, "since": wanted.since, "until": wanted.until
    }  # fmt: skip
    values = {name: value for name, value in given.items() if value is not None}
    kinds = None if wanted.kinds is None else frozenset(wanted.kinds)
    words = words_looked_for(wanted.text)
    asked = {name: name in values for name in given}
    return Filter(kinds, wanted.visibility, **asked, words=len(words)), values | words


async def live_cursors(ask: Ask, pages: Sequence[Page[EntryRow]]) -> Sequence[str]:
    """Where `timelineUpdates` goes on from what this page shows, without a gap: its argument `after`."""
    head = await ask.loaders.head_of_practice.load(ask.practice_id)
    return [Place.at_head(head).sealed(ask.ring, ask.practice_id) for _ in pages]


@reads()
def ids(ask: Ask, entries: Sequence[EntryRow]) -> Sequence[str]:
    """The entry's id."""
    return [written(Kind.ENTRY, entry.id) for entry in entries]


@reads("kind", "facts")
def summaries(ask: Ask, entries: Sequence[EntryRow]) -> Sequence[str]:
    """The entry in one sentence, as it was told when it happened."""
    return [timeline.summary(entry.kind, entry.facts) for entry in entries]


@reads("kind", "facts")
def facts(ask: Ask, entries: Sequence[EntryRow]) -> Sequence[list[FactRow]]:
    """The values that the sentence is made of, as they were."""
    return [
        [FactRow(name, str(said)) for name in timeline.FACTS[entry.kind] if (said := entry.facts.get(name)) is not None]
        for entry in entries
    ]


@reads("actor_id", "actor_name")
def actors_of(ask: Ask, entries: Sequence[EntryRow]) -> Sequence[ActorRow]:
    """Who did it, or wrote it down."""
    return [actors.actor(entry.actor_id, entry.actor_name) for entry in entries]


@reads("removed_at")
def removed(ask: Ask, entries: Sequence[EntryRow]) -> Sequence[bool]:
    """Whether what it told of was removed since; then it says only that, and by whom."""
    return [entry.removed_at is not None for entry in entries]


@reads()
async def clients(ask: Ask, entries: Sequence[EntryRow]) -> Sequence[ClientRow | None]:
    """The client it happened with."""
    return await loaded(ask.loaders.client_by_id, [entry.client_id for entry in entries])


@reads("journey_id")
async def journeys(ask: Ask, entries: Sequence[EntryRow]) -> Sequence[JourneyRow | None]:
    """The journey it belongs to; null when it belongs to the client as a whole."""
    return await loaded(ask.loaders.journey_by_id, [entry.journey_id for entry in entries])


@reads("moved_to")
async def moved_to(ask: Ask, entries: Sequence[EntryRow]) -> Sequence[EntryRow | None]:
    """The entry that goes on with what this one told of, in the place it was moved to; null where it was not moved, and
    where that place is out of reach."""
    return await loaded(ask.loaders.entry_by_id, [entry.moved_to for entry in entries])


@reads("kind", "subject_id", "journey_id", "removed_at")
async def subjects(ask: Ask, entries: Sequence[EntryRow]) -> Sequence[NoteRow | DocumentRow | JourneyRow | None]:
    """What it tells of, as that stands today; null when there is nothing more to see of it."""
    notes = await loaded(ask.loaders.note_by_id, [_subject_of(entry, NOTES) for entry in entries])
    documents = await loaded(
        ask.loaders.document_by_id, [_subject_of(entry, timeline.ABOUT_DOCUMENTS) for entry in entries]
    )
    journey_ids = [entry.journey_id if entry.kind in timeline.ABOUT_JOURNEYS else None for entry in entries]
    journeys = await loaded(ask.loaders.journey_by_id, journey_ids)
    return [note or document or journey for note, document, journey in zip(notes, documents, journeys, strict=True)]


def _subject_of(entry: EntryRow, kinds: frozenset[EntryKind]) -> UUID | None:
    return entry.subject_id if entry.kind in kinds and entry.removed_at is None else None
