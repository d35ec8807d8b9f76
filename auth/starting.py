"""Starting a piece of work at once, to be waited for later: what Python's tasks do only from the next turn on."""

import asyncio
from collections.abc import Awaitable, Coroutine, Generator
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Started(Awaitable[T], Generic[T]):
    """A coroutine that has gone as far as it goes without waiting. Awaited once, or closed.

    So what it asks of a database leaves in this turn of the loop, together with what is asked next.
    """

    __slots__ = ("_coroutine", "_has_ended", "_result", "_waits_for")

    def __init__(self, coroutine: Coroutine[Any, Any, T]) -> None:
        self._coroutine = coroutine
        self._has_ended = False
        try:
            self._waits_for: asyncio.Future[Any] | None = coroutine.send(None)
        except StopIteration as end:
            self._has_ended = True
            self._result: T = end.value

    def __await__(self) -> Generator[Any, None, T]:
        if self._has_ended:
            return self._result
        if self._waits_for is None or not self._waits_for.done():
            try:
                yield self._waits_for
            except BaseException:
                self._coroutine.close()
                raise
        return (yield from self._coroutine.__await__())

    def close(self) -> None:
        """Give it up."""
        self._coroutine.close()
