"""Reading the pieces of FHIR's JSON, whatever stands there: a value of another shape counts as not given."""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from domain import texts
from domain.texts import LINE, TextKind

Json = dict[str, Any]
Place = str
"""Where in the input something stands, as FHIR writes it: `Bundle.entry[12].resource`."""

_PERSONAL_NUMBERS = frozenset({"SS", "DL", "PPN", "NI", "TAX", "PRC", "CZ"})
"""HL7 table 0203: numbers of the state. They identify the person, and are not how a system names its record."""
_UUID_SHAPE = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}")
_OUTDATED = frozenset({"old", "temp"})


class SourceIdentity(NamedTuple):
    """What the other system calls a thing: the same in every export, so bringing it in again finds it."""

    system: str
    value: str


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something in the input that could not be understood."""

    place: Place
    """The resource that it is about."""
    part: str
    """The part of the resource, such as `telecom[0]`; empty when it is about the whole."""
    resource_type: str
    reason: str
    """Continues the sentence that the place begins: `has no date`."""
    taken: bool
    """Whether the resource was brought in all the same, without this part."""


@dataclass(slots=True)
class Troubles:
    """Gathers what could not be understood of one resource."""

    place: Place
    resource_type: str
    found: list[Trouble] = field(default_factory=list)

    def partly(self, reason: str, at: str = "") -> None:
        """A part was not understood; the resource is brought in without it."""
        self._note(reason, at, taken=True)

    def wholly(self, reason: str, at: str = "") -> None:
        """The resource cannot be brought in."""
        self._note(reason, at, taken=False)

    def _note(self, reason: str, at: str, *, taken: bool) -> None:
        self.found.append(Trouble(self.place, at, self.resource_type, reason, taken))


def object_at(value: object, *steps: str) -> Json:
    """The object at the end of the steps, through the first of any list on the way; empty when there is none."""
    for step in steps:
        value = first(value.get(step)) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def objects_at(value: object, name: str) -> list[Json]:
    """The objects of a list, or the one object that stands in its place."""
    found = value.get(name) if isinstance(value, dict) else None
    many = found if isinstance(found, list) else [found]
    return [one for one in many if isinstance(one, dict)]


def text_at(value: object, *steps: str, kind: TextKind = LINE) -> str | None:
    """The text at the end of the steps, scrubbed; None when there is nothing to see."""
    *way, last = steps
    return scrubbed(first(object_at(value, *way).get(last)), kind)


def texts_at(value: object, name: str, kind: TextKind = LINE) -> list[str]:
    """The texts of a list, scrubbed, without the blank ones."""
    found = value.get(name) if isinstance(value, dict) else None
    many = found if isinstance(found, list) else [found]
    return [text for text in (scrubbed(one, kind) for one in many) if text]


def scrubbed(value: object, kind: TextKind = LINE) -> str | None:
    """A JSON text as it is kept, None for anything else and for what shows nothing."""
    if not isinstance(value, str):
        return None
    text = texts.scrubbed(value, kind)
    return text if texts.is_visible(text) else None


def first(value: object) -> object:
    """The first of a list; anything else as it is."""
    if isinstance(value, list):
        return value[0] if value else None
    return value


def words_of(concept: object) -> str | None:
    """What a CodeableConcept says to people: its text, else the first display, else the first code."""
    if not isinstance(concept, dict):
        return None
    codings = objects_at(concept, "coding")
    said = [text_at(concept, "text"), *(text_at(coding, "display") for coding in codings)]
    return next(filter(None, (*said, *(text_at(coding, "code") for coding in codings))), None)


def codes_of(concept: object) -> set[str]:
    """All codes of a CodeableConcept, or of a single Coding."""
    codings = [*objects_at(concept, "coding"), concept]
    return {code for code in (text_at(coding, "code") for coding in codings) if code}


def extensions(resource: object, ending: str) -> Iterator[Json]:
    """The extensions whose URL ends like this; national profiles vary in what stands before."""
    for extension in objects_at(resource, "extension"):
        if (text_at(extension, "url") or "").endswith(ending):
            yield extension


def identities(resource: Json, address: str | None) -> list[SourceIdentity]:
    """Everything by which the resource may be named, the best first, independent of the order in the input.

    Identifiers in use come first, numbers of the state last of them; then where the resource stands, then its id if it
    is a UUID: an id such as `1` names another person in every system, and two persons must never become one.
    """
    ranked = []
    for identifier in objects_at(resource, "identifier"):
        system, value = text_at(identifier, "system"), text_at(identifier, "value")
        if value and text_at(identifier, "use") not in _OUTDATED:
            is_personal = bool(codes_of(object_at(identifier, "type")) & _PERSONAL_NUMBERS)
            ranked.append((system is None, is_personal, SourceIdentity(system or "", value)))
    found = [identity for without_system, _, identity in sorted(ranked) if not without_system]
    if address and address.startswith(("urn:uuid:", "urn:oid:", "http://", "https://")):
        found.append(SourceIdentity("urn:ietf:rfc:3986", address))
    if is_unique(resource_id := text_at(resource, "id") or ""):
        found.append(SourceIdentity(f"fhir:{resource['resourceType']}", resource_id.lower()))
    return found or [_identity_by_content(resource)]


def is_unique(resource_id: str) -> bool:
    """Whether a resource's id names the same thing wherever it stands."""
    return _UUID_SHAPE.fullmatch(resource_id) is not None


def _identity_by_content(resource: Json) -> SourceIdentity:
    # Without any name the content itself is what stays the same: the same record again is the same thing.
    written = json.dumps(resource, sort_keys=True, ensure_ascii=True, default=str)
    return SourceIdentity("sha-256", hashlib.sha256(written.encode()).hexdigest())
