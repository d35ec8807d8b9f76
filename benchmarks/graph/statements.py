"""The questions asked of the benchmark's tables, written as the product writes its own."""

from typing import Any

from sqlalchemy import BigInteger, Select, Table, bindparam, cast, func, select

from benchmarks.graph.tables import (
    CHECKLISTS,
    CLIENT_TAGS,
    CLIENTS,
    INVOICES,
    ITEMS,
    LINES,
    NOTES,
    SERVICES,
    STAFF,
    TAGS,
    TASKS,
    VISITS,
    ChecklistRow,
    ClientRow,
    InvoiceRow,
    ItemRow,
    LineRow,
    NoteRow,
    ServiceRow,
    StaffRow,
    TaskRow,
    VisitRow,
)
from storage.database.columns import Moment
from storage.database.ordering import Backend, Slice, counts_per_parent, page, page_per_parent
from storage.database.selecting import Columns, Reachable, among, any_of, names_of, of_practice

OWED = ("open", "overdue")


def clients_by_ids(reach: Reachable, wanted: Columns | None) -> Select[Any]:
    """Clients in reach, by `ids`."""
    return select(*_client_columns(wanted)).where(
        of_practice(CLIENTS), among(CLIENTS.c.id, "ids"), reach.client(CLIENTS)
    )


def clients_page(reach: Reachable, part: Slice, wanted: Columns | None) -> Select[Any]:
    """A page of the clients in reach."""
    return page(CLIENTS, _client_columns(wanted), [of_practice(CLIENTS), reach.client(CLIENTS)], part)


def _client_columns(wanted: Columns | None) -> list[Any]:
    names = [name for name in names_of(ClientRow, wanted) if name != "client_id"]
    return [CLIENTS.c.id.label("client_id"), *(CLIENTS.c[name] for name in names)]


def page_of_clients(
    backend: Backend, table: Table, row: type, reach: Reachable, part: Slice, wanted: Columns | None
) -> Select[Any]:
    """A page of each of the clients `parents`: of their timeline, or of their invoices."""
    names = names_of(row, None if wanted is None else wanted | set(part.order.names))
    return page_per_parent(
        backend, table, "client_id", names, lambda source: [of_practice(source), reach.profile(source)], part
    )


def counts_of_clients(backend: Backend, table: Table, reach: Reachable) -> Select[Any]:
    """How many rows each of the clients `parents` has."""
    return counts_per_parent(backend, table, "client_id", lambda source: [of_practice(source), reach.profile(source)])


def visits_ahead(reach: Reachable, wanted: Columns | None) -> Select[Any]:
    """The visits of the clients `ids` that have not begun."""
    return (
        select(*(VISITS.c[name] for name in names_of(VisitRow, wanted)))
        .where(of_practice(VISITS), among(VISITS.c.client_id, "ids"), _ahead(VISITS), reach.profile(VISITS))
        .order_by(VISITS.c.starts_at, VISITS.c.id)
    )


def next_visits(backend: Backend, reach: Reachable, part: Slice, wanted: Columns | None) -> Select[Any]:
    """The next visit of each of the clients `parents`."""
    names = names_of(VisitRow, None if wanted is None else wanted | set(part.order.names))
    return page_per_parent(
        backend, VISITS, "client_id", names,
        lambda source: [of_practice(source), _ahead(source), reach.profile(source)], part,
    )  # fmt: skip


def _ahead(visits: Any) -> Any:
    return visits.c.starts_at > bindparam("moment", type_=Moment())


def balances(reach: Reachable) -> Select[Any]:
    """What the clients `ids` owe; nobody is named who owes nothing."""
    owed = cast(func.sum(INVOICES.c.total_cents - INVOICES.c.paid_cents), BigInteger)
    return (
        select(INVOICES.c.client_id, owed.label("cents"))
        .where(
            of_practice(INVOICES), among(INVOICES.c.client_id, "ids"), any_of(INVOICES.c.status, OWED),
            reach.profile(INVOICES),
        )
        .group_by(INVOICES.c.client_id)
    )  # fmt: skip


def tags_of_clients(reach: Reachable) -> Select[Any]:
    """The tags of the clients `ids`."""
    worn = CLIENT_TAGS
    return (
        select(TAGS.c.id, worn.c.client_id, TAGS.c.name)
        .join_from(worn, TAGS, (TAGS.c.practice_id == worn.c.practice_id) & (TAGS.c.id == worn.c.tag_id))
        .where(of_practice(worn), among(worn.c.client_id, "ids"), reach.profile(worn))
        .order_by(worn.c.tag_id)
    )


def checklists_of_clients(reach: Reachable, wanted: Columns | None) -> Select[Any]:
    """The checklists of the clients `ids`."""
    return _below(CHECKLISTS, ChecklistRow, "client_id", wanted, "position").where(reach.profile(CHECKLISTS))


def tasks_of_checklists(wanted: Columns | None) -> Select[Any]:
    """The tasks of the checklists `ids`, which were found in reach."""
    return _below(TASKS, TaskRow, "checklist_id", wanted, "position")


def lines_of_invoices(wanted: Columns | None) -> Select[Any]:
    """The lines of the invoices `ids`, which were found in reach."""
    return _below(LINES, LineRow, "invoice_id", wanted, "position")


def services_of_lines(wanted: Columns | None) -> Select[Any]:
    """What was bought by the lines `ids`, which were found in reach."""
    return _below(SERVICES, ServiceRow, "invoice_line_id", wanted)


def _below(table: Table, row: type, parent: str, wanted: Columns | None, *order: str) -> Select[Any]:
    return (
        select(*(table.c[name] for name in names_of(row, wanted)))
        .where(of_practice(table), among(table.c[parent], "ids"))
        .order_by(*(table.c[name] for name in (*order, "id")))
    )


def staff_by_ids(wanted: Columns | None) -> Select[Any]:
    """Those who work there, by `ids`."""
    return _by_ids(STAFF, StaffRow, wanted)


def invoices_by_ids(reach: Reachable) -> Select[Any]:
    """Invoices in reach, by `ids`."""
    return _by_ids(INVOICES, InvoiceRow, None).where(reach.profile(INVOICES))


def notes_by_ids(reach: Reachable) -> Select[Any]:
    """Notes in reach, by `ids`."""
    return _by_ids(NOTES, NoteRow, None).where(reach.profile(NOTES))


def _by_ids(table: Table, row: type, wanted: Columns | None) -> Select[Any]:
    return select(*(table.c[name] for name in names_of(row, wanted))).where(
        of_practice(table), among(table.c.id, "ids")
    )


TIMELINE = ITEMS, ItemRow
BILLED = INVOICES, InvoiceRow
