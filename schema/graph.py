"""The front page: every root field, one line each, and the schema built from them."""

from typing import Any

import strawberry
from strawberry.schema.config import StrawberryConfig

import resolvers.bringing.imports
import resolvers.care_team.changing
import resolvers.clients.archiving
import resolvers.clients.changing
import resolvers.clients.creating
import resolvers.clients.finding
import resolvers.journeys.archiving
import resolvers.journeys.changing
import resolvers.journeys.creating
import resolvers.journeys.finding
import resolvers.nodes
import resolvers.notes.finding
import resolvers.notes.writing
import resolvers.people
import resolvers.sessions
import resolvers.settings
import resolvers.timeline.adding
import resolvers.timeline.following
from auth.permissions import May
from schema.care_team import CareTeamMemberAddPayload, CareTeamMemberRemovePayload, CareTeamMemberUpdatePayload
from schema.clients import (
    Client,
    ClientArchivePayload,
    ClientCreatePayload,
    ClientRestorePayload,
    ClientUpdatePayload,
)
from schema.fields import answered_by, carried_out_by, followed_by
from schema.imports import ClientImport, ClientImportBeginPayload, ClientImportCancelPayload
from schema.journeys import (
    Journey,
    JourneyArchivePayload,
    JourneyCreatePayload,
    JourneyRestorePayload,
    JourneyStatusChangePayload,
    JourneyUpdatePayload,
)
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
from schema.settings import PracticeSettingsUpdatePayload
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
    client_import: ClientImport | None = answered_by(resolvers.bringing.imports.client_import, allow=May.IMPORT_CLIENTS)
    client_imports: Connection[ClientImport] | None = answered_by(
        resolvers.bringing.imports.client_imports, allow=May.IMPORT_CLIENTS
    )
    journey: Journey | None = answered_by(resolvers.journeys.finding.journey, allow=May.READ_CLIENTS)
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
    client_create: ClientCreatePayload | None = carried_out_by(
        resolvers.clients.creating.create, allow=May.CREATE_CLIENTS
    )
    client_update: ClientUpdatePayload | None = carried_out_by(
        resolvers.clients.changing.update, allow=May.WRITE_CLIENTS
    )
    client_archive: ClientArchivePayload | None = carried_out_by(
        resolvers.clients.archiving.archive, allow=May.WRITE_CLIENTS
    )
    client_restore: ClientRestorePayload | None = carried_out_by(
        resolvers.clients.archiving.restore, allow=May.WRITE_CLIENTS
    )
    client_import_begin: ClientImportBeginPayload | None = carried_out_by(
        resolvers.bringing.imports.begin, allow=May.IMPORT_CLIENTS
    )
    client_import_cancel: ClientImportCancelPayload | None = carried_out_by(
        resolvers.bringing.imports.cancel, allow=May.IMPORT_CLIENTS
    )
    practice_settings_update: PracticeSettingsUpdatePayload | None = carried_out_by(
        resolvers.settings.update, allow=May.WRITE_SETTINGS
    )
    journey_create: JourneyCreatePayload | None = carried_out_by(
        resolvers.journeys.creating.create, allow=May.WRITE_CLIENTS
    )
    journey_update: JourneyUpdatePayload | None = carried_out_by(
        resolvers.journeys.changing.update, allow=May.WRITE_CLIENTS
    )
    journey_status_change: JourneyStatusChangePayload | None = carried_out_by(
        resolvers.journeys.changing.change_status, allow=May.WRITE_CLIENTS
    )
    journey_archive: JourneyArchivePayload | None = carried_out_by(
        resolvers.journeys.archiving.archive, allow=May.WRITE_CLIENTS
    )
    journey_restore: JourneyRestorePayload | None = carried_out_by(
        resolvers.journeys.archiving.restore, allow=May.WRITE_CLIENTS
    )
    care_team_member_add: CareTeamMemberAddPayload | None = carried_out_by(
        resolvers.care_team.changing.add, allow=May.SHARE_CLIENTS
    )
    care_team_member_update: CareTeamMemberUpdatePayload | None = carried_out_by(
        resolvers.care_team.changing.update, allow=May.SHARE_CLIENTS
    )
    care_team_member_remove: CareTeamMemberRemovePayload | None = carried_out_by(
        resolvers.care_team.changing.remove, allow=May.SHARE_CLIENTS
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
