"""A subscriber of a timeline, as tests see it: what it is told, one after another."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from typing import Any

from graphql import ExecutionResult

from auth.viewers import Viewer
from resolvers.operations import Operation
from schema.documents import BadDocument
from tests.makers import PracticeUnderTest, operations
from tests.waiting import until

UPDATES = """
subscription ($clientId: ID, $journeyId: ID, $after: String) {
  timelineUpdates(clientId: $clientId, journeyId: $journeyId, after: $after) {
    __typename
    ... on TimelineUpdate {
      cursor change entryId
      entry { id summary removed client { displayName } actor { name } subject { ... on Note { text } } }
    }
    ... on ResyncRequired { reason }
  }
}
"""
SOON = 10.0
A_WHILE = 0.3


class Followed:
    """One subscription under way."""

    def __init__(self, operation: Operation, results: Any) -> None:
        self.operation = operation
        self._results = results
        self._next: asyncio.Task[ExecutionResult] | None = None
        self._others = operation.casegraph.hub.followers

    async def begins(self, others: int | None = None) -> None:
        """Wait until its place is taken, after so many others: what is written from here on is heard of."""
        self.coming()
        before = self._others if others is None else others
        await until(lambda: self.operation.casegraph.hub.followers > before)

    async def next(self) -> dict[str, Any]:
        """What comes next."""
        result = await asyncio.wait_for(asyncio.shield(self.coming()), SOON)
        self._next = None
        assert result.errors is None, result.errors
        assert result.data is not None
        told: dict[str, Any]
        (told,) = result.data.values()
        return told

    async def texts(self, count: int) -> list[str]:
        """The sentences of the next entries."""
        return [(await self.next())["entry"]["summary"] for _ in range(count)]

    async def is_silent(self) -> bool:
        """Whether nothing comes for a while."""
        await asyncio.wait([self.coming()], timeout=A_WHILE)
        return not self.coming().done()

    async def ends(self) -> bool:
        """Whether nothing ever comes."""
        try:
            await asyncio.wait_for(self.coming(), SOON)
        except StopAsyncIteration:
            return True
        return False

    async def refused(self) -> list[str]:
        """The codes it ends with."""
        try:
            await asyncio.wait_for(self.coming(), SOON)
        except BadDocument as refused:
            return [str((error.extensions or {}).get("code")) for error in refused.errors]
        return []

    async def leave(self) -> None:
        """Stop waiting for what comes next."""
        if self._next is not None:
            self._next.cancel()
            await asyncio.gather(self._next, return_exceptions=True)

    def coming(self) -> "asyncio.Task[ExecutionResult]":
        """What is on its way."""
        if self._next is None:
            self._next = asyncio.ensure_future(self._step())
        return self._next

    async def _step(self) -> ExecutionResult:
        result: ExecutionResult = await anext(self._results)
        # The answer is about to leave: nothing may be held while it is sent.
        assert not self.operation.ask.is_open
        return result


@asynccontextmanager
async def following(
    practice: PracticeUnderTest, viewer: Viewer, text: str = UPDATES, **variables: Any
) -> AsyncIterator[Followed]:
    """Follow a timeline, or what another subscription tells; leaving ends it."""
    prepared = operations().prepare(text)
    async with (
        practice.casegraph.operation(viewer, request_id="test") as operation,
        aclosing(operations().follow(prepared, variables, operation)) as results,
    ):
        followed = Followed(operation, results)
        try:
            yield followed
        finally:
            await followed.leave()
