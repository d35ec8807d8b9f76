"""Names for types that contain the type that names them: the only cycles among types, all in one place."""

from typing import TYPE_CHECKING, Annotated

import strawberry

if TYPE_CHECKING:
    from schema.clients import Client
    from schema.journeys import Journey
    from schema.people import Member, Practice
    from schema.tags import Tag

ClientRef = Annotated["Client", strawberry.lazy("schema.clients")]
JourneyRef = Annotated["Journey", strawberry.lazy("schema.journeys")]
MemberRef = Annotated["Member", strawberry.lazy("schema.people")]
TagRef = Annotated["Tag", strawberry.lazy("schema.tags")]
PracticeRef = Annotated["Practice", strawberry.lazy("schema.people")]
