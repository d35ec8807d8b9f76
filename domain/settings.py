"""What a practice decides for itself: every "by policy" of the rules, with its default and its consequence.

Settings are versioned and take effect on a day: a rule is given the settings of the day it judges, so changing a policy
never rewrites what was right before.
"""

from collections.abc import Container, Iterable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from domain import duplicates, texts
from domain.refusals import Findings, Path
from domain.texts import TextKind

FILE_NUMBER_PREFIX = TextKind(most=12, required=False)
SHORTEST_IDLE_MINUTES, LONGEST_IDLE_MINUTES = 5, 24 * 60
SHORTEST_SESSION_HOURS, LONGEST_SESSION_HOURS = 1, 30 * 24
LOWEST_DUPLICATE_THRESHOLD = 20
MOST_DOCUMENT_MEBIBYTES, MOST_DOCUMENTS_GIBIBYTES = 1 << 20, 1 << 20
"""1 TiB for one document, 1 PiB for all of them."""


class PractitionersReach(StrEnum):
    """Which clients the practitioners of a practice reach."""

    OWN = "OWN"
    """Those on whose care team they are."""
    ALL = "ALL"
    """Every client of the practice, as small teams that stand in for one another need it."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a practice decides for itself."""

    practitioners_reach: PractitionersReach = PractitionersReach.OWN
    """Which clients practitioners reach: by their care teams, or all. Changing it opens or closes files at once."""
    file_number_prefix: str = "C-"
    """What stands before the counter in the number of a new file; numbers already given out stay as they are."""
    session_idle_minutes: int = 60
    """After so many minutes without a request somebody must sign in again."""
    session_hours: int = 12
    """After so many hours somebody must sign in again, however busy they were."""
    time_zone: str = "UTC"
    """The zone of the practice's days: a date without a time is a day here, and today begins at midnight here."""
    locale: str = "en"
    """The language of what the practice sends, for clients whose own language is not known."""
    duplicate_threshold: int = duplicates.DEFAULT_THRESHOLD
    """How much alike (0 to 100) two clients must look before creating one asks back; lower asks more often."""
    document_mebibytes: int = 256
    """How large one document may be; a larger one is refused before its bytes are sent."""
    documents_gibibytes: int = 50
    """How much all documents together may take; when that is reached, no more are taken in."""


@dataclass(frozen=True, slots=True)
class SettingsVersion:
    """Settings, and the day from which on they count."""

    version: int
    effective_from: date
    settings: Settings


DEFAULT = Settings()


def settings_on(day: date, versions: Iterable[SettingsVersion]) -> Settings:
    """The settings that count on the day: the latest to have taken effect, of one day's the newest version.

    Before the first version the defaults count.
    """
    in_effect = [version for version in versions if version.effective_from <= day]
    latest = max(in_effect, key=lambda version: (version.effective_from, version.version), default=None)
    return latest.settings if latest else DEFAULT


def day_at(moment: datetime, versions: Iterable[SettingsVersion]) -> date:
    """Which day it is in the practice: the zone is the one in force on that day in UTC."""
    zone = settings_on(moment.astimezone(UTC).date(), versions).time_zone
    return moment.astimezone(ZoneInfo(zone)).date()


def settings_at(moment: datetime, versions: Iterable[SettingsVersion]) -> Settings:
    """The settings that count at a moment."""
    known = list(versions)
    return settings_on(day_at(moment, known), known)


def rescheduled(day: date, wanted: Settings, versions: Iterable[SettingsVersion]) -> list[tuple[date, Settings]]:
    """What is to be recorded so that `wanted` counts from the day on: that, and later plans that it changes.

    A plan for a later day keeps what it was to change on that day and follows the new settings in all else: otherwise
    it would quietly take back what is decided now.
    """
    known = list(versions)
    found = [(day, wanted)]
    before, current = settings_on(day, known), wanted
    for later in sorted({version.effective_from for version in known if version.effective_from > day}):
        planned = settings_on(later, known)
        following = replace(current, **_differences(before, planned))
        if following != planned:
            found.append((later, following))
        before, current = planned, following
    return found


def _differences(before: Settings, after: Settings) -> dict[str, Any]:
    names = (field.name for field in fields(Settings))
    return {name: getattr(after, name) for name in names if getattr(after, name) != getattr(before, name)}


def checked(settings: Settings, time_zones: Container[str], findings: Findings, at: Path = ("input",)) -> Settings:
    """The settings cleaned; what is wrong with them goes to the findings. `time_zones` are the names that exist."""
    _check_between(settings.session_idle_minutes, SHORTEST_IDLE_MINUTES, LONGEST_IDLE_MINUTES,
                   (*at, "sessionIdleMinutes"), findings)  # fmt: skip
    _check_between(settings.session_hours, SHORTEST_SESSION_HOURS, LONGEST_SESSION_HOURS,
                   (*at, "sessionHours"), findings)  # fmt: skip
    _check_between(settings.duplicate_threshold, LOWEST_DUPLICATE_THRESHOLD, duplicates.HIGHEST,
                   (*at, "duplicateThreshold"), findings)  # fmt: skip
    _check_between(settings.document_mebibytes, 1, MOST_DOCUMENT_MEBIBYTES, (*at, "documentMebibytes"), findings)
    _check_between(settings.documents_gibibytes, 1, MOST_DOCUMENTS_GIBIBYTES, (*at, "documentsGibibytes"), findings)
    return replace(
        settings,
        file_number_prefix=texts.taken(
            settings.file_number_prefix, FILE_NUMBER_PREFIX, (*at, "fileNumberPrefix"), findings
        ),
        time_zone=texts.time_zone(settings.time_zone, time_zones, (*at, "timeZone"), findings),
        locale=texts.language(settings.locale, (*at, "locale"), findings),
    )


def check_effective(effective_from: date, today: date, findings: Findings, at: Path = ("input",)) -> None:
    """New settings count from today or later: what happened was judged by the settings of its day."""
    if effective_from < today:
        findings.invalid((*at, "effectiveFrom"), "must not be in the past")


def kept(settings: Settings) -> dict[str, str | int]:
    """The settings as plain JSON, for their column."""
    return {name: value.value if isinstance(value, StrEnum) else value for name, value in asdict(settings).items()}


def read(values: Mapping[str, object]) -> Settings:
    """The settings behind their plain JSON: one that is missing has its default, an unknown one is passed over."""
    known: dict[str, Any] = {field.name: values[field.name] for field in fields(Settings) if field.name in values}
    if "practitioners_reach" in known:
        known["practitioners_reach"] = PractitionersReach(str(known["practitioners_reach"]))
    return Settings(**known)


def _check_between(value: int, least: int, most: int, path: Path, findings: Findings) -> None:
    if not least <= value <= most:
        findings.invalid(path, f"must be between {least:,} and {most:,}")
