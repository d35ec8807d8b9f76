"""Mutations and subscriptions by chance on the product's graph: the same payloads, the same events, the same writes."""

from itertools import cycle
from pathlib import Path

from graphql import OperationType

from domain.identity import Kind, written
from domain.notifications import NotificationKind
from resolvers import writing
from resolvers.notifications import telling
from schema.graph import build_schema
from tests.filing import entries
from tests.makers import PracticeUnderTest
from tests.schema.execution.generating import Generator
from tests.schema.execution.judged import JUDGED
from tests.schema.execution.judging import Came
from tests.schema.execution.leftovers import LEFT_BY_STOCK
from tests.schema.execution.practices import Filled
from tests.schema.execution.running import Asked, Doors, judge
from tests.schema.execution.sampling import missing, sampled
from tests.schema.execution.twins import twins

pytestmark = LEFT_BY_STOCK

MUTATIONS = 500
SUBSCRIPTIONS = 40
EVENTS = 4
NOW = """query ($id: ID!) {
  client(id: $id) { timeline(first: 1) { liveCursor } }
  viewer { ... on MemberViewer { notifications(first: 1) { liveCursor } } }
}"""


async def test_generated_mutations_come_to_the_same(tmp_path: Path) -> None:
    async with twins(tmp_path) as equal:
        doors = Doors(build_schema, JUDGED)
        generator = Generator(doors.graph, equal.one.values(doors.graph), 5, depth=6)
        members = cycle(equal.members)

        async def judged(asked: Asked) -> tuple[Came, str]:
            member = next(members)
            return await judge(doors, asked, equal.one.opened(member), equal.other.opened(member), equal.plain)

        sample = await sampled(generator, judged, MUTATIONS, OperationType.MUTATION)

        sample.demand(rich=0)
        assert sample.told["leaves"] > 5 * MUTATIONS
        roots = {f"Mutation.{name}" for name in doors.graph.mutation_type.fields}  # type: ignore[union-attr] # it has one
        assert roots - set(generator.used) == set()
        payloads = {name for name in missing(generator, doors.graph.mutation_type) if "Payload." in name}
        assert payloads == set()


async def test_generated_subscriptions_come_to_the_same(practice: PracticeUnderTest) -> None:
    filled = await Filled.of(practice)
    client = filled.world.clients["near"]
    id = written(Kind.CLIENT, client)
    now = await practice.get(filled.viewers["OWNER"], NOW, id=id)
    began, told = now["client"]["timeline"]["liveCursor"], now["viewer"]["notifications"]["liveCursor"]
    await entries(practice, client, *(f"Entry {number}" for number in range(EVENTS)))
    for _ in range(EVENTS):
        async with writing.opened(practice.casegraph.database, practice.system, "test.told") as write:
            owner = [filled.viewers["OWNER"].membership_id]
            await telling.tell(write, NotificationKind.CARE_TEAM_JOINED, owner, {}, client_id=client)
    doors = Doors(build_schema, JUDGED)
    generator = Generator(doors.graph, filled.values(doors.graph), 6, depth=5)
    fixed = {
        "timelineUpdates": f'(clientId: "{id}", after: "{began}")',
        "notificationUpdates": f'(after: "{told}")',
    }
    assert set(fixed) == set(doors.graph.subscription_type.fields)  # type: ignore[union-attr] # it has one

    for _ in range(SUBSCRIPTIONS):
        asked = generator.operation(OperationType.SUBSCRIPTION, fixed)
        stock, differs = await judge(doors, asked, filled.opened("OWNER"), settle=filled.settled)
        assert not differs, differs
        assert len(stock.data) == asked.events
