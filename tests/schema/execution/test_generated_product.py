"""Operations by chance on the product's own graph, with real ids, as several viewers, on both databases."""

import pytest

from schema.graph import build_schema
from tests.makers import PracticeUnderTest
from tests.schema.execution.generating import Generator
from tests.schema.execution.judged import JUDGED
from tests.schema.execution.judging import Came
from tests.schema.execution.leftovers import LEFT_BY_STOCK
from tests.schema.execution.practices import FERTILE, Filled
from tests.schema.execution.running import Asked, Doors, judge
from tests.schema.execution.sampling import Sample, missing, sampled

pytestmark = LEFT_BY_STOCK

COUNT = 400
VIEWERS = (*["OWNER"] * 6, "PRACTITIONER with grants", "ASSISTANT without grants")
LONG_RUN = 4_000


@pytest.fixture
async def filled(practice: PracticeUnderTest) -> Filled:
    """A practice with records of every kind."""
    return await Filled.of(practice)


@pytest.fixture(scope="session")
def doors() -> Doors:
    """Both doors to the product's graph."""
    return Doors(build_schema, JUDGED)


async def sample_of(doors: Doors, filled: Filled, seed: int, count: int) -> tuple[Generator, Sample]:
    """So many queries, as several viewers."""
    generator = Generator(doors.graph, filled.values(doors.graph), seed, budget=40, fertile=FERTILE)
    asked_so_far = 0

    async def judged(asked: Asked) -> tuple[Came, str]:
        nonlocal asked_so_far
        asked_so_far += 1
        return await judge(doors, asked, filled.opened(VIEWERS[asked_so_far % len(VIEWERS)]), settle=filled.settled)

    return generator, await sampled(generator, judged, count)


async def test_generated_queries_come_to_the_same(doors: Doors, filled: Filled) -> None:
    generator, sample = await sample_of(doors, filled, 1, COUNT)

    sample.demand()
    assert missing(generator, generator.graph.query_type) == []


@pytest.mark.proof
async def test_a_long_run_of_generated_queries_comes_to_the_same(doors: Doors, filled: Filled) -> None:
    _, sample = await sample_of(doors, filled, 1_000, LONG_RUN)

    sample.demand()
