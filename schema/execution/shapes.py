"""How a column of answers becomes a column of the response, by the field's type.

A shape is laid over the answers of one field for a whole group, from the outside in: a list lays its inner shape over
the items of all its lists, an object opens a group of the rows below. What must wait for the groups below is a
`Column`, gathered on the way up. A value that fails is reported at its own path and becomes null, or `FAILED` where
it may not be null, which makes what holds it null in turn.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any, Protocol

from graphql import GraphQLError, Undefined
from graphql.execution.executor import invalid_return_type_error
from graphql.pyutils import is_iterable

from schema.execution.groups import FAILED, Group, ListPlaces, Places

if TYPE_CHECKING:
    from schema.execution.abstract import Concrete
    from schema.execution.executing import Run
    from schema.execution.leaves import Coerce
    from schema.execution.planning import Field

NOTHING = type(None)


class Column(Protocol):
    """Response values that are known once the groups below are built."""

    def gathered(self, run: "Run") -> list[Any]:
        """The values, in the order of the answers."""
        ...


class Shape:
    """What a value of the field, or an item of its lists, may be."""

    __slots__ = ("field", "required")

    def __init__(self, field: "Field", required: bool) -> None:
        self.field = field
        self.required = required

    def lay(self, run: "Run", values: list[Any], places: Places) -> "list[Any] | Column":
        """The column of these answers."""
        raise NotImplementedError

    def null(self, run: "Run") -> Any:
        """What stands in the place of a value that failed."""
        return FAILED if self.required and run.propagates else None

    def failed(self, run: "Run", error: Exception, places: Places, number: int) -> Any:
        """Report the failure of one value; what stands in its place."""
        run.fail(error, self.field, places.path(number))
        return self.null(run)

    def settled(self, value: Any) -> bool:
        """Whether the value is null, and may be. Raises what the value itself failed with, and for a forbidden null."""
        if isinstance(value, Exception):
            raise value
        if value is None or value is Undefined:
            if self.required:
                raise TypeError(f"Cannot return null for non-nullable field {self.field.coordinate}.")
            return True
        return False


class LeafShape(Shape):
    """A scalar or an enum."""

    __slots__ = ("_one", "written")

    def __init__(self, field: "Field", required: bool, coerce: "Coerce") -> None:
        super().__init__(field, required)
        self.written = coerce.written(required)
        self._one = coerce.one

    def lay(self, run: "Run", values: list[Any], places: Places) -> list[Any]:
        """The values as the response holds them; one by one only where something is out of the ordinary."""
        column = self.written.all_at_once(values)
        return self._one_by_one(run, values, places) if column is None else column

    def _one_by_one(self, run: "Run", values: list[Any], places: Places) -> list[Any]:
        column: list[Any] = []
        for number, value in enumerate(values):
            try:
                column.append(None if self.settled(value) else self._one(value))
            except Exception as error:
                column.append(self.failed(run, error, places, number))
        return column


class ObjectShape(Shape):
    """An object of one type."""

    __slots__ = ("_concrete", "_plain")

    def __init__(self, field: "Field", required: bool, concrete: "Concrete") -> None:
        super().__init__(field, required)
        self._concrete = concrete
        # Classes whose instances need no second look: not null where that is forbidden, no exception, no other type.
        self._plain: set[type] = set() if required else {NOTHING}

    def lay(self, run: "Run", values: list[Any], places: Places) -> "list[Any] | Column":
        """Opens a group of the rows among the values."""
        kinds = set(map(type, values))
        if not kinds <= self._plain:
            values = self._looked_at(run, values, places)
            kinds = set(map(type, values))
        try:
            selection = self.field.selection(self._concrete.type)
        except GraphQLError as error:
            return [None if value is None else self.failed(run, error, places, i) for i, value in enumerate(values)]
        if kinds.isdisjoint(_NOT_ROWS):
            return ObjectColumn(self, run.group(selection, values, places), None)
        numbers = [number for number, value in enumerate(values) if type(value) not in _NOT_ROWS]
        group = run.group(selection, [values[number] for number in numbers], places, numbers)
        return ObjectColumn(self, group, values)

    def _looked_at(self, run: "Run", values: list[Any], places: Places) -> list[Any]:
        kept: list[Any] = []
        for number, value in enumerate(values):
            try:
                kept.append(None if self.settled(value) else self._of_type(run, value, places, number))
            except Exception as error:
                kept.append(self.failed(run, error, places, number))
        return kept

    def _of_type(self, run: "Run", value: Any, places: Places, number: int) -> Any:
        if type(value) in self._plain:
            return value
        if not self._concrete.holds(value, lambda: run.info(self.field, places.path(number))):
            raise invalid_return_type_error(self._concrete.type, value, self.field.details)
        if self._concrete.by_class(type(value)):
            self._plain.add(type(value))
        return value


_NOT_ROWS = frozenset({NOTHING, type(FAILED)})


@dataclass(slots=True)
class ObjectColumn:
    """Objects of one group, and the nulls between them."""

    shape: Shape
    group: Group
    values: list[Any] | None
    """The answers, with what failed among them; None when each is a row of the group."""

    def gathered(self, run: "Run") -> list[Any]:
        """The group's objects, each in its answer's place."""
        objects = self.group.objects
        if run.errors:
            null = self.shape.null(run)
            objects = [null if each is FAILED else each for each in objects]
        if self.values is None:
            return objects
        following = iter(objects)
        return [value if type(value) in _NOT_ROWS else next(following) for value in self.values]


class ListShape(Shape):
    """A list, of any shape."""

    __slots__ = ("_inner",)

    def __init__(self, field: "Field", required: bool, inner: Shape) -> None:
        super().__init__(field, required)
        self._inner = inner

    def lay(self, run: "Run", values: list[Any], places: Places) -> "Column":
        """Lays the inner shape over the items of all lists at once."""
        if set(map(type, values)) == _LISTS:
            items = list(chain.from_iterable(values))
            sizes: list[Any] = list(map(len, values))
        else:
            items, sizes = self._one_by_one(run, values, places)
        return ListColumn(self, self._inner.lay(run, items, ListPlaces(places, sizes)), sizes)

    def _one_by_one(self, run: "Run", values: list[Any], places: Places) -> tuple[list[Any], list[Any]]:
        items: list[Any] = []
        sizes: list[Any] = []
        for number, value in enumerate(values):
            if value.__class__ is not list:
                try:
                    value = None if self.settled(value) else self._listed(value)
                except Exception as error:
                    value = self.failed(run, error, places, number)
            if value is None or value is FAILED:
                sizes.append(value)
            else:
                items += value
                sizes.append(len(value))
        return items, sizes

    def _listed(self, value: Any) -> list[Any]:
        if not is_iterable(value):
            raise GraphQLError(f"Expected Iterable, but did not find one for field '{self.field.coordinate}'.")
        return list(value)


_LISTS = frozenset({list})


@dataclass(slots=True)
class ListColumn:
    """Lists cut from the column of all their items."""

    shape: Shape
    items: "list[Any] | Column"
    sizes: Sequence[Any]
    """How long each list is; None and FAILED where there is none."""

    def gathered(self, run: "Run") -> list[Any]:
        """The lists, each in its answer's place."""
        items = self.items if isinstance(self.items, list) else self.items.gathered(run)
        null = self.shape.null(run)
        lists: list[Any] = []
        start = 0
        for size in self.sizes:
            if size.__class__ is not int:
                lists.append(size)
                continue
            piece = items[start : start + size]
            start += size
            lists.append(null if run.errors and any(item is FAILED for item in piece) else piece)
        return lists
