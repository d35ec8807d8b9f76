"""Sorting rows out to what they belong to: one statement finds them for many parents at once."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import Any, TypeVar
from uuid import UUID

from storage.database.reading import OWNER

Row = TypeVar("Row")


def sorted_out(rows: Iterable[Row], parents: Sequence[UUID], key: str) -> list[list[Row]]:
    """The rows of each parent, in their order, by the attribute that names it. One that stands twice has one list."""
    # By the bytes of the ids, for their own hash is made of a long number; of an owner's id there is one object, which
    # makes it once.
    is_owner = key == OWNER
    lists: dict[Any, list[Row]] = defaultdict(list)
    parent_of = attrgetter(key if is_owner else f"{key}.bytes")
    for row in rows:
        lists[parent_of(row)].append(row)
    return [lists[parent if is_owner else parent.bytes] for parent in parents]
