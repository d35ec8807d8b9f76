"""An operation that is called off ends at once: its question is told, and nothing of it runs on."""

import asyncio
from collections.abc import Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest
import strawberry

from auth.permissions import May
from resolvers.asking import Ask
from schema.fields import answered_by, presents
from schema.limits import Limits
from schema.operations import Operations
from tests.makers import PracticeUnderTest
from tests.schema.execution.corpus.rows import BoxRow
from tests.schema.execution.judged import JUDGED
from tests.schema.execution.running import STOCK, Asked, Opened, run

called_off: list[str] = []
deadline = asyncio.Timeout(None)


async def slow_root(ask: Ask) -> list[BoxRow]:
    """Boxes, at once."""
    return [BoxRow(1, "one"), BoxRow(2, "two")]


async def slow(ask: Ask, boxes: Sequence[BoxRow]) -> Sequence[str]:
    """Never answered: the time is up as soon as it is asked."""
    deadline.reschedule(asyncio.get_running_loop().time())
    try:
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        called_off.append("slow")
        raise
    return [box.label for box in boxes]


@presents(BoxRow, name="SlowBox")
class SlowBox:
    """A box that takes its time."""

    label: str
    "What is written on it."
    content: str = answered_by(slow)


@strawberry.type(description="What can be asked.")
class Query:
    """What can be asked."""

    boxes: list[SlowBox] | None = answered_by(slow_root, allow=May.ANYONE)


def opened(practice: PracticeUnderTest) -> Opened:
    """Opens operations of the practice."""

    @asynccontextmanager
    async def opening() -> Any:
        async with practice.casegraph.operation(practice.system, request_id="oracle") as operation:
            yield operation

    return opening


@pytest.mark.parametrize("executor", [STOCK, JUDGED])
async def test_an_operation_past_its_deadline_is_called_off_with_its_questions(
    executor: type[Any], corpus_practice: PracticeUnderTest
) -> None:
    global deadline
    called_off.clear()
    deadline = asyncio.timeout(None)
    operations = Operations(strawberry.Schema(Query, execution_context_class=executor), Limits())
    asked = Asked("{ boxes { label content } }")
    before = asyncio.all_tasks()

    with pytest.raises(TimeoutError):
        async with deadline:
            await run(operations, operations.prepare(asked.text), asked, opened(corpus_practice))
    await asyncio.sleep(0)

    # aiodataloader's own tasks outlive a caller; the judged executor has none.
    if executor is JUDGED:
        assert called_off == ["slow"]
        assert asyncio.all_tasks() == before
    for task in asyncio.all_tasks() - before:
        task.cancel()
    await asyncio.sleep(0)
    assert called_off == ["slow"]
