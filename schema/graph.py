"""The front page: every root field, one line each, and the schema built from them."""

from typing import Any

import strawberry
from strawberry.schema.config import StrawberryConfig

import resolvers.api_keys.changing
import resolvers.break_glass.changing
import resolvers.bringing.imports
import resolvers.care_team.changing
import resolvers.clients.archiving
import resolvers.clients.changing
import resolvers.clients.creating
import resolvers.clients.finding
import resolvers.documents.archiving
import resolvers.documents.changing
import resolvers.documents.finding
import resolvers.folders.changing
import resolvers.folders.finding
import resolvers.invitations.accepting
import resolvers.invitations.changing
import resolvers.journeys.archiving
import resolvers.journeys.changing
import resolvers.journeys.creating
import resolvers.journeys.finding
import resolvers.logins.changing
import resolvers.members.changing
import resolvers.nodes
import resolvers.notes.finding
import resolvers.notes.labelling
import resolvers.notes.moving
import resolvers.notes.signing
import resolvers.notes.supervising
import resolvers.notes.writing
import resolvers.notifications.finding
import resolvers.notifications.following
import resolvers.people
import resolvers.practices
import resolvers.sessions
import resolvers.settings
import resolvers.tags.assigning
import resolvers.tags.finding
import resolvers.tags.managing
import resolvers.tags.merging
import resolvers.timeline.adding
import resolvers.timeline.following
import resolvers.uploads.beginning
import resolvers.uploads.completing
import resolvers.uploads.finding
from auth.permissions import May
from schema.api_keys import ApiKey, ApiKeyCreatePayload, ApiKeyRevokePayload
from schema.break_glass import BreakGlass, BreakGlassPayload
from schema.care_team import CareTeamMemberAddPayload, CareTeamMemberRemovePayload, CareTeamMemberUpdatePayload
from schema.client_documents import (
    Document,
    DocumentArchivePayload,
    DocumentMovePayload,
    DocumentRenamePayload,
    DocumentRestorePayload,
    DocumentUpdatePayload,
    DocumentVersion,
)
from schema.clients import (
    Client,
    ClientArchivePayload,
    ClientCreatePayload,
    ClientRestorePayload,
    ClientUpdatePayload,
)
from schema.execution.executing import BreadthFirst
from schema.fields import answered_by, carried_out_by, followed_by
from schema.folders import (
    Folder,
    FolderCreatePayload,
    FolderDeletePayload,
    FolderMovePayload,
    FolderRenamePayload,
)
from schema.imports import ClientImport, ClientImportBeginPayload, ClientImportCancelPayload
from schema.invitations import Invitation, InvitationPayload
from schema.journeys import (
    Journey,
    JourneyArchivePayload,
    JourneyCreatePayload,
    JourneyRestorePayload,
    JourneyStatusChangePayload,
    JourneyUpdatePayload,
)
from schema.nodes import Node
from schema.notes import (
    Addendum,
    MemberSupervisePayload,
    Note,
    NoteAddendumAddPayload,
    NoteArchivePayload,
    NoteCosignPayload,
    NoteCreatePayload,
    NoteLabel,
    NoteMovePayload,
    NoteRestorePayload,
    NoteSignPayload,
    NoteUpdatePayload,
)
from schema.notifications import Notification, NotificationFeed, NotificationsReadPayload
from schema.paging import Connection
from schema.people import (
    AnonymousViewer,
    KeyViewer,
    LoginPayload,
    Member,
    MembershipPayload,
    MemberViewer,
    Practice,
    PracticeUpdatePayload,
    SessionPayload,
    SignOutPayload,
    SystemViewer,
    Viewer,
)
from schema.scalars import SCALARS
from schema.settings import PracticeSettingsUpdatePayload
from schema.tags import (
    ClientTagsAddPayload,
    ClientTagsRemovePayload,
    Tag,
    TagArchivePayload,
    TagCreatePayload,
    TagMergePayload,
    TagRestorePayload,
    TagsReorderPayload,
    TagUpdatePayload,
)
from schema.timeline import TimelineEntry, TimelineEntryAddPayload, TimelineFeed
from schema.uploads import (
    DocumentUploadBeginPayload,
    DocumentUploadCompletePayload,
    DocumentVersionAddPayload,
    Upload,
)


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
    notes: Connection[Note] | None = answered_by(resolvers.notes.finding.found, allow=May.READ_CLINICAL)
    notes_to_cosign: Connection[Note] | None = answered_by(resolvers.notes.finding.to_cosign, allow=May.WRITE_CLINICAL)
    note_labels: list[NoteLabel] | None = answered_by(resolvers.notes.labelling.in_use, allow=May.READ_CLINICAL)
    document: Document | None = answered_by(resolvers.documents.finding.document, allow=May.READ_CLIENTS)
    folder: Folder | None = answered_by(resolvers.folders.finding.folder, allow=May.READ_CLIENTS)
    upload: Upload | None = answered_by(resolvers.uploads.finding.upload, allow=May.READ_CLIENTS)
    tag: Tag | None = answered_by(resolvers.tags.finding.tag, allow=May.READ_CLIENTS)


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
    password_reset_request: LoginPayload | None = carried_out_by(
        resolvers.logins.changing.password_reset_request, allow=May.ANYONE, session=True
    )
    password_reset: LoginPayload | None = carried_out_by(
        resolvers.logins.changing.password_reset, allow=May.ANYONE, session=True
    )
    password_change: LoginPayload | None = carried_out_by(
        resolvers.logins.changing.password_change, allow=May.ANYONE, session=True
    )
    email_change: LoginPayload | None = carried_out_by(
        resolvers.logins.changing.email_change, allow=May.ANYONE, session=True
    )
    email_change_confirm: LoginPayload | None = carried_out_by(
        resolvers.logins.changing.email_change_confirm, allow=May.ANYONE, session=True
    )
    invitation_accept: SessionPayload | None = carried_out_by(
        resolvers.invitations.accepting.accept, allow=May.ANYONE, session=True
    )
    invitation_create: InvitationPayload | None = carried_out_by(
        resolvers.invitations.changing.create, allow=May.MANAGE_PEOPLE
    )
    invitation_resend: InvitationPayload | None = carried_out_by(
        resolvers.invitations.changing.resend, allow=May.MANAGE_PEOPLE
    )
    invitation_withdraw: InvitationPayload | None = carried_out_by(
        resolvers.invitations.changing.withdraw, allow=May.MANAGE_PEOPLE
    )
    membership_update: MembershipPayload | None = carried_out_by(
        resolvers.members.changing.update, allow=May.MANAGE_PEOPLE
    )
    membership_end: MembershipPayload | None = carried_out_by(resolvers.members.changing.end, allow=May.MANAGE_PEOPLE)
    api_key_create: ApiKeyCreatePayload | None = carried_out_by(
        resolvers.api_keys.changing.create, allow=May.MANAGE_KEYS, session=True
    )
    api_key_revoke: ApiKeyRevokePayload | None = carried_out_by(
        resolvers.api_keys.changing.revoke, allow=May.MANAGE_KEYS
    )
    break_glass: BreakGlassPayload | None = carried_out_by(resolvers.break_glass.changing.begin, allow=May.BREAK_GLASS)
    break_glass_end: BreakGlassPayload | None = carried_out_by(resolvers.break_glass.changing.end)
    break_glass_review: BreakGlassPayload | None = carried_out_by(
        resolvers.break_glass.changing.review, allow=May.REVIEW_BREAK_GLASS
    )
    practice_update: PracticeUpdatePayload | None = carried_out_by(resolvers.practices.update, allow=May.WRITE_SETTINGS)
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
    client_tags_add: ClientTagsAddPayload | None = carried_out_by(resolvers.tags.assigning.add, allow=May.WRITE_CLIENTS)
    client_tags_remove: ClientTagsRemovePayload | None = carried_out_by(
        resolvers.tags.assigning.remove, allow=May.WRITE_CLIENTS
    )
    tag_create: TagCreatePayload | None = carried_out_by(resolvers.tags.managing.create, allow=May.MANAGE_TAGS)
    tag_update: TagUpdatePayload | None = carried_out_by(resolvers.tags.managing.update, allow=May.MANAGE_TAGS)
    tag_archive: TagArchivePayload | None = carried_out_by(resolvers.tags.managing.archive, allow=May.MANAGE_TAGS)
    tag_restore: TagRestorePayload | None = carried_out_by(resolvers.tags.managing.restore, allow=May.MANAGE_TAGS)
    tag_merge: TagMergePayload | None = carried_out_by(resolvers.tags.merging.merge, allow=May.MANAGE_TAGS)
    tags_reorder: TagsReorderPayload | None = carried_out_by(resolvers.tags.managing.reorder, allow=May.MANAGE_TAGS)
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
    note_restore: NoteRestorePayload | None = carried_out_by(resolvers.notes.writing.restore, allow=May.WRITE_CLINICAL)
    note_sign: NoteSignPayload | None = carried_out_by(resolvers.notes.signing.sign, allow=May.WRITE_CLINICAL)
    note_cosign: NoteCosignPayload | None = carried_out_by(resolvers.notes.signing.cosign, allow=May.WRITE_CLINICAL)
    note_addendum_add: NoteAddendumAddPayload | None = carried_out_by(
        resolvers.notes.signing.add, allow=May.WRITE_CLINICAL
    )
    note_move: NoteMovePayload | None = carried_out_by(resolvers.notes.moving.move, allow=May.WRITE_CLINICAL)
    member_supervise: MemberSupervisePayload | None = carried_out_by(
        resolvers.notes.supervising.supervise, allow=May.WRITE_SETTINGS
    )
    notifications_read: NotificationsReadPayload | None = carried_out_by(
        resolvers.notifications.finding.read, allow=May.SIGNED_IN
    )
    document_upload_begin: DocumentUploadBeginPayload | None = carried_out_by(
        resolvers.uploads.beginning.begin, allow=May.WRITE_CLIENTS, session=True
    )
    document_upload_complete: DocumentUploadCompletePayload | None = carried_out_by(
        resolvers.uploads.completing.complete, allow=May.WRITE_CLIENTS, session=True
    )
    document_version_add: DocumentVersionAddPayload | None = carried_out_by(
        resolvers.uploads.beginning.begin_version, allow=May.WRITE_CLIENTS, session=True
    )
    document_rename: DocumentRenamePayload | None = carried_out_by(
        resolvers.documents.changing.rename, allow=May.WRITE_CLIENTS
    )
    document_move: DocumentMovePayload | None = carried_out_by(
        resolvers.documents.changing.move, allow=May.WRITE_CLIENTS
    )
    document_update: DocumentUpdatePayload | None = carried_out_by(
        resolvers.documents.changing.update, allow=May.WRITE_CLIENTS
    )
    document_archive: DocumentArchivePayload | None = carried_out_by(
        resolvers.documents.archiving.archive, allow=May.WRITE_CLIENTS
    )
    document_restore: DocumentRestorePayload | None = carried_out_by(
        resolvers.documents.archiving.restore, allow=May.WRITE_CLIENTS
    )
    folder_create: FolderCreatePayload | None = carried_out_by(
        resolvers.folders.changing.create, allow=May.WRITE_CLIENTS
    )
    folder_rename: FolderRenamePayload | None = carried_out_by(
        resolvers.folders.changing.rename, allow=May.WRITE_CLIENTS
    )
    folder_move: FolderMovePayload | None = carried_out_by(resolvers.folders.changing.move, allow=May.WRITE_CLIENTS)
    folder_delete: FolderDeletePayload | None = carried_out_by(
        resolvers.folders.changing.delete, allow=May.WRITE_CLIENTS
    )
    timeline_entry_add: TimelineEntryAddPayload | None = carried_out_by(
        resolvers.timeline.adding.add, allow=May.WRITE_CLIENTS
    )


@strawberry.type(description="What can be followed as it happens.")
class Subscription:
    """What can be followed as it happens."""

    timeline_updates: TimelineFeed = followed_by(resolvers.timeline.following.updates, allow=May.READ_CLIENTS)
    notification_updates: NotificationFeed = followed_by(resolvers.notifications.following.updates, allow=May.SIGNED_IN)


CONCRETE: list[Any] = [
    Addendum, AnonymousViewer, ApiKey, BreakGlass, DocumentVersion, Invitation, KeyViewer, Member, MemberViewer,
    Notification, SystemViewer, TimelineEntry,
]  # fmt: skip


def build_schema(**options: Any) -> strawberry.Schema:
    """The schema. `options` choose how it is executed."""
    config = StrawberryConfig(scalar_map=SCALARS, disable_field_suggestions=True)
    options.setdefault("execution_context_class", BreadthFirst)
    return strawberry.Schema(
        query=Query, mutation=Mutation, subscription=Subscription, types=CONCRETE, config=config, **options
    )


schema = build_schema()
