"""A FHIR Bundle: which resource stands where, what they refer to, and what is made of each."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeVar
from urllib.parse import unquote

from domain import texts
from domain.fhir import documents, encounters, patients, practitioners, times
from domain.fhir.documents import ImportedNote
from domain.fhir.encounters import ImportedEncounter
from domain.fhir.patients import ImportedClient
from domain.fhir.values import (
    Json,
    Place,
    SourceIdentity,
    Trouble,
    Troubles,
    identities,
    is_unique,
    object_at,
    objects_at,
    text_at,
)

Fact = TypeVar("Fact")

_READ = frozenset({"Patient", "DocumentReference", "Encounter"})
MOST_BUNDLES_WITHIN = 5
"""Bundles may hold bundles; deeper than this it is no record of anybody."""


@dataclass(frozen=True, slots=True)
class Contents:
    """Everything that a bundle says, in the order in which it says it."""

    clients: tuple[ImportedClient, ...]
    notes: tuple[ImportedNote, ...]
    encounters: tuple[ImportedEncounter, ...]
    counted: dict[str, int]
    """Of each type of resource that is not brought in, how many there were."""
    troubles: tuple[Trouble, ...]

    @property
    def refused(self) -> int:
        """How many resources could not be brought in, though their type is."""
        return len({trouble.place for trouble in self.troubles if not trouble.taken})


@dataclass(slots=True)
class Entry:
    """A resource, and where it stands."""

    resource: Json
    address: str | None
    place: Place

    @property
    def type(self) -> str:
        """The type of the resource."""
        return str(self.resource["resourceType"])


@dataclass(slots=True)
class _Reading:
    """One pass over one document."""

    entries: list[Entry]
    known: dict[str, list[SourceIdentity]] = field(default_factory=dict)
    """The identities of each resource, by every way to refer to it."""
    began: dict[SourceIdentity, times.Known] = field(default_factory=dict)
    related: dict[SourceIdentity, list[Json]] = field(default_factory=dict)
    troubles: list[Trouble] = field(default_factory=list)
    clients: list[ImportedClient] = field(default_factory=list)
    notes: list[ImportedNote] = field(default_factory=list)
    encounters: list[ImportedEncounter] = field(default_factory=list)
    counted: Counter[str] = field(default_factory=Counter)
    professionals: dict[str, str] = field(default_factory=dict)
    """The names of Practitioners, by every way to refer to them."""

    def professional(self, reference: Json) -> str | None:
        """What the professional is called whom a Reference points at, if the Bundle holds one."""
        ways = (way for kind in sorted(practitioners.KINDS) for way in ways_in(reference, kind))
        return next((self.professionals[way] for way in ways if way in self.professionals), None)


def read(document: object) -> Contents:
    """What the parsed JSON of a Bundle, or of one resource, says. Never fails: what is not understood is told."""
    troubles: list[Trouble] = []
    return read_entries(list(entries_of(document, None, "", troubles)), troubles)


def read_entries(
    entries: list[Entry], troubles: list[Trouble] | None = None, professionals: dict[str, str] | None = None
) -> Contents:
    """What some entries say that belong together: those of one patient, or of a whole Bundle.

    `professionals` are the names of Practitioners beside them, by every way to refer to them.
    """
    reading = _Reading(entries, troubles=[] if troubles is None else troubles)
    reading.professionals.update(professionals or {})
    for entry in reading.entries:
        if entry.type in practitioners.KINDS:
            _note_professional(reading, entry)
    for entry in reading.entries:
        _note_names(reading, entry)
    for entry in reading.entries:
        _note_relatives(reading, entry)
    for entry in reading.entries:
        _take(reading, entry)
    return Contents(
        tuple(reading.clients),
        tuple(reading.notes),
        tuple(reading.encounters),
        dict(sorted(reading.counted.items())),
        tuple(reading.troubles),
    )


def entries_of(
    document: object, address: str | None, place: Place, troubles: list[Trouble], depth: int = MOST_BUNDLES_WITHIN
) -> Iterator[Entry]:
    """The resources of a document, those of Bundles within Bundles too."""
    if not isinstance(document, dict) or not isinstance(document.get("resourceType"), str):
        troubles.append(Trouble(place or "document", "", "?", "is no FHIR resource", taken=False))
    elif document["resourceType"] != "Bundle":
        yield Entry(document, address, place or document["resourceType"])
    elif depth == 0:
        troubles.append(Trouble(place, "", "Bundle", "stands too deep within bundles", taken=False))
    else:
        found = document.get("entry")
        for number, entry in enumerate(found if isinstance(found, list) else []):
            at = f"{place or 'Bundle'}.entry[{number}]"
            held = entry.get("resource") if isinstance(entry, dict) else None
            yield from entries_of(held, text_at(entry, "fullUrl"), f"{at}.resource", troubles, depth - 1)


def ways_to(entry: Entry) -> list[str]:
    """Every way in which a Reference may name the resource."""
    found = identities(entry.resource, entry.address)
    ways = [f"{entry.type}?identifier={identity.system}|{identity.value}" for identity in found]
    if entry.address:
        ways.append(entry.address)
    if resource_id := text_at(entry.resource, "id"):
        ways.append(f"{entry.type}/{resource_id}")
    return ways


def ways_in(reference: Json, kind: str) -> list[str]:
    """The ways by which a Reference names a resource of this kind, to be found among `ways_to`."""
    written = text_at(reference, "reference")
    found = _ways(written, kind) if written else []
    for identifier in objects_at(reference, "identifier"):
        system, value = text_at(identifier, "system"), text_at(identifier, "value")
        found += [f"{kind}?identifier={system}|{value}"] if system and value else []
    return found


def _note_professional(reading: _Reading, entry: Entry) -> None:
    name = practitioners.name_of(entry.resource)
    if name:
        reading.professionals.update(dict.fromkeys(ways_to(entry), name))


def _note_names(reading: _Reading, entry: Entry) -> None:
    found = identities(entry.resource, entry.address)
    for way in ways_to(entry):
        reading.known.setdefault(way, found)
    if entry.type == "Encounter":
        began = times.read(object_at(entry.resource, "period").get("start"))
        if began is not None:
            reading.began[found[0]] = began


def _note_relatives(reading: _Reading, entry: Entry) -> None:
    if entry.type == "RelatedPerson" and entry.resource.get("active") is not False:
        client = _referred(reading, object_at(entry.resource, "patient"), "Patient")
        if client is not None:
            reading.related.setdefault(client, []).append(entry.resource)


def _take(reading: _Reading, entry: Entry) -> None:
    if entry.type not in _READ:
        reading.counted[texts.scrubbed(entry.type, texts.LABEL) or "?"] += 1
        return
    troubles = Troubles(entry.place, entry.type, reading.troubles)
    if "entered-in-error" in (entry.resource.get("status"), entry.resource.get("docStatus")):
        troubles.wholly("was entered in error")
        return
    known_as = identities(entry.resource, entry.address)
    practitioners.named(entry.resource, reading.professional)
    if entry.type == "Patient":
        _keep(reading.clients, patients.read(entry.resource, known_as, reading.related.get(known_as[0], []), troubles))
        return
    client = _referred(reading, object_at(entry.resource, "subject"), "Patient")
    if client is None:
        named = text_at(entry.resource, "subject", "reference")
        troubles.wholly(f"belongs to {named}, who is not here" if named else "does not say whose it is", "subject")
    elif entry.type == "Encounter":
        _keep(reading.encounters, encounters.read(entry.resource, known_as[0], client, troubles))
    else:
        _keep(reading.notes, _note(reading, entry, known_as[0], client, troubles))


def _note(
    reading: _Reading, entry: Entry, source: SourceIdentity, client: SourceIdentity, troubles: Troubles
) -> ImportedNote | None:
    encounter = _referred(reading, object_at(entry.resource, "context", "encounter"), "Encounter")
    began = reading.began.get(encounter) if encounter else None
    return documents.read(entry.resource, source, client, encounter, began, troubles)


def _keep(kept: list[Fact], found: Fact | None) -> None:
    if found is not None:
        kept.append(found)


def _referred(reading: _Reading, reference: Json, kind: str) -> SourceIdentity | None:
    """What a Reference points at: a resource of this document, else one that its identifier names elsewhere."""
    written = text_at(reference, "reference")
    if written is not None:
        for way in _ways(written, kind):
            if way in reading.known:
                return reading.known[way][0]
        named = _conditional(written, kind)
        if named is not None:
            return named
    for identifier in objects_at(reference, "identifier"):
        system, value = text_at(identifier, "system"), text_at(identifier, "value")
        if system and value:
            held = reading.known.get(f"{kind}?identifier={system}|{value}")
            return held[0] if held else SourceIdentity(system, value)
    return _elsewhere(written, kind) if written else None


def _ways(written: str, kind: str) -> list[str]:
    """The reference as it is, unquoted, without a version, and as type and id at the end of an absolute address."""
    plain = written.partition("/_history/")[0]
    return [written, unquote(written), plain, "/".join(plain.split("/")[-2:])] if kind in written else [written, plain]


def _conditional(written: str, kind: str) -> SourceIdentity | None:
    head, _, query = unquote(written).partition("?")
    if head != kind or not query.startswith("identifier="):
        return None
    system, _, value = query.removeprefix("identifier=").partition("|")
    return SourceIdentity(system, value) if system and value else None


def _elsewhere(written: str, kind: str) -> SourceIdentity | None:
    """A resource of another document, by the names that it has there: its address, or its type and id."""
    if written.startswith(("urn:uuid:", "urn:oid:", "http://", "https://")):
        return SourceIdentity("urn:ietf:rfc:3986", written)
    head, _, rest = written.partition("/")
    resource_id = rest.partition("/")[0]
    return SourceIdentity(f"fhir:{kind}", resource_id.lower()) if head == kind and is_unique(resource_id) else None
