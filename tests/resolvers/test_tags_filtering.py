"""Finding clients by their tags, and tags that not everybody may see."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from domain.identity import Kind
from domain.people import Level, Role
from resolvers.casegraph import Casegraph
from tests.clients import grant, opened, other_id, problems_of, writes
from tests.makers import PracticeUnderTest
from tests.tagging import (
    ADD,
    ARCHIVE,
    FILTERED,
    MERGE,
    REMOVE,
    UPDATE,
    crowd,
    listed,
    names,
    on_client,
    put_on,
    rows_present,
    tagged,
    taken_off,
)

QUIET = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
SEEN_BY_SOME = [Role.PRACTITIONER, Role.READ_ONLY]


@QUIET
@given(data=some.data())
async def test_a_filter_by_tags_finds_exactly_whom_a_plain_loop_finds(
    casegraph: Casegraph, data: some.DataObject
) -> None:
    practice = await PracticeUnderTest.founded(casegraph)
    owner, midwife, desk = [await practice.member(role) for role in (Role.OWNER, Role.PRACTITIONER, Role.ASSISTANT)]
    tags = [await tagged(practice, owner, name) for name in "ABC"]
    tags.append(await tagged(practice, owner, "D", visibleTo=["PRACTITIONER"]))
    clients = await crowd(practice, data.draw(some.integers(1, 6)))
    granted = data.draw(some.sets(some.sampled_from(clients)))
    for client in granted:
        await grant(practice, {"id": client}, midwife, Level.VIEW)
    having: dict[str, set[str]] = {client: set() for client in clients}
    for _ in range(data.draw(some.integers(1, 6))):
        whom = data.draw(some.lists(some.sampled_from(clients), min_size=1, unique=True))
        which = data.draw(some.lists(some.sampled_from(tags), min_size=1, max_size=4))
        if data.draw(some.integers(0, 3)):
            await put_on(practice, owner, whom, which)
            for client in whom:
                having[client] |= {tag["id"] for tag in which}
        else:
            await taken_off(practice, owner, whom, which)
            for client in whom:
                having[client] -= {tag["id"] for tag in which}
    hidden = tags[3]["id"]
    ids = [*(tag["id"] for tag in tags), other_id(Kind.TAG)]
    for _ in range(6):
        wanted = data.draw(some.fixed_dictionaries({}, optional={
            name: some.lists(some.sampled_from(ids), max_size=3) for name in ("all", "any", "none")
        }))  # fmt: skip
        for viewer, reached, unseen in ((owner, clients, ""), (midwife, granted, ""), (desk, clients, hidden)):
            expected = {client for client in reached if matches(having[client] - {unseen}, **wanted)}
            assert await listed(practice, viewer, **wanted) == expected, (wanted, having)


def matches(has: set[str], all: list[str] = [], any: list[str] = [], none: list[str] = []) -> bool:  # noqa: B006
    """The rule of the filter, over plain sets: an empty list leaves nobody out."""
    return set(all) <= has and (not any or bool(set(any) & has)) and not set(none) & has


async def test_filters_by_tags_go_with_every_other_filter_and_page(practice: PracticeUnderTest) -> None:
    owner = await practice.member()
    tag = await tagged(practice, owner, "A")
    clients = [await opened(practice, owner) for _ in range(5)]
    await put_on(practice, owner, [client["id"] for client in clients[:4]], [tag])
    text = "query ($filter: ClientFilter, $after: String) { clients(filter: $filter, first: 3, after: $after) {"
    text += " edges { node { id } } pageInfo { endCursor hasNextPage } } }"
    filter = {"tags": {"any": [tag["id"]]}, "text": "silva", "status": ["ACTIVE"]}

    first = (await practice.get(owner, text, filter=filter))["clients"]
    rest = (await practice.get(owner, text, filter=filter, after=first["pageInfo"]["endCursor"]))["clients"]

    assert (len(first["edges"]), len(rest["edges"]), rest["pageInfo"]["hasNextPage"]) == (3, 1, False)
    filter["tags"] = {"all": [tag["id"]]}
    other = await practice.ask(owner, text, filter=filter, after=first["pageInfo"]["endCursor"])
    assert other.codes == ["BAD_CURSOR"]


@pytest.mark.parametrize("number", [1, 50])
async def test_a_filter_by_tags_takes_one_statement_for_any_number_of_clients(
    practice: PracticeUnderTest, number: int
) -> None:
    owner = await practice.member()
    tags = [await tagged(practice, owner, name) for name in "ABC"]
    await put_on(practice, owner, await crowd(practice, number), tags[:2])
    wanted = {"all": [tags[0]["id"], tags[1]["id"]], "any": [tags[1]["id"]], "none": [tags[2]["id"]]}

    with practice.counted() as statements:
        data = await practice.get(owner, FILTERED.replace("totalCount { value }", ""), filter={"tags": wanted})

    assert len(data["clients"]["edges"]) == number
    assert len(statements) == 1


async def test_a_filter_names_a_hundred_tags_at_most(practice: PracticeUnderTest) -> None:
    owner = await practice.member()
    ids = [other_id(Kind.TAG) for _ in range(101)]

    assert (await practice.ask(owner, FILTERED, filter={"tags": {"any": ids[:100]}})).codes == []
    answer = await practice.ask(owner, FILTERED, filter={"tags": {"any": ids[:60], "none": ids[60:]}})
    assert answer.codes == ["TOO_MANY_IDS"]


async def test_what_is_no_id_of_a_tag_is_a_tag_that_nobody_has(practice: PracticeUnderTest) -> None:
    owner = await practice.member()
    client, tag = await opened(practice, owner), await tagged(practice, owner, "A")
    await put_on(practice, owner, [client["id"]], [tag])

    for hostile in ("", "x", "tag_", "' OR 1=1 --", "\x00", client["id"], tag["id"].upper(), "%"):
        assert await listed(practice, owner, any=[hostile]) == set()
        assert await listed(practice, owner, all=[tag["id"], hostile]) == set()
        assert await listed(practice, owner, none=[hostile]) == {client["id"]}


async def test_an_archived_tag_still_finds_who_has_it_and_a_merged_one_nobody(practice: PracticeUnderTest) -> None:
    owner = await practice.member()
    client = await opened(practice, owner)
    one, two = await tagged(practice, owner, "A"), await tagged(practice, owner, "B")
    await put_on(practice, owner, [client["id"]], [one])
    await practice.get(owner, ARCHIVE, input={"id": one["id"]})
    assert await listed(practice, owner, any=[one["id"]]) == {client["id"]}

    await practice.get(owner, MERGE, input={"id": one["id"], "intoId": two["id"]})

    assert await listed(practice, owner, any=[one["id"]]) == set()
    assert await listed(practice, owner, all=[two["id"]]) == {client["id"]}


@pytest.mark.parametrize("role", list(Role))
async def test_a_tag_for_some_roles_is_nowhere_for_the_others(practice: PracticeUnderTest, role: Role) -> None:
    owner, member = await practice.member(), await practice.member(role)
    client, plain = await opened(practice, owner), await opened(practice, owner)
    if role in (Role.PRACTITIONER, Role.READ_ONLY):
        for each in (client, plain):
            await grant(practice, each, member, Level.EDIT)
    seen, secret = (
        await tagged(practice, owner, "Seen"),
        await tagged(practice, owner, "Secret", visibleTo=SEEN_BY_SOME),
    )
    await put_on(practice, owner, [client["id"]], [seen, secret])
    (held,) = [each for each in await on_client(practice, owner, client["id"]) if each["tag"]["name"] == "Secret"]
    may = role in {Role.OWNER, Role.ADMIN, *SEEN_BY_SOME}
    expected = ["Seen", "Secret"] if may else ["Seen"]

    assert await names(practice, member, archived=True) == expected
    assert [each["tag"]["name"] for each in await on_client(practice, member, client["id"], past=True)] == expected
    both = {client["id"], plain["id"]}
    assert await listed(practice, member, any=[secret["id"]]) == ({client["id"]} if may else set())
    assert await listed(practice, member, all=[seen["id"], secret["id"]]) == ({client["id"]} if may else set())
    assert await listed(practice, member, none=[secret["id"]]) == ({plain["id"]} if may else both)
    text = "query ($ids: [ID!]!, $id: ID!) { nodes(ids: $ids) { id } tag(id: $id) { id } }"
    data = await practice.get(member, text, ids=[secret["id"], held["id"]], id=secret["id"])
    assert [bool(node) for node in (*data["nodes"], data["tag"])] == [may] * 3


@pytest.mark.parametrize("text", [ADD, REMOVE])
async def test_who_may_not_see_a_tag_is_answered_as_if_there_were_none(practice: PracticeUnderTest, text: str) -> None:
    owner, desk = await practice.member(), await practice.member(Role.ASSISTANT)
    client, other = await opened(practice, owner), await opened(practice, owner)
    secret = await tagged(practice, owner, "Secret", visibleTo=[])
    await put_on(practice, owner, [client["id"]], [secret])
    before = await writes(practice)

    answers = [
        await practice.ask(desk, text, input={"clientIds": [client["id"], other["id"]], "tagIds": [id]})
        for id in (secret["id"], other_id(Kind.TAG))
    ]

    assert answers[0] == answers[1]
    assert problems_of(answers[0]) == [("NOT_FOUND", ["input", "tagIds", "0"])]
    assert (await writes(practice), await rows_present(practice)) == (before, 1)
    filtered = [await practice.ask(desk, FILTERED, filter={"tags": {name: [id]}})
                for name in ("all", "any", "none") for id in (secret["id"], other_id(Kind.TAG))]  # fmt: skip
    assert filtered[0::2] == filtered[1::2]


async def test_a_tag_closed_to_a_role_disappears_for_it_at_once(practice: PracticeUnderTest) -> None:
    owner, desk = await practice.member(), await practice.member(Role.ASSISTANT)
    client, tag = await opened(practice, owner), await tagged(practice, owner, "A")
    await put_on(practice, owner, [client["id"]], [tag])
    assert await listed(practice, desk, any=[tag["id"]]) == {client["id"]}

    await practice.get(owner, UPDATE, input={"id": tag["id"], "visibleTo": []})
    assert (await names(practice, desk), await on_client(practice, desk, client["id"])) == ([], [])
    assert await listed(practice, desk, any=[tag["id"]]) == set()

    await practice.get(owner, UPDATE, input={"id": tag["id"], "visibleTo": None})
    assert await names(practice, desk) == ["A"]


async def test_the_tags_of_clients_out_of_reach_are_out_of_reach(practice: PracticeUnderTest) -> None:
    owner, midwife = await practice.member(), await practice.member(Role.PRACTITIONER)
    stranger: Any = await (await PracticeUnderTest.founded(practice.casegraph)).member()
    shown, hidden = await opened(practice, owner), await opened(practice, owner)
    await grant(practice, shown, midwife, Level.VIEW)
    tag = await tagged(practice, owner, "A")
    await put_on(practice, owner, [shown["id"], hidden["id"]], [tag])
    ids = [(await on_client(practice, owner, client["id"]))[0]["id"] for client in (shown, hidden)]

    text = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    assert [bool(node) for node in (await practice.get(midwife, text, ids=ids))["nodes"]] == [True, False]
    assert (await practice.get(stranger, text, ids=[*ids, tag["id"]]))["nodes"] == [None, None, None]
    assert await listed(practice, midwife, any=[tag["id"]]) == {shown["id"]}
    assert await listed(practice, stranger, any=[tag["id"]]) == set()
