"""Chance that repeats itself: everything that is drawn follows from the seed, ids included."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import TypeVar
from uuid import UUID

T = TypeVar("T")
FIRST_HOUR, LAST_HOUR = 8, 19
"""Visits, calls and desk work happen between these hours."""


class Chance:
    """Draws for one part of the plan; parts with different names do not influence one another."""

    __slots__ = ("_random", "real")

    def __init__(self, seed: int, name: str) -> None:
        self._random = Random(f"{seed}/{name}")  # noqa: S311  # repeatable on purpose; no secret is drawn from it
        self.real = self._random.random

    def one(self, choices: Sequence[T]) -> T:
        """One of them, each as likely."""
        return choices[int(self.real() * len(choices))]

    def number(self, low: int, high: int) -> int:
        """A whole number from low to high, both included."""
        return low + int(self.real() * (high - low + 1))

    def happens(self, share: float) -> bool:
        """True in this share of all cases."""
        return self.real() < share

    def weighted(self, choices: Sequence[tuple[T, int]]) -> T:
        """One of them, as likely as its weight."""
        left = self.real() * sum(weight for _, weight in choices)
        for choice, weight in choices:
            left -= weight
            if left < 0:
                return choice
        return choices[-1][0]

    def some(self, choices: Sequence[T], count: int) -> list[T]:
        """So many of them, each once at the most."""
        return self._random.sample(choices, min(count, len(choices)))

    def digits(self, count: int) -> str:
        """So many digits."""
        return f"{int(self.real() * 10**count):0{count}d}"

    def id_at(self, moment: datetime) -> UUID:
        """A UUIDv7 of that moment, so that rows stand in the order of their making, as real ones do."""
        milliseconds = int(moment.timestamp() * 1000)
        bits = self._random.getrandbits(74)
        return UUID(int=milliseconds << 80 | 7 << 76 | (bits >> 62) << 64 | 2 << 62 | bits & (1 << 62) - 1)

    def working_moment(self, day: date) -> datetime:
        """A moment of that day between the working hours, on a full five minutes."""
        hour, minute = self.number(FIRST_HOUR, LAST_HOUR - 1), 5 * self.number(0, 11)
        return datetime.combine(day, time(hour, minute), UTC)

    def soon_after(self, moment: datetime, latest: datetime) -> datetime:
        """When it was written down: mostly within two hours, at times days later, not after `latest`."""
        late = self.happens(0.04)
        delay = timedelta(days=self.number(1, 3)) if late else timedelta(minutes=self.number(3, 110))
        return min(moment + delay, latest)
