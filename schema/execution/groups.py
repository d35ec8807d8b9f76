"""Objects of one concrete type at one place of the query, held as columns, and where they stand in the response."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from schema.execution.executing import Run
    from schema.execution.planning import Selection
    from schema.execution.shapes import Column

ResponsePath = list[str | int]


class Failed:
    """Stands where a value failed that may not be null, so that its null goes up."""

    def __repr__(self) -> str:
        return "FAILED"


FAILED = Failed()


class Places(Protocol):
    """Where the values of a column stand in the response. Asked only when one of them fails."""

    def path(self, number: int) -> ResponsePath:
        """The path of the value with this number."""
        ...


class Group:
    """Rows of one type that came from one field, and one column of response values for each step of their selection.

    Those of plain steps stay empty, as a rule: the rows are all that these need.
    `numbers` are the rows' places among the values of that field; None when every value is one of the rows.
    """

    __slots__ = ("_places", "columns", "numbers", "objects", "rows", "selection")

    def __init__(
        self, selection: "Selection", rows: Sequence[Any], places: Places | None, numbers: Sequence[int] | None
    ) -> None:
        self.selection = selection
        self.rows = rows
        self.numbers = numbers
        self.columns: list[list[Any] | Column] = [[]] * len(selection.steps)
        self.objects: list[Any] = []
        self._places = places

    def path(self, number: int) -> ResponsePath:
        """Where the object of this row stands."""
        if self._places is None:
            return []
        return self._places.path(number if self.numbers is None else self.numbers[number])

    def column(self, slot: int, run: "Run") -> list[Any]:
        """One column of the response."""
        column = self.columns[slot]
        return column if isinstance(column, list) else column.gathered(run)

    def build(self, run: "Run") -> None:
        """Make the response objects; every group below is built already."""
        columns: list[Any] = [each if isinstance(each, list) else each.gathered(run) for each in self.columns]
        # The columns know the groups below, and these where they stand in this one: a ring, which ends here, or every
        # row of the answer would wait for the collector of rings.
        self.columns = []
        self.objects = self.selection.made.objects(run, self, columns)
        if run.errors:
            for slot in self.selection.required:
                for number, value in enumerate(columns[slot]):
                    if value is FAILED:
                        self.objects[number] = FAILED


class FieldPlaces:
    """The values of one field of a group."""

    __slots__ = ("_group", "_key")

    def __init__(self, group: Group, key: str) -> None:
        self._group = group
        self._key = key

    def path(self, number: int) -> ResponsePath:
        """The path of the value of the group's row with this number."""
        return [*self._group.path(number), self._key]


class ListPlaces:
    """The items of all lists of a column, one after another."""

    __slots__ = ("_lists", "_sizes", "_table")

    def __init__(self, lists: Places, sizes: Sequence[Any]) -> None:
        self._lists = lists
        self._sizes = sizes
        self._table: list[tuple[int, int]] | None = None

    def path(self, number: int) -> ResponsePath:
        """The path of the item with this number."""
        if self._table is None:
            self._table = [
                (outer, inner)
                for outer, size in enumerate(self._sizes)
                if isinstance(size, int)
                for inner in range(size)
            ]
        outer, inner = self._table[number]
        return [*self._lists.path(outer), inner]
