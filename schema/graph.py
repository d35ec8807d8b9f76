"""The front page: every root field, one line each, and the schema built from them."""

from typing import Any

import strawberry
from strawberry.schema.config import StrawberryConfig

import resolvers.clients.finding
import resolvers.nodes
import resolvers.notes.finding
import resolvers.notes.writing
import resolvers.people
import resolvers.sessions
import resolvers.timeline.adding
import resolvers.timeline.following
from auth.permissions import May
from schema.clients import Client
from schema.fields import answered_by, carried_out_by, followed_by
from schema.nodes import Node
from schema.notes import Note, NoteArchivePayload, NoteCreatePayload, NoteUpdatePayload
from schema.paging import Connection
from schema.people import (
    AnonymousViewer,
    Member,
    MemberViewer,
    Practice,
    SessionPayload,
    SignOutPayload,
    SystemViewer,
    Viewer,
)
from schema.scalars import SCALARS
from schema.timeline import TimelineEntry, TimelineEntryAddPayload, TimelineFeed


@strawberry.type(description="What can be read.")
class Query:
    """What can be read."""

    viewer: Viewer = answered_by(resolvers.people.viewer, allow=May.ANYONE)
    practice: Practice | None = answered_by(resolvers.people.practice, allow=May.SIGNED_IN)
    node: Node | None = answered_by(resolvers.nodes.node, allow=May.SIGNED_IN)
    nodes: list[Node | None] | None = answered_by(resolvers.nodes.nodes, allow=May.SIGNED_IN)
    client: Client | None = answered_by(resolvers.clients.finding.client, allow=May.READ_CLIENTS)
    clients: Connection[Client] | None = answered_by(resolvers.clients.finding.clients_found, allow=May.READ_CLIENTS)
    note: Note | None = answered_by(resolvers.notes.finding.note, allow=May.READ_CLINICAL)


@strawberry.type(description="What can be changed. Each field is one transaction; they run one after another.")
class Mutation:
    """What can be changed."""

    sign_in: SessionPayload | None = carried_out_by(resolvers.sessions.sign_in, allow=May.ANYONE, session=True)
    session_enter: SessionPayload | None = carried_out_by(
        resolvers.sessions.session_enter, allow=May.ANYONE, session=True
    )
    sign_out: SignOutPayload | None = carried_out_by(resolvers.sessions.sign_out, allow=May.ANYONE, session=True)
    sign_out_everywhere: SignOutPayload | None = carried_out_by(
        resolvers.sessions.sign_out_everywhere, allow=May.ANYONE, session=True
    )
    note_create: NoteCreatePayload | None = carried_out_by(resolvers.notes.writing.create, allow=May.WRITE_CLINICAL)
    note_update: NoteUpdatePayload | None = carried_out_by(resolvers.notes.writing.update, allow=May.WRITE_CLINICAL)
    note_archive: NoteArchivePayload | None = carried_out_by(resolvers.notes.writing.archive, allow=May.WRITE_CLINICAL)
    timeline_entry_add: TimelineEntryAddPayload | None = carried_out_by(
        resolvers.timeline.adding.add, allow=May.WRITE_CLIENTS
    )


@strawberry.type(description="What can be followed as it happens.")
class Subscription:
    """What can be followed as it happens."""

    timeline_updates: TimelineFeed = followed_by(resolvers.timeline.following.updates, allow=May.READ_CLIENTS)


CONCRETE: list[Any] = [AnonymousViewer, Member, MemberViewer, SystemViewer, TimelineEntry]


def build_schema(**options: Any) -> strawberry.Schema:
    """The schema. `options` choose how it is executed."""
    config = StrawberryConfig(scalar_map=SCALARS, disable_field_suggestions=True)
    return strawberry.Schema(
        query=Query, mutation=Mutation, subscription=Subscription, types=CONCRETE, config=config, **options
    )


schema = build_schema()
