"""Finding notes, and what they are made of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from typing_extensions import Doc

import storage.database.notes
from domain import notes, searching, texts
from domain.identity import Kind, written
from domain.notes import NoteStatus
from resolvers import actors
from resolvers.actors import ActorRow
from resolvers.asking import Ask
from resolvers.given import MemberId, NoteId, reads
from resolvers.loaders import loaded
from resolvers.notes import labelling
from resolvers.paging import After, Before, First, Last, Page, Window
from resolvers.sorting_out import sorted_out
from storage.database.clients import ClientRow
from storage.database.journeys import JourneyRow
from storage.database.notes import Filter, NoteRevisionRow, NoteRow, NumberRow
from storage.database.ordering import Order

NEWEST = Order(("occurred_at", "id"), (datetime, UUID), descending=True)

MOST_TYPED = 1_000

Archived = Annotated[bool, Doc("Those put away too.")]


async def note(ask: Ask, *, id: Annotated[NoteId, Doc("The note's id.")]) -> NoteRow | None:
    """A note by id; null when there is none within reach."""
    return await ask.loaders.note_by_id.load(id)


@dataclass(frozen=True)
class NoteFilter:
    """Which notes are listed; every filter that is given must be met."""

    text: str | None = None
    """Those in which every word is found, by its beginning: in the title, the text or an addendum. Private notes are
    found by no word; `private: true` lists one's own."""
    labels: list[str] | None = None
    """Those that carry every one of these labels, however they are spelled."""
    status: list[NoteStatus] | None = None
    """Those that stand at any of these."""
    author_ids: list[MemberId] | None = None
    """Those of any of these authors."""
    since: datetime | None = None
    """Those that tell of this time or later."""
    until: datetime | None = None
    """Those that tell of a time before this."""
    pinned: bool | None = None
    """Those that are kept in view, or that are not."""
    private: bool | None = None
    """One's own private notes, or those that others may read too."""


FilterBy = Annotated[NoteFilter | None, Doc("Which notes; all within reach if left out.")]


@reads()
async def of_clients(
    ask: Ask, clients: Sequence[ClientRow], *, filter: FilterBy = None, archived: Archived = False,
    first: First = None, after: After = None, last: Last = None, before: Before = None,
) -> Sequence[Page[NoteRow]]:  # fmt: skip
    """The notes about the client, by the time they tell of, newest first."""
    return await _pages(ask, clients, "client_id", filter, archived, first, after, last, before)


@reads()
async def of_journeys(
    ask: Ask, journeys: Sequence[JourneyRow], *, filter: FilterBy = None, archived: Archived = False,
    first: First = None, after: After = None, last: Last = None, before: Before = None,
) -> Sequence[Page[NoteRow]]:  # fmt: skip
    """The notes of the journey, by the time they tell of, newest first."""
    return await _pages(ask, journeys, "journey_id", filter, archived, first, after, last, before)


async def found(
    ask: Ask, *, filter: FilterBy = None, archived: Archived = False,
    first: First = None, after: After = None, last: Last = None, before: Before = None,
) -> Page[NoteRow]:  # fmt: skip
    """The notes of all clients within reach, by the time they tell of, newest first. With `status: [DRAFT]` the
    unsigned ones, with `AWAITING_COSIGNATURE` also those that are signed and not complete."""
    chosen, values = _chosen(filter or NoteFilter(), archived)
    return await _page(ask, chosen, values, first, after, last, before)


async def to_cosign(
    ask: Ask, *, first: First = None, after: After = None, last: Last = None, before: Before = None
) -> Page[NoteRow]:
    """The notes that wait for a second signature which the viewer may give; none for who is supervised."""
    return await _page(ask, Filter(to_cosign=True), {}, first, after, last, before)


async def _page(
    ask: Ask, chosen: Filter, values: dict[str, Any],
    first: int | None, after: str | None, last: int | None, before: str | None,
) -> Page[NoteRow]:  # fmt: skip
    window = Window.of(ask.seal("all notes", chosen, values), NEWEST, first, after, last, before)
    rows = await ask.rows(
        NoteRow, storage.database.notes.page_of, ask.reach, chosen, window.slice, ask.wanted, **values, **window.values
    )

    async def counted(owners: Sequence[Any], most: int) -> Sequence[int]:
        numbers = await ask.rows(
            NumberRow, storage.database.notes.count_of, ask.reach, chosen, **values, most=most
        )  # fmt: skip
        return [numbers[0].number]

    return window.page(rows, counted)


async def _pages(
    ask: Ask, parents: Sequence[Any], parent: Literal["client_id", "journey_id"], filter: NoteFilter | None,
    archived: bool, first: int | None, after: str | None, last: int | None, before: str | None,
) -> Sequence[Page[NoteRow]]:  # fmt: skip
    chosen, values = _chosen(filter or NoteFilter(), archived)
    window = Window.of(ask.seal("notes", parent, chosen, values), NEWEST, first, after, last, before)
    ids = [each.id for each in parents]
    rows = await ask.rows(
        NoteRow, storage.database.notes.of_parents, ask.backend, parent, ask.reach, chosen, window.slice, ask.wanted,
        parents=ids, **values, **window.values,
    )  # fmt: skip
    counting = ask.counting(storage.database.notes.counts_of, ask.backend, parent, ask.reach, chosen, **values)
    return window.pages(rows, ids, parent, counting)


def _chosen(wanted: NoteFilter, archived: bool) -> tuple[Filter, dict[str, Any]]:
    values = words_looked_for(wanted.text)
    words = len(values)
    labels = labelling.folded_of(wanted.labels or ())
    values |= {f"label_{number}": folded for number, folded in enumerate(labels)}
    given = {"authors": wanted.author_ids, "since": wanted.since, "until": wanted.until}
    values |= {name: value for name, value in given.items() if value is not None}
    statuses = None if wanted.status is None else frozenset(wanted.status)
    asked = {name: name in values for name in given}
    chosen = Filter(
        archived, statuses, wanted.private, wanted.pinned, **asked, words=words, labels=len(labels)
    )  # fmt: skip
    return chosen, values


def words_looked_for(typed: str | None) -> dict[str, Any]:
    """What a typed text is looked for by, under the names that statements bind: nothing where there is no word."""
    # What a store would refuse (NUL, lone surrogates) finds nothing, so it is left out rather than refused.
    text = texts.scrubbed((typed or "")[:MOST_TYPED], texts.SEARCH)
    prefixes = searching.prefixes_in_text(text)
    return {f"word_{number}": storage.database.notes.pattern(prefix) for number, prefix in enumerate(prefixes)}


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
    ids = [row.id for row in rows]
    found = await ask.rows(NoteRevisionRow, storage.database.notes.revisions_of, ask.wanted, ids=ids)
    return sorted_out(found, ids, "note_id")


@reads("replaced_by")
def replacers(ask: Ask, rows: Sequence[NoteRevisionRow]) -> Sequence[ActorRow]:
    """Who replaced this version by the next."""
    return [actors.actor(row.replaced_by) for row in rows]


@reads("imported", "signed_at", "needs_cosignature", "cosigned_at")
def statuses(ask: Ask, rows: Sequence[NoteRow]) -> Sequence[NoteStatus]:
    """Where the note stands between being written and being part of the record for good."""
    return [status_of(row) for row in rows]


def status_of(row: Any) -> NoteStatus:
    """Where a note stands, by its row."""
    return notes.status(
        imported=row.imported, signed=row.signed_at is not None,
        needs_cosignature=row.needs_cosignature, cosigned=row.cosigned_at is not None,
    )  # fmt: skip


@reads("private_to")
def private(ask: Ask, rows: Sequence[NoteRow]) -> Sequence[bool]:
    """Whether nobody but its author sees the note."""
    return [row.private_to is not None for row in rows]
