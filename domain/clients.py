"""The words and rules of a client's profile: names, contact, consents, status and what follows from it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.refusals import AlreadyDone, Findings, NotAllowedNow, Path

OLDEST_AGE = 130
"""Years. Nobody has lived longer, so an earlier birth date is a slip of the hand."""
FILE_NUMBER_DIGITS = 6


class ClientStatus(StrEnum):
    """Where a client stands with the practice, and what follows from it."""

    PROSPECT = "PROSPECT"
    """Has asked, is not yet in care: receives no automated message."""
    ACTIVE = "ACTIVE"
    """In care."""
    INACTIVE = "INACTIVE"
    """Not in care at present; the file stays at hand."""
    ARCHIVED = "ARCHIVED"
    """Put away: leaves the active lists, no portal, no automated message; everything stays readable."""


class NameUse(StrEnum):
    """What a name is used for (after FHIR's name use)."""

    LEGAL = "LEGAL"
    """The name on official papers."""
    USED = "USED"
    """The name the person goes by; shown wherever the law does not ask for the legal one."""
    FORMER = "FORMER"
    """A name of the past, such as a birth name; kept so that the person can be found by it."""


class ClinicalSex(StrEnum):
    """Sex for clinical use: what reference ranges and dosing go by (after FHIR's sex parameter for clinical use)."""

    FEMALE = "FEMALE"
    """Female ranges apply."""
    MALE = "MALE"
    """Male ranges apply."""
    SPECIFIED = "SPECIFIED"
    """Neither simply applies; see the clinical notes."""
    UNKNOWN = "UNKNOWN"
    """Not known."""


class Channel(StrEnum):
    """A way to reach somebody."""

    EMAIL = "EMAIL"
    """An e-mail address."""
    PHONE = "PHONE"
    """A telephone number, in E.164 form."""
    OTHER = "OTHER"
    """Anything else, such as a messenger name or a pager."""


class ContactPermission(StrEnum):
    """What a client has allowed a contact point to be used for."""

    EMAIL = "EMAIL"
    """E-mail may be sent there."""
    CALL = "CALL"
    """It may be called."""
    TEXT = "TEXT"
    """Text messages may be sent there."""
    VOICEMAIL = "VOICEMAIL"
    """A message may be left on its voicemail."""


class PlaceUse(StrEnum):
    """What an address or a contact point is for."""

    HOME = "HOME"
    """Where the person lives."""
    WORK = "WORK"
    """Where the person works."""
    TEMPORARY = "TEMPORARY"
    """For a while, such as the days around a birth."""
    BILLING = "BILLING"
    """Where invoices go."""
    OTHER = "OTHER"
    """Anything else."""


class Relation(StrEnum):
    """Who a related person is to the client."""

    PARTNER = "PARTNER"
    """Spouse or partner."""
    PARENT = "PARENT"
    """Mother or father."""
    CHILD = "CHILD"
    """Son or daughter, a newborn included."""
    SIBLING = "SIBLING"
    """Brother or sister."""
    GUARDIAN = "GUARDIAN"
    """Legal guardian."""
    CAREGIVER = "CAREGIVER"
    """Cares for the client day to day."""
    EMERGENCY = "EMERGENCY"
    """To be called in an emergency."""
    PROVIDER = "PROVIDER"
    """Another professional, such as the family doctor."""
    OTHER = "OTHER"
    """Anyone else."""


class FlagSeverity(StrEnum):
    """How loudly a safety flag speaks."""

    INFORMATION = "INFORMATION"
    """Good to know."""
    CAUTION = "CAUTION"
    """Read before the visit."""
    DANGER = "DANGER"
    """Somebody could come to harm."""


class ContactPurpose(StrEnum):
    """Why somebody is to be reached."""

    PERSONAL = "PERSONAL"
    """A member writes or calls in person, about the client's care."""
    AUTOMATED = "AUTOMATED"
    """The practice's system sends by itself: reminders, confirmations, requests to fill something in."""
    MARKETING = "MARKETING"
    """News and offers."""


class Hindrance(StrEnum):
    """Why somebody may not be reached this way."""

    DECEASED = "DECEASED"
    """The person has died: nothing goes out by itself."""
    STATUS = "STATUS"
    """The client's status allows no automated message."""
    REFUSED_HERE = "REFUSED_HERE"
    """The person does not want to be reached at this address or number."""
    REFUSED = "REFUSED"
    """The person does not want to be reached over this channel, or for this purpose."""
    NOT_ASKED = "NOT_ASKED"
    """The purpose needs a yes, and the person was not asked yet."""


WAYS: Mapping[Channel, frozenset[ContactPermission]] = {
    Channel.EMAIL: frozenset({ContactPermission.EMAIL}),
    Channel.PHONE: frozenset({ContactPermission.CALL, ContactPermission.TEXT, ContactPermission.VOICEMAIL}),
    Channel.OTHER: frozenset({ContactPermission.CALL, ContactPermission.TEXT, ContactPermission.VOICEMAIL}),
}
"""What a contact point of each channel can be used for, and so be permitted or refused for."""


@dataclass(frozen=True, slots=True)
class Consequences:
    """What follows from where a client stands."""

    portal: bool
    """The client may sign in to the portal."""
    automated_messages: bool
    """Messages may go out by themselves."""
    new_work: bool
    """Journeys and visits may be opened."""


_CONSEQUENCES: Mapping[ClientStatus, Consequences] = {
    ClientStatus.PROSPECT: Consequences(portal=True, automated_messages=False, new_work=True),
    ClientStatus.ACTIVE: Consequences(portal=True, automated_messages=True, new_work=True),
    ClientStatus.INACTIVE: Consequences(portal=True, automated_messages=False, new_work=True),
    ClientStatus.ARCHIVED: Consequences(portal=False, automated_messages=False, new_work=False),
}
_AFTER_DEATH = Consequences(portal=False, automated_messages=False, new_work=False)
_CHANGES: Mapping[ClientStatus, frozenset[ClientStatus]] = {
    ClientStatus.PROSPECT: frozenset({ClientStatus.ACTIVE, ClientStatus.INACTIVE}),
    ClientStatus.ACTIVE: frozenset({ClientStatus.INACTIVE}),
    ClientStatus.INACTIVE: frozenset({ClientStatus.ACTIVE, ClientStatus.PROSPECT}),
    ClientStatus.ARCHIVED: frozenset(),
}


def consequences(status: ClientStatus, *, deceased: bool) -> Consequences:
    """What follows from the status; after a death nothing goes out by itself and nothing new is begun."""
    return _AFTER_DEATH if deceased else _CONSEQUENCES[status]


def status_changed(current: ClientStatus, wanted: ClientStatus, at: Path = ()) -> ClientStatus:
    """The status after a plain change; unchanged is fine. Archiving and restoring have rules of their own.

    Raises `NotAllowedNow`: somebody once in care is never a prospect again without a time of inactivity.
    """
    if wanted is not current and wanted not in _CHANGES[current]:
        raise NotAllowedNow(current.value, f"become {wanted.value}", at)
    return wanted


def archived(current: ClientStatus) -> tuple[ClientStatus, ClientStatus]:
    """`(ARCHIVED, the status to come back to)`; raises `AlreadyDone`."""
    if current is ClientStatus.ARCHIVED:
        raise AlreadyDone(current.value)
    return ClientStatus.ARCHIVED, current


def restored(current: ClientStatus, before: ClientStatus | None) -> ClientStatus:
    """The status that the client had before it was archived; raises `NotAllowedNow` when it is not archived."""
    if current is not ClientStatus.ARCHIVED:
        raise NotAllowedNow(current.value, "be restored")
    if before is None or before is ClientStatus.ARCHIVED:
        return ClientStatus.INACTIVE
    return before


def check_changeable(status: ClientStatus) -> None:
    """Raise `NotAllowedNow` for an archived client: it is restored first, then changed."""
    if status is ClientStatus.ARCHIVED:
        raise NotAllowedNow(status.value, "be changed")


def check_new_work(status: ClientStatus, *, deceased: bool) -> None:
    """Raise `NotAllowedNow` when nothing new may be opened for the client."""
    if not consequences(status, deceased=deceased).new_work:
        raise NotAllowedNow("DECEASED" if deceased else status.value, "take on new work")


def hindrance(
    purpose: ContactPurpose,
    *,
    permitted_here: bool | None,
    consent: bool | None,
    status: ClientStatus,
    deceased: bool,
) -> Hindrance | None:
    """Why the client may not be reached at one contact point for this purpose; None when they may.

    Both answers have three values: yes, no, not asked yet (None). `permitted_here` belongs to the address or number,
    `consent` to the channel (for marketing: to marketing over that channel). A no always counts. In person the practice
    may call or write until somebody says no; what goes out by itself needs one yes, for the point or for the channel;
    marketing needs a yes to marketing.
    """
    if purpose is not ContactPurpose.PERSONAL and deceased:
        return Hindrance.DECEASED
    if purpose is not ContactPurpose.PERSONAL and not consequences(status, deceased=deceased).automated_messages:
        return Hindrance.STATUS
    if permitted_here is False:
        return Hindrance.REFUSED_HERE
    if consent is False:
        return Hindrance.REFUSED
    return None if _is_asked_enough(purpose, permitted_here, consent) else Hindrance.NOT_ASKED


def _is_asked_enough(purpose: ContactPurpose, permitted_here: bool | None, consent: bool | None) -> bool:
    if purpose is ContactPurpose.PERSONAL:
        return True
    return consent is True or (purpose is ContactPurpose.AUTOMATED and permitted_here is True)


def check_life_dates(
    born_on: date | None, died_on: date | None, today: date, findings: Findings, at: Path = ("input",)
) -> None:
    """A birth not in the future and at most 130 years ago; a death not in the future and not before the birth."""
    if born_on is not None and born_on > today:
        findings.invalid((*at, "birthDate"), "must not be in the future")
    if born_on is not None and born_on < years_before(today, OLDEST_AGE):
        findings.invalid((*at, "birthDate"), f"must not be more than {OLDEST_AGE} years ago")
    if died_on is not None and died_on > today:
        findings.invalid((*at, "deceasedOn"), "must not be in the future")
    if died_on is not None and born_on is not None and died_on < born_on:
        findings.invalid((*at, "deceasedOn"), "must not be before the birth date")


def check_names(named: Iterable[bool], findings: Findings, at: Path = ("input", "names")) -> None:
    """At least one name has something to see; `named` says so of each."""
    if not any(named):
        findings.invalid(at, "must hold at least one name")


def check_ways(channel: Channel, said: Iterable[ContactPermission], findings: Findings, at: Path) -> None:
    """What was permitted or refused is something that a contact point of the channel can be used for."""
    for way in said:
        if way not in WAYS[channel]:
            findings.invalid((*at, way.value.lower()), f"does not apply to the channel {channel.value}")


def check_preferred(preferred: Iterable[tuple[Channel, bool]], findings: Findings, at: Path) -> None:
    """At most one contact point of each channel is the preferred one."""
    seen: set[Channel] = set()
    for place, (channel, is_preferred) in enumerate(preferred):
        if is_preferred and channel in seen:
            findings.invalid((*at, str(place), "preferred"), "must be true for one of a channel only")
        if is_preferred:
            seen.add(channel)


def check_flag_days(from_date: date | None, to_date: date | None, findings: Findings, at: Path) -> None:
    """A flag does not end before it begins."""
    if from_date is not None and to_date is not None and to_date < from_date:
        findings.invalid((*at, "toDate"), "must not be before the first day")


def age(born_on: date, on: date) -> int:
    """Full years on that day, 0 before the birth. Who was born on 29 February grows older on 1 March in other years."""
    had_birthday = (on.month, on.day) >= (born_on.month, born_on.day)
    return max(0, on.year - born_on.year - (0 if had_birthday else 1))


def years_before(day: date, years: int) -> date:
    """The same day that many years earlier; 1 March where there is no 29 February. Never before the calendar begins."""
    year = day.year - years
    if year < date.min.year:
        return date.min
    try:
        return day.replace(year=year)
    except ValueError:
        return date(year, 3, 1)


def file_number(prefix: str, counter: int) -> str:
    """The number of a file: the practice's prefix and the counter, six digits wide at least: `C-000042`."""
    return f"{prefix}{counter:0{FILE_NUMBER_DIGITS}d}"
