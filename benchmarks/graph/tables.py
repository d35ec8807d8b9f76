"""The benchmark's tables as statements see them, and the rows that are read of them; `tables.sql` makes them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, Column, Date, Integer, MetaData, Table, Text, Uuid

from storage.database.columns import Moment

METADATA = MetaData(schema="benchmark")
KINDS = {str: Text, int: BigInteger, bool: Boolean, date: Date, datetime: Moment, UUID: Uuid}


def _table(named: str, /, **columns: type) -> Table:
    made = [Column(each, KINDS[kind]()) for each, kind in columns.items()]
    return Table(named, METADATA, Column("practice_id", Uuid()), Column("id", Uuid()), *made)


STAFF = _table("staff", name=str)
CLIENTS = _table("clients", display_name=str, email=str, phone=str, status=str, created_at=datetime)
TAGS = _table("tags", name=str)
CLIENT_TAGS = Table(
    "client_tags", METADATA, Column("practice_id", Uuid()), Column("client_id", Uuid()), Column("tag_id", Uuid())
)
ITEMS = _table(
    "timeline_items", client_id=UUID, kind=str, title=str, occurred_at=datetime, actor_id=UUID, invoice_id=UUID,
    note_id=UUID,
)  # fmt: skip
INVOICES = _table(
    "invoices", client_id=UUID, number=str, status=str, issued_at=datetime, total_cents=int, paid_cents=int
)
LINES = _table("invoice_lines", invoice_id=UUID, description=str, quantity=int, unit_price_cents=int)
LINES.append_column(Column("position", Integer()))
SERVICES = _table("services", invoice_line_id=UUID, client_id=UUID, name=str, purchased=int, used=int)
VISITS = _table("visits", client_id=UUID, starts_at=datetime, ends_at=datetime, status=str, location=str)
CHECKLISTS = _table("checklists", client_id=UUID, title=str, position=int)
TASKS = _table("checklist_tasks", checklist_id=UUID, position=int, title=str, done=bool, due_on=date)
NOTES = _table("notes", client_id=UUID, body=str, occurred_at=datetime)


@dataclass(slots=True)
class ClientRow:
    """A client; its id goes by `client_id`, the name that the access log knows clients by."""

    client_id: UUID
    display_name: str
    email: str
    phone: str | None
    status: str
    created_at: datetime


@dataclass(slots=True)
class StaffRow:
    """Somebody who works there."""

    id: UUID
    name: str


@dataclass(slots=True)
class TagRow:
    """A tag on one of the clients."""

    id: UUID
    client_id: UUID
    name: str


@dataclass(slots=True)
class ItemRow:
    """One line of a client's history."""

    ON_DEMAND: ClassVar = frozenset({"actor_id", "invoice_id", "note_id"})

    id: UUID
    client_id: UUID
    kind: str
    title: str
    occurred_at: datetime
    actor_id: UUID
    invoice_id: UUID | None
    note_id: UUID | None


@dataclass(slots=True)
class InvoiceRow:
    """An invoice."""

    id: UUID
    client_id: UUID
    number: str
    status: str
    issued_at: datetime
    total_cents: int


@dataclass(slots=True)
class LineRow:
    """A line of an invoice."""

    id: UUID
    invoice_id: UUID
    description: str
    quantity: int
    unit_price_cents: int


@dataclass(slots=True)
class ServiceRow:
    """What was bought by a line."""

    id: UUID
    invoice_line_id: UUID
    client_id: UUID
    name: str
    purchased: int
    used: int


@dataclass(slots=True)
class VisitRow:
    """A visit."""

    id: UUID
    client_id: UUID
    starts_at: datetime
    ends_at: datetime
    status: str
    location: str | None


@dataclass(slots=True)
class ChecklistRow:
    """A checklist."""

    id: UUID
    client_id: UUID
    title: str


@dataclass(slots=True)
class TaskRow:
    """A task of a checklist."""

    id: UUID
    checklist_id: UUID
    title: str
    done: bool
    due_on: date | None


@dataclass(slots=True)
class NoteRow:
    """A note."""

    id: UUID
    client_id: UUID
    body: str
    occurred_at: datetime


@dataclass(slots=True)
class BalanceRow:
    """What a client owes."""

    client_id: UUID
    cents: int
