"""Finding documents and their versions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from typing_extensions import Doc

import storage.database.documents
from domain import documents, texts
from domain.documents import DocumentKind
from domain.identity import Kind, written
from domain.refusals import Invalid
from resolvers import actors
from resolvers.actors import ActorRow
from resolvers.asking import Ask
from resolvers.documents.archiving import DocumentChanged
from resolvers.given import DocumentId, reads
from resolvers.loaders import loaded
from resolvers.paging import After, Before, First, Last, Page, Window
from resolvers.sorting_out import sorted_out
from storage.database.clients import ClientRow
from storage.database.documents import DocumentRow, DocumentVersionRow, Filter, Parent
from storage.database.folders import FolderRow
from storage.database.journeys import JourneyRow
from storage.database.ordering import Order

_LAST = "\U0010ffff"


class DocumentOrder(StrEnum):
    """What a list of documents goes by."""

    NAME = "NAME"
    """By name, from A on."""
    KIND = "KIND"
    """By kind, and within each by name."""
    NEWEST = "NEWEST"
    """By when they were filed, the newest first."""


ORDERS = {
    DocumentOrder.NAME: Order(("sort_name", "id"), (str, UUID)),
    DocumentOrder.KIND: Order(("kind", "sort_name", "id"), (DocumentKind, str, UUID)),
    DocumentOrder.NEWEST: Order(("created_at", "id"), (datetime, UUID), descending=True),
}


@dataclass(frozen=True)
class DocumentFilter:
    """Which documents are listed; every filter that is given must be met."""

    kinds: list[DocumentKind] | None = None
    """Those of any of these kinds."""
    name: str | None = None
    """Those whose name begins so, whatever its capitals and accents."""
    published: bool | None = None
    """Those that the client may see, or those that they may not."""
    unfiled: bool = False
    """Those that are in no folder."""
    expires_until: date | None = None
    """Those that count no longer than this day."""
    archived: bool = False
    """Those put away too."""


FilterBy = Annotated[DocumentFilter | None, Doc("Which documents; all but the archived if left out.")]
OrderBy = Annotated[DocumentOrder, Doc("What the list goes by.")]


async def document(ask: Ask, *, id: Annotated[DocumentId, Doc("The document's id.")]) -> DocumentRow | None:
    """A document by id; null when there is none within reach."""
    return await ask.loaders.document_by_id.load(id)


@reads()
async def of_clients(
    ask: Ask, clients: Sequence[ClientRow], *, filter: FilterBy = None, order_by: OrderBy = DocumentOrder.NAME,
    first: First = None, after: After = None, last: Last = None, before: Before = None,
) -> Sequence[Page[DocumentRow]]:  # fmt: skip
    """The documents in the client's file within reach, those of journeys and those in folders among them."""
    return await _pages(ask, clients, "client_id", filter, order_by, first, after, last, before)


@reads()
async def of_journeys(
    ask: Ask, journeys: Sequence[JourneyRow], *, filter: FilterBy = None, order_by: OrderBy = DocumentOrder.NAME,
    first: First = None, after: After = None, last: Last = None, before: Before = None,
) -> Sequence[Page[DocumentRow]]:  # fmt: skip
    """The documents of the journey."""
    return await _pages(ask, journeys, "journey_id", filter, order_by, first, after, last, before)


@reads()
async def of_folders(
    ask: Ask, folders: Sequence[FolderRow], *, filter: FilterBy = None, order_by: OrderBy = DocumentOrder.NAME,
    first: First = None, after: After = None, last: Last = None, before: Before = None,
) -> Sequence[Page[DocumentRow]]:  # fmt: skip
    """The documents directly in the folder, as many of them as are within reach."""
    return await _pages(ask, folders, "folder_id", filter, order_by, first, after, last, before)


async def _pages(
    ask: Ask, parents: Sequence[Any], parent: Parent, filter: DocumentFilter | None, order_by: DocumentOrder,
    first: int | None, after: str | None, last: int | None, before: str | None,
) -> Sequence[Page[DocumentRow]]:  # fmt: skip
    chosen, values = _chosen(filter or DocumentFilter())
    order = ORDERS[order_by]
    window = Window.of(ask.seal("documents", parent, order_by, chosen, values), order, first, after, last, before)
    ids = [each.id for each in parents]
    rows = await ask.rows(
        DocumentRow, storage.database.documents.page_of, ask.backend, parent, ask.reach, chosen, window.slice,
        ask.wanted, parents=ids, **values, **window.values,
    )  # fmt: skip
    counting = ask.counting(storage.database.documents.counts_of, ask.backend, parent, ask.reach, chosen, **values)
    return window.pages(rows, ids, parent, counting)


def _chosen(wanted: DocumentFilter) -> tuple[Filter, dict[str, Any]]:
    values: dict[str, Any] = {}
    if wanted.name:
        try:
            begins = documents.sort_name(texts.clean(wanted.name, texts.SEARCH, ("filter", "name")))
        except Invalid:
            begins = _LAST  # nothing is called so
        values |= {"name_from": begins, "name_until": begins + _LAST}
    if wanted.expires_until is not None:
        values["expires_until"] = wanted.expires_until
    kinds = None if wanted.kinds is None else frozenset(wanted.kinds)
    chosen = Filter(kinds, wanted.archived, wanted.published, wanted.unfiled,
                    "name_from" in values, "expires_until" in values)  # fmt: skip
    return chosen, values


@reads()
def ids(ask: Ask, rows: Sequence[DocumentRow]) -> Sequence[str]:
    """The document's id."""
    return [written(Kind.DOCUMENT, row.id) for row in rows]


@reads()
async def clients(ask: Ask, rows: Sequence[DocumentRow]) -> Sequence[ClientRow | None]:
    """The client in whose file it is."""
    return await loaded(ask.loaders.client_by_id, [row.client_id for row in rows])


@reads()
async def journeys(ask: Ask, rows: Sequence[DocumentRow]) -> Sequence[JourneyRow | None]:
    """The journey it belongs to; null when it is about the client as a whole."""
    return await loaded(ask.loaders.journey_by_id, [row.journey_id for row in rows])


@reads()
async def folders(ask: Ask, rows: Sequence[DocumentRow]) -> Sequence[FolderRow | None]:
    """The folder it is in; null when it is in none."""
    return await loaded(ask.loaders.folder_by_id, [row.folder_id for row in rows])


@reads("created_by")
def creators(ask: Ask, rows: Sequence[DocumentRow | DocumentVersionRow]) -> Sequence[ActorRow]:
    """Who sent it in."""
    return [actors.actor(row.created_by) for row in rows]


@reads("archived_at", "archived_by")
def removers(ask: Ask, rows: Sequence[DocumentRow]) -> Sequence[ActorRow | None]:
    """Who put it away."""
    return [actors.actor(row.archived_by) if row.archived_at else None for row in rows]


@reads()
async def current_versions(ask: Ask, rows: Sequence[DocumentRow]) -> Sequence[DocumentVersionRow | None]:
    """The newest version: what the document is."""
    return [versions[0] for versions in await _versions(ask, rows, current=True)]


@reads()
async def versions(ask: Ask, rows: Sequence[DocumentRow]) -> Sequence[list[DocumentVersionRow]]:
    """Every version, the newest first. The earlier ones can still be read."""
    return await _versions(ask, rows, current=False)


async def _versions(ask: Ask, rows: Sequence[DocumentRow], *, current: bool) -> list[list[DocumentVersionRow]]:
    ids = [row.id for row in rows]
    statement = storage.database.documents.versions_of
    found = await ask.rows(DocumentVersionRow, statement, ask.reach, current, ask.wanted, ids=ids)
    return sorted_out(found, ids, "document_id")


@reads()
def version_ids(ask: Ask, rows: Sequence[DocumentVersionRow]) -> Sequence[str]:
    """The version's id."""
    return [written(Kind.DOCUMENT_VERSION, row.id) for row in rows]


@reads()
async def documents_of_versions(ask: Ask, rows: Sequence[DocumentVersionRow]) -> Sequence[DocumentRow | None]:
    """The document it is a version of."""
    return await loaded(ask.loaders.document_by_id, [row.document_id for row in rows])


@reads("sha256")
def digests(ask: Ask, rows: Sequence[DocumentVersionRow]) -> Sequence[str]:
    """The SHA-256 of its bytes, in 64 hexadecimal digits."""
    return [row.sha256.hex() for row in rows]


@reads()
def urls(ask: Ask, rows: Sequence[DocumentVersionRow]) -> Sequence[str]:
    """Where its bytes are read, below this server's address. Every reading is permitted anew, and noted."""
    return [f"/files/{written(Kind.DOCUMENT_VERSION, row.id)}" for row in rows]


@reads()
def thumbnail_urls(ask: Ask, rows: Sequence[DocumentVersionRow]) -> Sequence[str | None]:
    """Where a small picture of it is read; null when there is none."""
    return [
        None if row.thumbnail_id is None else f"/files/{written(Kind.DOCUMENT_VERSION, row.id)}/thumbnail"
        for row in rows
    ]


async def documents_changed(ask: Ask, outcomes: Sequence[DocumentChanged]) -> Sequence[DocumentRow | None]:
    """The document as it stands now; null when it was not changed."""
    return await loaded(ask.loaders.document_by_id, [outcome.document_id for outcome in outcomes])


async def documents_in_conflict(ask: Ask, outcomes: Sequence[DocumentChanged]) -> Sequence[DocumentRow | None]:
    """The document as it stands now, when the caller had seen another version."""
    return await loaded(ask.loaders.document_by_id, [outcome.current_id for outcome in outcomes])
