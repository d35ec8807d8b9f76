"""Who is on a care team, when, and how far that goes."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as some

from domain import care_team
from domain.care_team import Grant
from domain.people import Level
from domain.refusals import Findings

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ANNA, BO, CLIENT, OTHER_CLIENT, BIRTH, LOSS = (UUID(int=number) for number in range(1, 7))


def hour(number: int) -> datetime:
    return NOON + timedelta(hours=number)


GRANTS = some.builds(
    lambda person, client, journey, level, start, length: Grant(
        person, client, journey, level, hour(start), None if length is None else hour(start + length)
    ),
    some.sampled_from([ANNA, BO]),
    some.sampled_from([CLIENT, OTHER_CLIENT]),
    some.sampled_from([None, BIRTH, LOSS]),
    some.sampled_from(Level),
    some.integers(0, 6),
    some.none() | some.integers(1, 4),
)


def test_a_grant_counts_from_its_start_until_just_before_its_end() -> None:
    grant = Grant(ANNA, CLIENT, None, Level.VIEW, hour(0), hour(1))
    found = [care_team.holds(grant, moment) for moment in (hour(0) - timedelta.resolution, hour(0), hour(1))]
    assert found == [False, True, False]
    assert care_team.holds(grant, hour(1) - timedelta.resolution)


@given(some.lists(GRANTS, max_size=8), some.integers(-1, 12))
def test_levels_equal_a_count_by_hand(grants: list[Grant], at: int) -> None:
    moment = hour(at)
    ranks_on_client, ranks_on_journey = [0], [0]
    for grant in grants:
        if grant.person != ANNA or grant.client != CLIENT or not grant.starts <= moment:
            continue
        if grant.ends is not None and grant.ends <= moment:
            continue
        if grant.journey is None:
            ranks_on_client.append(grant.level.rank)
        if grant.journey is None or grant.journey == BIRTH:
            ranks_on_journey.append(grant.level.rank)
    on_client = care_team.level_on_client(grants, ANNA, CLIENT, moment)
    on_journey = care_team.level_on_journey(grants, ANNA, CLIENT, BIRTH, moment)
    assert (on_client.rank if on_client else 0) == max(ranks_on_client)
    assert (on_journey.rank if on_journey else 0) == max(ranks_on_journey)


@given(some.lists(GRANTS, max_size=8), some.integers(-1, 12))
def test_whoever_reaches_a_journey_sees_the_profile(grants: list[Grant], at: int) -> None:
    reached = [care_team.level_on_journey(grants, ANNA, CLIENT, journey, hour(at)) for journey in (BIRTH, LOSS)]
    assert care_team.sees_profile(grants, ANNA, CLIENT, hour(at)) == any(reached)


@given(GRANTS, GRANTS)
def test_grants_overlap_exactly_when_some_hour_belongs_to_both(one: Grant, other: Grant) -> None:
    both = any(care_team.holds(one, hour(at)) and care_team.holds(other, hour(at)) for at in range(20))
    assert care_team.overlap(one, other) == (both and one.scope == other.scope)
    assert care_team.overlap(one, other) == care_team.overlap(other, one)


@pytest.mark.parametrize(
    ("level", "wanted", "reaches"),
    [(None, "VIEW", False), ("VIEW", "VIEW", True), ("VIEW", "EDIT", False), ("SHARE", "EDIT", True)],
)
def test_a_level_includes_the_ones_before_it(level: str | None, wanted: str, reaches: bool) -> None:
    assert care_team.reaches(Level(level) if level else None, Level(wanted)) is reaches


def wrong(grant: Grant, *others: Grant) -> list[str]:
    findings = Findings()
    care_team.check(grant, others, findings)
    return [problem.path[-1] for problem in findings.problems]


def test_a_grant_must_last_for_some_time() -> None:
    assert wrong(Grant(ANNA, CLIENT, None, Level.VIEW, hour(1), hour(1))) == ["to"]


def test_one_person_has_one_place_on_one_team_at_a_time() -> None:
    held = Grant(ANNA, CLIENT, BIRTH, Level.VIEW, hour(0), hour(2))
    assert wrong(Grant(ANNA, CLIENT, BIRTH, Level.EDIT, hour(1)), held) == ["from"]
    assert wrong(Grant(ANNA, CLIENT, BIRTH, Level.EDIT, hour(2)), held) == []
    assert wrong(Grant(ANNA, CLIENT, None, Level.EDIT, hour(1)), held) == []
