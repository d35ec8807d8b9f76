"""Judging what is given for a profile: texts cleaned, rules asked, everything that is wrong found at once."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, TypeGuard
from uuid import UUID

from domain import clients, names, texts
from domain.clients import Channel, ContactPermission
from domain.identity import new_id
from domain.refusals import Findings, NotFound, Path
from domain.texts import TextKind, is_visible
from resolvers import settings
from resolvers.clients.parts import (
    AddressInput,
    ClientName,
    ContactPointInput,
    IdentifierInput,
    Profile,
    RelatedPersonInput,
    SafetyFlagInput,
)
from resolvers.given import ABSENT
from storage.database.clients import Address, ContactPoint, Identifier, RelatedPerson, SafetyFlag

MOST_NAMES = 20
MOST_PARTS = 100
MOST_LINES = 10
AT = ("input",)

Columns = dict[str, Any]
# Taken as they are: their types leave nothing to judge.
PLAIN = (
    "birth_date", "deceased_on", "clinical_sex", "privacy_consent", "email_marketing_consent", "text_marketing_consent"
)  # fmt: skip


@dataclass(slots=True)
class Checking:
    """An input under judgement: the day it is in the practice, and what was found wrong so far."""

    today: date
    findings: Findings

    def text(self, value: str, kind: TextKind, at: Path) -> str:
        """A text that must be there."""
        return texts.taken(value, kind, at, self.findings)

    def optional(self, value: str | None, kind: TextKind, at: Path) -> str | None:
        """A text that may be left out; nothing to see is None."""
        return texts.taken_or_none(value, kind, at, self.findings)

    def formed(self, value: str | None, judge: Callable[[str, Path, Findings], str], at: Path) -> str | None:
        """A text of a known form that may be left out."""
        return judge(value, at, self.findings) if _is_said(value) else None

    def life(self, born_on: date | None, died_on: date | None, at: Path = AT) -> None:
        """Dates that a life can have."""
        clients.check_life_dates(born_on, died_on, self.today, self.findings, at)

    def length(self, given: Sequence[Any], most: int, at: Path) -> bool:
        """Whether the list is short enough to be looked at."""
        if len(given) > most:
            self.findings.invalid(at, f"must have at most {most} items, not {len(given):,}")
        return len(given) <= most


def profile(given: Profile, checking: Checking) -> Columns:
    """The columns that were given, cleaned; status, names, lists and the dates of a life are looked at elsewhere."""
    found: Columns = {name: value for name in PLAIN if (value := getattr(given, name)) is not ABSENT}
    if given.pronouns is not ABSENT:
        found["pronouns"] = checking.optional(given.pronouns, texts.LABEL, (*AT, "pronouns"))
    if given.gender is not ABSENT:
        found["gender"] = checking.optional(given.gender, texts.LABEL, (*AT, "gender"))
    if given.language is not ABSENT:
        found["language"] = checking.formed(given.language, texts.language, (*AT, "language"))
    if given.time_zone is not ABSENT:
        found["time_zone"] = checking.formed(given.time_zone, _time_zone, (*AT, "timeZone"))
    return found


def _time_zone(value: str, at: Path, findings: Findings) -> str:
    return texts.time_zone(value, settings.time_zones(), at, findings)


def named(given: Sequence[ClientName], checking: Checking) -> Columns:
    """The columns that follow from a client's names."""
    at = (*AT, "names")
    if not checking.length(given, MOST_NAMES, at):
        return {}
    cleaned = [
        ClientName(
            name.use,
            checking.optional(name.given, texts.OPTIONAL_NAME, (*at, str(place), "given")),
            checking.optional(name.family, texts.OPTIONAL_NAME, (*at, str(place), "family")),
        )
        for place, name in enumerate(given)
    ]
    kept = [name for name in cleaned if name.given or name.family]
    clients.check_names((_is_said(name.given) or _is_said(name.family) for name in given), checking.findings, at)
    return {
        "names": [asdict(name) for name in kept],
        "display_name": names.display_name(kept),
        "sort_name": names.sort_name(kept),
    }


def _contact_point(given: ContactPointInput, at: Path, checking: Checking) -> Columns:
    judge = {Channel.EMAIL: texts.email, Channel.PHONE: texts.phone}.get(given.channel)
    here = (*at, "value")
    value = judge(given.value, here, checking.findings) if judge else checking.text(given.value, texts.CODE, here)
    said = {way: answer for way, answer in asdict(given.permissions).items() if answer is not None}
    ways = [ContactPermission(way.upper()) for way in said]
    clients.check_ways(given.channel, ways, checking.findings, (*at, "permissions"))
    return {
        "channel": given.channel,
        "use": given.use,
        "value": value,
        "label": checking.optional(given.label, texts.LABEL, (*at, "label")),
        "permissions": said,
        "preferred": given.preferred,
    }


def _address(given: AddressInput, at: Path, checking: Checking) -> Columns:
    lines: list[str] = []
    if checking.length(given.lines, MOST_LINES, (*at, "lines")):
        cleaned = (
            checking.optional(line, texts.LINE, (*at, "lines", str(place))) for place, line in enumerate(given.lines)
        )
        lines = [line for line in cleaned if line]
    found = {
        "locality": checking.optional(given.locality, texts.LINE, (*at, "locality")),
        "region": checking.optional(given.region, texts.LINE, (*at, "region")),
        "postal_code": checking.optional(given.postal_code, texts.LABEL, (*at, "postalCode")),
        "country": checking.optional(given.country, texts.LABEL, (*at, "country")),
    }
    if not any(map(_is_said, (*given.lines, given.locality, given.region, given.postal_code, given.country))):
        checking.findings.invalid((*at, "lines"), "must not be empty when nothing else is known")
    remark = checking.optional(given.access_notes, texts.PARAGRAPH, (*at, "accessNotes"))
    return {"use": given.use, "lines": lines, **found, "access_notes": remark}


def _related_person(given: RelatedPersonInput, at: Path, checking: Checking) -> Columns:
    checking.life(given.birth_date, given.deceased_on, at)
    return {
        "relation": given.relation,
        "name": checking.text(given.name, texts.NAME, (*at, "name")),
        "pronouns": checking.optional(given.pronouns, texts.LABEL, (*at, "pronouns")),
        "phone": checking.formed(given.phone, texts.phone, (*at, "phone")),
        "email": checking.formed(given.email, texts.email, (*at, "email")),
        "birth_date": given.birth_date,
        "deceased_on": given.deceased_on,
        "emergency_contact": given.emergency_contact,
        "remark": checking.optional(given.remark, texts.PARAGRAPH, (*at, "remark")),
    }


def _identifier(given: IdentifierInput, at: Path, checking: Checking) -> Columns:
    return {
        "system": checking.text(given.system, texts.CODE, (*at, "system")),
        "value": checking.text(given.value, texts.CODE, (*at, "value")),
        "label": checking.optional(given.label, texts.LABEL, (*at, "label")),
    }


def _safety_flag(given: SafetyFlagInput, at: Path, checking: Checking) -> Columns:
    clients.check_flag_days(given.from_date, given.to_date, checking.findings, at)
    return {
        "severity": given.severity,
        "text": checking.text(given.text, texts.FLAG, (*at, "text")),
        "from_date": given.from_date,
        "to_date": given.to_date,
    }


@dataclass(frozen=True, slots=True)
class PartKind:
    """A kind of part: the field that gives it, its place in the input, its word, its rows, and what judges one."""

    field: str
    name: str
    word: str
    model: Any
    judge: Callable[[Any, Path, Checking], Columns]

    def judged(self, given: Sequence[Any], checking: Checking) -> list[Columns]:
        """The columns of each item; none when the list is too long to be looked at."""
        at = (*AT, self.name)
        if not checking.length(given, MOST_PARTS, at):
            return []
        found = [self.judge(item, (*at, str(place)), checking) for place, item in enumerate(given)]
        if self.model is ContactPoint:
            clients.check_preferred([(item.channel, item.preferred) for item in given], checking.findings, at)
        return found

    def refuse_ids(self, given: Sequence[Any], checking: Checking) -> None:
        """A new file has no parts yet that could be kept."""
        for place, item in enumerate(given[:MOST_PARTS]):
            if item.id is not None:
                checking.findings.add(NotFound(self.word, (*AT, self.name, str(place), "id")))

    def made(self, client_id: UUID, place: int, columns: Columns) -> Any:
        """A new part of the client's profile."""
        return self.model(id=new_id(), client_id=client_id, position=place, **columns)


PARTS = (
    PartKind("contact_points", "contactPoints", "contact point", ContactPoint, _contact_point),
    PartKind("addresses", "addresses", "address", Address, _address),
    PartKind("related_people", "relatedPeople", "related person", RelatedPerson, _related_person),
    PartKind("identifiers", "identifiers", "identifier", Identifier, _identifier),
    PartKind("safety_flags", "safetyFlags", "safety flag", SafetyFlag, _safety_flag),
)


def _is_said(value: str | None) -> TypeGuard[str]:
    return value is not None and is_visible(value)
