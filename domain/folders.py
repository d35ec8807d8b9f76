"""The rules of folders: a forest for each client, without circles, and not deeper than anybody can follow."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from domain.refusals import NotAllowedNow, Path, Problem, ProblemCode, Refusal

DEEPEST = 12
"""Folders within folders; the outermost has depth 1."""
MOST = 1_000
"""Folders of one client."""

Parents = Mapping[UUID, UUID | None]
"""Every folder of a client, and the one around it."""


class WouldBeACircle(Refusal):
    """A folder cannot be moved into itself, nor into a folder within it."""

    def __init__(self, path: Path = ("input", "parentId")) -> None:
        super().__init__(Problem(ProblemCode.INVALID, "A folder cannot be moved into itself or what it holds.", path))


def ancestors(folder: UUID | None, parents: Parents) -> list[UUID]:
    """The folder and all around it, from the inside out."""
    found: list[UUID] = []
    while folder is not None and folder not in found:
        found.append(folder)
        folder = parents.get(folder)
    return found


def within(folder: UUID, parents: Parents) -> set[UUID]:
    """The folder and everything below it."""
    children: dict[UUID | None, list[UUID]] = {}
    for child, parent in parents.items():
        children.setdefault(parent, []).append(child)
    found, open_ends = {folder}, [folder]
    while open_ends:
        for child in children.get(open_ends.pop(), []):
            if child not in found:
                found.add(child)
                open_ends.append(child)
    return found


def height(folder: UUID, parents: Parents) -> int:
    """How many levels of folders there are from this one down; 1 when it holds none."""
    below = within(folder, parents)
    return max(len(ancestors(each, parents)) for each in below) - len(ancestors(folder, parents)) + 1


def check_new(parent: UUID | None, parents: Parents) -> None:
    """Whether one more folder fits within `parent`; `NotAllowedNow` when it does not."""
    if len(parents) >= MOST:
        raise NotAllowedNow(f"there are {MOST:,} folders", "be created")
    _check_depth(len(ancestors(parent, parents)) + 1)


def check_move(folder: UUID, parent: UUID | None, parents: Parents) -> None:
    """Whether a folder may be moved into `parent`: `WouldBeACircle`, or `NotAllowedNow` when it gets too deep."""
    around = ancestors(parent, parents)
    if folder in around:
        raise WouldBeACircle
    _check_depth(len(around) + height(folder, parents))


def innermost_first(folders: Iterable[UUID], parents: Parents) -> list[UUID]:
    """The folders in an order in which each comes before the one around it."""
    return sorted(folders, key=lambda each: (-len(ancestors(each, parents)), each))


def _check_depth(depth: int) -> None:
    if depth > DEEPEST:
        raise NotAllowedNow(f"folders are {DEEPEST} deep", "be put there")
