"""The plain facts of the demonstration practice, shaped like the tables that they go to."""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from domain.clients import Channel, ClientStatus, ClinicalSex, FlagSeverity, PlaceUse, Relation
from domain.journeys import JourneyStatus, LifeEvent
from domain.names import PersonName
from domain.people import Level, Role
from domain.settings import Settings
from domain.timeline import EntryKind, Visibility


@dataclass(frozen=True, slots=True)
class MemberFacts:
    """Somebody who works in the practice: a login, and a membership."""

    id: UUID
    person_id: UUID
    email: str
    name: str
    role: Role
    title: str
    from_at: datetime


@dataclass(frozen=True, slots=True)
class PracticePlan:
    """The practice, and who works in it; the first member is its owner."""

    id: UUID
    name: str
    created_at: datetime
    settings: Settings
    members: tuple[MemberFacts, ...]


@dataclass(slots=True)
class ClientFacts:
    """A client's profile."""

    id: UUID
    status: ClientStatus
    status_before_archive: ClientStatus | None
    names: tuple[PersonName, ...]
    display_name: str
    sort_name: str
    pronouns: str | None
    birth_date: date
    deceased_on: date | None
    gender: str | None
    clinical_sex: ClinicalSex
    language: str
    time_zone: str | None
    privacy_consent: bool | None
    email_marketing_consent: bool | None
    text_marketing_consent: bool | None
    created_at: datetime
    updated_at: datetime
    archived_at: datetime | None


@dataclass(frozen=True, slots=True)
class ContactFacts:
    """A way to reach the client; `permitted` is what the client said about it, None for not asked."""

    id: UUID
    channel: Channel
    use: PlaceUse
    value: str
    label: str | None
    permitted: bool | None
    preferred: bool


@dataclass(frozen=True, slots=True)
class AddressFacts:
    """Where the client lives."""

    id: UUID
    use: PlaceUse
    lines: tuple[str, ...]
    locality: str
    region: str | None
    postal_code: str
    country: str
    access_notes: str | None


@dataclass(frozen=True, slots=True)
class RelatedFacts:
    """Somebody in the client's life."""

    id: UUID
    relation: Relation
    name: str
    pronouns: str | None
    phone: str | None
    email: str | None
    birth_date: date | None
    deceased_on: date | None
    emergency_contact: bool
    remark: str | None


@dataclass(frozen=True, slots=True)
class IdentifierFacts:
    """A number that somebody else knows the client by."""

    id: UUID
    system: str
    value: str
    label: str


@dataclass(frozen=True, slots=True)
class FlagFacts:
    """A warning that whoever meets the client must see first."""

    id: UUID
    severity: FlagSeverity
    text: str
    from_date: date
    to_date: date | None


@dataclass(slots=True)
class JourneyFacts:
    """A cycle of care around a life event, as it stands today."""

    id: UUID
    title: str
    life_event: LifeEvent
    expected_on: date | None
    started_on: date | None
    ended_on: date | None
    outcome: str | None
    status: JourneyStatus
    status_before_archive: JourneyStatus | None
    status_changed_at: datetime
    status_changed_by: UUID
    status_reason: str | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class GrantFacts:
    """A place on the care team of a journey, or of the whole client."""

    id: UUID
    journey_id: UUID | None
    membership_id: UUID
    level: Level
    role_title: str
    from_at: datetime
    to_at: datetime | None
    reason: str | None
    created_by: UUID


@dataclass(slots=True)
class NoteFacts:
    """A note as it stands today."""

    id: UUID
    journey_id: UUID
    title: str
    text: str
    occurred_at: datetime
    recorded_at: datetime
    author_id: UUID
    author_name: str
    pinned: bool
    version: int
    updated_at: datetime
    archived_at: datetime | None
    archived_by: UUID | None
    archive_reason: str | None


@dataclass(frozen=True, slots=True)
class RevisionFacts:
    """A note as it stood before it was changed."""

    note_id: UUID
    version: int
    title: str
    text: str
    occurred_at: datetime
    replaced_at: datetime
    replaced_by: UUID


@dataclass(frozen=True, slots=True)
class EntryFacts:
    """One line of the client's timeline."""

    id: UUID
    journey_id: UUID | None
    kind: EntryKind
    subject_id: UUID | None
    occurred_at: datetime
    recorded_at: datetime
    actor_id: UUID
    actor_name: str
    visibility: Visibility
    facts: dict[str, str | int | None]
    removed_at: datetime | None = None
    removed_by: UUID | None = None


@dataclass(slots=True)
class ClientPlan:
    """A client, and everything that stands in the file; the entries in the order in which they were recorded."""

    client: ClientFacts
    contacts: list[ContactFacts] = field(default_factory=list)
    addresses: list[AddressFacts] = field(default_factory=list)
    related: list[RelatedFacts] = field(default_factory=list)
    identifiers: list[IdentifierFacts] = field(default_factory=list)
    flags: list[FlagFacts] = field(default_factory=list)
    journeys: list[JourneyFacts] = field(default_factory=list)
    grants: list[GrantFacts] = field(default_factory=list)
    notes: list[NoteFacts] = field(default_factory=list)
    revisions: list[RevisionFacts] = field(default_factory=list)
    entries: list[EntryFacts] = field(default_factory=list)
