"""Moments and days as the graph writes them."""

from datetime import UTC, date, datetime

import orjson
from hypothesis import given
from hypothesis.strategies import dates, datetimes, just

from schema.scalars import as_json, read_day, read_moment, write_day, write_moment
from tests.schema.execution.corpus.rows import ELSEWHERE, Stamp


def as_text(moment: datetime) -> str:
    text: str = orjson.loads(as_json(write_moment(moment)))
    return text


@given(datetimes(timezones=just(UTC)))
def test_a_moment_in_utc_is_written_as_python_would_write_it(moment: datetime) -> None:
    written = as_text(moment)

    assert written == moment.isoformat().replace("+00:00", "Z")
    assert read_moment(written) == moment


def test_moments_of_other_zones_and_classes_are_written_in_utc() -> None:
    assert as_text(datetime(2026, 3, 1, 9, 30, tzinfo=ELSEWHERE)) == "2026-03-01T14:30:00Z"
    assert as_text(Stamp(2026, 3, 1, 9, 30, 0, 7, tzinfo=UTC)) == "2026-03-01T09:30:00.000007Z"


@given(dates())
def test_a_day_is_written_as_python_would_write_it(day: date) -> None:
    written = orjson.loads(as_json(write_day(day)))

    assert written == day.isoformat()
    assert read_day(written) == day


def test_the_day_of_a_moment_is_written_without_its_time() -> None:
    assert as_json(write_day(datetime(2026, 3, 1, 9, 30, tzinfo=UTC))) == b'"2026-03-01"'
