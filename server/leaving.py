"""Work for a caller stops when the caller leaves."""

import asyncio
from collections.abc import Coroutine
from typing import TypeVar

from starlette.types import Receive

T = TypeVar("T")

WATCHED_AFTER_SECONDS = 0.1
"""Most work is done before anybody could leave: only what takes longer is worth a task that watches for it."""


class CallerLeft(Exception):
    """Nobody waits for the answer any more."""


async def unless_left(receive: Receive, work: Coroutine[None, None, T]) -> T:
    """The result of the work, which is cancelled and cleaned up after when the caller disconnects: `CallerLeft`.

    The request's body must have been read: what follows it can only be the disconnection.
    """
    leaving: asyncio.TimerHandle | asyncio.Task[None]
    working = asyncio.current_task()
    has_left = False

    async def watch() -> None:
        nonlocal has_left
        while (await receive())["type"] != "http.disconnect":
            pass
        has_left = True
        if working is not None:
            working.cancel()

    def begin_watching() -> None:
        nonlocal leaving
        leaving = asyncio.create_task(watch())

    leaving = asyncio.get_running_loop().call_later(WATCHED_AFTER_SECONDS, begin_watching)
    try:
        return await work
    except asyncio.CancelledError:
        if not has_left or working is None or working.uncancel() > 0:
            raise  # somebody else cancels too: the server stops
        raise CallerLeft from None
    finally:
        leaving.cancel()
