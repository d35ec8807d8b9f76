"""Who looked at this file: the same as a scripted scenario, with what was refused, from outside or in an emergency."""

from typing import Any

from auth.viewers import Member
from domain.people import Role
from storage.database.people import ClientGrant
from tests import care, filing
from tests.makers import PracticeUnderTest

LOG = """query Look($id: ID!, $first: Int = 100, $after: String) { client(id: $id) {
  accessLog(first: $first, after: $after) {
    totalCount { value isExact } pageInfo { hasNextPage endCursor }
    edges { node { occurredAt actorKind member { name } apiKey { name } operation purpose refused outsideCareTeam
      underBrokenGlass } } } } }"""
READ = "query Page($id: ID!) { client(id: $id) { displayName } }"


async def log(practice: PracticeUnderTest, owner: Member, client: Any, **window: Any) -> Any:
    return (await practice.get(owner, LOG, id=care.client_id(client), **window))["client"]["accessLog"]


async def entries(practice: PracticeUnderTest, owner: Member, client: Any) -> list[tuple[Any, ...]]:
    """Who, refused, from outside: oldest first."""
    nodes = [edge["node"] for edge in (await log(practice, owner, client))["edges"]]
    return [(each["member"]["name"], each["refused"], each["outsideCareTeam"]) for each in reversed(nodes)]


async def test_thirty_readings_by_five_people_are_told_exactly(practice: PracticeUnderTest) -> None:
    owner = await practice.member(name="Owner")
    clients = [await care.client(practice) for _ in range(3)]
    people = [await practice.member(Role.PRACTITIONER, f"Member {number}") for number in range(5)]
    for person in people[:3]:
        await care.grant(practice, person, clients[0])
    expected: dict[Any, list[tuple[str, bool, bool]]] = {client: [] for client in clients}
    for number in range(30):
        turn, client = number % 5, clients[number % 3]
        await practice.get(people[turn], READ, id=care.client_id(client))
        reached = client is clients[0] and turn < 3
        expected[client].append((f"Member {turn}", not reached, not reached))

    for client in clients:
        assert await entries(practice, owner, client) == expected[client]
        # Looking at the log is a look at the file as well.
        assert (await entries(practice, owner, client))[-1] == ("Owner", False, True)


async def test_an_entry_says_when_what_for_and_by_which_operation(practice: PracticeUnderTest) -> None:
    owner, client = await practice.member(name="Rosa"), await care.client(practice)
    await practice.get(owner, READ, id=care.client_id(client))

    (edge,) = (await log(practice, owner, client))["edges"]

    entry = edge["node"]
    assert entry.pop("occurredAt")
    assert entry == {
        "actorKind": "MEMBER", "member": {"name": "Rosa"}, "apiKey": None, "operation": None, "purpose": "READ",
        "refused": False, "outsideCareTeam": True, "underBrokenGlass": False,
    }  # fmt: skip


async def test_whether_somebody_was_on_the_team_is_judged_by_the_time_of_reading(practice: PracticeUnderTest) -> None:
    owner, midwife = await practice.member(name="Owner"), await practice.member(Role.ASSISTANT, "Ama")
    client = await care.client(practice)
    read = {"id": care.client_id(client)}
    await practice.get(midwife, READ, **read)
    grant = await care.grant(practice, midwife, client, await care.journey(practice, client), from_at=care.hours(0))
    await practice.get(midwife, READ, **read)
    await filing.change(practice, ClientGrant, grant, to_at=care.hours(0))
    await practice.get(midwife, READ, **read)

    told = await entries(practice, owner, client)

    assert told == [("Ama", False, True), ("Ama", False, False), ("Ama", False, True)]


async def test_a_refused_write_is_kept_as_a_refused_reading_is(practice: PracticeUnderTest) -> None:
    owner = await practice.member(name="Owner")
    midwife, reader = await practice.member(Role.PRACTITIONER, "Ama"), await practice.member(Role.READ_ONLY, "Kofi")
    client = await care.client(practice)
    note = await care.note(practice, client)
    id = care.client_id(client)
    note_text = 'mutation ($id: ID!) { noteCreate(input: {clientId: $id, text: "x"}) { problems { code } } }'
    put_away = 'mutation ($id: ID!) { noteArchive(input: {id: $id, reason: "x"}) { problems { code } } }'

    unseen = await practice.get(midwife, note_text, id=id)
    unseen_note = await practice.get(midwife, put_away, id=f"note_{note.hex}")
    made_up = await practice.get(midwife, note_text, id="client_" + "0" * 31 + "1")
    await care.grant(practice, reader, client)
    await practice.ask(reader, note_text, id=id)

    assert unseen["noteCreate"] == made_up["noteCreate"] == {"problems": [{"code": "NOT_FOUND"}]}
    assert unseen_note["noteArchive"] == {"problems": [{"code": "NOT_FOUND"}]}
    assert [entry for entry in await entries(practice, owner, client) if entry[0] == "Ama"] == [
        ("Ama", True, True), ("Ama", True, True),
    ]  # fmt: skip


async def test_a_write_that_may_only_be_read_is_kept_as_refused(practice: PracticeUnderTest) -> None:
    owner, midwife = await practice.member(name="Owner"), await practice.member(Role.PRACTITIONER, "Ama")
    client = await care.client(practice)
    note = await care.note(practice, client)
    await practice.get(owner, READ, id=care.client_id(client))
    await care.grant(practice, midwife, client, level=care.Level.VIEW)

    denied = await practice.ask(
        midwife, 'mutation ($id: ID!) { noteArchive(input: {id: $id, reason: "x"}) { problems { code } } }',
        id=f"note_{note.hex}",
    )  # fmt: skip

    assert denied.codes == ["FORBIDDEN"]
    assert (await entries(practice, owner, client))[-1] == ("Ama", True, False)


async def test_only_who_reads_the_audit_log_sees_who_looked(practice: PracticeUnderTest) -> None:
    client = await care.client(practice)
    for role in (Role.PRACTITIONER, Role.BILLING, Role.ASSISTANT, Role.READ_ONLY):
        member = await practice.member(role)
        await care.grant(practice, member, client)
        answer = await practice.ask(member, LOG, id=care.client_id(client))
        assert (answer.data, answer.codes) == ({"client": {"accessLog": None}}, ["FORBIDDEN"])
    for role in (Role.OWNER, Role.ADMIN):
        assert (await log(practice, await practice.member(role), client))["edges"]


async def test_the_pages_join_without_a_gap(practice: PracticeUnderTest) -> None:
    owner, client = await practice.member(name="Owner"), await care.client(practice)
    for number in range(7):
        await practice.get(await practice.member(Role.ADMIN, f"Member {number}"), READ, id=care.client_id(client))

    first = await log(practice, owner, client, first=3)
    rest = await log(practice, owner, client, first=4, after=first["pageInfo"]["endCursor"])

    names = [edge["node"]["member"]["name"] for edge in first["edges"] + rest["edges"]]
    assert names == [f"Member {number}" for number in range(6, -1, -1)]
    assert first["totalCount"] == {"value": 7, "isExact": True}


async def test_the_logs_of_fifty_clients_are_as_many_statements_as_of_one(practice: PracticeUnderTest) -> None:
    owner = await practice.member()
    text = """query ($n: Int!) { clients(first: $n) { edges { node { accessLog(first: 3) {
      totalCount { value } edges { node { member { name } outsideCareTeam } } } } } } }"""
    for _ in range(50):
        client = await care.client(practice)
        await practice.get(owner, READ, id=care.client_id(client))
    counts = []
    for number in (1, 50):
        with practice.counted() as read:
            await practice.get(owner, text, n=number)
        counts.append(len(read))

    assert counts == [5, 5]
