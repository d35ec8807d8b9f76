"""What is out of reach changes nothing: no response, no count, no error and no event of an observer.

A practitioner with grants on one client and on one journey of another watches. Meanwhile a colleague works on what the
practitioner does not reach, and a stranger in another practice does the same things. After each step everything the
practitioner can ask is answered byte for byte as before.
"""

import asyncio
from typing import Any, ClassVar

import orjson
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from auth.keys import KeyRing
from domain.people import Role
from resolvers.casegraph import Casegraph
from tests.makers import PracticeUnderTest
from tests.worlds import World, grant, made

PROBES = (
    """
    query ($ids: [ID!]!) {
      clients(first: 50) { totalCount(exact: true) { value } pageInfo { endCursor } edges { cursor node { ...page } } }
      found: clients(filter: {text: "example"}) { totalCount { value isExact } edges { node { id } } }
      archived: clients(filter: {status: [ARCHIVED]}) { totalCount { value } }
      nodes(ids: $ids) { __typename id }
      practice { name }
    }
    fragment page on Client {
      displayName status version updatedAt
      timeline(first: 10) { totalCount { value } edges { cursor node { summary actor { name } } } }
      journeys(first: 5) { totalCount { value } edges { node { title status careTeam { roleTitle member { name } } } } }
      notes(first: 5) { totalCount { value } edges { node { text } } }
      careTeam { roleTitle member { name } }
    }
    """,
    """
    mutation ($far: ID!) {
      clientArchive(input: {id: $far, reason: "no"}) { problems { code message path } client { id } }
      noteCreate(input: {clientId: $far, text: "no"}) { problems { code message path } note { id } }
      journeyCreate(input: {clientId: $far, title: "no", lifeEvent: BIRTH}) { problems { code message path } }
    }
    """,
)
CREATE = """
mutation ($input: ClientCreateInput!) { clientCreate(input: $input) { client { id } problems { code } } }
"""
NOTE = "mutation ($input: NoteCreateInput!) { noteCreate(input: $input) { note { id } problems { code } } }"
ENTRY = "mutation ($input: TimelineEntryAddInput!) { timelineEntryAdd(input: $input) { problems { code } } }"
JOURNEY = "mutation ($input: JourneyCreateInput!) { journeyCreate(input: $input) { problems { code } } }"
ARCHIVE = 'mutation ($id: ID!) { clientArchive(input: {id: $id, reason: "moved"}) { problems { code } } }'
RESTORE = "mutation ($id: ID!) { clientRestore(input: {id: $id}) { problems { code } } }"
TEAM = "mutation ($input: CareTeamMemberAddInput!) { careTeamMemberAdd(input: $input) { problems { code } } }"

words = st.sampled_from(["Example", "Zoë", "near", "José Ángel", "王"])


class TwoViewers(RuleBasedStateMachine):
    """The observer's answers, while others work out of their reach."""

    url: ClassVar[str]

    @initialize()
    def found(self) -> None:
        self.runner = asyncio.Runner()
        self.run(self.open())

    def run(self, work: Any) -> Any:
        return self.runner.run(work)

    async def open(self) -> None:
        self.opened = Casegraph.opened(self.url, KeyRing.made())
        casegraph = await self.opened.__aenter__()
        practice = await PracticeUnderTest.founded(casegraph)
        self.world, self.elsewhere = await made(practice), await made(await PracticeUnderTest.founded(casegraph))
        self.observer = await practice.member(Role.PRACTITIONER)
        await grant(self.world, self.observer, "near")
        await grant(self.world, self.observer, "half", "half one")
        self.helper = {world.practice.id: await world.practice.member(Role.PRACTITIONER) for world in self.worlds}
        self.owner = {world.practice.id: await world.practice.member() for world in self.worlds}
        self.before = await self.seen()

    @property
    def worlds(self) -> tuple[World, World]:
        return self.world, self.elsewhere

    async def seen(self) -> bytes:
        practice, far = self.world.practice, f"client_{self.world.clients['far'].hex}"
        ids = [*self.world.ids[:50], *self.elsewhere.ids[:50]]
        answers = [
            await practice.ask(self.observer, PROBES[0], ids=ids),
            await practice.ask(self.observer, PROBES[1], far=far),
        ]
        return b"\n".join(orjson.dumps([each.data, each.codes, each.paths]) for each in answers)

    def act(self, world: World, text: str, **variables: Any) -> None:
        answer = self.run(world.practice.ask(self.owner[world.practice.id], text, **variables))
        assert answer.codes == []

    @rule(abroad=st.booleans(), given=words, family=words)
    def somebody_opens_a_file(self, abroad: bool, given: str, family: str) -> None:
        names = [{"use": "LEGAL", "given": given, "family": family}]
        self.act(self.worlds[abroad], CREATE, input={"names": names, "status": "ACTIVE", "allowDuplicate": True})

    @rule(abroad=st.booleans(), text=words)
    def somebody_writes_a_note(self, abroad: bool, text: str) -> None:
        world = self.worlds[abroad]
        self.act(world, NOTE, input={"clientId": f"client_{world.clients['far'].hex}", "text": text})

    @rule(abroad=st.booleans(), text=words)
    def somebody_writes_about_the_other_journey(self, abroad: bool, text: str) -> None:
        world = self.worlds[abroad]
        whose = {
            "clientId": f"client_{world.clients['half'].hex}",
            "journeyId": f"journey_{world.journeys['half two'].hex}",
        }
        self.act(world, ENTRY, input={**whose, "kind": "ADMINISTRATION", "text": text})
        self.act(world, NOTE, input={**whose, "text": text})

    @rule(abroad=st.booleans())
    def somebody_opens_a_journey(self, abroad: bool) -> None:
        world = self.worlds[abroad]
        far = f"client_{world.clients['far'].hex}"
        self.act(world, JOURNEY, input={"clientId": far, "title": "Another", "lifeEvent": "BIRTH"})

    @rule(abroad=st.booleans(), restore=st.booleans())
    def somebody_puts_a_file_away(self, abroad: bool, restore: bool) -> None:
        world = self.worlds[abroad]
        self.act(world, RESTORE if restore else ARCHIVE, id=f"client_{world.clients['far'].hex}")

    @rule(abroad=st.booleans())
    def somebody_joins_a_team(self, abroad: bool) -> None:
        world = self.worlds[abroad]
        member = f"membership_{self.helper[world.practice.id].membership_id.hex}"
        far = f"client_{world.clients['far'].hex}"
        self.act(world, TEAM, input={"memberId": member, "clientId": far, "level": "VIEW", "roleTitle": "Helper"})

    @invariant()
    def the_observer_sees_no_difference(self) -> None:
        if hasattr(self, "before"):
            assert self.run(self.seen()) == self.before

    def teardown(self) -> None:
        if hasattr(self, "runner"):
            if hasattr(self, "opened"):
                self.run(self.opened.__aexit__(None, None, None))
            self.runner.close()


def test_what_is_out_of_reach_changes_no_answer(database_url: str) -> None:
    TwoViewers.url = database_url
    run_state_machine_as_test(
        TwoViewers,
        settings=settings(
            max_examples=6,
            stateful_step_count=12,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )
