"""How an operation is answered: prepare its document, execute it, follow its events.

The executor is the class that the Strawberry schema names (`execution_context_class`), so another way of executing is
chosen where the schema is built and nowhere else.
"""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from inspect import isawaitable
from typing import Any, Protocol, cast

import strawberry
from graphql import (
    ExecutionResult,
    create_source_event_stream,
    default_field_resolver,
    default_type_resolver,
    map_source_to_response_event,
)
from graphql.execution import Executor
from strawberry.execution import optimized_is_awaitable

from schema import documents, masking
from schema.documents import BadDocument
from schema.execution.executing import BreadthFirst
from schema.execution.refusing import refuse_what_runs_per_field
from schema.limits import Limits
from schema.preparing import KeptDocument, KeptDocuments, Prepared

# Of parsed documents and their plans.
KEPT_BYTES = 32 * 1024 * 1024


class Followed(Protocol):
    """An operation that goes on, and is told after each of its answers: it holds nothing while that is sent."""

    async def answered(self) -> None:
        """An answer is about to leave."""


class Operations:
    """The operations of one schema."""

    def __init__(self, schema: strawberry.Schema, limits: Limits, *, kept_bytes: int = KEPT_BYTES) -> None:
        """`kept_bytes`: of documents and plans that are kept ready."""
        refuse_what_runs_per_field(schema)
        self.schema = schema
        self.graph = schema._schema  # Strawberry has no public name for it
        self.limits = limits
        self._documents = KeptDocuments(kept_bytes)

    def prepare(self, text: str, operation_name: str | None = None) -> Prepared:
        """The operation of that name, or the only one. Raises `BadDocument`."""
        return self.keep(text).operation(operation_name)

    def keep(self, text: str) -> KeptDocument:
        """The document, read once. Raises `BadDocument`."""
        document = self._documents.get(text)
        if document is None:
            document = KeptDocument(text, documents.read(text, self.graph, self.limits), self.graph)
            self._documents.keep(text, document)
        return document

    async def answer(self, prepared: Prepared, variables: dict[str, Any] | None, operation: object) -> ExecutionResult:
        """The answer to a query or mutation; `operation` becomes `info.context`. `BadDocument` for bad variables."""
        result = self._executor(prepared, variables, operation).execute_operation()
        if isawaitable(result):
            result = await result
        return masking.masked(cast(ExecutionResult, result))

    async def follow(
        self, prepared: Prepared, variables: dict[str, Any] | None, operation: Followed
    ) -> AsyncGenerator[ExecutionResult, None]:
        """The answers of a subscription, event by event.

        Raises `BadDocument` when it cannot begin, and when its source fails.
        """
        executor = self._executor(prepared, variables, operation)
        events = create_source_event_stream(executor)
        if isawaitable(events):
            events = await events
        if isinstance(events, ExecutionResult):
            raise BadDocument(masking.masked(events).errors or [])
        async with aclosing(map_source_to_response_event(executor, events)) as results:
            try:
                async for result in results:
                    await operation.answered()
                    yield masking.masked(result)
            except Exception as error:
                raise BadDocument([masking.answered(error)]) from error

    def _executor(self, prepared: Prepared, variables: dict[str, Any] | None, operation: object) -> Executor[Any]:
        values = prepared.variables.coerced(variables or {})
        if isinstance(values, list):
            raise BadDocument([masking.refused(error, masking.BAD_VARIABLES) for error in values])
        kind: Any = self.schema.execution_context_class
        options: dict[str, Any] = {"plans": prepared.plans} if issubclass(kind, BreadthFirst) else {}
        # What `kind.build` does, without looking for the operation in its document once more.
        executor: Executor[Any] = kind(
            self.graph, prepared.definitions, prepared.fragments, None, operation, prepared.definition, values,
            default_field_resolver, default_type_resolver, default_field_resolver,
            is_awaitable=optimized_is_awaitable, hide_suggestions=True, operation_extensions=None, **options,
        )  # fmt: skip
        return executor
