"""How an operation is answered: prepare its document, execute it, follow its events.

The executor is the class that the Strawberry schema names (`execution_context_class`), so another way of executing is
chosen where the schema is built and nowhere else. Strawberry's extensions and `process_errors` do not run here.
"""

from collections import OrderedDict
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from inspect import isawaitable
from typing import Any, Protocol, TypeGuard, cast

import strawberry
from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    OperationDefinitionNode,
    OperationType,
    create_source_event_stream,
    get_operation_ast,
    map_source_to_response_event,
)
from graphql.execution import Executor
from strawberry.execution import optimized_is_awaitable

from schema import documents, masking
from schema.documents import BadDocument
from schema.limits import Limits

KEPT_BYTES = 512 * 1024


@dataclass(frozen=True, slots=True)
class Prepared:
    """An operation that may be executed, as often as wished."""

    document: DocumentNode
    definition: OperationDefinitionNode

    @property
    def kind(self) -> OperationType:
        """Query, mutation or subscription."""
        return self.definition.operation

    @property
    def name(self) -> str | None:
        """The name the document gives the operation."""
        return self.definition.name.value if self.definition.name else None


class Followed(Protocol):
    """An operation that goes on, and is told after each of its answers: it holds nothing while that is sent."""

    async def answered(self) -> None:
        """An answer is about to leave."""


class Operations:
    """The operations of one schema."""

    def __init__(self, schema: strawberry.Schema, limits: Limits, *, kept_bytes: int = KEPT_BYTES) -> None:
        """`kept_bytes`: of text whose documents are kept ready; a document takes about 50 times its text."""
        self.schema = schema
        self.graph = schema._schema  # Strawberry has no public name for it
        self.limits = limits
        self._documents = _Documents(kept_bytes)

    def prepare(self, text: str, operation_name: str | None = None) -> Prepared:
        """The operation of that name, or the only one. Raises `BadDocument`."""
        document = self._documents.get(text)
        if document is None:
            document = documents.read(text, self.graph, self.limits)
            self._documents.keep(text, document)
        definition = get_operation_ast(document, operation_name or None)
        if definition is None:
            raise BadDocument.because(
                "The document has no operation of that name."
                if operation_name
                else "The document has several operations: name the one to run in operationName."
            )
        return Prepared(document, definition)

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
        built: Executor[Any] | list[GraphQLError] = self.schema.execution_context_class.build(
            self.graph,
            prepared.document,
            context_value=operation,
            raw_variable_values=variables,
            operation_name=prepared.name,
            is_awaitable=cast(Callable[[Any], TypeGuard[Awaitable[Any]]], optimized_is_awaitable),
            hide_suggestions=True,
            operation_extensions=None,
        )
        if isinstance(built, list):
            raise BadDocument([masking.refused(error, masking.BAD_VARIABLES) for error in built])
        return built


class _Documents:
    """Documents by their text; beyond so many bytes of text, the one unused the longest goes."""

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._held = 0
        self._by_text: OrderedDict[str, DocumentNode] = OrderedDict()

    def get(self, text: str) -> DocumentNode | None:
        document = self._by_text.get(text)
        if document is not None:
            self._by_text.move_to_end(text)
        return document

    def keep(self, text: str, document: DocumentNode) -> None:
        self._by_text[text] = document
        self._held += len(text)
        while self._held > self._most:
            oldest, _ = self._by_text.popitem(last=False)
            self._held -= len(oldest)
