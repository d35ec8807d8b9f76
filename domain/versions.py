"""What is changed by several people keeps a version: whoever changes it says which one they saw."""

from domain.refusals import Conflict, Path

FIRST = 1


def agree(expected: int | None, current: int, path: Path = ()) -> None:
    """Raise `Conflict` when the caller saw another version than the current one; None: they do not mind."""
    if expected is not None and expected != current:
        raise Conflict(current, path)


def following(current: int) -> int:
    """The version after this one."""
    return current + 1
