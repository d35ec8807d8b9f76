"""The scalars, each with where its form is specified. Dates and times are strict; texts are judged by the rules."""

import re
from datetime import UTC, date, datetime
from operator import attrgetter
from typing import Any

import orjson
import strawberry
from graphql import GraphQLError
from strawberry.types.scalar import ScalarDefinition

from domain.sizes import MOST_BYTES, ByteCount
from domain.texts import EmailAddress, Locale, PhoneNumber, TimeZone
from schema.execution.leaves import Unchanged

_ZONE = attrgetter("tzinfo")
RFC3339 = re.compile(r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})")


def as_json(data: Any) -> bytes:
    """Data of the graph as it leaves. Moments and days are what they are until then, because orjson writes them faster
    than texts that were made of them before.
    """
    return orjson.dumps(data, None, orjson.OPT_UTC_Z)


def read_moment(value: Any) -> datetime:
    """A point in time from RFC 3339 text; one without its offset from UTC is refused."""
    if not isinstance(value, str) or not RFC3339.fullmatch(value):
        raise GraphQLError("DateTime must be RFC 3339 text with an offset, such as 2026-03-01T09:30:00Z.")
    try:
        return datetime.fromisoformat(value.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        raise GraphQLError("DateTime must be a time that exists.") from None


def write_moment(value: datetime) -> datetime:
    """The same in UTC."""
    if type(value) is datetime and value.tzinfo is UTC:
        return value
    moment = value.astimezone(UTC)
    return datetime.combine(moment.date(), moment.timetz())  # of no class of its own, whatever the value is of


write_moment.unchanged = Unchanged(  # type: ignore[attr-defined] # the executor looks for it
    datetime, "({cell}.tzinfo is {own}UTC)", {"UTC": UTC}, lambda moments: set(map(_ZONE, moments)) == {UTC}
)


def read_day(value: Any) -> date:
    """A day from `2026-03-01`."""
    try:
        if not isinstance(value, str) or len(value) != 10:
            raise ValueError
        return date.fromisoformat(value)
    except ValueError:
        raise GraphQLError("Date must be a day that exists, written as 2026-03-01.") from None


def write_day(value: date) -> date:
    """The day itself."""
    return date(value.year, value.month, value.day)


write_day.unchanged = Unchanged(date)  # type: ignore[attr-defined] # the executor looks for it


def read_text(value: Any) -> str:
    """Any text; whether it can be taken is for the rules to say, as a problem beside its field."""
    if not isinstance(value, str):
        raise GraphQLError("A text is expected.")
    return value


def read_bytes(value: Any) -> int:
    """A number of bytes: whole, not negative, and exact in every JSON reader."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST_BYTES:
        raise GraphQLError(f"ByteCount must be a whole number from 0 to {MOST_BYTES}.")
    return value


def _scalar(name: str, description: str, url: str, read: Any = read_text, write: Any = str) -> ScalarDefinition:
    return strawberry.scalar(
        name=name, description=description, specified_by_url=url, parse_value=read, serialize=write
    )


SCALARS: dict[object, ScalarDefinition] = {
    datetime: _scalar(
        "DateTime",
        "A point in time in UTC, such as 2026-03-01T09:30:00Z.",
        "https://www.rfc-editor.org/rfc/rfc3339",
        read_moment,
        write_moment,
    ),
    date: _scalar(
        "Date",
        "A day without a time, such as 2026-03-01.",
        "https://www.rfc-editor.org/rfc/rfc3339#section-5.6",
        read_day,
        write_day,
    ),
    ByteCount: _scalar(
        "ByteCount",
        "A number of bytes, a whole number up to 2^53.",
        "https://www.rfc-editor.org/rfc/rfc8259#section-6",
        read_bytes,
        int,
    ),
    EmailAddress: _scalar(
        "EmailAddress", "An e-mail address.", "https://html.spec.whatwg.org/multipage/input.html#valid-e-mail-address"
    ),
    PhoneNumber: _scalar(
        "PhoneNumber", "A telephone number, such as +14165550123.", "https://www.itu.int/rec/T-REC-E.164"
    ),
    TimeZone: _scalar(
        "TimeZone", "A time zone by its name, such as America/Toronto.", "https://www.iana.org/time-zones"
    ),
    Locale: _scalar("Locale", "A language tag, such as fr-CA.", "https://www.rfc-editor.org/info/bcp47"),
}
