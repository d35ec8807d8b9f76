"""How long and on how much a measurement is made."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Options:
    """The defaults are those of the figures in the README; less is for a look, and for the tests."""

    rounds: int = 7
    seconds: float = 3.0
    clients: int = 20_000
    warm_up: float | None = None
    """Seconds for each rival and query, instead of what each needs."""
    rivals: tuple[str, ...] = ()
    """All of them if empty."""
    queries: tuple[str, ...] = ()
    growth: bool = True
