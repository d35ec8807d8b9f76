"""The oracle notices every fault of one line that is put into the executor, and none where there is none."""

import asyncio
from collections.abc import AsyncIterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from schema.graph import build_schema
from tests.makers import PracticeUnderTest
from tests.schema.execution.cases.all import CASES
from tests.schema.execution.faults import FAULTS, Fault, loaded
from tests.schema.execution.generating import Generator
from tests.schema.execution.leftovers import LEFT_BY_STOCK
from tests.schema.execution.posing import Corpus
from tests.schema.execution.practices import FERTILE, Filled
from tests.schema.execution.running import Doors, judge

pytestmark = LEFT_BY_STOCK

GENERATED = 40
SECONDS = 60


@pytest.fixture(scope="module")
async def filled(corpus_practice: PracticeUnderTest) -> Filled:
    """A filled practice on SQLite."""
    return await Filled.of(corpus_practice)


async def found_by(executor: ModuleType, practice: PracticeUnderTest, filled: Filled) -> AsyncIterator[str]:
    """What the quick corpus finds: every hand-written case, then queries of the product."""
    judged = import_module(f"{executor.__name__.split('.')[0]}.execution.executing").BreadthFirst
    corpus = Corpus.of(judged, practice, executor.Operations)
    for case in CASES:
        _, differs = await corpus.pose(case)
        if differs:
            yield differs
    doors = Doors(build_schema, judged, operations=executor.Operations)
    generator = Generator(doors.graph, filled.values(doors.graph), 3, fertile=FERTILE)
    for _ in range(GENERATED):
        _, differs = await judge(doors, generator.operation(), filled.opened("OWNER"), settle=filled.settled)
        if differs:
            yield differs


async def first_found(executor: ModuleType, practice: PracticeUnderTest, filled: Filled) -> str:
    """The first difference, or how the executor breaks or hangs; empty when the oracle notices nothing."""
    try:
        async with asyncio.timeout(SECONDS) as patience:
            async for differs in found_by(executor, practice, filled):
                return differs
    except Exception as error:
        return "hangs" if patience.expired() else f"breaks: {error!r}"
    return ""


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.says)
async def test_the_oracle_notices(
    fault: Fault, corpus_practice: PracticeUnderTest, filled: Filled, tmp_path: Path
) -> None:
    with loaded(tmp_path, "faulty_executor", fault) as executor:
        found = await first_found(executor, corpus_practice, filled)

    assert found, f"Nobody noticed that {fault.says}."


async def test_the_oracle_notices_nothing_in_an_executor_without_a_fault(
    corpus_practice: PracticeUnderTest, filled: Filled, tmp_path: Path
) -> None:
    with loaded(tmp_path, "faultless_executor", None) as executor:
        assert executor.__file__ is not None
        assert Path(executor.__file__).is_relative_to(tmp_path)
        assert await first_found(executor, corpus_practice, filled) == ""


def test_there_are_twenty_faults_in_every_part_of_the_executor() -> None:
    assert len(FAULTS) >= 20
    assert len({fault.file for fault in FAULTS}) >= 8
