"""Changing a journey: what it is called and expects, and where it stands."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from domain import journeys, texts
from domain.journeys import Course, JourneyStatus, LifeEvent
from domain.refusals import Findings, Invalid
from domain.timeline import EntryKind
from resolvers import settings
from resolvers.given import ABSENT, AbsentType, JourneyId
from resolvers.journeys import standing
from resolvers.outcomes import Outcome
from resolvers.writing import Write
from storage.database.journeys import Journey


@dataclass(frozen=True)
class JourneyUpdateInput:
    """A change of a journey. What is left out stays."""

    id: JourneyId
    """The journey."""
    expected_version: int | None = None
    """The version the caller saw; when it is not the current one, nothing is changed."""
    title: str | AbsentType = ABSENT
    """What it is called."""
    life_event: LifeEvent | AbsentType = ABSENT
    """What it is about."""
    expected_on: date | AbsentType | None = ABSENT
    """The day hoped or feared for, such as a due date."""
    started_on: date | AbsentType | None = ABSENT
    """The day care began."""
    ended_on: date | AbsentType | None = ABSENT
    """The day care ended; only when it is not under way."""
    outcome: str | AbsentType | None = ABSENT
    """How it ended, in a few sentences."""


@dataclass(frozen=True)
class JourneyStatusChangeInput:
    """A journey's move to another status."""

    id: JourneyId
    """The journey."""
    status: JourneyStatus
    """Where it goes. Archiving and restoring have mutations of their own."""
    reason: str | None = None
    """Why; needed for pausing, for taking up again what was completed, and for giving up what had not begun."""
    on: date | None = None
    """The day it counts from, not in the future; today if left out."""
    expected_version: int | None = None
    """The version the caller saw; when it is not the current one, nothing is changed."""


@dataclass(slots=True, kw_only=True)
class JourneyChanged(Outcome):
    """What came of changing a journey."""

    journey_id: UUID | None = None
    current_id: UUID | None = None


async def update(write: Write, input: JourneyUpdateInput) -> JourneyChanged:
    """Change what a journey is called, is about and expects, or its days. Where it stands has mutations of its own."""
    row = await standing.found(write, input.id, input.expected_version)
    await standing.check_client(write, row.client_id)
    journeys.check_changeable(row.status)
    findings = Findings()
    changed = _changed(input, findings)
    days = {name: changed.get(name, getattr(row, name)) for name in ("expected_on", "started_on", "ended_on")}
    journeys.check_dates(Course(row.status, **days), await settings.today(write), findings)
    findings.settle()
    if any(getattr(row, name) != value for name, value in changed.items()):
        _set(write, row, changed)
    return JourneyChanged(journey_id=row.id)


async def change_status(write: Write, input: JourneyStatusChangeInput) -> JourneyChanged:
    """Move a journey: PROSPECT to ACTIVE, ACTIVE to PAUSED and back, any of them to COMPLETED, COMPLETED to ACTIVE."""
    row = await standing.found(write, input.id, input.expected_version)
    await standing.check_client(write, row.client_id, new_work=journeys.begins_work(input.status))
    policies = await settings.in_force(write)
    zone = ZoneInfo(policies.time_zone)
    today = write.moment.astimezone(zone).date()
    if input.on is not None and input.on > today:
        raise Invalid(("input", "on"), "must not be in the future")
    reason = reason_of(input.reason)
    on = input.on or today
    course = journeys.status_changed(course_of(row), input.status, on=on, reason=reason)
    since = write.moment if on == today else datetime.combine(on, time.min, zone)
    facts = {"title": row.title, "from": row.status.value, "to": course.status.value, "reason": reason}
    _set(write, row, {
        "status": course.status, "started_on": course.started_on, "ended_on": course.ended_on,
        "status_changed_at": since, "status_changed_by": write.viewer.membership_id, "status_reason": reason,
    })  # fmt: skip
    await write.happened(
        EntryKind.JOURNEY_STATUS_CHANGED, row.client_id, facts,
        journey_id=row.id, subject_id=row.id, occurred_at=since,
    )  # fmt: skip
    return JourneyChanged(journey_id=row.id)


def course_of(row: Journey) -> Course:
    """Where a journey stands, as the rules see it."""
    return Course(row.status, row.expected_on, row.started_on, row.ended_on)


def reason_of(given: str | None) -> str | None:
    """A reason as it is kept; `Invalid` at its place in the input."""
    findings = Findings()
    reason = texts.taken_or_none(given, texts.OPTIONAL_REASON, ("input", "reason"), findings)
    findings.settle()
    return reason


def _changed(input: JourneyUpdateInput, findings: Findings) -> dict[str, Any]:
    names = ("title", "life_event", "expected_on", "started_on", "ended_on", "outcome")
    given = {name: getattr(input, name) for name in names if getattr(input, name) is not ABSENT}
    if "title" in given:
        given["title"] = texts.taken(given["title"], texts.TITLE, ("input", "title"), findings)
    if "outcome" in given:
        given["outcome"] = texts.taken_or_none(given["outcome"], texts.PARAGRAPH, ("input", "outcome"), findings)
    return given


def _set(write: Write, row: Journey, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    row.version += 1
    row.updated_at = write.moment
