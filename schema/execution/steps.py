"""How one field of a selection is answered.

Ready       known as soon as its group is there: a type's name, an attribute of each row, an event's payload
Asked       a question, put once for all rows of its level, whatever groups they stand in
CarriedOut  a mutation: one write, whose payload is read after it
Resolved    a resolver that is no question: called for each row, as graphql-core would
Introspected the schema itself, which graphql-core answers
"""

from asyncio import gather
from collections.abc import Sequence
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from graphql.pyutils import Path

from schema.execution.arguments import Arguments
from schema.execution.groups import FieldPlaces, Group
from schema.execution.shapes import LeafShape, Shape
from schema.execution.wanting import together, wanted_below

if TYPE_CHECKING:
    from resolvers.asking import Wanted
    from schema.execution.executing import Run
    from schema.execution.planning import Field

Part = tuple[Group, "Step"]


class Step:
    """One response key of a selection, and how it gets its column."""

    __slots__ = ("field", "key", "required", "shape", "slot")

    reads: "Wanted" = None
    """The attributes of its rows that it needs; None for all of them."""
    awaits = True
    """Whether its answers may have to be waited for."""

    def __init__(self, slot: int, field: "Field", shape: Shape) -> None:
        self.slot = slot
        self.field = field
        self.key = field.key
        self.shape = shape
        self.required = shape.required

    def joint(self, group: Group) -> Any:
        """What it shares with the steps of other groups that are answered together with it."""
        return id(self), id(group)

    async def answers(self, run: "Run", rows: Sequence[Any], parts: Sequence["Part"]) -> list[Any]:
        """One answer, or an exception, for each of the rows, which are those of all the parts."""
        raise NotImplementedError

    def lay(self, run: "Run", group: Group, values: list[Any]) -> None:
        """Make the answers, one for each row of the group, its column of the response."""
        group.columns[self.slot] = self.shape.lay(run, values, FieldPlaces(group, self.key))


class Ready(Step):
    """A step that asks nobody."""

    __slots__ = ()

    def fill(self, run: "Run", group: Group) -> None:
        """Give the group its column."""
        raise NotImplementedError


class TypeName(Ready):
    """`__typename`."""

    __slots__ = ()
    reads: "Wanted" = frozenset()

    def fill(self, run: "Run", group: Group) -> None:
        """The same word for each row."""
        group.columns[self.slot] = [group.selection.type.name] * len(group.rows)


class Attribute(Ready):
    """A plain field: an attribute of the row."""

    __slots__ = ("_get", "reads")

    def __init__(self, slot: int, field: "Field", shape: Shape) -> None:
        super().__init__(slot, field, shape)
        name = field.strawberry.python_name
        self._get = attrgetter(name)
        self.reads: Wanted = frozenset({name})

    def fill(self, run: "Run", group: Group) -> None:
        """Read it off each row."""
        try:
            values = list(map(self._get, group.rows))
        except Exception:
            values = [_value_or_error(self._get, row) for row in group.rows]
        self.lay(run, group, values)


def _value_or_error(get: Any, row: Any) -> Any:
    try:
        return get(row)
    except Exception as error:
        return error


class Event(Ready):
    """The root of a subscription: the event itself."""

    __slots__ = ()

    def fill(self, run: "Run", group: Group) -> None:
        """The payload is the group's only row."""
        self.lay(run, group, list(group.rows))


class Asked(Step):
    """A question."""

    __slots__ = ("_wanted", "arguments", "awaits", "question", "reads")

    def __init__(self, slot: int, field: "Field", shape: Shape, question: Any) -> None:
        super().__init__(slot, field, shape)
        self.question = question
        self.awaits = question.awaits or not question.of_parents
        self.arguments = Arguments(field, question)
        self.reads: Wanted = question.reads
        self._wanted: Wanted | bool = frozenset() if isinstance(shape, LeafShape) else False

    def joint(self, group: Group) -> Any:
        """The node that fixes its arguments, and the question: the types of an interface ask it together."""
        return id(self.field.node), id(self.question)

    @property
    def wanted(self) -> "Wanted":
        """The attributes that its answers need."""
        if self._wanted is False:
            self._wanted = wanted_below(self.field)
        return self._wanted  # type: ignore[return-value] # no longer False

    async def answers(self, run: "Run", rows: Sequence[Any], parts: Sequence["Part"]) -> list[Any]:
        """The question put once. One that fails fails for every row."""
        wanted = self.wanted if len(parts) == 1 else together(*(step.wanted for _, step in parts))  # type: ignore[attr-defined] # they ask the same
        try:
            answers = await self.question.put(run.context.ask.wanting(wanted), rows, self.arguments.given(run))
        except Exception as error:
            return [error] * len(rows)
        return answers if isinstance(answers, list) else list(answers)


class CarriedOut(Step):
    """A mutation; always alone at its level."""

    __slots__ = ("_arguments", "_question")

    def __init__(self, slot: int, field: "Field", shape: Shape, question: Any) -> None:
        super().__init__(slot, field, shape)
        self._question = question
        self._arguments = Arguments(field, question)

    async def answers(self, run: "Run", rows: Sequence[Any], parts: Sequence["Part"]) -> list[Any]:
        """The outcome, or what it failed with."""
        try:
            return [await self._question.carried_out(run.context, self._arguments.given(run))]
        except Exception as error:
            return [error]


class Resolved(Step):
    """A field with a resolver of its own, called for each row."""

    __slots__ = ("_arguments",)

    def __init__(self, slot: int, field: "Field", shape: Shape) -> None:
        super().__init__(slot, field, shape)
        self._arguments = Arguments(field, None)

    async def answers(self, run: "Run", rows: Sequence[Any], parts: Sequence["Part"]) -> list[Any]:
        """One call for each row; those to be awaited are awaited together."""
        group, _ = parts[0]
        is_awaitable = run.executor.is_awaitable
        answers = [self._called(run, row, group, number) for number, row in enumerate(group.rows)]
        waiting = [number for number, answer in enumerate(answers) if is_awaitable(answer)]
        found = await gather(*(answers[number] for number in waiting), return_exceptions=True)
        for number, answer in zip(waiting, found, strict=True):
            answers[number] = answer
        return answers

    def _called(self, run: "Run", row: Any, group: Group, number: int) -> Any:
        resolve = self.field.definition.resolve or run.executor.field_resolver
        try:
            info = run.info(self.field, [*group.path(number), self.key])
            return resolve(row, info, **self._arguments.coerced(run))
        except Exception as error:
            return error


class Introspected(Step):
    """`__schema` and `__type`: their answers come completed."""

    __slots__ = ()

    async def answers(self, run: "Run", rows: Sequence[Any], parts: Sequence["Part"]) -> list[Any]:
        """The completed answer for the root."""
        executor, field = run.executor, self.field
        found = executor.execute_field(field.parent, None, field.details, Path(None, self.key, field.parent.name), None)
        return [await found if executor.is_awaitable(found) else found]

    def lay(self, run: "Run", group: Group, values: list[Any]) -> None:
        """Nothing is left to do."""
        group.columns[self.slot] = values


def planned(slot: int, field: "Field", shape: Shape) -> Step:
    """The step that answers a field."""
    name = field.node.name.value
    if name == "__typename":
        return TypeName(slot, field, shape)
    if name.startswith("__"):
        return Introspected(slot, field, shape)
    definition = field.strawberry
    metadata = getattr(definition, "metadata", {})
    if "question" in metadata:
        return Asked(slot, field, shape, metadata["question"])
    if "mutation" in metadata:
        return CarriedOut(slot, field, shape, metadata["mutation"])
    if getattr(definition, "is_subscription", False):
        return Event(slot, field, shape)
    if getattr(field.definition.resolve, "_is_default", False):
        return Attribute(slot, field, shape)
    return Resolved(slot, field, shape)
