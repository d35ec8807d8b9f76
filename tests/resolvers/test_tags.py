"""Keeping the list of tags: names, looks, who sees which, order, putting away, merging."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from domain.identity import Kind, new_id
from domain.people import Level, Role
from resolvers import writing
from storage.database.tags import Tag
from tests.clients import grant, opened, other_id, payload_of, problems_of, writes
from tests.makers import Answer, PracticeUnderTest
from tests.tagging import (
    ADD,
    ARCHIVE,
    CREATE,
    LIST,
    MERGE,
    REORDER,
    RESTORE,
    UPDATE,
    audited_facts,
    crowd,
    listed,
    names,
    on_client,
    put_on,
    rows_present,
    tagged,
    taken_off,
    written_statements,
)

EXACT = "query ($id: ID!) { tag(id: $id) { name colour description visibleTo createdBy { name } mergedInto { name } } }"


async def changed(practice: PracticeUnderTest, viewer: Any, text: str, **input: Any) -> Any:
    """The payload of a mutation that must go well."""
    payload = payload_of(await practice.ask(viewer, text, input=input))
    assert payload["problems"] == [], payload["problems"]
    return payload


async def test_a_tag_is_kept_as_it_was_given(practice: PracticeUnderTest) -> None:
    owner = await practice.member(name="Olive")
    tag = await tagged(
        practice,
        owner,
        "  High\u00a0 risk ",
        colour="#C62828",
        description="Ask the doctor",
        visibleTo=["PRACTITIONER"],
    )

    assert tag["name"] == "High risk"
    assert tag["usage"] == {"active": 0, "archived": 0}
    assert (await practice.get(owner, EXACT, id=tag["id"]))["tag"] == {
        "name": "High risk", "colour": "#c62828", "description": "Ask the doctor",
        "visibleTo": ["ADMIN", "OWNER", "PRACTITIONER"], "createdBy": {"name": "Olive"}, "mergedInto": None,
    }  # fmt: skip


@pytest.mark.parametrize("name", ["vip", "ＶＩＰ", " V\u200bIP ", "viｐ"])
async def test_a_name_is_taken_in_every_case_and_form(practice: PracticeUnderTest, name: str) -> None:
    owner = await practice.member()
    first, other = await tagged(practice, owner, "VIP"), await tagged(practice, owner, "Other")
    await changed(practice, owner, ARCHIVE, id=first["id"])
    before = await writes(practice)

    for text, input in ((CREATE, {"name": name}), (UPDATE, {"id": other["id"], "name": name})):
        answer = await practice.ask(owner, text, input=input)
        assert problems_of(answer) == [("INVALID", ["input", "name"])]
        assert payload_of(answer)["existing"] == {"id": first["id"]}
    assert await writes(practice) == before


async def test_a_tag_may_change_the_case_of_its_own_name_and_another_practice_takes_it_too(
    practice: PracticeUnderTest,
) -> None:
    owner, other = await practice.member(), await PracticeUnderTest.founded(practice.casegraph)
    tag = await tagged(practice, owner, "vip")

    assert (await changed(practice, owner, UPDATE, id=tag["id"], name="VIP"))["tag"]["name"] == "VIP"
    assert (await tagged(other, await other.member(), "VIP"))["name"] == "VIP"


async def test_of_twins_that_take_a_name_at_once_one_wins(practice: PracticeUnderTest) -> None:
    owner = await practice.member()

    answers = await asyncio.gather(*(practice.ask(owner, CREATE, input={"name": "VIP"}) for _ in range(8)))

    made = [payload_of(each)["tag"] for each in answers if payload_of(each)["tag"]]
    assert len(made) == 1
    assert await names(practice, owner) == ["VIP"]
    assert [problems_of(each) for each in answers].count([("INVALID", ["input", "name"])]) == 7


@pytest.mark.parametrize(
    ("input", "path"),
    [
        ({"name": ""}, "name"), ({"name": " \u200b"}, "name"), ({"name": "x" * 61}, "name"), ({"name": "a\nb"}, "name"),
        ({"name": "a\x00b"}, "name"), ({"name": "\u202egnissim"}, "name"), ({"name": "x" * 100_000}, "name"),
        ({"name": "a", "colour": "red"}, "colour"), ({"name": "a", "colour": "#12345"}, "colour"),
        ({"name": "a", "colour": "url(javascript:x)"}, "colour"),
        ({"name": "a", "description": "x" * 501}, "description"),
        ({"name": "a", "description": "\ud800"}, "description"),
    ],
)  # fmt: skip
async def test_a_value_that_cannot_be_taken_makes_no_tag(
    practice: PracticeUnderTest, input: dict[str, str], path: str
) -> None:
    owner = await practice.member()
    before = await writes(practice)

    assert problems_of(await practice.ask(owner, CREATE, input=input)) == [("INVALID", ["input", path])]
    assert (await writes(practice), await names(practice, owner)) == (before, [])


async def test_a_stale_change_is_a_conflict_and_changes_nothing(practice: PracticeUnderTest) -> None:
    owner = await practice.member()
    tag = await tagged(practice, owner, "A")
    now = (await changed(practice, owner, UPDATE, id=tag["id"], colour="#000000"))["tag"]
    assert now["version"] == 2

    for text in (UPDATE, ARCHIVE, RESTORE):
        answer = await practice.ask(owner, text, input={"id": tag["id"], "expectedVersion": 1})
        assert problems_of(answer) == [("CONFLICT", ["input", "expectedVersion"])]
        assert payload_of(answer)["current"] == {"id": tag["id"], "version": 2}


async def test_a_change_that_changes_nothing_writes_nothing(practice: PracticeUnderTest) -> None:
    owner = await practice.member()
    tag = await tagged(practice, owner, "A", colour="#000000", visibleTo=["BILLING"])
    before = await writes(practice)

    again = await changed(practice, owner, UPDATE, id=tag["id"], name="A", visibleTo=["BILLING", "OWNER"])

    assert (again["tag"]["version"], await writes(practice)) == (1, before)


async def test_an_archived_tag_stays_on_clients_and_goes_on_none(practice: PracticeUnderTest) -> None:
    owner = await practice.member()
    client, tag = await opened(practice, owner), await tagged(practice, owner, "A")
    await put_on(practice, owner, [client["id"]], [tag])

    await changed(practice, owner, ARCHIVE, id=tag["id"])

    assert (await names(practice, owner), await names(practice, owner, archived=True)) == ([], ["A"])
    assert [each["tag"]["name"] for each in await on_client(practice, owner, client["id"])] == ["A"]
    again = await practice.ask(owner, ARCHIVE, input={"id": tag["id"]})
    assert problems_of(again) == [("ALREADY_DONE", [])]
    await taken_off(practice, owner, [client["id"]], [tag])
    assert await on_client(practice, owner, client["id"]) == []
    restored = (await changed(practice, owner, RESTORE, id=tag["id"]))["tag"]
    assert (restored["archivedAt"], await names(practice, owner)) == (None, ["A"])
    assert problems_of(await practice.ask(owner, RESTORE, input={"id": tag["id"]})) == [("NOT_ALLOWED_NOW", [])]


async def test_tags_are_shown_in_the_order_they_are_given(practice: PracticeUnderTest) -> None:
    owner = await practice.member()
    one, _, three = [await tagged(practice, owner, name) for name in ("1", "2", "3")]

    payload = await changed(practice, owner, REORDER, ids=[three["id"], one["id"]])

    assert [tag["name"] for tag in payload["tags"]] == ["3", "1", "2"] == await names(practice, owner)
    await tagged(practice, owner, "4")
    assert await names(practice, owner) == ["3", "1", "2", "4"]
    before = await writes(practice)
    await changed(practice, owner, REORDER, ids=[three["id"], one["id"]])
    assert await writes(practice) == before
    for ids, problem in (
        ([one["id"], one["id"]], ("INVALID", ["input", "ids", "1"])),
        ([other_id(Kind.TAG)], ("NOT_FOUND", ["input", "ids", "0"])),
        ([], ("INVALID", ["input", "ids"])),
    ):
        assert problems_of(await practice.ask(owner, REORDER, input={"ids": ids})) == [problem]


async def test_merging_leaves_each_client_one_tag_with_who_put_it_on(practice: PracticeUnderTest) -> None:
    owner, other = await practice.member(name="Olive"), await practice.member(name="Ann")
    both, first, second = [(await opened(practice, owner))["id"] for _ in range(3)]
    goes, stays = await tagged(practice, owner, "risk"), await tagged(practice, owner, "High risk")
    await put_on(practice, other, [both, first], [goes])
    await put_on(practice, owner, [both, second], [stays])

    payload = await changed(practice, owner, MERGE, id=goes["id"], intoId=stays["id"])

    assert payload["tag"]["usage"] == {"active": 3, "archived": 0}
    for client, adder in ((both, "Olive"), (first, "Ann"), (second, "Olive")):
        found = await on_client(practice, owner, client)
        assert [(each["tag"]["name"], each["addedBy"]["name"]) for each in found] == [("High risk", adder)]
    past = [each["tag"]["name"] for each in await on_client(practice, owner, both, past=True)]
    assert sorted(past) == ["High risk", "risk"]
    assert (await practice.get(owner, EXACT, id=goes["id"]))["tag"]["mergedInto"] == {"name": "High risk"}
    assert await names(practice, owner, archived=True) == ["High risk"]
    assert [action for _, action in await audited_facts(practice)] == ["CREATED"] * 4 + ["CHANGED"] * 2
    assert await rows_present(practice) == 3


async def test_a_merged_tag_is_gone_for_good_and_its_name_is_free(practice: PracticeUnderTest) -> None:
    owner = await practice.member()
    client = (await opened(practice, owner))["id"]
    goes, stays, away = [await tagged(practice, owner, name) for name in ("A", "B", "C")]
    await changed(practice, owner, ARCHIVE, id=away["id"])
    await changed(practice, owner, MERGE, id=goes["id"], intoId=stays["id"])

    for text, input in ((UPDATE, {"name": "D"}), (ARCHIVE, {}), (RESTORE, {})):
        answer = await practice.ask(owner, text, input={"id": goes["id"], **input})
        assert problems_of(answer) == [("NOT_ALLOWED_NOW", [])]
    for input, problem in (
        ({"id": goes["id"], "intoId": stays["id"]}, ("NOT_FOUND", ["input", "id"])),
        ({"id": stays["id"], "intoId": goes["id"]}, ("NOT_FOUND", ["input", "intoId"])),
        ({"id": stays["id"], "intoId": stays["id"]}, ("INVALID", ["input", "intoId"])),
        ({"id": stays["id"], "intoId": away["id"]}, ("NOT_ALLOWED_NOW", ["input", "intoId"])),
    ):
        assert problems_of(await practice.ask(owner, MERGE, input=input)) == [problem]
    assert (await tagged(practice, owner, "a"))["name"] == "a"
    answer = await practice.ask(owner, ADD, input={"clientIds": [client], "tagIds": [goes["id"]]})
    assert problems_of(answer) == [("NOT_FOUND", ["input", "tagIds", "0"])]


@pytest.mark.parametrize("role", [Role.PRACTITIONER, Role.BILLING, Role.ASSISTANT, Role.READ_ONLY])
async def test_only_owners_and_administrators_keep_the_list(practice: PracticeUnderTest, role: Role) -> None:
    owner, member = await practice.member(), await practice.member(role)
    one, two = await tagged(practice, owner, "A"), await tagged(practice, owner, "B")
    before = await writes(practice)

    for text, input in (
        (CREATE, {"name": "C"}), (UPDATE, {"id": one["id"], "name": "C"}), (ARCHIVE, {"id": one["id"]}),
        (RESTORE, {"id": one["id"]}), (MERGE, {"id": one["id"], "intoId": two["id"]}), (REORDER, {"ids": [two["id"]]}),
    ):  # fmt: skip
        assert (await practice.ask(member, text, input=input)).codes == ["FORBIDDEN"]
    assert (await writes(practice), await names(practice, member)) == (before, ["A", "B"])


async def test_another_practice_finds_no_tag_of_this_one(practice: PracticeUnderTest) -> None:
    owner = await practice.member()
    tag = await tagged(practice, owner, "A")
    stranger = await (await PracticeUnderTest.founded(practice.casegraph)).member()
    before = await writes(practice)

    for text, input in ((UPDATE, {"name": "B"}), (ARCHIVE, {}), (RESTORE, {})):
        answer = await practice.ask(stranger, text, input={"id": tag["id"], **input})
        assert problems_of(answer) == [("NOT_FOUND", ["input", "id"])]
    answer = await practice.ask(stranger, "query ($id: ID!) { node(id: $id) { id } tag(id: $id) { id } }", id=tag["id"])
    assert answer.data == {"node": None, "tag": None}
    assert await writes(practice) == before


async def test_usage_counts_clients_within_reach_only(practice: PracticeUnderTest) -> None:
    owner, midwife = await practice.member(), await practice.member(Role.PRACTITIONER)
    tag = await tagged(practice, owner, "A")
    clients = [await opened(practice, owner) for _ in range(4)]
    await put_on(practice, owner, [client["id"] for client in clients], [tag])
    await taken_off(practice, owner, [clients[3]["id"]], [tag])
    await grant(practice, clients[0], midwife, Level.VIEW)
    archive = "mutation ($input: ClientArchiveInput!) { clientArchive(input: $input) { problems { code } } }"
    await practice.get(owner, archive, input={"id": clients[1]["id"], "reason": "moved"})

    async def usage(viewer: Any) -> Any:
        return (await practice.get(viewer, LIST))["practice"]["tags"][0]["usage"]

    assert await usage(owner) == {"active": 2, "archived": 1}
    assert await usage(midwife) == {"active": 1, "archived": 0}
    await grant(practice, clients[1], midwife, Level.VIEW)
    assert await usage(midwife) == {"active": 1, "archived": 1}


@pytest.mark.parametrize("number", [1, 50])
async def test_any_number_of_tags_and_their_usage_takes_the_same_statements(
    practice: PracticeUnderTest, number: int
) -> None:
    owner = await practice.member()
    for each in range(number):
        await tagged(practice, owner, f"Tag {each}")

    with practice.counted() as statements:
        data = await practice.get(owner, "{ practice { tags { name usage { active } createdBy { name } } } }")

    assert len(data["practice"]["tags"]) == number
    assert len(statements) == 4


async def test_a_practice_has_five_hundred_tags_at_most(practice: PracticeUnderTest) -> None:
    owner = await practice.member()
    moment = datetime.now(UTC)
    same: dict[str, Any] = {"colour": None, "description": None, "visible_to": None, "version": 1, "created_by": None}
    same |= {"created_at": moment, "updated_at": moment, "archived_at": None, "merged_into_id": None}
    async with writing.opened(practice.casegraph.database, practice.system, "test") as write:
        rows = [{"id": new_id(), "name": str(each), "name_key": str(each), "position": each} for each in range(499)]
        await write.add_many(Tag, [{**row, **same} for row in rows])

    await tagged(practice, owner, "The last")

    assert problems_of(await practice.ask(owner, CREATE, input={"name": "Too many"})) == [("NOT_ALLOWED_NOW", [])]
    assert (await names(practice, owner))[-2:] == ["498", "The last"]


async def test_changes_of_a_tag_stand_in_the_audit_log_under_the_tag(practice: PracticeUnderTest) -> None:
    owner = await practice.member()
    one, two = await tagged(practice, owner, "A"), await tagged(practice, owner, "B")
    await changed(practice, owner, UPDATE, id=one["id"], visibleTo=["BILLING"])
    await changed(practice, owner, ARCHIVE, id=one["id"])
    await changed(practice, owner, RESTORE, id=one["id"])
    await changed(practice, owner, REORDER, ids=[two["id"]])
    await changed(practice, owner, MERGE, id=one["id"], intoId=two["id"])

    actions = [action for _, action in await audited_facts(practice, "tag")]
    assert actions == ["CREATED"] * 2 + ["CHANGED"] * 6


async def test_a_merge_takes_as_many_statements_for_a_thousand_clients_as_for_one(practice: PracticeUnderTest) -> None:
    owner = await practice.member()
    clients = await crowd(practice, 1_000)
    counted = []
    for number, some in enumerate((clients[:2], clients)):
        goes, stays = await tagged(practice, owner, f"A{number}"), await tagged(practice, owner, f"B{number}")
        await put_on(practice, owner, some, [goes])
        await put_on(practice, owner, some[:1], [stays])
        with written_statements(practice) as sent:
            payload = await changed(practice, owner, MERGE, id=goes["id"], intoId=stays["id"])
        counted.append(len([text for text in sent if "access_" not in text]))
        assert payload["tag"]["usage"] == {"active": len(some), "archived": 0}

    assert counted[0] == counted[1] <= 14


async def test_tagging_and_merging_at_once_lose_no_client(practice: PracticeUnderTest) -> None:
    owner = await practice.member()
    clients = await crowd(practice, 40)
    goes, stays = await tagged(practice, owner, "A"), await tagged(practice, owner, "B")

    async def put(number: int) -> list[str]:
        given = {"clientIds": clients[number * 4 : number * 4 + 4], "tagIds": [goes["id"]]}
        payload = payload_of(await practice.ask(owner, ADD, input=given))
        return [each["clientId"] for each in payload["results"] if each["result"] == "CHANGED"]

    merge = practice.ask(owner, MERGE, input={"id": goes["id"], "intoId": stays["id"]})
    *put_first, merged = await asyncio.gather(*(put(number) for number in range(10)), merge)

    assert isinstance(merged, Answer)
    assert payload_of(merged)["problems"] == []
    done = {client for each in put_first if isinstance(each, list) for client in each}
    assert await listed(practice, owner, any=[stays["id"]]) == done
    assert await listed(practice, owner, any=[goes["id"]]) == set()
