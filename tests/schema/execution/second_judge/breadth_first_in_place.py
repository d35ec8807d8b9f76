"""A pytest plugin: graphql-core's own tests run with the breadth-first executor in the place of its default ones.

The executor answers by a coroutine. Where nothing has to be awaited it is run to its end here, so that tests of
synchronous execution judge the same answers.
"""

import asyncio
import importlib
from collections.abc import Coroutine, Generator
from functools import partial
from inspect import iscoroutine
from typing import Any

from schema.execution.executing import BreadthFirst

DEFAULTS = ("ExecutorThrowingOnIncremental", "IncrementalExecutor")


class InPlace(BreadthFirst):
    """The executor, at once where nothing has to be awaited."""

    def execute_operation(self, serially: bool | None = None) -> Any:
        """The result, or a coroutine of it where something has to be awaited and can be."""
        result = super().execute_operation(serially)
        if not iscoroutine(result):
            return result
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            return asyncio.run(result)
        try:
            waiting_for = result.send(None)
        except StopIteration as done:
            return done.value
        return _rest(result, waiting_for)


async def _rest(begun: Coroutine[Any, Any, Any], waiting_for: Any) -> Any:
    return await _Begun(begun, waiting_for)


class _Begun:
    """What is left of a coroutine that has run up to the first thing it waits for."""

    def __init__(self, begun: Coroutine[Any, Any, Any], waiting_for: Any) -> None:
        self._begun = begun
        self._waiting_for = waiting_for

    def __await__(self) -> Generator[Any, Any, Any]:
        waiting_for = self._waiting_for
        while True:
            try:
                told = yield waiting_for
            except BaseException as error:
                step = partial(self._begun.throw, error)
            else:
                step = partial(self._begun.send, told)
            try:
                waiting_for = step()
            except StopIteration as done:
                return done.value


def pytest_configure() -> None:
    """Put it in place before a test is collected."""
    module = importlib.import_module("graphql.execution.execute")
    for name in DEFAULTS:
        setattr(module, name, InPlace)
