"""Connections after the Relay specification, over the pages that resolvers give."""

from collections.abc import Sequence
from typing import Annotated, Any, Generic, TypeVar

from typing_extensions import Doc

from resolvers.asking import Ask
from resolvers.paging import COUNTED, Counting, CountRow, EdgeRow, Page
from schema.fields import answered_by, presents

NodeType = TypeVar("NodeType")
EXACT_MOST = 2**31 - 1

Exact = Annotated[bool, Doc(f"Count to the end; without it counting stops at {COUNTED:,}.")]


def cursors(ask: Ask, edges: Sequence[EdgeRow[Any]]) -> Sequence[str]:
    """Where this stands in the list; opens only in the same list, order and filter."""
    return [edge.page.cursor(edge.node) for edge in edges]


def starts(ask: Ask, pages: Sequence[Page[Any]]) -> Sequence[str | None]:
    """The cursor of the first edge."""
    return [page.cursor(page.rows[0]) if page.rows else None for page in pages]


def ends(ask: Ask, pages: Sequence[Page[Any]]) -> Sequence[str | None]:
    """The cursor of the last edge."""
    return [page.cursor(page.rows[-1]) if page.rows else None for page in pages]


async def totals(ask: Ask, pages: Sequence[Page[Any]], *, exact: Exact = False) -> Sequence[CountRow]:
    """How many there are in the whole list. Counted only when asked for."""
    most = EXACT_MOST if exact else COUNTED
    asked = most if exact else most + 1
    numbers: dict[int, int] = {}
    # One fragment may be spread on several lists, whose pages then come together; each list counts its own way.
    for counting, listed in _by_counting(pages):
        found = await counting([page.owner for page in listed], asked)
        numbers.update(zip(map(id, listed), found, strict=True))
    return [CountRow(min(numbers[id(page)], most), numbers[id(page)] <= most) for page in pages]


def _by_counting(pages: Sequence[Page[Any]]) -> list[tuple[Counting, list[Page[Any]]]]:
    lists: dict[int, tuple[Counting, list[Page[Any]]]] = {}
    for page in pages:
        if page.counting is None:
            raise RuntimeError("This list cannot be counted.")
        lists.setdefault(id(page.counting), (page.counting, []))[1].append(page)
    return list(lists.values())


def sides(ask: Ask, pages: Sequence[Page[Any]]) -> Sequence[Page[Any]]:
    """What lies on either side of this page."""
    return pages


def edges_of(ask: Ask, pages: Sequence[Page[Any]]) -> Sequence[list[EdgeRow[Any]]]:
    """What is on this page, each with its cursor."""
    return [page.edges for page in pages]


@presents(CountRow)
class Count:
    """How many there are."""

    value: int
    "The number, or how far counting went."
    is_exact: bool
    "Whether there are exactly so many; if not, there are more."


@presents(Page)
class PageInfo:
    """What lies on either side of a page."""

    has_next_page: bool
    "Whether the list goes on after this page."
    has_previous_page: bool
    "Whether there is more before this page."
    start_cursor: str | None = answered_by(starts)
    end_cursor: str | None = answered_by(ends)


@presents(EdgeRow)
class Edge(Generic[NodeType]):
    """One of a list, and where it stands there."""

    rows_below = "node"
    node: NodeType
    "What stands here."
    cursor: str = answered_by(cursors)


@presents(Page)
class Connection(Generic[NodeType]):
    """A page of a list."""

    rows_below = "edges"
    edges: list[Edge[NodeType]] = answered_by(edges_of)
    page_info: PageInfo = answered_by(sides)
    total_count: Count = answered_by(totals)
