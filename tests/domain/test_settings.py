"""What a practice decides for itself."""

import ast
import inspect
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as some

from domain import settings
from domain.refusals import Findings
from domain.settings import PractitionersReach, Settings, SettingsVersion

TODAY = date(2026, 3, 1)
ZONES = {"UTC", "Europe/Berlin"}


def wrong(changed: Settings) -> list[str]:
    findings = Findings()
    settings.checked(changed, ZONES, findings)
    return [problem.path[-1] for problem in findings.problems]


def test_the_defaults_are_right() -> None:
    assert wrong(settings.DEFAULT) == []


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        (Settings(session_idle_minutes=4), "sessionIdleMinutes"),
        (Settings(session_idle_minutes=1441), "sessionIdleMinutes"),
        (Settings(session_hours=0), "sessionHours"),
        (Settings(session_hours=721), "sessionHours"),
        (Settings(duplicate_threshold=19), "duplicateThreshold"),
        (Settings(duplicate_threshold=101), "duplicateThreshold"),
        (Settings(time_zone="Europe/Nowhere"), "timeZone"),
        (Settings(locale="deutsch!"), "locale"),
        (Settings(file_number_prefix="C\x00"), "fileNumberPrefix"),
        (Settings(file_number_prefix="x" * 13), "fileNumberPrefix"),
    ],
)
def test_a_wrong_setting_is_refused_at_its_field(changed: Settings, field: str) -> None:
    assert wrong(changed) == [field]


def test_settings_are_cleaned() -> None:
    changed = settings.checked(Settings(file_number_prefix=" K- ", locale="DE-de"), ZONES, Findings())
    assert (changed.file_number_prefix, changed.locale) == ("K-", "de-DE")


VERSIONS = some.lists(
    some.tuples(some.integers(-5, 5), some.integers(5, 60)).map(
        lambda pair: (TODAY + timedelta(days=pair[0]), Settings(session_idle_minutes=pair[1]))
    ),
    max_size=6,
).map(lambda pairs: [SettingsVersion(number, day, chosen) for number, (day, chosen) in enumerate(pairs, 1)])


@given(VERSIONS, some.integers(-6, 6), some.randoms())
def test_a_day_has_the_latest_settings_that_took_effect(
    versions: list[SettingsVersion], days: int, chance: Random
) -> None:
    day, expected, latest = TODAY + timedelta(days=days), settings.DEFAULT, date.min
    for version in versions:
        if latest <= version.effective_from <= day:
            expected, latest = version.settings, version.effective_from
    shuffled = list(versions)
    chance.shuffle(shuffled)
    assert settings.settings_on(day, shuffled) == expected


def test_new_settings_do_not_reach_back() -> None:
    findings = Findings()
    settings.check_effective(TODAY, TODAY, findings)
    assert not findings
    settings.check_effective(TODAY - timedelta(days=1), TODAY, findings)
    assert [problem.path for problem in findings.problems] == [("input", "effectiveFrom")]


def test_settings_are_kept_and_read_unchanged() -> None:
    chosen = replace(settings.DEFAULT, practitioners_reach=PractitionersReach.ALL, session_hours=8)
    assert settings.read(settings.kept(chosen)) == chosen


def test_a_setting_that_was_not_kept_has_its_default_and_an_unknown_one_is_passed_over() -> None:
    assert settings.read({"session_hours": 8, "retired": True}) == Settings(session_hours=8)


def test_every_setting_says_its_consequence() -> None:
    body = ast.parse(inspect.getsource(Settings)).body[0]
    assert isinstance(body, ast.ClassDef)
    literals = [node for node in body.body if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)]
    assert len(literals) == 1 + len(fields(Settings))


def test_the_day_is_the_practice_s_own() -> None:
    midnight = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
    versions = [SettingsVersion(1, TODAY, Settings(time_zone="Asia/Tokyo"))]
    assert settings.day_at(midnight, []) == TODAY
    assert settings.day_at(midnight, versions) == TODAY + timedelta(days=1)


def test_what_is_decided_now_survives_what_was_planned_for_later() -> None:
    later = TODAY + timedelta(days=10)
    planned = [SettingsVersion(1, later, Settings(session_hours=4))]
    now = Settings(locale="de")
    assert settings.rescheduled(TODAY, now, planned) == [(TODAY, now), (later, replace(now, session_hours=4))]
    assert settings.rescheduled(later, now, planned) == [(later, now)]


FIELDS = ("session_idle_minutes", "session_hours", "duplicate_threshold")


@given(VERSIONS, some.integers(-5, 5), some.sampled_from(FIELDS), some.integers(20, 60))
def test_a_change_moves_one_setting_and_leaves_every_plan_for_the_others(
    versions: list[SettingsVersion], days: int, field: str, value: int
) -> None:
    day = TODAY + timedelta(days=days)
    wanted = replace(settings.settings_on(day, versions), **{field: value})
    rows = enumerate(settings.rescheduled(day, wanted, versions), len(versions) + 1)
    after = [*versions, *(SettingsVersion(number, on, chosen) for number, (on, chosen) in rows)]
    assert settings.settings_on(day, after) == wanted
    for offset in range(-6, 7):
        on = TODAY + timedelta(days=offset)
        before, now = settings.settings_on(on, versions), settings.settings_on(on, after)
        others = [name for name in FIELDS if name != field]
        assert [getattr(now, name) for name in others] == [getattr(before, name) for name in others]
        assert on >= day or now == before
