"""Folders: made, renamed, moved without circles, deleted with a choice for what is in them."""

import asyncio
from typing import Any

import pytest

from domain.people import Level, Role
from tests import filing
from tests import filing_documents as documents
from tests.makers import PracticeUnderTest

RENAME = "mutation ($i: FolderRenameInput!) { folderRename(input: $i) { folder { name version } problems { code } } }"
MOVE = """
mutation ($i: FolderMoveInput!) {
  folderMove(input: $i) { folder { name parent { name } version } current { version } problems { code path } }
}
"""
DELETE = "mutation ($i: FolderDeleteInput!) { folderDelete(input: $i) { client { id } problems { code } } }"
TREE = """
query ($id: ID!, $archived: Boolean) {
  client(id: $id) {
    folders(nested: true) {
      edges { node { name parent { name } documents { totalCount { value } } } } totalCount { value }
    }
    documents(filter: { archived: $archived }) { edges { node { name archivedAt folder { name } } } }
  }
}
"""


async def move(practice: PracticeUnderTest, viewer: Any, id: str, parent: str | None, **given: Any) -> Any:
    return (await practice.get(viewer, MOVE, i={"id": id, "parentId": parent, **given}))["folderMove"]


async def tree(practice: PracticeUnderTest, viewer: Any, client: Any, archived: bool = False) -> Any:
    return (await practice.get(viewer, TREE, id=filing.client_id(client), archived=archived))["client"]


def parents(shown: Any) -> dict[str, str | None]:
    nodes = [edge["node"] for edge in shown["folders"]["edges"]]
    return {node["name"]: node["parent"] and node["parent"]["name"] for node in nodes}


async def test_folders_form_a_tree_that_can_be_rearranged(practice: PracticeUnderTest) -> None:
    owner, client = await practice.member(), await filing.client(practice)
    outer = await documents.folder(practice, owner, client, "Outer")
    inner = await documents.folder(practice, owner, client, "Inner", parentId=outer)

    renamed = (await practice.get(owner, RENAME, i={"id": inner, "name": "Kern"}))["folderRename"]
    moved = await move(practice, owner, inner, None, expectedVersion=2)

    assert renamed == {"folder": {"name": "Kern", "version": 2}, "problems": []}
    assert moved["folder"] == {"name": "Kern", "parent": None, "version": 3}
    assert parents(await tree(practice, owner, client)) == {"Outer": None, "Kern": None}


async def test_a_folder_moves_neither_into_itself_nor_into_what_it_holds(practice: PracticeUnderTest) -> None:
    owner, client = await practice.member(), await filing.client(practice)
    outer = await documents.folder(practice, owner, client, "Outer")
    middle = await documents.folder(practice, owner, client, "Middle", parentId=outer)
    inner = await documents.folder(practice, owner, client, "Inner", parentId=middle)

    answers = [await move(practice, owner, outer, parent) for parent in (outer, middle, inner)]

    assert [answer["problems"] for answer in answers] == [[{"code": "INVALID", "path": ["input", "parentId"]}]] * 3
    assert parents(await tree(practice, owner, client)) == {"Outer": None, "Middle": "Outer", "Inner": "Middle"}


async def test_two_moves_at_once_make_no_circle(practice: PracticeUnderTest) -> None:
    owner, client = await practice.member(), await filing.client(practice)
    for _ in range(5):
        one = await documents.folder(practice, owner, client, "One")
        two = await documents.folder(practice, owner, client, "Two")
        answers = await asyncio.gather(move(practice, owner, one, two), move(practice, owner, two, one))
        assert sorted(len(answer["problems"]) for answer in answers) == [0, 1]


async def test_a_folder_of_another_client_holds_nothing_of_this_one(practice: PracticeUnderTest) -> None:
    owner, client, other = await practice.member(), await filing.client(practice), await filing.client(practice)
    mine = await documents.folder(practice, owner, client, "Mine")
    theirs = await documents.folder(practice, owner, other, "Theirs")

    answer = await move(practice, owner, mine, theirs)
    begun = await documents.begin(practice, owner, client, b"%PDF-", folderId=theirs)

    assert answer["problems"] == [{"code": "NOT_FOUND", "path": ["input", "parentId"]}]
    assert [each["path"] for each in begun["problems"]] == [["input", "folderId"]]


async def test_what_is_in_a_deleted_folder_moves_up(practice: PracticeUnderTest) -> None:
    owner, client = await practice.member(), await filing.client(practice)
    outer = await documents.folder(practice, owner, client, "Outer")
    middle = await documents.folder(practice, owner, client, "Middle", parentId=outer)
    await documents.folder(practice, owner, client, "Inner", parentId=middle)
    await documents.filed(practice, owner, client, name="paper", folderId=middle)

    answer = await practice.get(owner, DELETE, i={"id": middle, "contents": "MOVE_UP"})

    assert answer["folderDelete"]["problems"] == []
    shown = await tree(practice, owner, client)
    assert parents(shown) == {"Outer": None, "Inner": "Outer"}
    assert [edge["node"]["folder"] for edge in shown["documents"]["edges"]] == [{"name": "Outer"}]


async def test_what_is_in_a_deleted_folder_is_archived_as_far_as_the_caller_may(practice: PracticeUnderTest) -> None:
    owner, client, assistant = await practice.member(), await filing.client(practice), None
    assistant = await practice.member(Role.ASSISTANT)
    outer = await documents.folder(practice, owner, client, "Outer")
    inner = await documents.folder(practice, owner, client, "Inner", parentId=outer)
    await documents.filed(practice, owner, client, name="policy", kind="INSURANCE", folderId=inner)
    await documents.filed(practice, owner, client, name="result", kind="LAB_RESULT", folderId=inner)

    answer = await practice.get(assistant, DELETE, i={"id": outer, "contents": "ARCHIVE"})

    assert answer["folderDelete"]["problems"] == []
    shown = await tree(practice, owner, client, archived=True)
    assert parents(shown) == {}
    nodes = {edge["node"]["name"]: edge["node"] for edge in shown["documents"]["edges"]}
    assert nodes["policy"]["archivedAt"] is not None
    assert nodes["result"] == {"name": "result", "archivedAt": None, "folder": None}


async def test_a_folder_counts_what_the_viewer_reaches(practice: PracticeUnderTest) -> None:
    owner, client, billing = await practice.member(), await filing.client(practice), None
    billing = await practice.member(Role.BILLING)
    folder = await documents.folder(practice, owner, client, "All")
    for kind in ("INSURANCE", "LAB_RESULT", "PHOTO"):
        await documents.filed(practice, owner, client, kind=kind, folderId=folder)

    for viewer, number in ((owner, 3), (billing, 1)):
        nodes = [edge["node"] for edge in (await tree(practice, viewer, client))["folders"]["edges"]]
        assert [node["documents"]["totalCount"]["value"] for node in nodes] == [number]


async def test_folders_are_neither_too_deep_nor_nameless(practice: PracticeUnderTest) -> None:
    owner, client = await practice.member(), await filing.client(practice)
    parent = None
    for level in range(12):
        parent = await documents.folder(practice, owner, client, f"Level {level}", parentId=parent)

    deeper = {"clientId": filing.client_id(client), "name": "Level 12", "parentId": parent}
    nameless = {"clientId": filing.client_id(client), "name": "\u200b"}
    answers = [(await practice.get(owner, documents.FOLDER, i=given))["folderCreate"] for given in (deeper, nameless)]

    assert [[each["code"] for each in answer["problems"]] for answer in answers] == [["NOT_ALLOWED_NOW"], ["INVALID"]]


@pytest.mark.parametrize("role", [Role.BILLING, Role.READ_ONLY])
async def test_who_may_only_read_changes_no_folder(practice: PracticeUnderTest, role: Role) -> None:
    owner, client, other = await practice.member(), await filing.client(practice), await practice.member(role)
    await filing.grant(practice, other, client, Level.VIEW)
    folder = await documents.folder(practice, owner, client, "Mine")

    answers = [
        await practice.ask(other, RENAME, i={"id": folder, "name": "Theirs"}),
        await practice.ask(other, DELETE, i={"id": folder, "contents": "MOVE_UP"}),
    ]

    assert [answer.codes for answer in answers] == [["FORBIDDEN"]] * 2
    assert parents(await tree(practice, owner, client)) == {"Mine": None}


async def test_a_folder_out_of_reach_is_not_found(practice: PracticeUnderTest) -> None:
    owner, client = await practice.member(), await filing.client(practice)
    stranger = await practice.member(Role.PRACTITIONER)
    elsewhere = await (await PracticeUnderTest.founded(practice.casegraph)).member()
    folder = await documents.folder(practice, owner, client, "Mine")

    for viewer in (stranger, elsewhere):
        for query, given in ((RENAME, {"name": "x"}), (MOVE, {"parentId": None}), (DELETE, {"contents": "ARCHIVE"})):
            answer = await practice.get(viewer, query, i={"id": folder, **given})
            assert [each["code"] for each in next(iter(answer.values()))["problems"]] == ["NOT_FOUND"]
    assert parents(await tree(practice, owner, client)) == {"Mine": None}
