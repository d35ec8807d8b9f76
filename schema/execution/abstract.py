"""Objects of interfaces and unions: which concrete type each of them is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graphql import GraphQLAbstractType, GraphQLError, GraphQLObjectType, GraphQLSchema
from graphql.execution.executor import invalid_return_type_error

from schema.execution.groups import FAILED, Group, Places
from schema.execution.shapes import Column, Shape

if TYPE_CHECKING:
    from schema.execution.executing import Run
    from schema.execution.planning import Field

Info = Callable[[], Any]


class Concrete:
    """An object type, and how its rows are known.

    A type made by `presents` without `where` is known by the row's class alone; of every other it is asked each time.
    """

    __slots__ = ("_is_type_of", "_row", "_where", "type")

    def __init__(self, of: GraphQLObjectType) -> None:
        self.type = of
        self._is_type_of = of.is_type_of
        made = getattr(of.extensions.get("strawberry-definition"), "origin", None)
        self._row: type | None = getattr(made, "presented_row", None)
        self._where = getattr(made, "presented_where", None)

    def presents(self, kind: type) -> bool:
        """Whether rows of the class may be of this type."""
        return self._row is not None and issubclass(kind, self._row)

    def by_class(self, kind: type) -> bool:
        """Whether every instance of the class is of this type."""
        if self._row is not None:
            return self._where is None and issubclass(kind, self._row)
        return self._is_type_of is None and not issubclass(kind, Exception)

    def holds(self, value: Any, info: Info) -> bool:
        """Whether the value is of this type."""
        return self._is_type_of is None or bool(self._is_type_of(value, info()))


class Possible:
    """The object types of an interface or a union, by the class of a row where that decides."""

    def __init__(self, schema: GraphQLSchema, of: GraphQLAbstractType, concrete: Callable[..., Concrete]) -> None:
        self.type = of
        self._schema = schema
        self._concrete = concrete
        self._types = [concrete(each) for each in schema.get_possible_types(of)]
        self._by_class: dict[type, Concrete | None] = {}

    def of_class(self, kind: type) -> Concrete | None:
        """The type that every instance of the class has; None when each must be asked."""
        if kind not in self._by_class:
            self._by_class[kind] = self._only_one(kind)
        return self._by_class[kind]

    def _only_one(self, kind: type) -> Concrete | None:
        if hasattr(kind, "__strawberry_definition__"):
            return None
        presented = [each for each in self._types if each.presents(kind)]
        return presented[0] if len(presented) == 1 and presented[0].by_class(kind) else None

    def of_value(self, run: "Run", field: "Field", value: Any, info: Info) -> Concrete:
        """The value's type, found out as the abstract type itself says. Raises when it is none of them."""
        resolve = self.type.resolve_type or run.executor.type_resolver
        name = resolve(value, info(), self.type)
        found = run.executor.ensure_valid_runtime_type(name, self.type, field.details, info(), value)
        concrete = self._concrete(found)
        if not concrete.holds(value, info):
            raise invalid_return_type_error(found, value, field.details)
        return concrete


class AbstractShape(Shape):
    """An object of an interface or a union."""

    __slots__ = ("_possible",)

    def __init__(self, field: "Field", required: bool, possible: Possible) -> None:
        super().__init__(field, required)
        self._possible = possible

    def lay(self, run: "Run", values: list[Any], places: Places) -> Column:
        """Opens a group for each type among the values."""
        numbers: dict[Concrete, list[int]] = {}
        kinds: list[Any] = []
        for number, value in enumerate(values):
            kind = self._possible.of_class(type(value)) or self._kind(run, value, places, number)
            kinds.append(kind)
            if isinstance(kind, Concrete):
                numbers.setdefault(kind, []).append(number)
        groups: dict[Concrete, Group] = {}
        for concrete, chosen in numbers.items():
            try:
                selection = self.field.selection(concrete.type)
            except GraphQLError as error:
                for number in chosen:
                    kinds[number] = self.failed(run, error, places, number)
            else:
                groups[concrete] = run.group(selection, [values[number] for number in chosen], places, chosen)
        return AbstractColumn(self, groups, kinds)

    def _kind(self, run: "Run", value: Any, places: Places, number: int) -> Any:
        """The concrete type of one value, or what stands in its place."""
        try:
            if self.settled(value):
                return None
            return self._possible.of_value(run, self.field, value, lambda: run.info(self.field, places.path(number)))
        except Exception as error:
            return self.failed(run, error, places, number)


@dataclass(slots=True)
class AbstractColumn:
    """Objects of several groups, and the nulls between them."""

    shape: Shape
    groups: dict[Concrete, Group]
    kinds: list[Any]
    """The type of each answer; None and FAILED where there is none."""

    def gathered(self, run: "Run") -> list[Any]:
        """Each object in its answer's place."""
        null = self.shape.null(run)
        following = {kind: iter(group.objects) for kind, group in self.groups.items()}
        column = [next(following[kind]) if kind in following else kind for kind in self.kinds]
        return [null if each is FAILED else each for each in column] if run.errors else column
