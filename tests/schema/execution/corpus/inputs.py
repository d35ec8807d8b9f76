"""What the corpus graph takes in: nested inputs with defaults, and a scalar of its own."""

import json
from dataclasses import dataclass, field, fields, is_dataclass
from enum import Enum
from typing import Any, NewType

from tests.schema.execution.corpus.rows import Mood

Even = NewType("Even", int)
"""A whole number that is even."""


def read_even(value: Any) -> Even:
    """An even number from a number."""
    if not isinstance(value, int) or value % 2:
        raise ValueError(f"{value!r} is not even.")
    return Even(value)


NO_TEXT = 400


def write_even(value: Any) -> str | None:
    """An even number as text, but for the one that has none."""
    if value == NO_TEXT:
        return None
    if not isinstance(value, int) or value % 2:
        raise ValueError(f"{value!r} is not even.")
    return f"{value} is even"


@dataclass(frozen=True)
class Deeper:
    """Something deeper within."""

    ratio: float = 1.5
    """A ratio."""
    grid: list[list[int]] | None = None
    """Numbers in rows."""


@dataclass(frozen=True)
class Within:
    """Something within what is asked."""

    number: int
    """A number that must be given."""
    mood: Mood = Mood.TENSE
    """How it feels."""
    deeper: Deeper | None = None
    """More of it."""


@dataclass(frozen=True)
class Asked:
    """What is asked."""

    text: str
    """A text that must be given."""
    number: int | None = 7
    """A number, or null."""
    even: Even | None = None
    """An even number."""
    moods: list[Mood] = field(default_factory=list)
    """Moods."""
    inside: list[Within] | None = None
    """Things inside."""


def plain(value: Any) -> str:
    """A value as text that tells everything apart."""
    return json.dumps(_plain(value), sort_keys=True)


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, Enum):
        return f"{type(value).__name__}.{value.name}"
    return value if isinstance(value, str | int | float | None) else f"{type(value).__name__} {value}"
