"""Pages per parent: each parent's own list, however often the parent stands at its level."""

from tests.care import client, client_id, journey, note
from tests.makers import PracticeUnderTest

TWICE = """
query ($ids: [ID!]!) {
  nodes(ids: $ids) {
    ... on Client {
      journeys(first: 5) { totalCount { value } edges { node { id } } pageInfo { hasNextPage } }
      notes(first: 5) {
        totalCount { value }
        edges { node { id client { notes(first: 2) { edges { node { id } } } } } }
      }
      timeline(first: 2) { edges { node { id } } pageInfo { hasNextPage } }
    }
  }
}
"""


async def test_a_parent_that_stands_twice_at_a_level_has_its_rows_once(practice: PracticeUnderTest) -> None:
    owner = await practice.member()
    one, other = await client(practice), await client(practice)
    for each in (one, one, other):
        await journey(practice, each)
        await note(practice, each)

    alone = [(await practice.get(owner, TWICE, ids=[client_id(each)]))["nodes"][0] for each in (one, other)]
    together = await practice.get(owner, TWICE, ids=[client_id(each) for each in (one, other, one)])

    assert [len(each["notes"]["edges"]) for each in alone] == [2, 1]
    assert len({edge["node"]["id"] for edge in alone[0]["journeys"]["edges"]}) == 2
    assert together["nodes"] == [alone[0], alone[1], alone[0]]
