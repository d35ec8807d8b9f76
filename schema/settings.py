"""A practice's settings as the graph shows them. What each decides is written down once, beside the rule."""

from datetime import date, datetime
from typing import Any

import strawberry

import resolvers.settings
import schema.describing
import schema.given
from domain.settings import PractitionersReach, Settings
from domain.texts import Locale, TimeZone
from resolvers.settings import PracticeSettingsUpdated, SettingsShown
from schema.fields import answered_by, presents
from schema.problems import Problem
from schema.references import MemberRef, PracticeRef

schema.given.one_of(PractitionersReach)


def _as_ruled(name: str) -> Any:
    return strawberry.field(description=schema.describing.members(Settings)[name])


@presents(SettingsShown)
class PracticeSettings:
    """What a practice decides for itself, as it counts on a day."""

    practitioners_reach: PractitionersReach = _as_ruled("practitioners_reach")
    file_number_prefix: str = _as_ruled("file_number_prefix")
    session_idle_minutes: int = _as_ruled("session_idle_minutes")
    session_hours: int = _as_ruled("session_hours")
    time_zone: TimeZone = _as_ruled("time_zone")
    locale: Locale = _as_ruled("locale")
    duplicate_threshold: int = _as_ruled("duplicate_threshold")
    document_mebibytes: int = _as_ruled("document_mebibytes")
    documents_gibibytes: int = _as_ruled("documents_gibibytes")
    version: int
    "Grows by one with every change for whatever day; 0 while nothing was changed. May be given as `expectedVersion`."
    effective_from: date | None
    "Since which day they count; null for what counts before the first change."
    next_change_on: date | None
    "The next day from which others are planned to count."
    recorded_at: datetime | None
    "When it was decided so; null for the defaults."
    recorded_by: MemberRef | None = answered_by(resolvers.settings.recorded_by)


@presents(PracticeSettingsUpdated)
class PracticeSettingsUpdatePayload:
    """What came of changing the settings."""

    practice: PracticeRef | None = answered_by(resolvers.settings.of_outcomes)
    current: PracticeRef | None = answered_by(resolvers.settings.current_of_outcomes)
    problems: list[Problem]
    "What kept it from being done; empty when it was."
