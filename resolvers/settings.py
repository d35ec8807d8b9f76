"""A practice's settings: those of a day, and changing them from a day on."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from functools import cache
from typing import Annotated, Any
from uuid import UUID
from zoneinfo import available_timezones

from typing_extensions import Doc

import storage.database.people
from auth.permissions import May
from domain import settings
from domain.identity import new_id
from domain.refusals import Conflict, Findings
from domain.settings import PractitionersReach, Settings
from resolvers.asking import Ask
from resolvers.given import ABSENT, AbsentType, reads
from resolvers.loaders import loaded
from resolvers.outcomes import Outcome
from resolvers.writing import Write
from storage.database.people import MemberRow, PracticeRow, PracticeSettings, SettingsRow, settings_versions

On = Annotated[date | None, Doc("The day asked about; today, as it is in the practice, if left out.")]


@dataclass(frozen=True, slots=True)
class SettingsShown(Settings):
    """The settings of a day, and where they come from."""

    version: int = 0
    effective_from: date | None = None
    next_change_on: date | None = None
    recorded_at: datetime | None = None
    recorded_by: UUID | None = None


@dataclass(frozen=True)
class PracticeSettingsUpdateInput:
    """A change of the practice's settings from a day on. What is left out stays as it is on that day."""

    effective_from: date | None = None
    """The first day it counts, not in the past; today, as it is in the practice, if left out."""
    expected_version: int | None = None
    """The version the caller saw; when it is not the current one, nothing is changed."""
    practitioners_reach: PractitionersReach | AbsentType = ABSENT
    """Which clients practitioners reach. From its first day on, a change opens or closes files at once."""
    file_number_prefix: str | AbsentType = ABSENT
    """What stands before the counter in the number of a new file, at most 12 characters."""
    session_idle_minutes: int | AbsentType = ABSENT
    """After so many minutes without a request somebody must sign in again, 5 to 1,440."""
    session_hours: int | AbsentType = ABSENT
    """After so many hours somebody must sign in again, 1 to 720."""
    time_zone: str | AbsentType = ABSENT
    """The zone of the practice's days, such as America/Toronto."""
    locale: str | AbsentType = ABSENT
    """The language of what the practice sends, such as fr-CA."""
    duplicate_threshold: int | AbsentType = ABSENT
    """How much alike (20 to 100) two clients must look before creating one asks back."""
    document_mebibytes: int | AbsentType = ABSENT
    """How large one document may be, in MiB, 1 to 1,048,576."""
    documents_gibibytes: int | AbsentType = ABSENT
    """How much all documents together may take, in GiB, 1 to 1,048,576."""


@dataclass(slots=True, kw_only=True)
class PracticeSettingsUpdated(Outcome):
    """What came of changing the settings."""

    practice_id: UUID | None = None
    current_id: UUID | None = None


@reads()
async def of_practices(ask: Ask, practices: Sequence[PracticeRow], *, on: On = None) -> Sequence[SettingsShown | None]:
    """What the practice decides for itself, as it counts on a day."""
    rows = await ask.rows(SettingsRow, settings_versions)
    known = [row.known for row in rows]
    shown = _shown(rows, on or settings.day_at(ask.moment, known))
    return [shown for _ in practices]


def _shown(rows: Sequence[SettingsRow], day: date) -> SettingsShown:
    known = [row.known for row in rows]
    past = [row for row in rows if row.effective_from <= day]
    latest = max(past, key=lambda row: (row.effective_from, row.version), default=None)
    return SettingsShown(
        **asdict(settings.settings_on(day, known)),
        version=max((row.version for row in rows), default=0),
        effective_from=latest.effective_from if latest else None,
        next_change_on=min((row.effective_from for row in rows if row.effective_from > day), default=None),
        recorded_at=latest.recorded_at if latest else None,
        recorded_by=latest.recorded_by if latest else None,
    )


@reads("recorded_by")
async def recorded_by(ask: Ask, rows: Sequence[SettingsShown]) -> Sequence[MemberRow | None]:
    """Who decided so; null for the defaults, and for what the practice's own machinery set."""
    return await loaded(ask.loaders.member_by_id, [row.recorded_by for row in rows])


async def versions(write: Write) -> list[SettingsRow]:
    """Every version of the settings, as a write sees them."""
    return [SettingsRow(*row) for row in await write.session.execute(settings_versions(), write.values)]


async def in_force(write: Write) -> Settings:
    """The settings that count at the moment of a write."""
    return settings.settings_at(write.moment, [row.known for row in await versions(write)])


async def today(write: Write) -> date:
    """Which day it is in the practice."""
    return settings.day_at(write.moment, [row.known for row in await versions(write)])


async def update(write: Write, input: PracticeSettingsUpdateInput) -> PracticeSettingsUpdated:
    """Change the practice's settings from a day on. What was planned for later days stays planned; days before that
    day are still judged by the settings they had."""
    write.require(May.WRITE_SETTINGS)
    rows = await versions(write)
    known = [row.known for row in rows]
    version = max((row.version for row in rows), default=0)
    if input.expected_version not in (None, version):
        raise Conflict(version, ("input", "expectedVersion")).with_beside(current_id=write.practice_id)
    this_day = settings.day_at(write.moment, known)
    day = input.effective_from or this_day
    findings = Findings()
    settings.check_effective(day, this_day, findings)
    current = settings.settings_on(day, known)
    wanted = settings.checked(replace(current, **_given(input)), time_zones(), findings)
    findings.settle()
    if wanted != current:
        await _record(write, settings.rescheduled(day, wanted, known), version)
    return PracticeSettingsUpdated(practice_id=write.practice_id)


def _given(input: PracticeSettingsUpdateInput) -> dict[str, Any]:
    names = asdict(Settings())
    return {name: getattr(input, name) for name in names if getattr(input, name) is not ABSENT}


async def _record(write: Write, planned: Sequence[tuple[date, Settings]], version: int) -> None:
    """Write the versions down, numbered on; a twin that took the same number first makes this write run again."""
    await write.add(
        *(
            PracticeSettings(
                id=new_id(),
                effective_from=day,
                version=number,
                values=settings.kept(chosen),
                recorded_at=write.moment,
                recorded_by=write.viewer.membership_id,
            )
            for number, (day, chosen) in enumerate(planned, version + 1)
        )
    )


@cache
def time_zones() -> frozenset[str]:
    """The names of the time zones that this machine knows; read once."""
    return frozenset(available_timezones())


async def of_outcomes(ask: Ask, outcomes: Sequence[PracticeSettingsUpdated]) -> Sequence[PracticeRow | None]:
    """The practice; null when its settings were not changed."""
    return [await _practice(ask, outcome.practice_id) for outcome in outcomes]


async def current_of_outcomes(ask: Ask, outcomes: Sequence[PracticeSettingsUpdated]) -> Sequence[PracticeRow | None]:
    """The practice as it stands now, when the caller had seen another version of its settings."""
    return [await _practice(ask, outcome.current_id) for outcome in outcomes]


async def _practice(ask: Ask, id: UUID | None) -> PracticeRow | None:
    return None if id is None else await ask.row(PracticeRow, storage.database.people.practice)
