"""Clients as the graph shows them."""

from datetime import date, datetime

import strawberry

import resolvers.access_log
import resolvers.care_team.finding
import resolvers.clients.finding
import resolvers.clients.outcomes
import resolvers.documents.finding
import resolvers.folders.finding
import resolvers.journeys.finding
import resolvers.notes.finding
import resolvers.tags.finding
import resolvers.timeline.finding
import schema.given
from auth.permissions import May
from domain.clients import (
    Channel,
    ClientStatus,
    ClinicalSex,
    Consequences,
    FlagSeverity,
    NameUse,
    PlaceUse,
    Relation,
)
from domain.duplicates import LikenessReason
from domain.texts import EmailAddress, Locale, PhoneNumber, TimeZone
from resolvers.clients.outcomes import (
    ClientArchived,
    ClientCreated,
    ClientRestored,
    ClientUpdated,
    PossibleDuplicateRow,
)
from resolvers.clients.parts import ClientName
from resolvers.clients.parts import ContactPermissions as ContactPermissionsRow
from schema.access_log import ClientAccess
from schema.care_team import CareTeamMember
from schema.client_documents import Document
from schema.fields import answered_by, presents
from schema.folders import Folder
from schema.journeys import Journey
from schema.nodes import Node
from schema.notes import Note
from schema.paging import Connection
from schema.problems import Problem
from schema.tags import ClientTag
from schema.timeline import TimelineEntryConnection
from storage.database.clients import (
    AddressRow,
    ClientRow,
    ContactPointRow,
    IdentifierRow,
    RelatedPersonRow,
    SafetyFlagRow,
)

for vocabulary in (Channel, ClientStatus, ClinicalSex, FlagSeverity, LikenessReason, NameUse, PlaceUse, Relation):
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


@presents(ContactPermissionsRow)
class ContactPermissions:
    """What the client has said a contact point may be used for: true, false, or null until they were asked."""

    email: bool | None
    "Whether e-mail may be sent there."
    call: bool | None
    "Whether it may be called."
    text: bool | None
    "Whether text messages may be sent there."
    voicemail: bool | None
    "Whether a message may be left on its voicemail."


@presents(ContactPointRow)
class ContactPoint(Node):
    """A way to reach a client."""

    id: strawberry.ID = answered_by(resolvers.clients.finding.part_ids)
    channel: Channel
    "Which way it is."
    use: PlaceUse
    "What it is for."
    value: str
    "The address or number; a telephone number in E.164 form."
    label: str | None
    "A few words about it, such as mobile."
    permissions: ContactPermissions = answered_by(resolvers.clients.finding.permissions)
    preferred: bool
    "Whether it is the one to use first; at most one of each channel."


@presents(AddressRow)
class Address(Node):
    """A place of a client."""

    id: strawberry.ID = answered_by(resolvers.clients.finding.part_ids)
    use: PlaceUse
    "What it is for."
    lines: list[str]
    "Street, house and what else stands above the town, line by line."
    locality: str | None
    "The town."
    region: str | None
    "The state, province or county."
    postal_code: str | None
    "The postal code."
    country: str | None
    "The country."
    access_notes: str | None
    "How to get in: bell, floor, parking."


@presents(RelatedPersonRow)
class RelatedPerson(Node):
    """Somebody in a client's life."""

    id: strawberry.ID = answered_by(resolvers.clients.finding.part_ids)
    relation: Relation
    "Who they are to the client."
    name: str
    "Their name."
    pronouns: str | None
    "The pronouns they go by."
    phone: PhoneNumber | None
    "Their telephone number."
    email: EmailAddress | None
    "Their e-mail address."
    birth_date: date | None
    "When they were born."
    deceased_on: date | None
    "When they died; nothing is sent to them after that."
    emergency_contact: bool
    "Whether they are to be called in an emergency."
    remark: str | None
    "What else is good to know about them."


@presents(IdentifierRow)
class Identifier(Node):
    """A number others know a client by."""

    id: strawberry.ID = answered_by(resolvers.clients.finding.part_ids)
    system: str
    "Who gave it out."
    value: str
    "The number."
    label: str | None
    "A few words about it."


@presents(SafetyFlagRow)
class SafetyFlag(Node):
    """What whoever meets a client must know first."""

    id: strawberry.ID = answered_by(resolvers.clients.finding.part_ids)
    severity: FlagSeverity
    "How loudly it speaks."
    text: str
    "The warning."
    from_date: date | None
    "The first day it holds; null from the beginning."
    to_date: date | None
    "The last day it holds; null for good."


@presents(ClientRow)
class Client(Node):
    """Somebody the practice cares for."""

    id: strawberry.ID = answered_by(resolvers.clients.finding.ids)
    file_number: str
    "The number of the file: unique in the practice, without gaps, never used again."
    status: ClientStatus
    "Where the client stands with the practice."
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
    contact_points: list[ContactPoint] = answered_by(resolvers.clients.finding.contact_points)
    addresses: list[Address] = answered_by(resolvers.clients.finding.addresses)
    related_people: list[RelatedPerson] = answered_by(resolvers.clients.finding.related_people)
    identifiers: list[Identifier] = answered_by(resolvers.clients.finding.identifiers)
    safety_flags: list[SafetyFlag] = answered_by(resolvers.clients.finding.safety_flags)
    tags: list[ClientTag] = answered_by(resolvers.tags.finding.of_clients)
    version: int
    "Grows by one with every change; to be given back as `expectedVersion`."
    created_at: datetime
    "When the file was opened."
    updated_at: datetime
    "When the profile was last changed."
    archived_at: datetime | None
    "When the file was put away."
    journeys: Connection[Journey] = answered_by(resolvers.journeys.finding.of_clients)
    care_team: list[CareTeamMember] = answered_by(resolvers.care_team.finding.of_clients)
    timeline: TimelineEntryConnection = answered_by(resolvers.timeline.finding.of_clients)
    access_log: Connection[ClientAccess] | None = answered_by(resolvers.access_log.of_clients, allow=May.READ_AUDIT)
    notes: Connection[Note] | None = answered_by(resolvers.notes.finding.of_clients, allow=May.READ_CLINICAL)
    documents: Connection[Document] = answered_by(resolvers.documents.finding.of_clients)
    folders: Connection[Folder] = answered_by(resolvers.folders.finding.of_clients)


@presents(PossibleDuplicateRow)
class PossibleDuplicate:
    """A client within reach who may be the person a file is opened for."""

    client: Client
    "The client."
    score: int
    "How much the two look alike, from 0 to 100; a hint to a person who decides."
    reasons: list[LikenessReason]
    "What speaks for it, the weightiest first."


@presents(ClientCreated)
class ClientCreatePayload:
    """What came of opening a file."""

    client: Client | None = answered_by(resolvers.clients.outcomes.clients_created)
    possible_duplicates: list[PossibleDuplicate] = answered_by(resolvers.clients.outcomes.possible_duplicates)
    problems: list[Problem]
    "What kept it from being done; empty when it was."


@presents(ClientUpdated)
class ClientUpdatePayload:
    """What came of changing a profile."""

    client: Client | None = answered_by(resolvers.clients.outcomes.clients_changed)
    current: Client | None = answered_by(resolvers.clients.outcomes.clients_as_they_stand)
    problems: list[Problem]
    "What kept it from being done; empty when it was."


@presents(ClientArchived)
class ClientArchivePayload:
    """What came of putting a file away."""

    client: Client | None = answered_by(resolvers.clients.outcomes.clients_changed)
    current: Client | None = answered_by(resolvers.clients.outcomes.clients_as_they_stand)
    problems: list[Problem]
    "What kept it from being done; empty when it was."


@presents(ClientRestored)
class ClientRestorePayload:
    """What came of taking a file up again."""

    client: Client | None = answered_by(resolvers.clients.outcomes.clients_changed)
    current: Client | None = answered_by(resolvers.clients.outcomes.clients_as_they_stand)
    problems: list[Problem]
    "What kept it from being done; empty when it was."
