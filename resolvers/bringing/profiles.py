"""A client's profile out of another system's record, as the columns it is kept in."""

import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from domain import clients, names, texts
from domain.clients import Channel, ClientStatus, FlagSeverity, Relation
from domain.fhir import ImportedAddress, ImportedClient, ImportedContact, ImportedRelated, SourceIdentity
from domain.identity import new_id
from domain.names import Name
from domain.refusals import Findings
from resolvers.bringing import telephones
from resolvers.clients import indexing

Columns = dict[str, Any]

DIED_ON_AN_UNKNOWN_DAY = "Has died; the day is not known."
SOMEWHERE = "another system"
_AT_A_HOST = re.compile(r"https?://([\w.-]{1,200})")


@dataclass(slots=True)
class ProfileColumns:
    """What a profile is kept in, except its number."""

    client: Columns
    contacts: list[Columns] = field(default_factory=list)
    addresses: list[Columns] = field(default_factory=list)
    related: list[Columns] = field(default_factory=list)
    identifiers: list[Columns] = field(default_factory=list)
    flags: list[Columns] = field(default_factory=list)
    left_out: list[tuple[str, str]] = field(default_factory=list)
    """What of the record could not be kept, as `(part, reason)`."""


def profile_of(found: ImportedClient, today: date, country: str | None = None) -> ProfileColumns:
    """The profile of an imported client. What our rules do not take is left out, and said so.

    `country` is where telephone numbers are at home when no address says it.
    """
    left_out: list[tuple[str, str]] = []
    born_on, died_on = _life(found, today, left_out)
    country = next((address.country for address in found.addresses if address.country), country)
    return ProfileColumns(
        client={
            "id": new_id(),
            "status": ClientStatus.INACTIVE if found.deceased else ClientStatus.ACTIVE,
            "names": names.kept(found.names),
            "display_name": names.display_name(found.names),
            "sort_name": names.sort_name(found.names),
            "birth_date": born_on,
            "deceased_on": died_on,
            "gender": found.gender and texts.scrubbed(found.gender, texts.LABEL),
            "clinical_sex": found.clinical_sex,
            "language": _taken(found.language, texts.language, "communication", left_out),
            "version": 1,
        },
        contacts=[_contact(one, country) for one in found.contacts],
        addresses=[_address(one) for one in found.addresses],
        related=[_related(one, country) for one in found.related],
        identifiers=[
            {"id": new_id(), "system": one.system, "value": one.value, "label": one.label} for one in found.identifiers
        ],
        flags=[_flag(DIED_ON_AN_UNKNOWN_DAY)] if found.deceased and died_on is None else [],
        left_out=left_out,
    )


def written(identity: SourceIdentity) -> str:
    """What another system calls a thing, as the one text that it is found by again."""
    text = f"{identity.system}|{identity.value}"
    if len(text) <= texts.LINE.most:
        return text
    # An index takes no text of any length, and a name that long is nothing that anybody reads.
    return f"sha-256|{hashlib.sha256(text.encode()).hexdigest()}"


def placed(rows: list[Columns], client_id: UUID) -> list[Columns]:
    """The parts of a client's profile, each with its place in the list."""
    return [row | {"client_id": client_id, "position": position} for position, row in enumerate(rows)]


def words_of(
    named: Iterable[Name], file_number: str, contacts: Iterable[Columns], identifiers: Iterable[Columns]
) -> set[str]:
    """The words under which the client can be found; contact points and identifiers are given as their columns."""
    points = [(each["channel"], each["value"]) for each in contacts]
    return indexing.words_of(file_number, named, points, [each["value"] for each in identifiers])


def origin_of(identity: SourceIdentity) -> str:
    """Where a record came from, in a word that people know: the host in its name, if it has one."""
    hosts = (_AT_A_HOST.match(text) for text in identity)
    return next((host.group(1).lower() for host in hosts if host), SOMEWHERE)


def _life(found: ImportedClient, today: date, left_out: list[tuple[str, str]]) -> tuple[date | None, date | None]:
    """The dates of birth and death, without one that no life can have."""
    birth, death = Findings(), Findings()
    clients.check_life_dates(found.birth_date, None, today, birth)
    born_on = None if birth else found.birth_date
    clients.check_life_dates(born_on, found.deceased_on, today, death)
    left_out += [("birthDate", reason) for reason in birth.reasons]
    left_out += [("deceasedDateTime", reason) for reason in death.reasons]
    return born_on, None if death else found.deceased_on


def _taken(
    value: str | None, judge: Callable[[str, Any, Findings], str], part: str, left_out: list[tuple[str, str]]
) -> str | None:
    findings = Findings()
    taken = judge(value, (part,), findings) if value else None
    left_out += [(part, reason) for reason in findings.reasons]
    return taken or None


def _contact(contact: ImportedContact, country: str | None) -> Columns:
    """What cannot be written as our channels want it is kept as it is, as another way to reach the person."""
    channel, value = _reached(contact, country)
    label = contact.label or (contact.channel.value.lower() if channel is not contact.channel else None)
    return {
        "id": new_id(), "channel": channel, "use": contact.use, "value": texts.scrubbed(value, texts.CODE),
        "label": label and texts.scrubbed(label, texts.LABEL), "permissions": {}, "preferred": False,
    }  # fmt: skip


def _reached(contact: ImportedContact, country: str | None) -> tuple[Channel, str]:
    if contact.channel is Channel.PHONE:
        number = telephones.in_full(contact.value, country)
        return (Channel.PHONE, number) if number else (Channel.OTHER, contact.value)
    if contact.channel is Channel.EMAIL:
        address = texts.email(contact.value, ("value",), Findings())
        return (Channel.EMAIL, address) if address else (Channel.OTHER, contact.value)
    return Channel.OTHER, contact.value


def _address(address: ImportedAddress) -> Columns:
    lines = [*address.lines, *filter(None, [address.district])]
    return {
        "id": new_id(), "use": address.use, "lines": lines, "locality": address.city, "region": address.region,
        "postal_code": address.postal_code, "country": address.country, "access_notes": None,
    }  # fmt: skip


def _related(person: ImportedRelated, country: str | None) -> Columns:
    """A related person keeps one number and one address; what else was known of them stands in the remark."""
    reached: dict[Channel, str] = {}
    remarks = [person.label]
    for contact in person.contacts:
        channel, value = _reached(contact, country)
        if channel is Channel.OTHER or channel in reached:
            remarks.append(f"{contact.label or contact.channel.value.lower()}: {contact.value}")
        else:
            reached[channel] = value
    remarks += [_in_one_line(address) for address in person.addresses]
    remark = texts.scrubbed("; ".join(filter(None, remarks)), texts.PARAGRAPH)
    return {
        "id": new_id(), "relation": person.relation, "name": names.display_name([person.name] if person.name else []),
        "pronouns": None, "phone": reached.get(Channel.PHONE), "email": reached.get(Channel.EMAIL),
        "birth_date": None, "deceased_on": None, "emergency_contact": person.relation is Relation.EMERGENCY,
        "remark": remark or None,
    }  # fmt: skip


def _in_one_line(address: ImportedAddress) -> str:
    town = " ".join(filter(None, [address.postal_code, address.city]))
    return ", ".join(filter(None, [*address.lines, address.district, town, address.region, address.country]))


def _flag(text: str) -> Columns:
    return {"id": new_id(), "severity": FlagSeverity.CAUTION, "text": text, "from_date": None, "to_date": None}
