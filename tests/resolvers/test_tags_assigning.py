"""Putting tags on clients and taking them off: one and a thousand, again, at once, and by whom."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import select

from domain.events import Change, Subject
from domain.identity import Kind, read
from domain.people import Level, Role
from resolvers.verifying import verify
from storage.database.selecting import table_of
from storage.database.timeline import PracticeEvent
from tests.clients import audited, grant, opened, other_id, payload_of, problems_of, timeline, writes
from tests.makers import PracticeUnderTest
from tests.tagging import (
    ADD,
    REMOVE,
    audited_facts,
    crowd,
    listed,
    on_client,
    put_on,
    rows_present,
    tagged,
    taken_off,
    written_statements,
)


def results(payload: Any) -> list[str]:
    """The result of each client, in the order they were named."""
    return [each["result"] for each in payload["results"]]


async def test_who_tagged_whom_and_when_is_kept(practice: PracticeUnderTest) -> None:
    owner, assistant = await practice.member(name="Olive"), await practice.member(Role.ASSISTANT, name="Ann")
    client, tag = await opened(practice, owner), await tagged(practice, owner, "A")

    await put_on(practice, assistant, [client["id"]], [tag])
    (on,) = await on_client(practice, owner, client["id"])
    assert (on["tag"], on["client"]["id"], on["addedBy"]) == ({"name": "A"}, client["id"], {"name": "Ann"})
    assert (on["removedAt"], on["removedBy"]) == (None, None)
    await taken_off(practice, owner, [client["id"]], [tag])
    await put_on(practice, owner, [client["id"]], [tag])

    off, again = await on_client(practice, owner, client["id"], past=True)
    assert (off["id"], off["addedAt"], off["removedBy"]) == (on["id"], on["addedAt"], {"name": "Olive"})
    assert off["removedAt"] > off["addedAt"]
    assert (again["addedBy"], again["removedAt"]) == ({"name": "Olive"}, None)
    assert await on_client(practice, owner, client["id"]) == [again]
    told = [fact for fact in await audited(practice, client) if fact[1] == "client_tag"]
    new = {"client_id", "tag_id", "added_at", "added_by"}
    assert told == [
        ("CREATED", "client_tag", new), ("CHANGED", "client_tag", {"removed_at", "removed_by"}),
        ("CREATED", "client_tag", new),
    ]  # fmt: skip


async def test_tagging_changes_neither_the_profiles_version_nor_the_timeline(practice: PracticeUnderTest) -> None:
    owner = await practice.member()
    client, tag = await opened(practice, owner), await tagged(practice, owner, "A")
    before = await timeline(practice, client)

    await put_on(practice, owner, [client["id"]], [tag])

    data = await practice.get(
        owner, "query ($id: ID!) { client(id: $id) { version updatedAt createdAt } }", id=client["id"]
    )
    assert data["client"]["version"] == 1
    assert await timeline(practice, client) == before


async def test_a_thousand_clients_take_as_many_statements_as_one(practice: PracticeUnderTest) -> None:
    owner = await practice.member()
    tags = [await tagged(practice, owner, name) for name in ("A", "B")]
    clients = await crowd(practice, 1_000)
    counted = []
    for some, change in ((clients[:1], put_on), (clients, put_on), (clients[:1], taken_off), (clients[1:], taken_off)):
        with written_statements(practice) as sent:
            payload = await change(practice, owner, some, tags)
        assert len(payload["results"]) == len(some)
        counted.append(len([text for text in sent if "access_" not in text]))

    assert counted[0] == counted[1]
    assert counted[2] == counted[3]
    assert max(counted) <= 14
    assert await rows_present(practice) == 0


async def test_tagging_a_thousand_clients_is_one_write_and_doing_it_again_is_none(practice: PracticeUnderTest) -> None:
    owner = await practice.member()
    tag, clients = await tagged(practice, owner, "A"), await crowd(practice, 1_000)
    before = await writes(practice)

    first = await put_on(practice, owner, clients, [tag])
    assert (first["changed"], results(first)) == (1_000, ["CHANGED"] * 1_000)
    assert [each["clientId"] for each in first["results"]] == clients
    assert await writes(practice) == before + 1
    facts = await audited_facts(practice)
    assert (len(facts), set(facts)) == (1_000, {(before + 1, "CREATED")})

    again = await put_on(practice, owner, clients, [tag])
    assert (again["changed"], results(again)) == (0, ["UNCHANGED"] * 1_000)
    assert (await writes(practice), len(await audited_facts(practice))) == (before + 1, 1_000)
    assert await rows_present(practice) == 1_000


async def test_twenty_repeats_at_once_leave_no_row_twice(practice: PracticeUnderTest) -> None:
    owner = await practice.member()
    tag, clients = await tagged(practice, owner, "A"), await crowd(practice, 1_000)
    before = await writes(practice)

    payloads = await asyncio.gather(*(put_on(practice, owner, clients, [tag]) for _ in range(20)))

    assert sorted(payload["changed"] for payload in payloads) == [0] * 19 + [1_000]
    assert await rows_present(practice) == 1_000
    assert await writes(practice) == before + 1
    assert len(await audited_facts(practice)) == 1_000


async def test_different_sets_at_once_each_come_through(practice: PracticeUnderTest) -> None:
    owner = await practice.member()
    tags = [await tagged(practice, owner, name) for name in ("A", "B")]
    clients = await crowd(practice, 60)

    async def one(number: int) -> None:
        ordered = clients[number : number + 40]
        change = taken_off if number % 5 == 4 else put_on
        await change(practice, owner, ordered[::-1] if number % 2 else ordered, tags[:: (-1) ** number])

    await asyncio.gather(*(one(number) for number in range(20)))
    await put_on(practice, owner, clients, tags)
    assert await rows_present(practice) == 120


async def test_each_client_has_a_result_of_its_own(practice: PracticeUnderTest) -> None:
    owner, midwife = await practice.member(), await practice.member(Role.PRACTITIONER)
    edited, viewed, hidden, away, had = [await opened(practice, owner) for _ in range(5)]
    for client, level in ((edited, Level.EDIT), (viewed, Level.VIEW), (away, Level.EDIT), (had, Level.EDIT)):
        await grant(practice, client, midwife, level)
    tag = await tagged(practice, owner, "A")
    await put_on(practice, owner, [had["id"]], [tag])
    archive = "mutation ($input: ClientArchiveInput!) { clientArchive(input: $input) { problems { code } } }"
    await practice.get(owner, archive, input={"id": away["id"], "reason": "moved"})
    asked = [edited["id"], viewed["id"], hidden["id"], other_id(Kind.CLIENT), "x", away["id"], had["id"], edited["id"]]

    payload = await put_on(practice, midwife, asked, [tag])

    assert results(payload) == [
        "CHANGED", "FORBIDDEN", "NOT_FOUND", "NOT_FOUND", "NOT_FOUND", "ARCHIVED", "UNCHANGED", "UNCHANGED"
    ]  # fmt: skip
    assert payload["changed"] == 1
    assert [each["client"] is None for each in payload["results"][:5]] == [False, False, True, True, True]
    assert await listed(practice, owner, any=[tag["id"]]) == {edited["id"], had["id"]}
    assert results(await taken_off(practice, midwife, [viewed["id"], hidden["id"]], [tag])) == [
        "FORBIDDEN",
        "NOT_FOUND",
    ]


@pytest.mark.parametrize("role", [Role.BILLING, Role.READ_ONLY])
async def test_who_may_not_write_clients_tags_nobody(practice: PracticeUnderTest, role: Role) -> None:
    owner, member = await practice.member(), await practice.member(role)
    client, tag = await opened(practice, owner), await tagged(practice, owner, "A")
    before = await writes(practice)

    for text in (ADD, REMOVE):
        answer = await practice.ask(member, text, input={"clientIds": [client["id"]], "tagIds": [tag["id"]]})
        assert answer.codes == ["FORBIDDEN"]
    assert (await writes(practice), await rows_present(practice)) == (before, 0)


async def test_a_practitioner_without_any_grant_finds_no_client_to_tag(practice: PracticeUnderTest) -> None:
    owner, midwife = await practice.member(), await practice.member(Role.PRACTITIONER)
    client, tag = await opened(practice, owner), await tagged(practice, owner, "A")
    before = await writes(practice)

    assert results(await put_on(practice, midwife, [client["id"]], [tag])) == ["NOT_FOUND"]
    assert (await writes(practice), await rows_present(practice)) == (before, 0)


async def test_lists_that_cannot_be_taken_tag_nobody(practice: PracticeUnderTest) -> None:
    owner = await practice.member()
    client, tag = await opened(practice, owner), await tagged(practice, owner, "A")
    stranger = await PracticeUnderTest.founded(practice.casegraph)
    foreign = await tagged(stranger, await stranger.member(), "A")
    before = await writes(practice)
    one, label = client["id"], tag["id"]

    for clients, tags, path in (
        ([], [label], ["clientIds"]), ([one], [], ["tagIds"]), ([one] * 1_001, [label], ["clientIds"]),
        ([one], [label] * 11, ["tagIds"]),
    ):  # fmt: skip
        for text in (ADD, REMOVE):
            answer = await practice.ask(owner, text, input={"clientIds": clients, "tagIds": tags})
            assert problems_of(answer) == [("INVALID", ["input", *path])]
            assert payload_of(answer)["results"] == []
    for unknown in (foreign["id"], other_id(Kind.TAG), "x", one):
        answer = await practice.ask(owner, ADD, input={"clientIds": [one], "tagIds": [label, unknown]})
        assert problems_of(answer) == [("NOT_FOUND", ["input", "tagIds", "1"])]
    assert (await writes(practice), await rows_present(practice)) == (before, 0)


async def test_an_archived_tag_is_put_on_nobody(practice: PracticeUnderTest) -> None:
    owner = await practice.member()
    client, tag = await opened(practice, owner), await tagged(practice, owner, "A")
    await practice.get(
        owner, "mutation ($input: TagArchiveInput!) { tagArchive(input: $input) { problems { code } } }",
        input={"id": tag["id"]},
    )  # fmt: skip

    answer = await practice.ask(owner, ADD, input={"clientIds": [client["id"]], "tagIds": [tag["id"]]})

    assert problems_of(answer) == [("NOT_ALLOWED_NOW", ["input", "tagIds", "0"])]


async def test_a_repeat_under_one_key_answers_as_the_first_time(practice: PracticeUnderTest) -> None:
    owner = await practice.member()
    client, tag = await opened(practice, owner), await tagged(practice, owner, "A")
    given = {"clientIds": [client["id"], "x"], "tagIds": [tag["id"]]}

    first = payload_of(await practice.ask(owner, ADD, key="k", input=given))
    assert results(first) == ["CHANGED", "NOT_FOUND"]
    assert payload_of(await practice.ask(owner, ADD, key="k", input=given)) == first
    assert problems_of(await practice.ask(owner, ADD, key="k", input={**given, "clientIds": ["x"]})) == [
        ("IDEMPOTENCY_MISMATCH", [])
    ]


@pytest.mark.parametrize("number", [1, 50])
@pytest.mark.parametrize("role", [Role.OWNER, Role.PRACTITIONER])
async def test_the_tags_of_any_number_of_clients_take_the_same_statements(
    practice: PracticeUnderTest, number: int, role: Role
) -> None:
    owner, member = await practice.member(), await practice.member(role)
    clients = [await opened(practice, member) for _ in range(number)]
    tags = [await tagged(practice, owner, name) for name in ("A", "B")]
    await put_on(practice, member, [client["id"] for client in clients], tags)

    with practice.counted() as statements:
        data = await practice.get(
            member, "{ clients(first: 50) { edges { node { tags { addedAt tag { name } addedBy { name } } } } } }"
        )

    found = [edge["node"]["tags"] for edge in data["clients"]["edges"]]
    assert [[each["tag"]["name"] for each in one] for one in found] == [["A", "B"]] * number
    assert len(statements) == 4


async def test_each_change_is_told_to_feeds_of_the_client_and_the_audit_log_stays_sound(
    practice: PracticeUnderTest,
) -> None:
    owner = await practice.member()
    tag, clients = await tagged(practice, owner, "A"), await crowd(practice, 3)
    before = await writes(practice)

    await put_on(practice, owner, clients, [tag])
    await taken_off(practice, owner, clients[:2], [tag])
    await taken_off(practice, owner, clients[:2], [tag])

    event = table_of(PracticeEvent)
    chosen = select(event.c.seq, event.c.change, event.c.subject, event.c.client_id).where(
        event.c.practice_id == practice.id, event.c.seq > before
    )
    async with practice.casegraph.database.write(practice.id) as session:
        told = (await session.execute(chosen.order_by(event.c.seq, event.c.ordinal))).all()
    ids = [read(client)[1] for client in clients]
    assert [tuple(row) for row in told] == [
        (before + turn, Change.CHANGED, Subject.CLIENT, id)
        for turn, some in ((1, ids), (2, ids[:2]))
        for id in sorted(some)
    ]
    assert (await verify(practice.casegraph.database, practice.id, None)).is_sound
