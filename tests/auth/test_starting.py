"""Work that begins at once and is waited for later."""

import asyncio

import pytest

from auth.starting import Started


async def test_it_goes_as_far_as_it_can_before_anybody_waits() -> None:
    steps: list[str] = []
    gate: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def work() -> str:
        steps.append("begun")
        found = await gate
        await asyncio.sleep(0)
        steps.append("done")
        return found

    started = Started(work())
    assert steps == ["begun"]
    gate.set_result("found")
    assert await started == "found"
    assert steps == ["begun", "done"]


async def test_it_is_waited_for_until_it_is_there() -> None:
    gate: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    async def work() -> int:
        return await gate

    started = Started(work())
    asyncio.get_running_loop().call_later(0.01, gate.set_result, 3)
    assert await started == 3


async def test_it_may_only_let_others_go_first() -> None:
    async def work() -> int:
        await asyncio.sleep(0)
        return 5

    assert await Started(work()) == 5


async def test_what_does_not_wait_is_there_at_once() -> None:
    async def work() -> int:
        return 4

    assert await Started(work()) == 4


async def test_what_it_fails_with_is_met_by_who_waits() -> None:
    gate: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    async def work() -> int:
        return await gate

    started = Started(work())
    gate.set_exception(KeyError("gone"))
    with pytest.raises(KeyError):
        await started


def waiting_for_ever(ended: list[str]) -> Started[None]:
    """Work that never ends by itself, and notes when it is ended."""

    async def work() -> None:
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            ended.append("closed")

    return Started(work())


async def test_who_waits_may_be_called_off_and_the_work_with_them() -> None:
    ended: list[str] = []
    started = waiting_for_ever(ended)

    async def wait() -> None:
        await started

    waiting = asyncio.create_task(wait())
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert ended == ["closed"]


async def test_it_may_be_given_up() -> None:
    ended: list[str] = []
    waiting_for_ever(ended).close()
    assert ended == ["closed"]
