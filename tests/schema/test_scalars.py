"""Moments as the graph writes them."""

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis.strategies import datetimes, just

from schema.scalars import read_moment, write_moment


class Stamp(datetime):
    """A moment of a class of its own."""


@given(datetimes(timezones=just(UTC)))
def test_a_moment_in_utc_is_written_as_python_would_write_it(moment: datetime) -> None:
    written = write_moment(moment)

    assert written == moment.isoformat().replace("+00:00", "Z")
    assert read_moment(written) == moment


def test_moments_of_other_zones_and_classes_are_written_in_utc() -> None:
    elsewhere = datetime(2026, 3, 1, 9, 30, tzinfo=timezone(timedelta(hours=-5)))

    assert write_moment(elsewhere) == "2026-03-01T14:30:00Z"
    assert write_moment(Stamp(2026, 3, 1, 9, 30, 0, 7, tzinfo=UTC)) == "2026-03-01T09:30:00.000007Z"
