"""The client page: its statements are counted, and their number does not grow with the clients."""

import pytest

from tests.makers import PracticeUnderTest
from tests.worlds import grant, made

PAGE = """
query ($ids: [ID!]!) {
  nodes(ids: $ids) {
    ... on Client {
      displayName status
      timeline(first: 20) {
        edges {
          node { occurredAt summary actor { name member { name role } } subject { __typename ... on Node { id } } }
        }
        liveCursor
      }
      journeys(first: 3) { edges { node { title status careTeam { level member { name } } } } }
      careTeam { level member { name } }
    }
  }
}
"""
STATEMENTS = 9
"""Clients; entries, the notes and documents behind them, where the feed stands; journeys; grants on clients and on
journeys; members."""


@pytest.mark.parametrize("clients", [1, 50])
async def test_a_client_page_takes_the_same_statements_for_one_and_for_fifty_clients(
    practice: PracticeUnderTest, clients: int
) -> None:
    owner = await practice.member()
    ids: list[str] = []
    while len(ids) < clients:
        world = await made(practice)
        await grant(world, owner, "near")
        await grant(world, owner, "near", "near one")
        ids += [f"client_{world.clients['near'].hex}", *(f"client_{world.clients[n].hex}" for n in ("half", "far"))]

    with practice.counted() as statements:
        data = await practice.get(owner, PAGE, ids=ids[:clients])

    assert len(data["nodes"]) == clients
    assert all(len(client["timeline"]["edges"]) == 15 for client in data["nodes"])
    assert data["nodes"][0]["journeys"]["edges"][0]["node"]["careTeam"]
    assert len(statements) == STATEMENTS, [each.split("FROM")[1][:60] for each in statements]
