"""Running an operation through stock graphql-core and through the judged executor, as it is, nothing masked."""

from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from inspect import isawaitable
from typing import Any

from graphql import (
    ExecutionResult,
    GraphQLSchema,
    OperationType,
    create_source_event_stream,
    map_source_to_response_event,
)
from strawberry import Schema
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from resolvers.operations import Operation
from schema.documents import BadDocument
from schema.limits import Limits
from schema.operations import Operations, Prepared
from tests.schema.execution.judging import Came, difference

STOCK: type[Any] = StrawberryGraphQLCoreExecutionContext


@dataclass(frozen=True)
class Asked:
    """One operation to be judged."""

    text: str
    variables: dict[str, Any] = field(default_factory=dict)
    name: str | None = None
    events: int = 100
    """How many events of a subscription are taken before it is left."""


class Doors:
    """Two doors to one graph: stock graphql-core, and the judged executor."""

    def __init__(
        self,
        build: Callable[..., Schema],
        judged: type[Any],
        limits: Limits | None = None,
        operations: type[Operations] = Operations,
    ) -> None:
        """`operations` is what the judged executor is reached through."""
        self.stock = Operations(build(execution_context_class=STOCK), limits or Limits())
        self.judged = operations(build(execution_context_class=judged), limits or Limits())

    @property
    def graph(self) -> GraphQLSchema:
        """The schema as graphql-core has it."""
        return self.stock.graph


Settle = Callable[[Any], Any]
Opened = Callable[[], Any]
"""Opens an Operation on data that are equal at every opening: an async context manager."""


def prepared(doors: Doors, asked: Asked) -> Prepared | Came:
    """The operation, ready for both doors, or why it is refused."""
    try:
        return doors.judged.prepare(asked.text, asked.name)
    except BadDocument as error:
        return refused(error)


def refused(error: BadDocument) -> Came:
    """What a request that is not executed comes to."""
    return Came(refused=tuple(each.message for each in error.errors))


async def run(operations: Operations, ready: Prepared | Came, asked: Asked, opened: Opened) -> Came:
    """What the operation comes to through one door."""
    if isinstance(ready, Came):
        return ready
    try:
        async with opened() as operation:
            if ready.kind is OperationType.SUBSCRIPTION:
                return await _followed(operations, ready, asked, operation)
            result = operations._executor(ready, asked.variables, operation).execute_operation()
            result = await result if isawaitable(result) else result
    except BadDocument as error:
        return refused(error)
    assert isinstance(result, ExecutionResult), result
    return Came(result.data, result.errors or ())


async def _followed(operations: Operations, ready: Prepared, asked: Asked, operation: Operation) -> Came:
    executor = operations._executor(ready, asked.variables, operation)
    events = create_source_event_stream(executor)
    events = await events if isawaitable(events) else events
    if isinstance(events, ExecutionResult):
        return Came(events.data, events.errors or (), aside="did not begin")
    data: list[Any] = []
    errors: list[Any] = []
    ended = "left"
    async with aclosing(map_source_to_response_event(executor, events)) as results:
        try:
            async for result in results:
                errors += [_of_event(len(data), error) for error in result.errors or ()]
                data.append(result.data)
                await operation.answered()
                if len(data) == asked.events:
                    break
            else:
                ended = "ended"
        except Exception as error:
            ended = f"{type(error).__name__}: {error}"
    return Came(data, errors, aside=ended)


def _of_event(number: int, error: Any) -> Any:
    """The error with the number of its event before its path, as the data are a list of events."""
    error.path = [number, *(error.path or ())]
    return error


async def judge(
    doors: Doors, asked: Asked, opened: Opened, judged_opened: Opened | None = None, settle: Settle | None = None
) -> tuple[Came, str]:
    """What stock graphql-core makes of the operation, and in what the judged executor differs: empty for nothing.

    `judged_opened` opens the judged executor's own data, where the operation writes; `settle` takes out of an answer
    what is new each time by design.
    """
    ready = prepared(doors, asked)
    stock = await run(doors.stock, ready, asked, opened)
    came = [stock, await run(doors.judged, ready, asked, judged_opened or opened)]
    if isinstance(ready, Prepared) and ready.kind is OperationType.QUERY:
        # From the second time on objects are made by functions written for them.
        came.append(await run(doors.judged, ready, asked, judged_opened or opened))
    first, *others = [replace(each, data=settle(each.data)) if settle else each for each in came]
    differs = next(filter(None, (difference(first, each) for each in others)), "")
    return stock, f"{differs}\n{described(asked)}" if differs else ""


def described(asked: Asked) -> str:
    """The operation, as it can be run again."""
    return f"operation {asked.name or ''}:\n{asked.text}\nvariables: {asked.variables!r}"
