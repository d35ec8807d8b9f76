"""Rows sorted out to what they belong to; what stands twice at a level is answered the same both times."""

from dataclasses import dataclass
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as some

from resolvers.sorting_out import sorted_out
from tests.care import client, note
from tests.makers import PracticeUnderTest

PARENTS = [UUID(int=number) for number in range(4)]
TWICE = """query($ids: [ID!]!) { nodes(ids: $ids) { ... on Note { client {
  first: timeline(first: 9) { edges { node { id } } } last: timeline(last: 9) { edges { node { id } } } } } } }"""


@dataclass(frozen=True)
class Child:
    parent_id: UUID
    number: int


@given(some.lists(some.sampled_from(PARENTS)), some.lists(some.sampled_from(PARENTS)))
def test_each_parent_has_its_rows_in_their_order(of: list[UUID], parents: list[UUID]) -> None:
    rows = [Child(UUID(bytes=parent.bytes), number) for number, parent in enumerate(of)]
    expected = [[row for row in rows if row.parent_id == parent] for parent in parents]
    assert sorted_out(rows, parents, "parent_id") == expected


async def test_a_client_that_stands_twice_at_a_level_has_the_same_page_twice(practice: PracticeUnderTest) -> None:
    owner, somebody = await practice.member(), await client(practice)
    notes = [await note(practice, somebody) for _ in range(2)]
    found = (await practice.get(owner, TWICE, ids=[f"note_{each.hex}" for each in notes]))["nodes"]
    first, last = ([each["client"][name]["edges"] for each in found] for name in ("first", "last"))
    assert [len(each) for each in first] == [2, 2]
    assert first == last == [first[0]] * 2
