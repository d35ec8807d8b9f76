"""Lists that a practice has one of each: its members, invitations, API keys, and files opened in an emergency."""

from collections.abc import Sequence
from typing import Any, TypeVar

from resolvers.asking import Ask
from resolvers.paging import Page, Window
from storage.database.audit import NumberRow
from storage.database.ordering import Order
from storage.database.reading import Statement

Row = TypeVar("Row")


async def page_of(
    ask: Ask, practices: Sequence[Any], row: type[Row], listed: Statement, counted: Statement, *,
    name: str, order: Order, all: bool,
    first: int | None, after: str | None, last: int | None, before: str | None,
) -> Sequence[Page[Row]]:  # fmt: skip
    """A page of such a list; `all` with what is over. A viewer is in one practice, so all parents are the same one."""
    window = Window.of(ask.seal(name, all), order, first, after, last, before)
    rows = await ask.rows(row, listed, all, window.slice, ask.wanted, **window.values)

    async def count(owners: Sequence[Any], most: int) -> Sequence[int]:
        found = await ask.rows(NumberRow, counted, all, most=most)
        return [found[0].number or 0 for _ in owners]

    page = window.page(rows, count)
    return [page for _ in practices]
