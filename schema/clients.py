"""Clients as the graph shows them."""

from datetime import date, datetime

import strawberry

import resolvers.clients.finding
import resolvers.notes.finding
import resolvers.timeline.finding
import schema.given
from auth.permissions import May
from domain.clients import (
    Channel,
    ClientStatus,
    ClinicalSex,
    Consequences,
    ContactPermission,
    FlagSeverity,
    NameUse,
    PlaceUse,
    Relation,
)
from resolvers.clients.parts import ClientName
from schema.fields import answered_by, presents
from schema.nodes import Node
from schema.notes import Note
from schema.paging import Connection
from schema.scalars import Locale, TimeZone
from schema.timeline import TimelineEntryConnection
from storage.database.clients import (
    ClientRow,
)

for vocabulary in (Channel, ClientStatus, ClinicalSex, ContactPermission, FlagSeverity, NameUse, PlaceUse, Relation):
    schema.given.one_of(vocabulary)


@presents(ClientName)
class PersonName:
    """A name of a person."""

    use: NameUse
    "What the name is used for."
    given: str | None
    "The given names."
    family: str | None
    "The family name."


@presents(Consequences)
class ClientConsequences:
    """What follows from where a client stands."""

    portal: bool
    "The client may sign in to the portal."
    automated_messages: bool
    "Messages may go out by themselves."
    new_work: bool
    "Journeys and visits may be opened."


@presents(ClientRow)
class Client(Node):
    """Somebody the practice cares for."""

    id: strawberry.ID = answered_by(resolvers.clients.finding.ids)
    file_number: str
    "The number of the file: unique in the practice, without gaps, never used again."
    status: ClientStatus
    "Where the client stands with the practice."
    timeline: TimelineEntryConnection = answered_by(resolvers.timeline.finding.of_clients)
    notes: Connection[Note] | None = answered_by(resolvers.notes.finding.of_clients, allow=May.READ_CLINICAL)
    consequences: ClientConsequences = answered_by(resolvers.clients.finding.consequences)
    display_name: str
    "The name the client goes by."
    legal_name: str = answered_by(resolvers.clients.finding.legal_names)
    names: list[PersonName] = answered_by(resolvers.clients.finding.person_names)
    pronouns: str | None
    "The pronouns the client goes by."
    birth_date: date | None
    "When the client was born."
    deceased_on: date | None
    "When the client died. After that no automated message goes out."
    gender: str | None = answered_by(resolvers.clients.finding.genders, allow=May.READ_CLINICAL)
    clinical_sex: ClinicalSex | None = answered_by(resolvers.clients.finding.clinical_sexes, allow=May.READ_CLINICAL)
    language: Locale | None
    "The language the client is spoken and written to in."
    time_zone: TimeZone | None
    "The time zone the client lives in; the practice's own if null."
    privacy_consent: bool | None
    "Whether the client has agreed to the privacy policy; null until they have answered."
    email_marketing_consent: bool | None
    "Whether news may be sent by e-mail; null until the client has answered."
    text_marketing_consent: bool | None
    "Whether news may be sent by text message; null until the client has answered."
    version: int
    "Grows by one with every change; to be given back as `expectedVersion`."
    created_at: datetime
    "When the file was opened."
    updated_at: datetime
    "When the profile was last changed."
    archived_at: datetime | None
    "When the file was put away."
