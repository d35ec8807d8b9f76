"""FHIR's Patient and RelatedPerson as a client's facts (https://hl7.org/fhir/R4/patient.html)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from domain.clients import Channel, ClinicalSex, NameUse, PlaceUse, Relation
from domain.fhir import times
from domain.fhir.values import (
    Json,
    Place,
    SourceIdentity,
    Troubles,
    codes_of,
    extensions,
    object_at,
    objects_at,
    text_at,
    texts_at,
    words_of,
)
from domain.names import PersonName
from domain.texts import CODE, NAME

_NAME_USES = {
    "official": NameUse.LEGAL,
    "usual": NameUse.USED,
    "nickname": NameUse.USED,
    "anonymous": NameUse.USED,
    "maiden": NameUse.FORMER,
    "old": NameUse.FORMER,
    "temp": NameUse.FORMER,
}
_PLACE_USES = {
    "home": PlaceUse.HOME,
    "work": PlaceUse.WORK,
    "temp": PlaceUse.TEMPORARY,
    "billing": PlaceUse.BILLING,
}
_CHANNELS = {"email": Channel.EMAIL, "phone": Channel.PHONE, "sms": Channel.PHONE}
_RELATIONS: Sequence[tuple[Relation, frozenset[str]]] = (
    (Relation.GUARDIAN, frozenset({"GUARD", "GUADLTM", "guardian", "HPOWATT"})),
    (Relation.PARTNER, frozenset({"SPS", "HUSB", "WIFE", "DOMPART", "SIGOTHR", "partner", "FMRSPS"})),
    (Relation.PARENT, frozenset({"PRN", "MTH", "FTH", "parent", "NMTH", "NFTH", "ADOPTP", "STPPRN", "GESTM"})),
    (Relation.CHILD, frozenset({"CHILD", "SON", "DAU", "SONC", "DAUC", "NCHILD", "NSON", "NDAU", "CHLDADOPT"})),
    (Relation.SIBLING, frozenset({"SIB", "BRO", "SIS", "HSIB", "NSIB", "TWIN"})),
    (Relation.CAREGIVER, frozenset({"CGV", "caregiver"})),
    (Relation.PROVIDER, frozenset({"PROV", "GP", "PCP"})),
    (Relation.EMERGENCY, frozenset({"C", "ECON", "EP", "emergency"})),
)
_SEX_OF_CODE = {
    "F": ClinicalSex.FEMALE,
    "female": ClinicalSex.FEMALE,
    "female-typical": ClinicalSex.FEMALE,
    "M": ClinicalSex.MALE,
    "male": ClinicalSex.MALE,
    "male-typical": ClinicalSex.MALE,
    "specified": ClinicalSex.SPECIFIED,
}
_BINARY = frozenset({ClinicalSex.FEMALE, ClinicalSex.MALE})


@dataclass(frozen=True, slots=True)
class ImportedContact:
    """A way to reach somebody, as the other system wrote it: a telephone number may lack its country code."""

    channel: Channel
    value: str
    use: PlaceUse
    label: str | None
    """What kind of number it is where the channel does not say it: mobile, fax, pager."""


@dataclass(frozen=True, slots=True)
class ImportedAddress:
    """A postal address."""

    use: PlaceUse
    lines: tuple[str, ...]
    city: str | None
    district: str | None
    region: str | None
    postal_code: str | None
    country: str | None


@dataclass(frozen=True, slots=True)
class ImportedIdentifier:
    """A number by which some system knows the client."""

    system: str
    value: str
    label: str | None


@dataclass(frozen=True, slots=True)
class ImportedRelated:
    """Somebody around the client."""

    relation: Relation
    label: str | None
    """The relation in the other system's words."""
    name: PersonName | None
    contacts: tuple[ImportedContact, ...]
    addresses: tuple[ImportedAddress, ...]


@dataclass(frozen=True, slots=True)
class ImportedClient:
    """A client's profile from another system. `names` is never empty."""

    source: SourceIdentity
    other_sources: tuple[SourceIdentity, ...]
    """Further names of the same record: a client brought in under one of them is the same one."""
    names: tuple[PersonName, ...]
    birth_date: date | None
    deceased: bool
    deceased_on: date | None
    gender: str | None
    """The administrative gender in the other system's words."""
    clinical_sex: ClinicalSex
    language: str | None
    identifiers: tuple[ImportedIdentifier, ...]
    contacts: tuple[ImportedContact, ...]
    addresses: tuple[ImportedAddress, ...]
    related: tuple[ImportedRelated, ...]
    place: Place = field(default="", compare=False)
    """Where the input says it."""


def read(resource: Json, known_as: Sequence[SourceIdentity], related: Sequence[Json],
         troubles: Troubles) -> ImportedClient | None:  # fmt: skip
    """The client behind a Patient; None, with the reason among the troubles, when nothing names the person."""
    names = tuple(filter(None, (read_name(name) for name in objects_at(resource, "name"))))
    if not names:
        troubles.wholly("has no name", "name")
        return None
    deceased, deceased_on = _death(resource, troubles)
    people = [*objects_at(resource, "contact"), *related]
    return ImportedClient(
        source=known_as[0],
        other_sources=tuple(known_as[1:]),
        names=_in_use(names),
        birth_date=_day(resource.get("birthDate"), "birthDate", troubles),
        deceased=deceased,
        deceased_on=deceased_on,
        gender=text_at(resource, "gender"),
        clinical_sex=_clinical_sex(resource),
        language=_language(resource),
        identifiers=tuple(_identifiers(resource, troubles)),
        contacts=tuple(_contacts(resource, troubles)),
        addresses=tuple(_addresses(resource)),
        related=tuple(_related(person, troubles) for person in people),
        place=troubles.place,
    )


def _in_use(names: tuple[PersonName, ...]) -> tuple[PersonName, ...]:
    """Somebody of whom only former names came goes by the first of them all the same: it is all there is."""
    if any(name.use is not NameUse.FORMER for name in names):
        return names
    only = names[0]
    return (PersonName(NameUse.USED, only.given, only.family, only.prefix, only.suffix), *names[1:])


def read_name(value: Json) -> PersonName | None:
    """A HumanName; None when it says no name."""
    given = " ".join(texts_at(value, "given", NAME)) or None
    family = text_at(value, "family", kind=NAME)
    if not given and not family:
        family = text_at(value, "text", kind=NAME)  # all in one: without the parts it cannot be told apart
    if not given and not family:
        return None
    use = _NAME_USES.get(str(value.get("use")), NameUse.LEGAL)
    if use is NameUse.LEGAL and object_at(value, "period").get("end"):
        use = NameUse.FORMER
    return PersonName(
        use, given, family, " ".join(texts_at(value, "prefix")) or None, " ".join(texts_at(value, "suffix")) or None
    )


def _day(value: object, at: str, troubles: Troubles) -> date | None:
    day, precision = times.read_day(value)
    if day is None and value is not None:
        reason = "is no date" if precision is None else f"is known by its {precision.value.lower()} only: {value}"
        troubles.partly(reason, at)
    return day


def _death(resource: Json, troubles: Troubles) -> tuple[bool, date | None]:
    moment = resource.get("deceasedDateTime")
    if moment is not None:
        return True, _day(moment, "deceasedDateTime", troubles)
    return resource.get("deceasedBoolean") is True, None


def _clinical_sex(resource: Json) -> ClinicalSex:
    """What was recorded for clinical use; else the sex at birth, if the administrative gender does not contradict it.

    The administrative gender alone says nothing about reference ranges, so it leaves the clinical sex unknown.
    """
    for extension in extensions(resource, "patient-sexParameterForClinicalUse"):
        for part in (extension, *objects_at(extension, "extension")):
            for code in sorted(codes_of(object_at(part, "valueCodeableConcept"))):
                if code in _SEX_OF_CODE:
                    return _SEX_OF_CODE[code]
    at_birth = {_SEX_OF_CODE.get(str(found.get("valueCode"))) for found in extensions(resource, "-birthsex")}
    administrative = _SEX_OF_CODE.get(str(resource.get("gender")))
    if len(at_birth) != 1 or administrative not in at_birth or administrative not in _BINARY:
        return ClinicalSex.UNKNOWN
    return administrative


def _language(resource: Json) -> str | None:
    spoken = objects_at(resource, "communication")
    spoken.sort(key=lambda one: one.get("preferred") is not True)
    codes = (text_at(one, "language", "coding", "code", kind=CODE) for one in spoken)
    return next(filter(None, codes), None) or text_at(resource, "language", kind=CODE)


def _identifiers(resource: Json, troubles: Troubles) -> list[ImportedIdentifier]:
    found = []
    for number, identifier in enumerate(objects_at(resource, "identifier")):
        value = text_at(identifier, "value", kind=CODE)
        system = text_at(identifier, "system", kind=CODE)
        label = words_of(identifier.get("type"))
        if value is None:
            troubles.partly("has no value", f"identifier[{number}]")
        else:
            system = system or text_at(identifier, "assigner", "display", kind=CODE) or label or "unknown"
            found.append(ImportedIdentifier(system, value, label))
    return found


def _contacts(resource: Json, troubles: Troubles) -> list[ImportedContact]:
    found = []
    for number, contact in enumerate(objects_at(resource, "telecom")):
        value, use = text_at(contact, "value"), text_at(contact, "use")
        system = text_at(contact, "system") or ""
        if value is None:
            troubles.partly("has no value", f"telecom[{number}]")
        elif use != "old":
            label = system if system not in ("phone", "email", "") else "mobile" if use == "mobile" else None
            channel = _CHANNELS.get(system, Channel.EMAIL if "@" in value and not system else Channel.OTHER)
            found.append(ImportedContact(channel, value, _PLACE_USES.get(use or "", PlaceUse.OTHER), label))
    return found


def _addresses(resource: Json) -> list[ImportedAddress]:
    found = []
    for address in objects_at(resource, "address"):
        lines = texts_at(address, "line")
        parts = [text_at(address, part) for part in ("city", "district", "state", "postalCode", "country")]
        if not lines and not any(parts):
            lines = texts_at(address, "text")
        if (lines or any(parts)) and address.get("use") != "old":
            use = PlaceUse.BILLING if address.get("type") == "billing" else _place_use(address)
            found.append(ImportedAddress(use, tuple(lines), *parts))
    return found


def _place_use(address: Json) -> PlaceUse:
    return _PLACE_USES.get(str(address.get("use")), PlaceUse.HOME)


def _related(person: Json, troubles: Troubles) -> ImportedRelated:
    concepts = objects_at(person, "relationship")
    codes = set().union(*(codes_of(concept) for concept in concepts))
    relation = next((relation for relation, wanted in _RELATIONS if codes & wanted), Relation.OTHER)
    names = [read_name(name) for name in objects_at(person, "name")]
    return ImportedRelated(
        relation=relation,
        label=next(filter(None, map(words_of, concepts)), None),
        name=next(filter(None, names), None),
        contacts=tuple(_contacts(person, troubles)),
        addresses=tuple(_addresses(person)),
    )
