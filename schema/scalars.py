"""The scalars, each with where its form is specified. Dates and times are strict; texts are judged by the rules."""

import re
from datetime import UTC, date, datetime
from typing import Any

import orjson
import strawberry
from graphql import GraphQLError
from strawberry.types.scalar import ScalarDefinition

from domain.sizes import MOST_BYTES, ByteCount
from domain.texts import EmailAddress, Locale, PhoneNumber, TimeZone

RFC3339 = re.compile(r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})")


def read_moment(value: Any) -> datetime:
    """A point in time from RFC 3339 text; one without its offset from UTC is refused."""
    if not isinstance(value, str) or not RFC3339.fullmatch(value):
        raise GraphQLError("DateTime must be RFC 3339 text with an offset, such as 2026-03-01T09:30:00Z.")
    try:
        return datetime.fromisoformat(value.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        raise GraphQLError("DateTime must be a time that exists.") from None


def write_moment(value: datetime) -> str:
    """RFC 3339 in UTC."""
    if (
        value.tzinfo is UTC and type(value) is datetime
    ):  # as the drivers give them: orjson writes it in a third of the time
        return str(orjson.dumps(value, None, orjson.OPT_UTC_Z), "ascii")[1:-1]
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def write_moments(values: list[datetime]) -> list[str]:
    """The same of many, in one go."""
    if set(map(type, values)) == {datetime}:
        text = str(orjson.dumps(values, None, orjson.OPT_UTC_Z), "ascii")
        if text.count('Z"') == len(values):  # else some are of another zone, or of none
            return text[2:-2].split('","')
    return list(map(write_moment, values))


write_moment.of_many = write_moments  # type: ignore[attr-defined] # looked for by the executor


def read_day(value: Any) -> date:
    """A day from `2026-03-01`."""
    try:
        if not isinstance(value, str) or len(value) != 10:
            raise ValueError
        return date.fromisoformat(value)
    except ValueError:
        raise GraphQLError("Date must be a day that exists, written as 2026-03-01.") from None


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
        date.isoformat,
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
