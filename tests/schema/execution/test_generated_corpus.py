"""Operations by chance on the corpus graph, with questions that fail and values that cannot be completed."""

import random

import pytest
from graphql import OperationType

from tests.schema.execution.corpus.given import BARREN, FERTILE, values, worlds
from tests.schema.execution.generating import Generator
from tests.schema.execution.judging import Came
from tests.schema.execution.leftovers import LEFT_BY_STOCK
from tests.schema.execution.posing import Corpus
from tests.schema.execution.running import Asked
from tests.schema.execution.sampling import Sample, missing, sampled

pytestmark = LEFT_BY_STOCK

SEEDS = range(4)
COUNT = 260
LONG_RUN = 5_000


async def sample_of(corpus: Corpus, seed: int, count: int) -> tuple[Generator, Sample]:
    """So many queries, and some mutations and subscriptions beside them."""
    graph = corpus.doors.graph
    generator = Generator(graph, values(graph), seed, depth=4, seldom=BARREN, fertile=FERTILE)
    chance = random.Random(seed)

    async def judge(asked: Asked) -> tuple[Came, str]:
        return await corpus.judge(asked, *worlds(chance, failing=chance.random() < 0.4))

    sample = await sampled(generator, judge, count)
    for kind in (OperationType.MUTATION, OperationType.SUBSCRIPTION):
        await sampled(generator, judge, count // 16, kind, sample)
    return generator, sample


@pytest.mark.parametrize("seed", SEEDS)
async def test_generated_operations_come_to_the_same(corpus: Corpus, seed: int) -> None:
    generator, sample = await sample_of(corpus, seed, COUNT)

    sample.demand()
    assert sample.told["failing"] >= COUNT // 5
    graph = generator.graph
    assert missing(generator, graph.query_type, graph.mutation_type, graph.subscription_type) == []


@pytest.mark.proof
async def test_a_long_run_of_generated_operations_comes_to_the_same(corpus: Corpus) -> None:
    _, sample = await sample_of(corpus, 1_000, LONG_RUN)

    sample.demand()


def test_the_same_seed_makes_the_same_operations(corpus: Corpus) -> None:
    graph = corpus.doors.graph
    one, other = (Generator(graph, values(graph), 7) for _ in range(2))
    assert [one.operation() for _ in range(20)] == [other.operation() for _ in range(20)]
