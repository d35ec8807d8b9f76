"""FHIR's dates and times: of partial precision (`2019`, `2019-05`), with or without a zone."""

import calendar
import re
from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum
from typing import NamedTuple

_SHAPE = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?\s*(Z|z|[+-]\d\d:?\d\d)?)?)?)?",
    re.ASCII,
)


class Precision(StrEnum):
    """How exactly a time is known."""

    YEAR = "YEAR"
    """Only the year is known."""
    MONTH = "MONTH"
    """The month and year are known."""
    DAY = "DAY"
    """The day is known."""
    MOMENT = "MOMENT"
    """The time of day is known."""


class Known(NamedTuple):
    """A moment, and how exactly it is known; of a year or a month it is the first instant."""

    moment: datetime
    precision: Precision


def read(value: object) -> Known | None:
    """The time in UTC, None for what is no time. Without a zone it counts as UTC, because nothing says where it was."""
    found = _SHAPE.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        return None
    year, month, day, hour, minute, second, fraction, zone = found.groups()
    try:
        moment = datetime(
            int(year), int(month or 1), int(day or 1), int(hour or 0), int(minute or 0),
            min(int(second or 0), 59), int((fraction or "0")[:6].ljust(6, "0")), tzinfo=_zone(zone),
        ).astimezone(UTC)  # fmt: skip
    except (ValueError, OverflowError):
        return None
    return Known(moment, _precision(month, day, hour))


def read_day(value: object) -> tuple[date | None, Precision | None]:
    """The day, if the value knows one (the day as written, whatever its zone), and how exactly the value is known."""
    known = read(value)
    if known is None or not isinstance(value, str):
        return None, None
    if known.precision in (Precision.YEAR, Precision.MONTH):
        return None, known.precision
    return date.fromisoformat(value.strip()[:10]), known.precision


def is_over(value: object, today: date) -> bool:
    """Whether a period with this end has passed; a partial end lasts until its last day, no end is no end."""
    known = read(value)
    if known is None:
        return False
    moment, precision = known
    last = {
        Precision.YEAR: date(moment.year, 12, 31),
        Precision.MONTH: date(moment.year, moment.month, calendar.monthrange(moment.year, moment.month)[1]),
    }.get(precision, moment.date())
    return last < today


def _zone(text: str | None) -> timezone:
    if text is None or text in "Zz":
        return UTC
    sign = -1 if text[0] == "-" else 1
    return timezone(sign * timedelta(hours=int(text[1:3]), minutes=int(text[-2:])))


def _precision(month: str | None, day: str | None, hour: str | None) -> Precision:
    if hour is not None:
        return Precision.MOMENT
    if day is not None:
        return Precision.DAY
    return Precision.YEAR if month is None else Precision.MONTH
