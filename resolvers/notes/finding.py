"""Finding notes, and what they are made of."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from typing_extensions import Doc

import storage.database.notes
from domain import notes
from domain.identity import Kind, written
from resolvers import actors
from resolvers.actors import ActorRow
from resolvers.asking import Ask
from resolvers.given import NoteId, reads
from resolvers.loaders import loaded
from resolvers.paging import After, Before, First, Last, Page, Window
from storage.database.clients import ClientRow
from storage.database.journeys import JourneyRow
from storage.database.notes import NoteRevisionRow, NoteRow
from storage.database.ordering import Order

NEWEST = Order(("occurred_at", "id"), (datetime, UUID), descending=True)

Archived = Annotated[bool, Doc("Those put away too.")]


async def note(ask: Ask, *, id: Annotated[NoteId, Doc("The note's id.")]) -> NoteRow | None:
    """A note by id; null when there is none within reach."""
    return await ask.loaders.note_by_id.load(id)


@reads()
async def of_clients(
    ask: Ask, clients: Sequence[ClientRow], *, archived: Archived = False,
    first: First = None, after: After = None, last: Last = None, before: Before = None,
) -> Sequence[Page[NoteRow]]:  # fmt: skip
    """The notes about the client, by the time they tell of, newest first."""
    return await _pages(ask, clients, "client_id", archived, first, after, last, before)


@reads()
async def of_journeys(
    ask: Ask, journeys: Sequence[JourneyRow], *, archived: Archived = False,
    first: First = None, after: After = None, last: Last = None, before: Before = None,
) -> Sequence[Page[NoteRow]]:  # fmt: skip
    """The notes of the journey, by the time they tell of, newest first."""
    return await _pages(ask, journeys, "journey_id", archived, first, after, last, before)


async def _pages(
    ask: Ask, parents: Sequence[Any], parent: Literal["client_id", "journey_id"], archived: bool,
    first: int | None, after: str | None, last: int | None, before: str | None,
) -> Sequence[Page[NoteRow]]:  # fmt: skip
    listed = storage.database.notes.of_clients if parent == "client_id" else storage.database.notes.of_journeys
    window = Window.of(ask.seal("notes", parent, archived), NEWEST, first, after, last, before)
    ids = [each.id for each in parents]
    rows = await ask.rows(
        NoteRow, listed, ask.backend, ask.reach, archived, window.slice, ask.wanted, parents=ids, **window.values
    )
    counting = ask.counting(storage.database.notes.counts_of, ask.backend, parent, ask.reach, archived)
    return window.pages(rows, ids, parent, counting)


@reads()
def ids(ask: Ask, rows: Sequence[NoteRow]) -> Sequence[str]:
    """The note's id."""
    return [written(Kind.NOTE, row.id) for row in rows]


@reads("title", "text")
def headings(ask: Ask, rows: Sequence[NoteRow]) -> Sequence[str]:
    """What the note goes by: its title, else the first heading or line of its text; never empty."""
    return [notes.title(row.title, row.text) for row in rows]


@reads("text")
def excerpts(ask: Ask, rows: Sequence[NoteRow]) -> Sequence[str]:
    """The beginning of the text, without Markdown's marks, on one line."""
    return [notes.excerpt(row.text) for row in rows]


@reads()
async def clients(ask: Ask, rows: Sequence[NoteRow]) -> Sequence[ClientRow | None]:
    """The client the note is about."""
    return await loaded(ask.loaders.client_by_id, [row.client_id for row in rows])


@reads()
async def journeys(ask: Ask, rows: Sequence[NoteRow]) -> Sequence[JourneyRow | None]:
    """The journey the note belongs to; null when it is about the client as a whole."""
    return await loaded(ask.loaders.journey_by_id, [row.journey_id for row in rows])


@reads("author_name")
def authors(ask: Ask, rows: Sequence[NoteRow]) -> Sequence[ActorRow]:
    """Who wrote the note."""
    return [actors.actor(row.author_id, row.author_name) for row in rows]


@reads("archived_at", "archived_by")
def removers(ask: Ask, rows: Sequence[NoteRow]) -> Sequence[ActorRow | None]:
    """Who put the note away."""
    return [actors.actor(row.archived_by) if row.archived_at else None for row in rows]


@reads()
async def revisions(ask: Ask, rows: Sequence[NoteRow]) -> Sequence[list[NoteRevisionRow]]:
    """The note as it stood before each of its changes, the first version first."""
    found: dict[UUID, list[NoteRevisionRow]] = defaultdict(list)
    ids = [row.id for row in rows]
    for each in await ask.rows(NoteRevisionRow, storage.database.notes.revisions_of, ask.wanted, ids=ids):
        found[each.note_id].append(each)
    return [found[note_id] for note_id in ids]


@reads("replaced_by")
def replacers(ask: Ask, rows: Sequence[NoteRevisionRow]) -> Sequence[ActorRow]:
    """Who replaced this version by the next."""
    return [actors.actor(row.replaced_by) for row in rows]
