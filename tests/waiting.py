"""Waiting for what happens elsewhere."""

import asyncio
from collections.abc import Awaitable, Callable


async def until(holds: Callable[[], bool | Awaitable[bool]], *, seconds: float = 10) -> None:
    """Return when it holds; fail when it does not in time."""
    for _ in range(int(seconds * 100)):
        held = holds()
        if held if isinstance(held, bool) else await held:
            return
        await asyncio.sleep(0.01)
    raise AssertionError("waited in vain")
