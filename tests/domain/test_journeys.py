"""The rules of a journey."""

import json
from datetime import UTC, date, datetime, timedelta
from itertools import product
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as some

from domain import journeys
from domain.journeys import ArchiveOptions, ArchiveTrace, Course, JourneyStatus, Stamp
from domain.refusals import AlreadyDone, Findings, Invalid, NotAllowedNow, Refusal

TODAY = date(2026, 3, 1)
ALLOWED = {
    ("PROSPECT", "ACTIVE"): False,
    ("PROSPECT", "COMPLETED"): True,
    ("ACTIVE", "PAUSED"): True,
    ("ACTIVE", "COMPLETED"): False,
    ("PAUSED", "ACTIVE"): False,
    ("PAUSED", "COMPLETED"): False,
    ("COMPLETED", "ACTIVE"): True,
}
"""Every change there is, and whether it needs a reason."""


@pytest.mark.parametrize(("before", "after"), list(product(JourneyStatus, JourneyStatus)))
def test_a_status_changes_only_where_the_machine_says(before: JourneyStatus, after: JourneyStatus) -> None:
    course = Course(before, started_on=TODAY)
    if (before, after) in ALLOWED:
        assert journeys.status_changed(course, after, on=TODAY, reason="because").status is after
    elif before is after:
        with pytest.raises(AlreadyDone):
            journeys.status_changed(course, after, on=TODAY, reason="because")
    else:
        with pytest.raises(NotAllowedNow):
            journeys.status_changed(course, after, on=TODAY, reason="because")


@pytest.mark.parametrize("blank", [None, "", "  "])
@pytest.mark.parametrize(("before", "after"), ALLOWED)
def test_some_changes_must_say_why(before: str, after: str, blank: str | None) -> None:
    course = Course(JourneyStatus(before), started_on=TODAY)
    if ALLOWED[before, after]:
        with pytest.raises(Invalid, match="Reason must say why"):
            journeys.status_changed(course, JourneyStatus(after), on=TODAY, reason=blank)
    else:
        assert journeys.status_changed(course, JourneyStatus(after), on=TODAY, reason=blank).status == after


def test_beginning_sets_the_day_it_started() -> None:
    begun = journeys.status_changed(Course(JourneyStatus.PROSPECT), JourneyStatus.ACTIVE, on=TODAY)
    assert begun == Course(JourneyStatus.ACTIVE, started_on=TODAY)


def test_beginning_keeps_a_day_that_was_set_before() -> None:
    earlier = TODAY - timedelta(days=9)
    course = Course(JourneyStatus.PROSPECT, started_on=earlier)
    assert journeys.status_changed(course, JourneyStatus.ACTIVE, on=TODAY).started_on == earlier


def test_completing_sets_the_day_it_ended_and_reopening_takes_it_away() -> None:
    ended = journeys.status_changed(Course(JourneyStatus.ACTIVE, started_on=TODAY), JourneyStatus.COMPLETED, on=TODAY)
    assert ended.ended_on == TODAY
    assert journeys.status_changed(ended, JourneyStatus.ACTIVE, on=TODAY, reason="Came back").ended_on is None


def test_a_journey_does_not_end_before_it_started() -> None:
    course = Course(JourneyStatus.ACTIVE, started_on=TODAY)
    with pytest.raises(Invalid):
        journeys.status_changed(course, JourneyStatus.COMPLETED, on=TODAY - timedelta(days=1))


@given(some.lists(some.tuples(some.sampled_from(JourneyStatus), some.integers(0, 30)), max_size=12))
def test_whatever_the_changes_the_days_fit_the_status(steps: list[tuple[JourneyStatus, int]]) -> None:
    course, day = Course(JourneyStatus.PROSPECT), TODAY
    for wanted, days in steps:
        day += timedelta(days=days)
        try:
            course = journeys.status_changed(course, wanted, on=day, reason="because")
        except Refusal:
            continue
    findings = Findings()
    journeys.check_dates(course, day, findings)
    assert not findings
    assert (course.ended_on is not None) == (course.status is JourneyStatus.COMPLETED)


def wrong(course: Course) -> list[str]:
    findings = Findings()
    journeys.check_dates(course, TODAY, findings)
    return [problem.path[-1] for problem in findings.problems]


def test_days_that_do_not_fit_are_refused_at_their_fields() -> None:
    tomorrow, yesterday = TODAY + timedelta(days=1), TODAY - timedelta(days=1)
    assert wrong(Course(JourneyStatus.ACTIVE, started_on=tomorrow)) == ["startedOn"]
    assert wrong(Course(JourneyStatus.COMPLETED, started_on=TODAY, ended_on=yesterday)) == ["endedOn"]
    assert wrong(Course(JourneyStatus.COMPLETED, ended_on=tomorrow)) == ["endedOn"]
    assert wrong(Course(JourneyStatus.PAUSED, started_on=yesterday, ended_on=TODAY)) == ["endedOn"]


def test_an_expected_day_lies_within_reach() -> None:
    assert wrong(Course(JourneyStatus.PROSPECT, expected_on=TODAY + journeys.EXPECTED_WITHIN)) == []
    too_far = TODAY + journeys.EXPECTED_WITHIN + timedelta(days=1)
    assert wrong(Course(JourneyStatus.PROSPECT, expected_on=too_far)) == ["expectedOn"]


MOMENTS = some.datetimes(timezones=some.just(UTC))
STAMPS = some.none() | some.builds(Stamp, MOMENTS, some.none() | some.uuids(), some.none() | some.text())


@given(
    some.sampled_from(sorted(set(JourneyStatus) - {JourneyStatus.ARCHIVED})),
    some.builds(ArchiveOptions, some.booleans(), some.booleans()),
    STAMPS,
    some.dictionaries(some.uuids(), some.none() | MOMENTS, max_size=3),
    some.dictionaries(some.uuids(), some.booleans(), max_size=3),
)
def test_restoring_undoes_exactly_what_archiving_did(
    status: JourneyStatus,
    options: ArchiveOptions,
    stamp: Stamp | None,
    grants: dict[UUID, datetime | None],
    notes: dict[UUID, bool],
) -> None:
    course = Course(status, expected_on=TODAY, started_on=TODAY)
    put_away, trace = journeys.archived(course, options, stamp=stamp, open_grants=grants, open_notes=notes)
    assert put_away.status is JourneyStatus.ARCHIVED
    assert trace.stamp_before == stamp
    ended = zip(trace.grants_ended, trace.grants_were_to_end, strict=True)
    assert dict(ended) == (grants if options.end_care_team else {})
    archived = zip(trace.notes_archived, trace.notes_were_pinned, strict=True)
    assert dict(archived) == (notes if options.archive_notes else {})
    kept = json.loads(json.dumps(journeys.trace_kept(trace)))
    assert journeys.trace_read(kept) == trace
    assert journeys.restored(put_away, trace) == course


def test_a_journey_is_archived_once() -> None:
    with pytest.raises(AlreadyDone):
        journeys.archived(Course(JourneyStatus.ARCHIVED), ArchiveOptions())


def test_only_an_archived_journey_is_restored() -> None:
    with pytest.raises(NotAllowedNow):
        journeys.restored(Course(JourneyStatus.ACTIVE), ArchiveTrace(JourneyStatus.ACTIVE))


def test_an_archived_journey_is_not_changed() -> None:
    journeys.check_changeable(JourneyStatus.COMPLETED)
    with pytest.raises(NotAllowedNow):
        journeys.check_changeable(JourneyStatus.ARCHIVED)


def test_the_journeys_of_somebody_who_died_are_shown_as_ended() -> None:
    assert journeys.is_shown_as_ended(JourneyStatus.ACTIVE, client_deceased=True)
    assert not journeys.is_shown_as_ended(JourneyStatus.PAUSED, client_deceased=False)


def opened(status: JourneyStatus, started_on: date | None = None) -> tuple[Course, list[str]]:
    findings = Findings()
    course = journeys.opened(status, started_on=started_on, today=TODAY, findings=findings)
    return course, [problem.path[-1] for problem in findings.problems]


def test_a_new_journey_is_asked_for_or_under_way() -> None:
    assert opened(JourneyStatus.PROSPECT) == (Course(JourneyStatus.PROSPECT), [])
    assert opened(JourneyStatus.ACTIVE) == (Course(JourneyStatus.ACTIVE, started_on=TODAY), [])
    assert opened(JourneyStatus.COMPLETED)[1] == ["status"]
    assert opened(JourneyStatus.ACTIVE, TODAY + timedelta(days=1))[1] == ["startedOn"]
