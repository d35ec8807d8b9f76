"""The breadth-first executor: level after level down, then every response object on the way up.

Each level puts its questions once, for all rows of all its groups. Nothing of the response exists until the last
level is answered; then each group's columns become its objects at once, from the deepest group to the root.
"""

from asyncio import gather, get_running_loop
from collections.abc import Coroutine, Iterable, Sequence
from typing import Any

from graphql import (
    ExecutionResult,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    located_error,
)
from graphql.execution.collect_fields import FragmentDetails
from graphql.execution.values import VariableValues
from graphql.pyutils import Path
from graphql.pyutils import is_awaitable as default_is_awaitable
from graphql.type.definition import GraphQLResolveInfoHelpers
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from schema.execution.errors import as_told
from schema.execution.groups import FAILED, Group, Places, ResponsePath
from schema.execution.planning import Field, Selection
from schema.execution.plans import Plans
from schema.execution.steps import Step

Parts = list[tuple[Group, Step]]


class BreadthFirst(StrawberryGraphQLCoreExecutionContext):
    """Executes queries, mutations and each event of a subscription; introspection alone is left to graphql-core."""

    def __init__(
        self,
        schema: GraphQLSchema,
        fragment_definitions: dict[str, FragmentDefinitionNode],
        fragments: dict[str, FragmentDetails],
        root_value: Any,
        context_value: Any,
        operation: OperationDefinitionNode,
        variable_values: VariableValues,
        *resolvers: Any,
        plans: Plans | None = None,
        **options: Any,
    ) -> None:
        if options.get("middleware_manager") is not None or options.get("abort_signal") is not None:
            raise TypeError("Neither middleware nor an abort signal is taken; cancel the task to end an operation.")
        self.schema = schema
        self.root_value = root_value
        self.context_value = context_value
        self.operation = operation
        self.variable_values = variable_values
        self.hide_suggestions = options.get("hide_suggestions", False)
        self.is_awaitable = options.get("is_awaitable") or default_is_awaitable
        self.plans = plans or Plans(schema, operation, fragments)
        self.error_propagation = self.plans.error_propagation
        self._given: tuple[Any, ...] | None = (
            schema, fragment_definitions, fragments, root_value, context_value, operation, variable_values, *resolvers
        )  # fmt: skip
        self._options = options

    def __getattr__(self, name: str) -> Any:
        """What graphql-core knows beside: made when the first of it is asked for, which most operations never do."""
        given = self.__dict__.get("_given")
        if given is None or name.startswith("__"):
            raise AttributeError(name)
        own = dict(self.__dict__, _given=None)
        super().__init__(*given, **self._options)
        self.__dict__.update(own)
        return getattr(self, name)

    @property
    def async_helpers(self) -> GraphQLResolveInfoHelpers:
        """What graphql-core offers its resolvers. Made when asked for: kept, it and the executor would be a ring."""
        return GraphQLResolveInfoHelpers(gather=self.gather_async_work, track=self.track_async_work)

    @async_helpers.setter
    def async_helpers(self, made: GraphQLResolveInfoHelpers) -> None:
        pass

    def execute_operation(self, serially: bool | None = None) -> Any:
        """The result: as a coroutine, or at once where only the schema itself is asked for."""
        if _is_introspection(self.operation.selection_set.selections):
            return super().execute_operation(serially)
        return self._executed(self.operation.operation is OperationType.MUTATION if serially is None else serially)

    async def _executed(self, serially: bool) -> ExecutionResult:
        run = Run(self)
        kind = self.operation.operation
        root_type = self.schema.get_root_type(kind)
        try:
            if root_type is None:
                raise GraphQLError(f"Schema is not configured to execute {kind.value} operation.", self.operation)
            data = await run.answered(self.plans.plan(self).root(root_type), self.root_value, serially)
        except GraphQLError as error:
            return ExecutionResult(None, [error])
        if self._given is None:  # graphql-core itself collects the errors of introspection beside other fields
            run.errors += self.collected_errors.errors
        return ExecutionResult(data, as_told(run.errors, data) if run.errors else None)


def _is_introspection(selections: Iterable[Any]) -> bool:
    return all(isinstance(each, FieldNode) and each.name.value.startswith("__") for each in selections)


class Run:
    """The state of one execution."""

    def __init__(self, executor: BreadthFirst) -> None:
        self.executor = executor
        self.context = executor.context_value
        self.propagates = executor.error_propagation
        self.errors: list[GraphQLError] = []
        self._opened: list[Group] = []

    async def answered(self, selection: Selection, root: Any, serially: bool) -> dict[str, Any] | None:
        """The response object of the root."""
        group = Group(selection, [root], None, None)
        for ready in selection.ready:
            ready.fill(self, group)
        for steps in [[step] for step in selection.asked] if serially else [selection.asked]:
            await self._put([(group, step) for step in steps])
            groups = await self._descend()
            for below in reversed(groups):
                below.build(self)
            if serially and self.errors and _fails(group.column(steps[0].slot, self)):
                return None  # the rest of the mutations is not carried out
        group.build(self)
        return None if group.objects[0] is FAILED else group.objects[0]

    async def _descend(self) -> list[Group]:
        """Answer level after level; every group below that is not built yet, those of upper levels first."""
        answered: list[Group] = []
        asked: list[tuple[Group, Step]] = []
        while self._opened:
            level, self._opened = self._opened, []
            for group in level:
                selection = group.selection
                for ready in selection.ready:
                    ready.fill(self, group)
                if selection.is_last:
                    group.build(self)  # while its rows are in the processor's caches: others' come before the way up
                else:
                    answered.append(group)
                    asked += [(group, step) for step in selection.asked]
            # What is ready leads further down without waiting: a page to its edges, and these to their rows.
            if asked and not self._opened:
                asked, putting = [], asked
                await self._put(putting)
        return answered

    async def _put(self, asked: Sequence[tuple[Group, Step]]) -> None:
        """Answer the steps of one level, each question once for all the groups that ask it."""
        together: dict[Any, list[tuple[Group, Step]]] = {}
        for part in asked:
            together.setdefault(part[1].joint or id(part), []).append(part)
        waiting: list[tuple[Parts, Coroutine[Any, Any, list[Any]]]] = []
        for parts in together.values():
            group, step = parts[0]
            rows = group.rows if len(parts) == 1 else [row for each, _ in parts for row in each.rows]
            answers = step.answers(self, rows, parts)
            if isinstance(answers, list):
                self._lay(parts, answers)
            else:
                waiting.append((parts, answers))
        if len(waiting) == 1:
            self._lay(waiting[0][0], await waiting[0][1])
        elif waiting:
            found = await _all_of([answers for _, answers in waiting])
            for (parts, _), answers in zip(waiting, found, strict=True):
                self._lay(parts, answers)

    def _lay(self, parts: Parts, answers: list[Any]) -> None:
        if len(parts) == 1:
            group, step = parts[0]
            step.lay(self, group, answers)
            return
        start = 0
        for group, step in parts:
            end = start + len(group.rows)
            step.lay(self, group, answers[start:end])
            start = end

    def group(
        self, selection: Selection, rows: Sequence[Any], places: Places, numbers: Sequence[int] | None = None
    ) -> Group:
        """A group of rows of the next level."""
        group = Group(selection, rows, places, numbers)
        self._opened.append(group)
        return group

    def fail(self, error: Exception, field: Field, path: ResponsePath) -> None:
        """Report an error at its place."""
        self.errors.append(located_error(error, field.nodes, path))

    def info(self, field: Field, path: ResponsePath) -> Any:
        """What graphql-core tells a resolver of its field."""
        linked: Any = None
        for key in path:
            linked = Path(linked, key, field.parent.name)
        return self.executor.build_resolve_info(field.definition, field.nodes, field.parent, linked)


async def _all_of(waiting: Sequence[Coroutine[Any, Any, list[Any]]]) -> list[list[Any]]:
    """What each comes to. They run together, so that what they look up by key is looked up once for all of them.

    The first runs in this task, which waits anyway: one task less than `gather` makes, and none where there is one.
    """
    first, *others = waiting
    loop = get_running_loop()
    tasks = [loop.create_task(each) for each in others]
    try:
        return [await first, *[await task for task in tasks]]
    except BaseException:
        for task in tasks:
            task.cancel()
        await gather(*tasks, return_exceptions=True)
        raise


def _fails(column: Sequence[Any]) -> bool:
    return any(value is FAILED for value in column)
