"""How one field of a selection is answered.

Plain       read off each row as the row's object is made: a leaf's attribute, a type's name
Ready       known as soon as its group is there: other attributes, questions that nothing waits for, an event's payload
Asked       a question, put once for all rows of its level, whatever groups they stand in
CarriedOut  a mutation: one write, whose payload is read after it
Resolved    a resolver that is no question: called for each row, as graphql-core would
Introspected the schema itself, which graphql-core answers
"""

from asyncio import gather
from collections.abc import Coroutine, Sequence
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from graphql.pyutils import Path

from schema.execution.arguments import Arguments
from schema.execution.groups import FieldPlaces, Group
from schema.execution.shapes import Column, LeafShape, Shape
from schema.execution.wanting import together, wanted_below

if TYPE_CHECKING:
    from resolvers.asking import Wanted
    from schema.execution.executing import Run
    from schema.execution.planning import Field

Part = tuple[Group, "Step"]


class Step:
    """One response key of a selection, and how it gets its column."""

    __slots__ = ("_all_at_once", "field", "key", "required", "shape", "slot")

    reads: "Wanted" = None
    """The attributes of its rows that it needs; None for all of them."""
    joint: Any = None
    """What it shares with the steps of other groups that are answered together with it; None when it is alone."""

    def __init__(self, slot: int, field: "Field", shape: Shape) -> None:
        self.slot = slot
        self.field = field
        self.key = field.key
        self.shape = shape
        self.required = shape.required
        self._all_at_once = shape.written.all_at_once if isinstance(shape, LeafShape) else None

    def answers(
        self, run: "Run", rows: Sequence[Any], parts: Sequence["Part"]
    ) -> list[Any] | Coroutine[Any, Any, list[Any]]:
        """One answer, or an exception, for each of the rows, which are those of all the parts."""
        raise NotImplementedError

    def column(self, run: "Run", group: Group, values: list[Any]) -> "list[Any] | Column":
        """The column of the response that these answers are, one for each row of the group."""
        if self._all_at_once is not None:
            column = self._all_at_once(values)
            if column is not None:
                return column
        return self.shape.lay(run, values, FieldPlaces(group, self.key))

    def lay(self, run: "Run", group: Group, values: list[Any]) -> None:
        """Give the group this column."""
        group.columns[self.slot] = self.column(run, group, values)


class Plain(Step):
    """A step that needs nothing but the row, and nothing below it."""

    __slots__ = ()

    def lines(self, cell: str, known: dict[str, Any]) -> list[str]:
        """Lines of Python that set the variable `cell` from the variable `row`; `known` gets what they know by name."""
        raise NotImplementedError

    def read(self, run: "Run", group: Group) -> "list[Any] | Column":
        """The same for all rows of a group, reporting what is wrong."""
        raise NotImplementedError


class TypeName(Plain):
    """`__typename`."""

    __slots__ = ()
    reads: "Wanted" = frozenset()

    def lines(self, cell: str, known: dict[str, Any]) -> list[str]:
        """The same word for each row."""
        return [f"{cell} = {self.field.parent.name!r}"]

    def read(self, run: "Run", group: Group) -> "list[Any] | Column":
        """The same word for each row."""
        return [self.field.parent.name] * len(group.rows)


class LeafAttribute(Plain):
    """A plain field: an attribute of the row, as it is or written."""

    __slots__ = ("_name", "_written", "reads")

    def __init__(self, slot: int, field: "Field", shape: LeafShape) -> None:
        super().__init__(slot, field, shape)
        self._name = field.strawberry.python_name
        self._written = shape.written
        self.reads: Wanted = frozenset({self._name})

    def lines(self, cell: str, known: dict[str, Any]) -> list[str]:
        """Read it, and write it unless it is odd."""
        own = f"{cell}_"
        known.update({own + name: value for name, value in self._written.known.items()})
        return [f"{cell} = row.{self._name}", *(line.format(cell=cell, own=own) for line in self._written.lines)]

    def read(self, run: "Run", group: Group) -> "list[Any] | Column":
        """Read it off each row."""
        return self.column(run, group, _attributes(group.rows, self._name))


class Ready(Step):
    """A step that asks nobody."""

    __slots__ = ()

    def fill(self, run: "Run", group: Group) -> None:
        """Give the group its column."""
        raise NotImplementedError


class Attribute(Ready):
    """A field with something below it, or a list: an attribute of the row."""

    __slots__ = ("_name", "reads")

    def __init__(self, slot: int, field: "Field", shape: Shape) -> None:
        super().__init__(slot, field, shape)
        self._name = field.strawberry.python_name
        self.reads: Wanted = frozenset({self._name})

    def fill(self, run: "Run", group: Group) -> None:
        """Read it off each row."""
        self.lay(run, group, _attributes(group.rows, self._name))


def _attributes(rows: Sequence[Any], name: str) -> list[Any]:
    get = attrgetter(name)
    try:
        return list(map(get, rows))
    except Exception:
        return [_value_or_error(get, row) for row in rows]


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


class Computed(Ready):
    """A question that nothing waits for: its answers come from its rows alone."""

    __slots__ = ("_arguments", "_question", "reads")

    def __init__(self, slot: int, field: "Field", shape: Shape, question: Any) -> None:
        super().__init__(slot, field, shape)
        self._question = question
        self._arguments = Arguments(field, question)
        self.reads: Wanted = question.reads

    def fill(self, run: "Run", group: Group) -> None:
        """The question put for the group. One that fails fails for every row."""
        try:
            found = self._question.put_at_once(run.context.ask, group.rows, self._arguments.given(run))
        except Exception as error:
            found = [error] * len(group.rows)
        self.lay(run, group, found if isinstance(found, list) else list(found))


class Asked(Step):
    """A question."""

    __slots__ = ("_wanted", "arguments", "joint", "question", "reads")

    def __init__(self, slot: int, field: "Field", shape: Shape, question: Any) -> None:
        super().__init__(slot, field, shape)
        self.question = question
        # The node that fixes its arguments, and the question: the types of an interface ask it together.
        self.joint = id(field.node), id(question)
        self.arguments = Arguments(field, question)
        self.reads: Wanted = question.reads
        self._wanted: Wanted | bool = frozenset() if isinstance(shape, LeafShape) else False

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

    def answers(
        self, run: "Run", rows: Sequence[Any], parts: Sequence["Part"]
    ) -> list[Any] | Coroutine[Any, Any, list[Any]]:
        """One call for each row; those to be awaited are awaited together."""
        group, _ = parts[0]
        is_awaitable = run.executor.is_awaitable
        answers = [self._called(run, row, group, number) for number, row in enumerate(group.rows)]
        waiting = [number for number, answer in enumerate(answers) if is_awaitable(answer)]
        return _awaited(answers, waiting) if waiting else answers

    def _called(self, run: "Run", row: Any, group: Group, number: int) -> Any:
        resolve = self.field.definition.resolve or run.executor.field_resolver
        try:
            info = run.info(self.field, [*group.path(number), self.key])
            return resolve(row, info, **self._arguments.coerced(run))
        except Exception as error:
            return error


async def _awaited(answers: list[Any], waiting: Sequence[int]) -> list[Any]:
    found = await gather(*(answers[number] for number in waiting), return_exceptions=True)
    for number, answer in zip(waiting, found, strict=True):
        answers[number] = answer
    return answers


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
        question = metadata["question"]
        at_once = question.of_parents and not question.awaits
        return (Computed if at_once else Asked)(slot, field, shape, question)
    if "mutation" in metadata:
        return CarriedOut(slot, field, shape, metadata["mutation"])
    if getattr(definition, "is_subscription", False):
        return Event(slot, field, shape)
    if getattr(field.definition.resolve, "_is_default", False):
        return LeafAttribute(slot, field, shape) if isinstance(shape, LeafShape) else Attribute(slot, field, shape)
    return Resolved(slot, field, shape)
