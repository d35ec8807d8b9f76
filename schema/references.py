"""Names for types that contain the type that names them: the only cycles among types, all in one place."""

from typing import TYPE_CHECKING, Annotated

import strawberry

if TYPE_CHECKING:
    from schema.client_documents import Document
    from schema.clients import Client
    from schema.folders import Folder
    from schema.journeys import Journey
    from schema.people import Member, Practice

ClientRef = Annotated["Client", strawberry.lazy("schema.clients")]
DocumentRef = Annotated["Document", strawberry.lazy("schema.client_documents")]
FolderRef = Annotated["Folder", strawberry.lazy("schema.folders")]
JourneyRef = Annotated["Journey", strawberry.lazy("schema.journeys")]
MemberRef = Annotated["Member", strawberry.lazy("schema.people")]
PracticeRef = Annotated["Practice", strawberry.lazy("schema.people")]
