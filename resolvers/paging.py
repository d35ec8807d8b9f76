"""Pages: windows on ordered lists, by sealed cursors, one page for each parent in one statement."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

import orjson
from typing_extensions import Doc

from auth.keys import KeyRing, NotSealedHere
from resolvers.looking import Looked
from resolvers.sorting_out import sorted_out
from storage.database.ordering import Order, Slice

Row = TypeVar("Row")

MOST = 100
USUAL = 20
COUNTED = 1000

First = Annotated[int | None, Doc("The first so many, 1 to 100; 20 when neither `first` nor `last` is given.")]
Last = Annotated[int | None, Doc("The last so many, 1 to 100, in the same order.")]
After = Annotated[str | None, Doc("Only what comes after this cursor.")]
Before = Annotated[str | None, Doc("Only what comes before this cursor.")]


class BadCursor(Exception):
    """The text is no cursor of this list: made up, edited, of another practice, field, order or filter."""

    code = "BAD_CURSOR"

    def __init__(self, argument: str) -> None:
        super().__init__(f"`{argument}` is not a cursor of this list.")


class BadPageSize(Exception):
    """`first` or `last` is out of bounds, or both were given."""

    code = "BAD_PAGE_SIZE"


@dataclass(slots=True, eq=False)
class Seal:
    """What a cursor is bound to: it opens only in the same practice, list, order and filter.

    `looked` notes whose rows a page shows: a statement reads one row more than the page, which nobody sees.
    """

    ring: KeyRing
    practice_id: UUID
    binding: bytes
    looked: Looked
    _sealing: Callable[[bytes], str] | None = field(default=None, init=False, repr=False)
    """Kept from the first cursor on: a page has one for each row."""

    def closed(self, position: Sequence[Any]) -> str:
        """The cursor of a position."""
        if self._sealing is None:
            self._sealing = self.ring.sealing("cursor", self.practice_id, [self.binding])
        return self._sealing(orjson.dumps([_plain(value) for value in position]))

    def opened(self, argument: str, cursor: str, order: Order) -> list[Any]:
        """The position behind a cursor; `BadCursor` for any other text."""
        try:
            values = orjson.loads(self.ring.unseal("cursor", self.practice_id, cursor, [self.binding]))
        except NotSealedHere:
            raise BadCursor(argument) from None
        return [_read(value, key) for value, key in zip(values, order.types, strict=True)]


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    return value.hex if isinstance(value, UUID) else value


def _read(value: Any, kind: type) -> Any:
    if kind is datetime:
        return datetime.fromisoformat(value)
    if kind is UUID:
        return UUID(hex=value)
    return kind(value) if issubclass(kind, Enum) else value


@dataclass(frozen=True, slots=True)
class Window:
    """Which part of an ordered list is asked for: how many, from which end, between which positions."""

    size: int
    slice: Slice
    positions: dict[str, Any]
    seal: Seal

    @classmethod
    def of(
        cls, seal: Seal, order: Order, first: int | None, after: str | None, last: int | None, before: str | None
    ) -> "Window":
        """The window behind Relay's four arguments."""
        positions: dict[str, Any] = {}
        for name, cursor in (("after", after), ("before", before)):
            if cursor is not None:
                for number, value in enumerate(seal.opened(name, cursor, order)):
                    positions[f"{name}_{number}"] = value
        chosen = Slice(order, last is not None, after is not None, before is not None)
        return cls(_size(first, last), chosen, positions, seal)

    @property
    def values(self) -> dict[str, Any]:
        """The values its statement binds: one row more than asked for tells whether there are more."""
        return {**self.positions, "size": self.size + 1}

    def page(self, rows: list[Row], counting: "Counting | None" = None, owner: Any = None) -> "Page[Row]":
        """The rows of one list, as they came from the statement, as a page."""
        page = self._page(rows, counting, owner)
        self._note(page.rows)
        return page

    def _page(self, rows: list[Row], counting: "Counting | None", owner: Any) -> "Page[Row]":
        more = len(rows) > self.size
        kept = rows[: self.size]  # a list of its own: a parent that stands twice has one list, but two pages
        if self.slice.backwards:
            kept.reverse()
            return Page(kept, self.slice.before, more, self.slice.order, self.seal, counting, owner)
        return Page(kept, more, self.slice.after, self.slice.order, self.seal, counting, owner)

    def pages(
        self, rows: Sequence[Row], parents: Sequence[UUID], key: str, counting: "Counting | None" = None
    ) -> list["Page[Row]"]:
        """The rows of many lists, one page for each parent by the rows' attribute `key`."""
        lists = sorted_out(rows, parents, key)
        pages = [self._page(found, counting, parent) for found, parent in zip(lists, parents, strict=True)]
        # A page of a client's rows names nobody else: one of them is enough.
        each = 1 if key == "client_id" else None
        self._note([row for page in pages for row in page.rows[:each]])
        return pages

    def _note(self, shown: Sequence[Any]) -> None:
        """Note whose rows are shown: of what was read, the row beyond a page is not."""
        if shown:
            self.seal.looked.at(type(shown[0]), shown)


def _size(first: int | None, last: int | None) -> int:
    if first is not None and last is not None:
        raise BadPageSize("Give `first` or `last`, not both.")
    size = first if first is not None else last if last is not None else USUAL
    if not 1 <= size <= MOST:
        raise BadPageSize(f"`{'last' if last is not None else 'first'}` goes from 1 to {MOST}.")
    return size


Counting = Callable[[Sequence[Any], int], Awaitable[Sequence[int]]]


@dataclass(slots=True)
class Page(Generic[Row]):
    """A part of an ordered list."""

    rows: list[Row]
    has_next_page: bool
    has_previous_page: bool
    order: Order
    seal: Seal
    counting: Counting | None = None
    owner: Any = None

    @property
    def edges(self) -> list["EdgeRow[Row]"]:
        """The rows, each with what its cursor is made of."""
        return [EdgeRow(row, self) for row in self.rows]

    def cursor(self, row: Row) -> str:
        """Where a row stands in this list."""
        return self.seal.closed([getattr(row, name) for name in self.order.names])


@dataclass(slots=True)
class EdgeRow(Generic[Row]):
    """A row and its place in a page."""

    node: Row
    page: Page[Row]


@dataclass(slots=True)
class CountRow:
    """How many there are."""

    value: int
    is_exact: bool
