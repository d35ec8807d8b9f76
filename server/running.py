"""Running one operation for a caller of HTTP or of a socket: opened, timed, counted, closed before it is answered."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, aclosing
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Generic, TypeVar

from graphql import ExecutionResult, GraphQLError, OperationType
from starlette.datastructures import State

from auth.arriving import Arrival, Mistaken
from auth.viewers import Viewer
from schema.documents import BadDocument
from schema.operations import Operations
from schema.preparing import Prepared
from server.application import Application, Operation
from server.metrics import Metrics
from server.parameters import Parameters
from server.persisted import PersistedDocuments
from server.refusals import TimedOut

Content = TypeVar("Content")


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, and by which request."""

    asks: Viewer | Arrival
    request_id: str
    idempotency_key: str | None = None
    address: str | None = None


@dataclass(frozen=True, slots=True)
class Answer(Generic[Content]):
    """What leaves."""

    content: Content
    cookies: list[str]


@dataclass(frozen=True, slots=True)
class Runner:
    """Runs the operations of the application that `opened` holds while the server serves."""

    operations: Operations
    persisted: PersistedDocuments
    opened: State
    metrics: Metrics
    deadline_seconds: float

    @property
    def application(self) -> Application:
        """The opened application."""
        application: Application = self.opened.application
        return application

    def prepare(self, parameters: Parameters) -> Prepared:
        """The operation that the parameters name. Raises `BadDocument` and `BadRequest`."""
        try:
            return self.operations.prepare(self.persisted.text(parameters), parameters.operation_name)
        except BadDocument as error:
            self.metrics.operation("none", first_code(error.errors), 0.0)
            raise

    async def answer(
        self,
        prepared: Prepared,
        variables: dict[str, Any] | None,
        caller: Caller,
        write: Callable[[ExecutionResult], Content],
    ) -> Answer[Content]:
        """The answer to a query or a mutation, as `write` makes it. Raises `BadDocument` for its variables, `TimedOut`,
        and `Mistaken` when it was for somebody else than the caller; nothing has been done then.

        It is written at once, not after its access event is kept: the answers to others would push it out of the
        processor's caches meanwhile, and to write it and let go of it would take several times as long.
        """
        started, code, statements = perf_counter(), "FAILED", 0
        try:
            async with asyncio.timeout(self.deadline_seconds) as deadline:
                async with self._operation(prepared, caller) as operation:
                    result = await self.operations.answer(prepared, variables, operation)
                    found, content = first_code(result.errors), write(result)
                    del result
            statements, code = operation.statements, found
            return Answer(content, operation.cookies)
        except asyncio.CancelledError:
            code = "LEFT"
            raise
        except Mistaken:
            code = "MISTAKEN"
            raise
        except BadDocument as error:
            code = first_code(error.errors)
            raise
        except TimeoutError as error:
            if not deadline.expired():
                raise
            code = TimedOut.code
            raise TimedOut(f"The operation took longer than {self.deadline_seconds:g} seconds.") from error
        finally:
            self.metrics.operation(prepared.kind.value, code, perf_counter() - started, statements)

    async def follow(
        self, prepared: Prepared, variables: dict[str, Any] | None, caller: Caller
    ) -> AsyncGenerator[ExecutionResult, None]:
        """The answers of a subscription, event by event. Raises `BadDocument` when it cannot begin or go on."""
        started, code = perf_counter(), "OK"
        try:
            async with (
                self._operation(prepared, caller) as operation,
                aclosing(self.operations.follow(prepared, variables, operation)) as results,
            ):
                async for result in results:
                    yield result
        except BadDocument as error:
            code = first_code(error.errors)
            raise
        finally:
            self.metrics.operation(OperationType.SUBSCRIPTION.value, code, perf_counter() - started)

    def _operation(self, prepared: Prepared, caller: Caller) -> AbstractAsyncContextManager[Operation]:
        return self.application.operation(
            caller.asks,
            request_id=caller.request_id,
            idempotency_key=caller.idempotency_key,
            operation_name=prepared.name,
            address=caller.address,
        )


def first_code(errors: list[GraphQLError] | None) -> str:
    """The code that an answer is counted under."""
    return str((errors[0].extensions or {}).get("code")) if errors else "OK"
