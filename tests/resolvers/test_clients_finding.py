"""Finding clients: search, pages, cursors, counts, and how many statements it takes."""

import unicodedata
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from auth.viewers import Viewer
from domain import names, searching
from domain.clients import NameUse
from domain.people import Level, Role
from resolvers.casegraph import Casegraph
from resolvers.clients.parts import ClientName
from tests.clients import changed, found_by, grant, named, opened
from tests.makers import PracticeUnderTest

PAGE = """
query ($order: ClientOrder, $filter: ClientFilter, $first: Int, $after: String, $last: Int, $before: String) {
  clients(orderBy: $order, filter: $filter, first: $first, after: $after, last: $last, before: $before) {
    edges { cursor node { id } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    totalCount { value isExact }
  }
}
"""
LETTERS = "abcxyzABCaáàäâãåæçčćdđðeéèëłøœßſıİiñöüÅÉŁØžÆΑάωЖё中文山田かハ한글นि0123-'’ .·­\u0301\u200b"
PARTS = some.none() | some.text(LETTERS, min_size=1, max_size=7).filter(
    lambda text: unicodedata.normalize("NFC", text).strip() != "" and names.is_visible(text)
)
NAMES = some.tuples(PARTS, PARTS).filter(any)
QUIET = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@QUIET
@given(people=some.lists(NAMES, min_size=1, max_size=5), data=some.data())
async def test_search_finds_exactly_whom_the_rule_names(
    casegraph: Casegraph, people: list[tuple[str | None, str | None]], data: some.DataObject
) -> None:
    practice = await PracticeUnderTest.founded(casegraph)
    owner = await practice.member()
    kept = {}
    for number, (given_name, family) in enumerate(people, 1):
        client = await opened(practice, owner, names=named(given_name, family))
        if data.draw(some.booleans()):
            given_name, family = data.draw(NAMES)
            client = await changed(practice, owner, client, names=named(given_name, family))
        known = ClientName(NameUse.LEGAL, given_name, family)
        kept[client["id"]] = names.search_words([known]) | searching.words_of_code(f"C-{number:06}")

    for _ in range(4):
        word = data.draw(some.sampled_from(sorted(word for found in kept.values() for word in found)))
        typed = word[: data.draw(some.integers(1, 4))] + data.draw(some.sampled_from(["", " ", " c", " 1", "x"]))
        expected = {id for id, found in kept.items() if searching.matches(found, typed)}
        assert await found_by(practice, owner, typed) == expected, typed


@pytest.mark.parametrize("text", ["", "   ", "!?", "…"])
async def test_a_text_without_a_word_leaves_nobody_out(practice: PracticeUnderTest, text: str) -> None:
    owner = await practice.member()
    client = await opened(practice, owner)

    assert await found_by(practice, owner, text) == {client["id"]}


@pytest.mark.parametrize(
    "text",
    ["a\x00na@x", "\ud800ana@x", "an\U0010ffffa", "\ufdd0@b", "a@" + "x" * 100_000, "b " * 50_000, "%", "_", "'"],
)
async def test_a_hostile_text_finds_nobody_and_breaks_nothing(practice: PracticeUnderTest, text: str) -> None:
    owner = await practice.member()
    await opened(practice, owner, names=named("Zoe", None))

    answer = await practice.ask(
        owner, "query ($typed: String!) { clients(filter: {text: $typed}) { edges { node { displayName } } } }",
        typed=text,
    )  # fmt: skip

    assert answer.codes == []


async def test_former_names_find_the_client_too(practice: PracticeUnderTest) -> None:
    owner = await practice.member()
    client = await opened(practice, owner, names=[*named("Ana", "Müller"), *named("Ana", "O'Brien-Łuk", "FORMER")])

    for text in ("muller", "MÜL", "obrien", "brien", "luk ana", "o'brien-luk"):
        assert await found_by(practice, owner, text) == {client["id"]}, text


async def test_search_keeps_to_the_callers_reach(practice: PracticeUnderTest) -> None:
    owner, midwife = await practice.member(), await practice.member(Role.PRACTITIONER)
    foreigner = await (await PracticeUnderTest.founded(practice.casegraph)).member()
    shown, _ = await opened(practice, owner), await opened(practice, owner)
    await grant(practice, shown, midwife, Level.VIEW)

    assert await found_by(practice, midwife, "silva") == {shown["id"]}
    assert await found_by(practice, foreigner, "silva") == set()
    count = "{ clients { totalCount { value isExact } } }"
    assert (await practice.get(midwife, count))["clients"]["totalCount"] == {"value": 1, "isExact": True}
    assert (await practice.get(foreigner, count))["clients"]["totalCount"] == {"value": 0, "isExact": True}


async def test_clients_are_listed_by_status_and_care_team(practice: PracticeUnderTest) -> None:
    owner, midwife = await practice.member(), await practice.member(Role.PRACTITIONER)
    active = await opened(practice, owner)
    prospect = await opened(practice, owner, status="PROSPECT")
    await grant(practice, prospect, midwife, Level.EDIT)
    member = f"membership_{midwife.membership_id.hex}"

    async def listed(**filter: Any) -> list[str]:
        data = await practice.get(owner, PAGE, filter=filter)
        return [edge["node"]["id"] for edge in data["clients"]["edges"]]

    assert await listed(status=["ACTIVE"]) == [active["id"]]
    assert await listed(status=["PROSPECT", "INACTIVE"]) == [prospect["id"]]
    assert await listed(teamMemberId=member) == [prospect["id"]]
    assert await listed(teamMemberId=member, status=["ACTIVE"]) == []


ORDERS = [
    {"field": field, "direction": direction}
    for field in ("NAME", "CREATED", "FILE_NUMBER")
    for direction in ("ASCENDING", "DESCENDING")
]
FEW_NAMES = some.sampled_from(["Ana", "ana", "Äna", "Bo", "Zoë", "Ωmega", "Łukasz", "中"])


async def walked(
    practice: PracticeUnderTest, viewer: Viewer, sizes: list[int], backwards: bool, **asked: Any
) -> list[str]:
    """All ids of a list, page by page, put together in the list's own order."""
    size_name, cursor_name, edge, more = (
        ("last", "before", "startCursor", "hasPreviousPage")
        if backwards
        else ("first", "after", "endCursor", "hasNextPage")
    )
    found: list[str] = []
    cursor: str | None = None
    for turn in range(100):
        size = sizes[turn % len(sizes)]
        page = (await practice.get(viewer, PAGE, **asked, **{size_name: size, cursor_name: cursor}))["clients"]
        ids = [each["node"]["id"] for each in page["edges"]]
        assert len(ids) <= size
        found = ids + found if backwards else found + ids
        assert page["pageInfo"]["hasPreviousPage" if not backwards else "hasNextPage"] is (cursor is not None)
        if not page["pageInfo"][more]:
            return found
        assert len(ids) == size
        cursor = page["pageInfo"][edge]
    raise AssertionError("the list has no end")


@settings(QUIET, max_examples=8)
@given(
    given_names=some.lists(FEW_NAMES, min_size=1, max_size=9),
    sizes=some.lists(some.integers(1, 4), min_size=1, max_size=3),
    typed=some.sampled_from([None, "ana", "silva"]),
)
async def test_pages_in_every_order_and_direction_show_everybody_once(
    casegraph: Casegraph, given_names: list[str], sizes: list[int], typed: str | None
) -> None:
    practice = await PracticeUnderTest.founded(casegraph)
    owner = await practice.member()
    clients = [await opened(practice, owner, names=named(given)) for given in given_names]
    if typed == "ana":
        clients = [client for client in clients if searching.fold(client["displayName"]).startswith("ana")]
    sort_keys = {
        "NAME": lambda client: (names.sort_name([ClientName(NameUse.LEGAL, **_plain(client))]), client["id"]),
        "CREATED": lambda client: client["fileNumber"],
        "FILE_NUMBER": lambda client: client["fileNumber"],
    }
    for order in ORDERS:
        ranked = sorted(clients, key=sort_keys[order["field"]], reverse=order["direction"] == "DESCENDING")
        expected = [client["id"] for client in ranked]
        filter = {"text": typed} if typed else {}
        for backwards in (False, True):
            assert await walked(practice, owner, sizes, backwards, order=order, filter=filter) == expected
        total = (await practice.get(owner, PAGE, order=order, filter=filter))["clients"]["totalCount"]
        assert total == {"value": len(expected), "isExact": True}


def _plain(client: Any) -> dict[str, str | None]:
    return {name: client["names"][0][name] for name in ("given", "family")}


async def test_a_page_between_two_cursors(practice: PracticeUnderTest) -> None:
    owner = await practice.member()
    ids = [(await opened(practice, owner))["id"] for _ in range(6)]
    order = {"field": "FILE_NUMBER"}
    edges = (await practice.get(owner, PAGE, order=order))["clients"]["edges"]
    cursors = [edge["cursor"] for edge in edges]

    for asked, expected in (({"first": 2}, ids[1:3]), ({"last": 2}, ids[3:5]), ({}, ids[1:5])):
        data = await practice.get(owner, PAGE, order=order, after=cursors[0], before=cursors[5], **asked)
        assert [edge["node"]["id"] for edge in data["clients"]["edges"]] == expected


async def test_a_page_goes_on_where_its_last_row_stood_though_that_row_is_gone(practice: PracticeUnderTest) -> None:
    owner = await practice.member()
    clients = [await opened(practice, owner, names=named(given, None)) for given in ("A", "B", "C")]
    cursor = (await practice.get(owner, PAGE, first=2))["clients"]["pageInfo"]["endCursor"]
    await changed(practice, owner, clients[1], names=named("Z", None))

    data = await practice.get(owner, PAGE, first=5, after=cursor)

    assert [edge["node"]["id"] for edge in data["clients"]["edges"]] == [clients[2]["id"], clients[1]["id"]]


@pytest.mark.parametrize("argument", ["after", "before"])
async def test_a_cursor_of_something_else_is_refused(practice: PracticeUnderTest, argument: str) -> None:
    owner = await practice.member()
    other = await PracticeUnderTest.founded(practice.casegraph)
    stranger = await other.member()
    await opened(practice, owner)
    await opened(other, stranger)

    async def cursor(viewer: Viewer, of: PracticeUnderTest, **asked: Any) -> str:
        return str((await of.get(viewer, PAGE, **asked))["clients"]["edges"][0]["cursor"])

    own = await cursor(owner, practice)
    edited = own[:-2] + ("A" if own[-2] != "A" else "B") + own[-1]
    wrong = [
        edited, own[:20], own + "AA", "", "x", "\x00", "ß" * 50, "A" * 10_000,
        await cursor(stranger, other),
        await cursor(owner, practice, order={"field": "NAME", "direction": "DESCENDING"}),
        await cursor(owner, practice, order={"field": "CREATED"}),
        await cursor(owner, practice, filter={"text": "ana"}),
        await cursor(owner, practice, filter={"status": ["ACTIVE"]}),
    ]  # fmt: skip
    for text in wrong:
        answer = await practice.ask(owner, PAGE, **{argument: text})
        assert (answer.data, answer.codes) == ({"clients": None}, ["BAD_CURSOR"]), text
    assert (await practice.ask(owner, PAGE, **{argument: own})).codes == []


async def test_a_cursor_shows_nothing_of_what_it_stands_for(practice: PracticeUnderTest) -> None:
    owner = await practice.member()
    client = await opened(practice, owner, names=named("Zenobia", "Quartermain"))

    cursor = (await practice.get(owner, PAGE))["clients"]["edges"][0]["cursor"]

    assert "zenobia" not in cursor.lower()
    assert client["id"].partition("_")[2] not in cursor


@pytest.mark.parametrize("asked", [{"first": 0}, {"first": 101}, {"last": -1}, {"last": 101}, {"first": 1, "last": 1}])
async def test_a_page_has_one_to_a_hundred_rows_from_one_end(
    practice: PracticeUnderTest, asked: dict[str, int]
) -> None:
    answer = await practice.ask(await practice.member(), PAGE, **asked)

    assert (answer.data, answer.codes) == ({"clients": None}, ["BAD_PAGE_SIZE"])


LISTS = """
{
  clients(first: 50) {
    edges { node {
      id displayName consequences { portal }
      contactPoints { value permissions { email } } addresses { lines } relatedPeople { name }
      identifiers { value } safetyFlags { text }
    } }
  }
}
"""


@pytest.mark.parametrize("number", [1, 50])
@pytest.mark.parametrize("role", [Role.OWNER, Role.PRACTITIONER])
async def test_the_parts_of_any_number_of_profiles_take_one_statement_a_kind(
    practice: PracticeUnderTest, number: int, role: Role
) -> None:
    member = await practice.member(role)
    for _ in range(number):
        await opened(
            practice, member, contactPoints=[{"channel": "EMAIL", "value": "a@x.org"}], addresses=[{"lines": ["x"]}],
            relatedPeople=[{"relation": "CHILD", "name": "Bo"}], identifiers=[{"system": "s", "value": "1"}],
            safetyFlags=[{"severity": "CAUTION", "text": "Dog"}],
        )  # fmt: skip

    with practice.counted() as statements:
        data = await practice.get(member, LISTS)

    nodes = [edge["node"] for edge in data["clients"]["edges"]]
    assert [len(node["contactPoints"]) + len(node["safetyFlags"]) for node in nodes] == [2] * number
    assert len(statements) == 6


@pytest.mark.parametrize(("total", "statements"), [(True, 2), (False, 1)])
async def test_counting_takes_a_statement_of_its_own_when_asked_for(
    practice: PracticeUnderTest, total: bool, statements: int
) -> None:
    owner = await practice.member()
    await opened(practice, owner)
    text = f"{{ clients {{ edges {{ node {{ id }} }} {'totalCount { value }' if total else ''} }} }}"

    with practice.counted() as read:
        await practice.get(owner, text)

    assert len(read) == statements
