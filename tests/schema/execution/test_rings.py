"""What an answered operation leaves: nothing that only the collector of rings would find."""

import gc
from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from tests import filing
from tests.makers import PracticeUnderTest

QUERY = """
query ($id: ID!) {
  client(id: $id) {
    displayName
    journeys { edges { node { title careTeam { member { name } } } } }
    timeline { edges { cursor node { kind actor { name } subject { __typename ... on Journey { title } } } } }
    notes { edges { node { id } } totalCount { value } }
  }
  clients(first: 5) { edges { node { id displayName } } pageInfo { hasNextPage } }
}
"""


OURS = {"auth", "resolvers", "schema", "server", "storage"}


@pytest.fixture
def rings() -> Iterator[Callable[[], Counter[str]]]:
    """Begins with none; counts what of ours stands in those made since, by its class."""

    def counted() -> Counter[str]:
        gc.collect()
        found = Counter(
            type(each).__qualname__ for each in gc.garbage if type(each).__module__.partition(".")[0] in OURS
        )
        gc.garbage.clear()
        return found

    gc.collect()
    gc.disable()
    gc.set_debug(gc.DEBUG_SAVEALL)
    gc.garbage.clear()
    yield counted
    gc.set_debug(0)
    gc.garbage.clear()
    gc.enable()


async def test_an_answered_query_leaves_no_rings(
    practice: PracticeUnderTest, rings: Callable[[], Counter[str]]
) -> None:
    owner, whose = await practice.member(), await filing.client(practice)
    for _ in range(3):
        await filing.journey(practice, whose)
    for _ in range(2):  # what is made once, is kept
        await practice.get(owner, QUERY, id=filing.client_id(whose))
    rings()

    for _ in range(20):
        await practice.get(owner, QUERY, id=filing.client_id(whose))

    # What stands there once is the test's own, such as the application of another database.
    assert [name for name, number in rings().items() if number >= 20] == []
