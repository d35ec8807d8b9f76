"""What a profile is made of, as it is given: names, and the parts that are given and replaced as whole lists."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from domain.clients import Channel, ClientStatus, ClinicalSex, FlagSeverity, NameUse, PlaceUse, Relation
from domain.texts import EmailAddress, Locale, PhoneNumber, TimeZone
from resolvers.given import (
    ABSENT,
    AbsentType,
    AddressId,
    ContactPointId,
    IdentifierId,
    RelatedPersonId,
    SafetyFlagId,
)
from storage.database.clients import ClientRow


@dataclass(frozen=True)
class ClientName:
    """A name of a person."""

    use: NameUse
    """What the name is used for."""
    given: str | None = None
    """The given names."""
    family: str | None = None
    """The family name."""


@dataclass(frozen=True)
class PersonNameInput(ClientName):
    """A name of a person; it needs a given or a family name."""


@dataclass(frozen=True)
class ContactPermissions:
    """What a contact point may be used for: true, false, or null until the client was asked."""

    email: bool | None = None
    """Whether e-mail may be sent there."""
    call: bool | None = None
    """Whether it may be called."""
    text: bool | None = None
    """Whether text messages may be sent there."""
    voicemail: bool | None = None
    """Whether a message may be left on its voicemail."""


@dataclass(frozen=True)
class ContactPermissionsInput(ContactPermissions):
    """What the client has said a contact point may be used for. What was not asked is left out or null."""


@dataclass(frozen=True, kw_only=True)
class ContactPointInput:
    """A way to reach the client."""

    id: ContactPointId | None = None
    """The contact point that is kept and becomes this; a new one if left out."""
    channel: Channel
    """Which way it is."""
    use: PlaceUse = PlaceUse.HOME
    """What it is for; HOME if left out."""
    value: str
    """The address or number: an e-mail address, a telephone number with its country code, any text for OTHER."""
    label: str | None = None
    """A few words about it, such as mobile."""
    permissions: ContactPermissionsInput = ContactPermissionsInput()
    """What the client has said it may be used for; nothing asked yet if left out."""
    preferred: bool = False
    """Whether it is the one to use first; at most one of each channel."""


@dataclass(frozen=True, kw_only=True)
class AddressInput:
    """A place of the client."""

    id: AddressId | None = None
    """The address that is kept and becomes this; a new one if left out."""
    use: PlaceUse = PlaceUse.HOME
    """What it is for; HOME if left out."""
    lines: list[str]
    """Street, house and what else stands above the town, line by line."""
    locality: str | None = None
    """The town."""
    region: str | None = None
    """The state, province or county."""
    postal_code: str | None = None
    """The postal code."""
    country: str | None = None
    """The country, best by its two letters."""
    access_notes: str | None = None
    """How to get in: bell, floor, parking."""


@dataclass(frozen=True, kw_only=True)
class RelatedPersonInput:
    """Somebody in the client's life."""

    id: RelatedPersonId | None = None
    """The related person who is kept and becomes this; a new one if left out."""
    relation: Relation
    """Who they are to the client."""
    name: str
    """Their name."""
    pronouns: str | None = None
    """The pronouns they go by."""
    phone: PhoneNumber | None = None
    """Their telephone number."""
    email: EmailAddress | None = None
    """Their e-mail address."""
    birth_date: date | None = None
    """When they were born."""
    deceased_on: date | None = None
    """When they died; nothing is sent to them after that."""
    emergency_contact: bool = False
    """Whether they are to be called in an emergency."""
    remark: str | None = None
    """What else is good to know about them."""


@dataclass(frozen=True, kw_only=True)
class IdentifierInput:
    """A number others know the client by."""

    id: IdentifierId | None = None
    """The identifier that is kept and becomes this; a new one if left out."""
    system: str
    """Who gave it out: a web address or a name, such as OHIP."""
    value: str
    """The number."""
    label: str | None = None
    """A few words about it."""


@dataclass(frozen=True, kw_only=True)
class SafetyFlagInput:
    """What whoever meets the client must know first."""

    id: SafetyFlagId | None = None
    """The flag that is kept and becomes this; a new one if left out."""
    severity: FlagSeverity
    """How loudly it speaks."""
    text: str
    """The warning. Everybody who reaches the client reads it: write nothing clinical that need not be here."""
    from_date: date | None = None
    """The first day it holds; from the beginning if left out."""
    to_date: date | None = None
    """The last day it holds; for good if left out."""


@dataclass(frozen=True, kw_only=True)
class Profile:
    """What a client's profile can hold beside its names. What is left out is not known yet, or stays as it is."""

    status: ClientStatus | AbsentType = ABSENT
    """Where the client stands with the practice; a new client is ACTIVE if left out. Archiving has its own mutation."""
    pronouns: str | AbsentType | None = ABSENT
    """The pronouns the client goes by."""
    birth_date: date | AbsentType | None = ABSENT
    """When the client was born."""
    deceased_on: date | AbsentType | None = ABSENT
    """When the client died. After that no automated message goes out."""
    gender: str | AbsentType | None = ABSENT
    """Gender, in the client's own words. Needs WRITE_CLINICAL."""
    clinical_sex: ClinicalSex | AbsentType | None = ABSENT
    """Sex for clinical use. Needs WRITE_CLINICAL."""
    language: Locale | AbsentType | None = ABSENT
    """The language the client is spoken and written to in."""
    time_zone: TimeZone | AbsentType | None = ABSENT
    """The time zone the client lives in; the practice's own if null."""
    privacy_consent: bool | AbsentType | None = ABSENT
    """Whether the client has agreed to the privacy policy; null until they have answered."""
    email_marketing_consent: bool | AbsentType | None = ABSENT
    """Whether news may be sent by e-mail; null until the client has answered."""
    text_marketing_consent: bool | AbsentType | None = ABSENT
    """Whether news may be sent by text message; null until the client has answered."""
    contact_points: list[ContactPointInput] | AbsentType = ABSENT
    """How the client can be reached: the whole list, in its order."""
    addresses: list[AddressInput] | AbsentType = ABSENT
    """Where the client lives, works or can be visited: the whole list, in its order."""
    related_people: list[RelatedPersonInput] | AbsentType = ABSENT
    """The people in the client's life: the whole list, in its order."""
    identifiers: list[IdentifierInput] | AbsentType = ABSENT
    """The numbers others know the client by: the whole list, in its order."""
    safety_flags: list[SafetyFlagInput] | AbsentType = ABSENT
    """What whoever meets the client must know first: the whole list, in its order."""


def names_of(client: ClientRow) -> list[ClientName]:
    """The names that a profile keeps."""
    return names_in(client.names)


def names_in(kept: Iterable[dict[str, Any]]) -> list[ClientName]:
    """The names in a profile's column."""
    return [ClientName(NameUse(name["use"]), name["given"], name["family"]) for name in kept]
