"""What a story is made of: how a journey around a life event goes in the demonstration practice."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Beat:
    """A note that belongs to a point of the journey: after this share of its length, with a title and a Markdown text.

    Texts have places such as `{name}`, `{partner}`, `{kilograms}`; see `words.py` for what fills them.
    """

    share: float
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Measure:
    """Something observed again and again: a number between two bounds, in tenths when `tenths`."""

    what: str
    unit: str | None
    low: int
    high: int
    tenths: bool = False


@dataclass(frozen=True, slots=True)
class Story:
    """A journey as it is told: its names, whose work it is, how long it takes, what is written and said on the way."""

    titles: tuple[str, ...]
    professions: tuple[str, ...]
    days: tuple[int, int]
    """The shortest and the longest a journey like this takes."""
    expects: bool
    """Whether there is a day that everybody looks to."""
    beats: tuple[Beat, ...]
    measures: tuple[Measure, ...]
    calls: tuple[str, ...]
    follow_ups: tuple[str, ...]
    pauses: tuple[str, ...]
    outcomes: tuple[str, ...]
