"""The corpus graph, ready to be asked."""

import gc
from collections.abc import AsyncIterator, Iterator

import pytest

from auth.keys import KeyRing
from resolvers.casegraph import Casegraph
from resolvers.files.stores import Stores
from storage.files.links import Links
from storage.files.memory import Memory
from tests.makers import PracticeUnderTest
from tests.schema.execution.judged import JUDGED
from tests.schema.execution.posing import Corpus


@pytest.fixture(scope="session")
async def corpus_practice(migrated_sqlite_url: str) -> AsyncIterator[PracticeUnderTest]:
    """A practice that the corpus graph's mutations are transactions of."""
    ring = KeyRing.made()
    stores = Stores(Memory(links=Links(ring, "/files/links")))
    async with Casegraph.opened(migrated_sqlite_url, ring, stores=stores) as opened:
        yield await PracticeUnderTest.founded(opened)


@pytest.fixture(scope="session")
async def corpus(corpus_practice: PracticeUnderTest) -> Corpus:
    """The corpus graph behind both doors."""
    return Corpus.of(JUDGED, corpus_practice)


@pytest.fixture(scope="module")
def leftovers_taken_away() -> Iterator[None]:
    """What stock graphql-core leaves behind goes before the next module, which may not expect warnings."""
    yield
    gc.collect()
