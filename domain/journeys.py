"""The words and rules of a journey: a cycle of care around a life event."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from domain.refusals import AlreadyDone, Findings, Invalid, NotAllowedNow, Path

EXPECTED_WITHIN = timedelta(days=5 * 365)
"""How far from a journey's start (or from today) the day that it expects may lie, either way."""


class LifeEvent(StrEnum):
    """What a journey is about."""

    FERTILITY = "FERTILITY"
    """Hoping for a child."""
    BIRTH = "BIRTH"
    """Pregnancy and birth."""
    POSTPARTUM = "POSTPARTUM"
    """The time after a birth."""
    LOSS = "LOSS"
    """Miscarriage, stillbirth or the death of a child."""
    ADOPTION = "ADOPTION"
    """A child joins the family."""
    ABORTION = "ABORTION"
    """Ending a pregnancy."""
    PALLIATIVE = "PALLIATIVE"
    """The end of life."""
    REHABILITATION = "REHABILITATION"
    """Getting back on one's feet."""
    WOUND_CARE = "WOUND_CARE"
    """Wounds, and feet at risk."""
    CHRONIC_CARE = "CHRONIC_CARE"
    """Living with a lasting condition."""
    THERAPY = "THERAPY"
    """A course of therapy or counselling."""
    OTHER = "OTHER"
    """Anything else; the title says what."""


class JourneyStatus(StrEnum):
    """Where a journey stands."""

    PROSPECT = "PROSPECT"
    """Asked for, not begun."""
    ACTIVE = "ACTIVE"
    """Under way."""
    PAUSED = "PAUSED"
    """Halted for a while."""
    COMPLETED = "COMPLETED"
    """Came to its end."""
    ARCHIVED = "ARCHIVED"
    """Put away; `journeyRestore` brings it back as it was."""


@dataclass(frozen=True, slots=True)
class Course:
    """Where a journey stands, and its days."""

    status: JourneyStatus
    expected_on: date | None = None
    """The day hoped or feared for, such as a due date."""
    started_on: date | None = None
    ended_on: date | None = None


@dataclass(frozen=True, slots=True)
class Stamp:
    """Since when a journey stands where it does, by whom, and why."""

    since: datetime
    by: UUID | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class ArchiveOptions:
    """What is put away together with a journey."""

    end_care_team: bool = False
    """End the places on the journey's own care team; those for the whole client stay."""
    archive_notes: bool = False
    """Put away the journey's notes too."""


@dataclass(frozen=True, slots=True)
class ArchiveTrace:
    """What archiving a journey changed, kept with the journey, so that restoring undoes that and nothing else."""

    status_before: JourneyStatus
    stamp_before: Stamp | None = None
    grants_ended: tuple[UUID, ...] = ()
    grants_were_to_end: tuple[datetime | None, ...] = ()
    """For each of the grants ended, when it was to end anyway; None: until further notice."""
    notes_archived: tuple[UUID, ...] = ()
    notes_were_pinned: tuple[bool, ...] = ()
    """For each of the notes archived, whether it was pinned."""


_CHANGES: Mapping[JourneyStatus, frozenset[JourneyStatus]] = {
    JourneyStatus.PROSPECT: frozenset({JourneyStatus.ACTIVE, JourneyStatus.COMPLETED}),
    JourneyStatus.ACTIVE: frozenset({JourneyStatus.PAUSED, JourneyStatus.COMPLETED}),
    JourneyStatus.PAUSED: frozenset({JourneyStatus.ACTIVE, JourneyStatus.COMPLETED}),
    JourneyStatus.COMPLETED: frozenset({JourneyStatus.ACTIVE}),
    JourneyStatus.ARCHIVED: frozenset(),
}
_NEED_A_REASON = frozenset(
    {
        (JourneyStatus.PROSPECT, JourneyStatus.COMPLETED),  # ended before it began
        (JourneyStatus.ACTIVE, JourneyStatus.PAUSED),
        (JourneyStatus.COMPLETED, JourneyStatus.ACTIVE),  # reopened
    }
)


def allowed_changes(status: JourneyStatus) -> frozenset[JourneyStatus]:
    """The statuses that a plain change may lead to; archiving and restoring stand apart."""
    return _CHANGES[status]


def needs_reason(before: JourneyStatus, after: JourneyStatus) -> bool:
    """Whether the change must say why: pausing, reopening, and giving up what had not begun."""
    return (before, after) in _NEED_A_REASON


def opened(
    status: JourneyStatus,
    *,
    expected_on: date | None = None,
    started_on: date | None = None,
    today: date,
    findings: Findings,
    at: Path = ("input",),
) -> Course:
    """A new journey's course: asked for, or under way already, since today when no day is given."""
    if status not in (JourneyStatus.PROSPECT, JourneyStatus.ACTIVE):
        findings.invalid((*at, "status"), "must be PROSPECT or ACTIVE")
    begun = started_on or (today if status is JourneyStatus.ACTIVE else None)
    course = Course(status, expected_on, begun)
    check_dates(course, today, findings, at)
    return course


def begins_work(wanted: JourneyStatus) -> bool:
    """Whether moving to the status begins care, or takes it up again: not for the archived, and not after a death."""
    return wanted is JourneyStatus.ACTIVE


def status_changed(
    course: Course, wanted: JourneyStatus, *, on: date, reason: str | None = None, at: Path = ("input",)
) -> Course:
    """The course after the change; `on` is the day it takes effect.

    ACTIVE sets the day it started if there is none, and takes the end away; COMPLETED sets the day it ended.
    Raises `AlreadyDone`, `NotAllowedNow`, or `Invalid` for a missing reason or an end before the start.
    """
    if wanted is course.status:
        raise AlreadyDone(course.status.value)
    if wanted not in _CHANGES[course.status]:
        raise NotAllowedNow(course.status.value, f"become {wanted.value}")
    if needs_reason(course.status, wanted) and not (reason or "").strip():
        raise Invalid((*at, "reason"), "must say why")
    changed = replace(course, status=wanted, **_dates_after(course, wanted, on))
    if changed.started_on and changed.ended_on and changed.ended_on < changed.started_on:
        raise Invalid((*at, "on"), "must not be before the journey started")
    return changed


def _dates_after(course: Course, wanted: JourneyStatus, on: date) -> dict[str, date | None]:
    if wanted is JourneyStatus.ACTIVE:
        return {"started_on": course.started_on or on, "ended_on": None}
    if wanted is JourneyStatus.COMPLETED:
        return {"ended_on": on}
    return {}


def check_changeable(status: JourneyStatus) -> None:
    """Raise `NotAllowedNow` for an archived journey: it is restored first, then changed."""
    if status is JourneyStatus.ARCHIVED:
        raise NotAllowedNow(status.value, "be changed")


def check_dates(course: Course, today: date, findings: Findings, at: Path = ("input",)) -> None:
    """The days must fit together, with one another, with the status and with today."""
    if course.started_on is not None and course.started_on > today:
        findings.invalid((*at, "startedOn"), "must not be in the future")
    if course.ended_on is not None and course.ended_on > today:
        findings.invalid((*at, "endedOn"), "must not be in the future")
    if course.started_on and course.ended_on and course.ended_on < course.started_on:
        findings.invalid((*at, "endedOn"), "must not be before the day it started")
    if course.ended_on is not None and course.status in (JourneyStatus.ACTIVE, JourneyStatus.PAUSED):
        findings.invalid((*at, "endedOn"), "must be empty while the journey is under way")
    if course.expected_on is not None and not _is_plausible(course.expected_on, course.started_on or today):
        findings.invalid((*at, "expectedOn"), f"must lie within {EXPECTED_WITHIN.days // 365} years of the start")


def _is_plausible(expected: date, beginning: date) -> bool:
    return abs(expected - beginning) <= EXPECTED_WITHIN


def archived(
    course: Course,
    options: ArchiveOptions,
    *,
    stamp: Stamp | None = None,
    open_grants: Mapping[UUID, datetime | None] | None = None,
    open_notes: Mapping[UUID, bool] | None = None,
) -> tuple[Course, ArchiveTrace]:
    """The course after putting the journey away, and the trace: what else is to be changed, and what to come back to.

    `open_grants` are the grants on this journey alone still held, with the moments they are to end at, `open_notes` its
    notes in use, and whether they are pinned. Raises `AlreadyDone`.
    """
    if course.status is JourneyStatus.ARCHIVED:
        raise AlreadyDone(course.status.value)
    ended = dict(open_grants or {}) if options.end_care_team else {}
    put_away = dict(open_notes or {}) if options.archive_notes else {}
    trace = ArchiveTrace(
        status_before=course.status,
        stamp_before=stamp,
        grants_ended=tuple(ended),
        grants_were_to_end=tuple(ended.values()),
        notes_archived=tuple(put_away),
        notes_were_pinned=tuple(put_away.values()),
    )
    return replace(course, status=JourneyStatus.ARCHIVED), trace


def restored(course: Course, trace: ArchiveTrace) -> Course:
    """The course as it was before; the trace says which grants and notes come back with it. Raises `NotAllowedNow`."""
    if course.status is not JourneyStatus.ARCHIVED:
        raise NotAllowedNow(course.status.value, "be restored")
    return replace(course, status=trace.status_before)


def trace_kept(trace: ArchiveTrace) -> dict[str, Any]:
    """The trace as plain JSON, for its column."""
    stamp = trace.stamp_before
    return {
        "statusBefore": trace.status_before.value,
        "stampBefore": stamp and [stamp.since.isoformat(), stamp.by and stamp.by.hex, stamp.reason],
        "grantsEnded": [grant.hex for grant in trace.grants_ended],
        "grantsWereToEnd": [moment and moment.isoformat() for moment in trace.grants_were_to_end],
        "notesArchived": [note.hex for note in trace.notes_archived],
        "notesWerePinned": list(trace.notes_were_pinned),
    }


def trace_read(kept: Mapping[str, Any]) -> ArchiveTrace:
    """The trace behind its plain JSON."""
    return ArchiveTrace(
        status_before=JourneyStatus(kept["statusBefore"]),
        stamp_before=_stamp_read(kept.get("stampBefore")),
        grants_ended=tuple(UUID(hex=text) for text in kept.get("grantsEnded", ())),
        grants_were_to_end=tuple(text and datetime.fromisoformat(text) for text in kept.get("grantsWereToEnd", ())),
        notes_archived=tuple(UUID(hex=text) for text in kept.get("notesArchived", ())),
        notes_were_pinned=tuple(kept.get("notesWerePinned", ())),
    )


def _stamp_read(kept: Sequence[Any] | None) -> Stamp | None:
    if kept is None:
        return None
    since, by, reason = kept
    return Stamp(datetime.fromisoformat(since), UUID(hex=by) if by else None, reason)


def is_shown_as_ended(status: JourneyStatus, *, client_deceased: bool) -> bool:
    """Whether lists show the journey as over: completed, put away, or its client has died."""
    return client_deceased or status in (JourneyStatus.COMPLETED, JourneyStatus.ARCHIVED)
