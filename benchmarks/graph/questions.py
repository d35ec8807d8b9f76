"""The benchmark's resolvers: each answers for a whole level, as the product's do."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from sqlalchemy import Table
from typing_extensions import Doc

from benchmarks.graph import statements
from benchmarks.graph.statements import BILLED, TIMELINE
from benchmarks.graph.tables import (
    BalanceRow,
    ChecklistRow,
    ClientRow,
    InvoiceRow,
    ItemRow,
    LineRow,
    NoteRow,
    ServiceRow,
    StaffRow,
    TagRow,
    TaskRow,
    VisitRow,
)
from resolvers.asking import Ask
from resolvers.given import NOWHERE, AnyId, reads
from resolvers.paging import After, First, Page, Window
from resolvers.sorting_out import sorted_out
from storage.database.ordering import Order

Id = Annotated[AnyId, Doc("The client's id.")]
# Their ids stand in a row by another name than the column's, so the clients are ordered by their creation alone:
# no two were created at the same time.
CREATED = Order(("created_at",), (datetime,), descending=True)
NEWEST = Order(("occurred_at", "id"), (datetime, UUID), descending=True)
ISSUED = Order(("issued_at", "id"), (datetime, UUID), descending=True)
SOONEST = Order(("starts_at", "id"), (datetime, UUID))


async def client(ask: Ask, *, id: Id) -> ClientRow | None:
    """A client by id; null when there is none within reach."""
    return await ask.row(ClientRow, statements.clients_by_ids, ask.reach, ask.wanted, ids=[_uuid(id)])


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return NOWHERE


async def clients(ask: Ask, *, first: First = None) -> Sequence[ClientRow]:
    """The clients within reach, the newest first."""
    window = Window.of(ask.seal("clients"), CREATED, first, None, None, None)
    wanted = None if ask.wanted is None else ask.wanted | {"created_at"}
    rows = await ask.rows(ClientRow, statements.clients_page, ask.reach, window.slice, wanted, **window.values)
    return window.page(rows).rows


@reads()
def client_ids(ask: Ask, clients: Sequence[ClientRow]) -> Sequence[str]:
    """The client's id."""
    return [str(client.client_id) for client in clients]


@reads()
def ids(ask: Ask, rows: Sequence[Any]) -> Sequence[str]:
    """The id."""
    return [str(row.id) for row in rows]


@reads()
async def timelines(ask: Ask, clients: Sequence[ClientRow], *, first: First = None) -> Sequence[list[ItemRow]]:
    """What happened with the client, the newest first."""
    return await _lists(ask, clients, TIMELINE, NEWEST, first)


@reads()
async def timeline_pages(
    ask: Ask, clients: Sequence[ClientRow], *, first: First = None, after: After = None
) -> Sequence[Page[ItemRow]]:
    """What happened with the client, the newest first, by the page."""
    return await _pages(ask, clients, TIMELINE, NEWEST, first, after)


@reads()
async def invoices(ask: Ask, clients: Sequence[ClientRow], *, first: First = None) -> Sequence[list[InvoiceRow]]:
    """The client's invoices, the newest first."""
    return await _lists(ask, clients, BILLED, ISSUED, first)


async def _lists(
    ask: Ask, clients: Sequence[ClientRow], kept: tuple[Table, type], order: Order, first: int | None
) -> list[list[Any]]:
    """The beginnings of lists that nobody turns a page of: not a row more than asked for."""
    table, row = kept
    window = Window.of(ask.seal(table.name), order, first, None, None, None)
    parents = [client.client_id for client in clients]
    rows: list[Any] = await ask.rows(
        row, statements.page_of_clients, ask.backend, table, row, ask.reach, window.slice, ask.wanted,
        parents=parents, size=window.size,
    )  # fmt: skip
    window.seal.looked.at(row, rows)  # all that was read is shown
    return sorted_out(rows, parents, "client_id")


async def _pages(
    ask: Ask, clients: Sequence[ClientRow], kept: tuple[Table, type], order: Order, first: int | None,
    after: str | None,
) -> list[Page[Any]]:  # fmt: skip
    table, row = kept
    window = Window.of(ask.seal(table.name), order, first, after, None, None)
    parents = [client.client_id for client in clients]
    rows: list[Any] = await ask.rows(
        row, statements.page_of_clients, ask.backend, table, row, ask.reach, window.slice, ask.wanted,
        parents=parents, **window.values,
    )  # fmt: skip
    counting = ask.counting(statements.counts_of_clients, ask.backend, table, ask.reach)
    return window.pages(rows, parents, "client_id", counting)


@reads()
async def visits_ahead(ask: Ask, clients: Sequence[ClientRow]) -> Sequence[list[VisitRow]]:
    """The client's visits that have not begun, the next one first."""
    ids = [client.client_id for client in clients]
    rows = await ask.rows(VisitRow, statements.visits_ahead, ask.reach, ask.wanted, ids=ids)
    return sorted_out(rows, ids, "client_id")


@reads()
async def next_visits(ask: Ask, clients: Sequence[ClientRow]) -> Sequence[VisitRow | None]:
    """The client's next visit; null when none is planned."""
    window = Window.of(ask.seal("next visits"), SOONEST, 1, None, None, None)
    ids = [client.client_id for client in clients]
    rows = await ask.rows(
        VisitRow, statements.next_visits, ask.backend, ask.reach, window.slice, ask.wanted,
        parents=ids, **window.positions, size=1,
    )  # fmt: skip
    found = {row.client_id: row for row in rows}
    return [found.get(each) for each in ids]


@reads()
async def balances(ask: Ask, clients: Sequence[ClientRow]) -> Sequence[int]:
    """What the client owes, in cents."""
    ids = [client.client_id for client in clients]
    owed = {row.client_id: row.cents for row in await ask.rows(BalanceRow, statements.balances, ask.reach, ids=ids)}
    return [owed.get(each, 0) for each in ids]


@reads()
async def tags(ask: Ask, clients: Sequence[ClientRow]) -> Sequence[list[TagRow]]:
    """The client's tags."""
    ids = [client.client_id for client in clients]
    return sorted_out(await ask.rows(TagRow, statements.tags_of_clients, ask.reach, ids=ids), ids, "client_id")


@reads()
async def checklists(ask: Ask, clients: Sequence[ClientRow]) -> Sequence[list[ChecklistRow]]:
    """The client's checklists."""
    ids = [client.client_id for client in clients]
    rows = await ask.rows(ChecklistRow, statements.checklists_of_clients, ask.reach, ask.wanted, ids=ids)
    return sorted_out(rows, ids, "client_id")


@reads()
async def tasks(ask: Ask, checklists: Sequence[ChecklistRow]) -> Sequence[list[TaskRow]]:
    """The tasks of the checklist."""
    return await _below(ask, checklists, TaskRow, statements.tasks_of_checklists, "checklist_id")


@reads()
async def lines(ask: Ask, invoices: Sequence[InvoiceRow]) -> Sequence[list[LineRow]]:
    """The lines of the invoice."""
    return await _below(ask, invoices, LineRow, statements.lines_of_invoices, "invoice_id")


@reads()
async def services(ask: Ask, lines: Sequence[LineRow]) -> Sequence[list[ServiceRow]]:
    """What was bought by the line."""
    return await _below(ask, lines, ServiceRow, statements.services_of_lines, "invoice_line_id")


@reads("purchased", "used")
def remaining(ask: Ask, services: Sequence[ServiceRow]) -> Sequence[int]:
    """How many are left."""
    return [service.purchased - service.used for service in services]


@reads("actor_id")
async def actors(ask: Ask, items: Sequence[ItemRow]) -> Sequence[StaffRow]:
    """Who did it."""
    ids = {item.actor_id for item in items}
    found = {row.id: row for row in await ask.rows(StaffRow, statements.staff_by_ids, ask.wanted, ids=list(ids))}
    return [found[item.actor_id] for item in items]


@reads("invoice_id", "note_id")
async def subjects(ask: Ask, items: Sequence[ItemRow]) -> Sequence[InvoiceRow | NoteRow | None]:
    """What the line tells of; null when it speaks for itself."""
    invoices = await _found(ask, InvoiceRow, statements.invoices_by_ids, (item.invoice_id for item in items))
    notes = await _found(ask, NoteRow, statements.notes_by_ids, (item.note_id for item in items))
    return [invoices.get(item.invoice_id) or notes.get(item.note_id) for item in items]


async def _found(
    ask: Ask, row: type[Any], statement: Callable[..., Any], ids: Iterable[UUID | None]
) -> dict[UUID | None, Any]:
    asked = list({each for each in ids if each is not None})
    return {each.id: each for each in await ask.rows(row, statement, ask.reach, ids=asked)} if asked else {}


async def _below(
    ask: Ask, parents: Sequence[Any], row: type[Any], statement: Callable[..., Any], key: str
) -> Sequence[list[Any]]:
    ids = [parent.id for parent in parents]
    return sorted_out(await ask.rows(row, statement, ask.wanted, ids=ids), ids, key)
