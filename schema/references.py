"""Names for types that contain the type that names them: the only cycles among types, all in one place."""

from typing import TYPE_CHECKING, Annotated

import strawberry

if TYPE_CHECKING:
    from schema.api_keys import ApiKey
    from schema.break_glass import BreakGlass
    from schema.client_documents import Document
    from schema.clients import Client
    from schema.folders import Folder
    from schema.invitations import Invitation
    from schema.journeys import Journey
    from schema.notes import Note
    from schema.notifications import NotificationConnection
    from schema.people import Member, Practice
    from schema.tags import Tag
    from schema.timeline import TimelineEntry

ApiKeyRef = Annotated["ApiKey", strawberry.lazy("schema.api_keys")]
BreakGlassRef = Annotated["BreakGlass", strawberry.lazy("schema.break_glass")]
InvitationRef = Annotated["Invitation", strawberry.lazy("schema.invitations")]
ClientRef = Annotated["Client", strawberry.lazy("schema.clients")]
DocumentRef = Annotated["Document", strawberry.lazy("schema.client_documents")]
FolderRef = Annotated["Folder", strawberry.lazy("schema.folders")]
JourneyRef = Annotated["Journey", strawberry.lazy("schema.journeys")]
NoteRef = Annotated["Note", strawberry.lazy("schema.notes")]
MemberRef = Annotated["Member", strawberry.lazy("schema.people")]
TagRef = Annotated["Tag", strawberry.lazy("schema.tags")]
PracticeRef = Annotated["Practice", strawberry.lazy("schema.people")]
NotificationsRef = Annotated["NotificationConnection", strawberry.lazy("schema.notifications")]
TimelineEntryRef = Annotated["TimelineEntry", strawberry.lazy("schema.timeline")]
