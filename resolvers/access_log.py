"""Who looked at this file: the access events of a client, newest first."""

from collections.abc import Sequence
from uuid import UUID

import storage.database.access_log
from resolvers.accesses import BREAK_GLASS
from resolvers.asking import Ask
from resolvers.given import reads
from resolvers.loaders import loaded
from resolvers.paging import After, Before, First, Last, Page, Window
from storage.database.access_log import ClientAccessRow
from storage.database.api_keys import ApiKeyRow
from storage.database.audit import SubjectRow
from storage.database.clients import ClientRow
from storage.database.ordering import Order
from storage.database.people import MemberRow

# The ids are made in the order of time.
NEWEST = Order(("access_id",), (UUID,), descending=True)


@reads()
async def of_clients(
    ask: Ask, clients: Sequence[ClientRow], *,
    first: First = None, after: After = None, last: Last = None, before: Before = None,
) -> Sequence[Page[ClientAccessRow]]:  # fmt: skip
    """Who looked at this file, or tried to, newest first: one entry for each request. Lists of more than 100 clients
    are kept by their number only and do not stand here."""
    window = Window.of(ask.seal("access log"), NEWEST, first, after, last, before)
    ids = [client.id for client in clients]
    rows = await ask.rows(
        SubjectRow, storage.database.access_log.of_clients, ask.backend, window.slice, parents=ids, **window.values
    )
    pages = window.pages(rows, ids, "client_id", ask.counting(storage.database.access_log.counts_of, ask.backend))
    shown = {(row.access_id, row.client_id): row for row in await _told(ask, pages)}
    return [_with(page, [shown[(row.access_id, row.client_id)] for row in page.rows]) for page in pages]


async def _told(ask: Ask, pages: Sequence[Page[SubjectRow]]) -> list[ClientAccessRow]:
    ids = list({row.access_id for page in pages for row in page.rows})
    clients = list({row.client_id for page in pages for row in page.rows})
    if not ids:
        return []
    return await ask.rows(ClientAccessRow, storage.database.access_log.told, ids=ids, clients=clients)


def _with(page: Page[SubjectRow], rows: list[ClientAccessRow]) -> Page[ClientAccessRow]:
    return Page(rows, page.has_next_page, page.has_previous_page, page.order, page.seal, page.counting, page.owner)


@reads()
async def members(ask: Ask, rows: Sequence[ClientAccessRow]) -> Sequence[MemberRow | None]:
    """Who looked, or on whose behalf a key did; null for the practice's own machinery."""
    return await loaded(ask.loaders.member_by_id, [row.member_id for row in rows])


@reads("actor_kind", "actor_id")
async def api_keys(ask: Ask, rows: Sequence[ClientAccessRow]) -> Sequence[ApiKeyRow | None]:
    """The API key that looked; null for everybody else, and for who may not see API keys."""
    return await loaded(ask.loaders.api_key_by_id, [row.actor_id if row.actor_kind == "KEY" else None for row in rows])


@reads("in_care_team")
def outside(ask: Ask, rows: Sequence[ClientAccessRow]) -> Sequence[bool]:
    """Whether who looked was not on the client's care team at that time, nor on that of a journey."""
    return [row.member_id is not None and not row.in_care_team for row in rows]


@reads("details")
def under_glass(ask: Ask, rows: Sequence[ClientAccessRow]) -> Sequence[bool]:
    """Whether the file was open by breaking the glass."""
    return [str(row.client_id) in row.details.get(BREAK_GLASS, ()) for row in rows]
