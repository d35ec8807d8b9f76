"""The benchmark's graph: its types and its schema, built with the product's own helpers."""

from datetime import date, datetime
from typing import Annotated, Any

import strawberry
from strawberry.schema.config import StrawberryConfig

from auth.permissions import May
from benchmarks.graph import questions
from benchmarks.graph.tables import (
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
from schema.fields import answered_by, presents
from schema.paging import Connection
from schema.scalars import SCALARS


@presents(StaffRow)
class Staff:
    """Somebody who works there."""

    id: strawberry.ID = answered_by(questions.ids)
    name: str
    "Their name."


@presents(TagRow)
class Tag:
    """A tag on clients."""

    id: strawberry.ID = answered_by(questions.ids)
    name: str
    "What it says."


@presents(ServiceRow)
class Service:
    """What was bought by a line."""

    id: strawberry.ID = answered_by(questions.ids)
    name: str
    "What it is."
    purchased: int
    "How many were bought."
    used: int
    "How many are used up."
    remaining: int = answered_by(questions.remaining)


@presents(LineRow)
class InvoiceLine:
    """A line of an invoice."""

    id: strawberry.ID = answered_by(questions.ids)
    description: str
    "What it is for."
    quantity: int
    "How many."
    unit_price_cents: int
    "What one costs."
    services: list[Service] = answered_by(questions.services)


@presents(InvoiceRow)
class Invoice:
    """An invoice."""

    id: strawberry.ID = answered_by(questions.ids)
    number: str
    "Its number."
    status: str
    "Where it stands."
    issued_at: datetime
    "When it was sent."
    total_cents: int
    "What it comes to."
    lines: list[InvoiceLine] = answered_by(questions.lines)


@presents(NoteRow)
class Note:
    """A note."""

    id: strawberry.ID = answered_by(questions.ids)
    body: str
    "What it says."
    occurred_at: datetime
    "When it happened."


Subject = Annotated[Invoice | Note, strawberry.union("Subject", description="What a line of the timeline can tell of.")]


@presents(ItemRow)
class TimelineItem:
    """One line of a client's history."""

    id: strawberry.ID = answered_by(questions.ids)
    kind: str
    "What kind of thing happened."
    title: str
    "What happened."
    occurred_at: datetime
    "When it happened."
    actor: Staff = answered_by(questions.actors)
    subject: Subject | None = answered_by(questions.subjects)


@presents(VisitRow)
class Visit:
    """A visit."""

    id: strawberry.ID = answered_by(questions.ids)
    starts_at: datetime
    "When it begins."
    ends_at: datetime
    "When it ends."
    status: str
    "Where it stands."
    location: str | None
    "Where it is."


@presents(TaskRow)
class Task:
    """A task of a checklist."""

    id: strawberry.ID = answered_by(questions.ids)
    title: str
    "What is to be done."
    done: bool
    "Whether it is done."
    due_on: date | None
    "By when it is to be done."


@presents(ChecklistRow)
class Checklist:
    """A checklist."""

    id: strawberry.ID = answered_by(questions.ids)
    title: str
    "What it is about."
    tasks: list[Task] = answered_by(questions.tasks)


@presents(ClientRow)
class Client:
    """Somebody the practice cares for."""

    id: strawberry.ID = answered_by(questions.client_ids)
    display_name: str
    "The name."
    email: str
    "The e-mail address."
    phone: str | None
    "The telephone number."
    status: str
    "Where the client stands."
    created_at: datetime
    "When the file was opened."
    tags: list[Tag] = answered_by(questions.tags)
    timeline: list[TimelineItem] = answered_by(questions.timelines)
    timeline_page: Connection[TimelineItem] = answered_by(questions.timeline_pages)
    invoices: list[Invoice] = answered_by(questions.invoices)
    checklists: list[Checklist] = answered_by(questions.checklists)
    upcoming_visits: list[Visit] = answered_by(questions.visits_ahead)
    next_visit: Visit | None = answered_by(questions.next_visits)
    open_balance_cents: int = answered_by(questions.balances)


@strawberry.type(description="What can be read.")
class Query:
    """What can be read."""

    client: Client | None = answered_by(questions.client, allow=May.READ_CLIENTS)
    clients: list[Client] | None = answered_by(questions.clients, allow=May.READ_CLIENTS)


def build_schema(**options: Any) -> strawberry.Schema:
    """The benchmark's schema. `options` choose how it is executed."""
    config = StrawberryConfig(scalar_map=SCALARS, disable_field_suggestions=True)
    return strawberry.Schema(query=Query, config=config, **options)
