"""Running an operation through stock graphql-core and through the judged executor, as it is, nothing masked."""

from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
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

    def __init__(self, build: Callable[..., Schema], judged: type[Any], limits: Limits | None = None) -> None:
        self.stock, self.judged = (
            Operations(build(execution_context_class=executor), limits or Limits()) for executor in (STOCK, judged)
        )

    @property
    def graph(self) -> GraphQLSchema:
        """The schema as graphql-core has it."""
        return self.stock.graph


Opened = Callable[[], Any]
"""Opens an Operation on data that are equal at every opening: an async context manager."""


async def run(operations: Operations, asked: Asked, opened: Opened) -> Came:
    """What the operation comes to through one door."""
    try:
        prepared = operations.prepare(asked.text, asked.name)
        async with opened() as operation:
            if prepared.kind is OperationType.SUBSCRIPTION:
                return await _followed(operations, prepared, asked, operation)
            result = operations._executor(prepared, asked.variables, operation).execute_operation()
            result = await result if isawaitable(result) else result
    except BadDocument as refused:
        return Came(refused=tuple(error.message for error in refused.errors))
    assert isinstance(result, ExecutionResult), result
    return Came(result.data, result.errors or ())


async def _followed(operations: Operations, prepared: Prepared, asked: Asked, operation: Operation) -> Came:
    executor = operations._executor(prepared, asked.variables, operation)
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


async def judge(doors: Doors, asked: Asked, opened: Opened, judged_opened: Opened | None = None) -> tuple[Came, str]:
    """What stock graphql-core makes of the operation, and in what the judged executor differs: empty for nothing.

    `judged_opened` opens the judged executor's own data, where the operation writes.
    """
    stock = await run(doors.stock, asked, opened)
    judged = await run(doors.judged, asked, judged_opened or opened)
    differs = difference(stock, judged)
    return stock, f"{differs}\n{described(asked)}" if differs else ""


def described(asked: Asked) -> str:
    """The operation, as it can be run again."""
    return f"operation {asked.name or ''}:\n{asked.text}\nvariables: {asked.variables!r}"


@asynccontextmanager
async def nothing() -> AsyncIterator[None]:
    """An operation that needs nothing."""
    yield None
