"""The shapes that resolvers' arguments and inputs are written in; the schema turns them into GraphQL."""

from collections.abc import Callable
from enum import Enum
from typing import Annotated, Any, Final, Literal, TypeVar
from uuid import UUID

from domain.identity import Kind


class Absent(Enum):
    """The type of `ABSENT`, for annotations."""

    ABSENT = "ABSENT"


# The value of an input field that was left out, where that differs from null: "keep it" rather than "clear it".
ABSENT: Final = Absent.ABSENT
AbsentType = Literal[Absent.ABSENT]

# Ids as resolvers take them. Text that is no id of that kind becomes NOWHERE, which no row has, so it is not found.
NOWHERE = UUID(int=0)
# An id of any kind, as its text.
ANY_KIND: Final = "an id of any kind"
AnyId = Annotated[str, ANY_KIND]
ClientId = Annotated[UUID, Kind.CLIENT]
JourneyId = Annotated[UUID, Kind.JOURNEY]
NoteId = Annotated[UUID, Kind.NOTE]
AddendumId = Annotated[UUID, Kind.ADDENDUM]
NotificationId = Annotated[UUID, Kind.NOTIFICATION]
GrantId = Annotated[UUID, Kind.GRANT]
MemberId = Annotated[UUID, Kind.MEMBERSHIP]
InvitationId = Annotated[UUID, Kind.INVITATION]
ApiKeyId = Annotated[UUID, Kind.API_KEY]
BreakGlassId = Annotated[UUID, Kind.BREAK_GLASS]
PracticeId = Annotated[UUID, Kind.PRACTICE]
ImportId = Annotated[UUID, Kind.CLIENT_IMPORT]
EntryId = Annotated[UUID, Kind.ENTRY]
ContactPointId = Annotated[UUID, Kind.CONTACT_POINT]
AddressId = Annotated[UUID, Kind.ADDRESS]
RelatedPersonId = Annotated[UUID, Kind.RELATED_PERSON]
TagId = Annotated[UUID, Kind.TAG]
IdentifierId = Annotated[UUID, Kind.IDENTIFIER]
SafetyFlagId = Annotated[UUID, Kind.SAFETY_FLAG]
FolderId = Annotated[UUID, Kind.FOLDER]
DocumentId = Annotated[UUID, Kind.DOCUMENT]
UploadId = Annotated[UUID, Kind.UPLOAD]

Resolver = TypeVar("Resolver", bound=Callable[..., Any])


def reads(*names: str) -> Callable[[Resolver], Resolver]:
    """Say which attributes of its parents a resolver reads. One that says nothing is given all of them."""

    def decorate(resolver: Resolver) -> Resolver:
        resolver.reads = frozenset(names)  # type: ignore[attr-defined] # functions take attributes
        return resolver

    return decorate
