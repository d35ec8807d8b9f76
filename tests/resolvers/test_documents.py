"""Documents: found, changed, put away and taken up again; who may."""

from typing import Any

import pytest

from domain.people import Level, Role
from tests import filing, papers
from tests import filing_documents as documents
from tests.makers import PracticeUnderTest

CHANGE = """
mutation ($input: Document{0}Input!) {{
  document{0}(input: $input) {{
    document {{
      id name kind visibility description expiresOn published version archivedAt archiveReason
      folder {{ name }} journey {{ id }} archivedBy {{ name }}
    }}
    current {{ version name }}
    problems {{ code path }}
  }}
}}
"""
LISTED = """
query ($id: ID!, $filter: DocumentFilter, $order: DocumentOrder!, $first: Int, $after: String) {
  client(id: $id) {
    documents(filter: $filter, orderBy: $order, first: $first, after: $after) {
      edges { node { name kind } } totalCount { value } pageInfo { endCursor hasNextPage }
    }
    timeline { edges { node { summary removed visibility subject { ... on Document { name } } } } }
  }
}
"""
DOCUMENT = "query ($id: ID!) { document(id: $id) { name archivedAt versions { number } client { id } } }"


async def change(practice: PracticeUnderTest, viewer: Any, how: str, id: str, **given: Any) -> Any:
    """What comes of a change: `Rename`, `Move`, `Update`, `Archive` or `Restore`."""
    answer = await practice.get(viewer, CHANGE.format(how), input={"id": id, **given})
    return answer[f"document{how}"]


async def listed(practice: PracticeUnderTest, viewer: Any, client: Any, order: str = "NAME", **said: Any) -> Any:
    """The client's documents and timeline."""
    page = {name: said.pop(name) for name in ("first", "after") if name in said}
    variables = {"id": filing.client_id(client), "order": order, "filter": said or None, **page}
    return (await practice.get(viewer, LISTED, **variables))["client"]


def names(shown: Any) -> list[str]:
    return [edge["node"]["name"] for edge in shown["documents"]["edges"]]


async def test_documents_are_listed_by_name_whatever_its_capitals(practice: PracticeUnderTest) -> None:
    owner, client = await practice.member(), await filing.client(practice)
    for name in ("beta", "Älpha", "ALPHABET", "gamma"):
        await documents.filed(practice, owner, client, name=name)

    first = await listed(practice, owner, client, first=3)
    cursor = first["documents"]["pageInfo"]["endCursor"]
    rest = await listed(practice, owner, client, first=3, after=cursor)

    assert (names(first), names(rest)) == (["Älpha", "ALPHABET", "beta"], ["gamma"])
    assert first["documents"]["totalCount"] == {"value": 4}
    assert names(await listed(practice, owner, client, name="alpha")) == ["Älpha", "ALPHABET"]


async def test_documents_are_listed_by_kind_and_filtered_by_it(practice: PracticeUnderTest) -> None:
    owner, client = await practice.member(), await filing.client(practice)
    for name, kind in (("a", "PHOTO"), ("b", "CONSENT"), ("c", "PHOTO"), ("d", "CONSENT")):
        await documents.filed(practice, owner, client, name=name, kind=kind)

    first = await listed(practice, owner, client, "KIND", first=3)
    rest = await listed(practice, owner, client, "KIND", first=3, after=first["documents"]["pageInfo"]["endCursor"])

    assert (names(first), names(rest)) == (["b", "d", "a"], ["c"])
    assert names(await listed(practice, owner, client, kinds=["PHOTO"])) == ["a", "c"]
    assert names(await listed(practice, owner, client, "NEWEST", kinds=["CONSENT"])) == ["d", "b"]


async def test_documents_that_expire_soon_are_found(practice: PracticeUnderTest) -> None:
    owner, client = await practice.member(), await filing.client(practice)
    await documents.filed(practice, owner, client, name="soon", expiresOn="2026-06-01")
    await documents.filed(practice, owner, client, name="later", expiresOn="2027-06-01")
    await documents.filed(practice, owner, client, name="never")

    assert names(await listed(practice, owner, client, expiresUntil="2026-12-31")) == ["soon"]


async def test_a_renamed_document_reads_so_on_the_timeline_too(practice: PracticeUnderTest) -> None:
    owner, client = await practice.member(), await filing.client(practice)
    id = await documents.filed(practice, owner, client, name="Scan 1.pdf", kind="CONSENT")

    answer = await change(practice, owner, "Rename", id, name="Consent.pdf", expectedVersion=1)

    assert (answer["document"]["name"], answer["document"]["version"]) == ("Consent.pdf", 2)
    shown = await listed(practice, owner, client)
    assert [edge["node"]["summary"] for edge in shown["timeline"]["edges"]] == ["Consent “Consent.pdf” was filed."]


async def test_a_stale_version_changes_nothing(practice: PracticeUnderTest) -> None:
    owner, client = await practice.member(), await filing.client(practice)
    id = await documents.filed(practice, owner, client, name="a")
    await change(practice, owner, "Rename", id, name="b")

    answer = await change(practice, owner, "Rename", id, name="c", expectedVersion=1)

    assert (answer["document"], answer["current"]) == (None, {"version": 2, "name": "b"})
    assert [each["code"] for each in answer["problems"]] == ["CONFLICT"]


async def test_what_is_said_of_a_document_changes(practice: PracticeUnderTest) -> None:
    owner, client = await practice.member(), await filing.client(practice)
    id = await documents.filed(practice, owner, client, kind="OTHER", visibility="GENERAL")

    answer = await change(
        practice, owner, "Update", id, kind="INTAKE_FORM", description="By hand", expiresOn="2027-01-01", published=True
    )

    document = answer["document"]
    assert (document["kind"], document["visibility"], document["published"]) == ("INTAKE_FORM", "CLINICAL", True)
    assert (document["description"], document["expiresOn"], document["version"]) == ("By hand", "2027-01-01", 2)
    shown = await listed(practice, owner, client)
    assert [edge["node"]["visibility"] for edge in shown["timeline"]["edges"]] == ["CLINICAL"]
    unchanged = await change(practice, owner, "Update", id, published=True)
    assert unchanged["document"]["version"] == 2


async def test_a_clinical_kind_cannot_be_made_general(practice: PracticeUnderTest) -> None:
    owner, client = await practice.member(), await filing.client(practice)
    id = await documents.filed(practice, owner, client, kind="LAB_RESULT")

    answer = await change(practice, owner, "Update", id, visibility="GENERAL")

    assert answer["problems"] == [{"code": "INVALID", "path": ["input", "visibility"]}]


async def test_a_document_moves_into_a_journey_of_its_client_only(practice: PracticeUnderTest) -> None:
    owner, client, other = await practice.member(), await filing.client(practice), await filing.client(practice)
    mine, theirs = await filing.journey(practice, client), await filing.journey(practice, other)
    id = await documents.filed(practice, owner, client)

    moved = await change(practice, owner, "Move", id, journeyId=filing.journey_id(mine))
    refused = await change(practice, owner, "Move", id, journeyId=filing.journey_id(theirs))

    assert moved["document"]["journey"] == {"id": filing.journey_id(mine)}
    assert refused["problems"] == [{"code": "NOT_FOUND", "path": ["input", "journeyId"]}]


async def test_an_archived_document_leaves_the_lists_and_a_tombstone(practice: PracticeUnderTest) -> None:
    owner, client = await practice.member(name="Ama Mensah"), await filing.client(practice)
    id = await documents.filed(practice, owner, client, name="Secret.pdf", published=True)

    answer = await change(practice, owner, "Archive", id, reason="Wrong client")

    assert (answer["document"]["archiveReason"], answer["document"]["published"]) == ("Wrong client", False)
    assert answer["document"]["archivedBy"] == {"name": "Ama Mensah"}
    shown = await listed(practice, owner, client)
    assert names(shown) == []
    assert [edge["node"] for edge in shown["timeline"]["edges"]] == [
        {
            "summary": "A document was removed by Ama Mensah.",
            "removed": True,
            "visibility": "GENERAL",
            "subject": None,
        }
    ]
    assert names(await listed(practice, owner, client, archived=True)) == ["Secret.pdf"]
    assert (await practice.get(owner, DOCUMENT, id=id))["document"]["archivedAt"] is not None


async def test_an_archived_document_stays_as_it_is_until_it_is_restored(practice: PracticeUnderTest) -> None:
    owner, client = await practice.member(), await filing.client(practice)
    id = await documents.filed(practice, owner, client, name="a.pdf")
    await change(practice, owner, "Archive", id)

    codes = [
        (await change(practice, owner, how, id, **given))["problems"][0]["code"]
        for how, given in (("Rename", {"name": "b"}), ("Update", {"published": True}), ("Archive", {}))
    ]
    newer = {"id": id, "size": len(papers.PDF), "sha256": "0" * 64, "mediaType": "application/pdf"}
    version = (await practice.get(owner, papers.ADD_VERSION, input=newer))["documentVersionAdd"]
    restored = await change(practice, owner, "Restore", id)
    again = await change(practice, owner, "Restore", id)

    assert codes == ["NOT_ALLOWED_NOW", "NOT_ALLOWED_NOW", "ALREADY_DONE"]
    assert [each["code"] for each in version["problems"]] == ["NOT_ALLOWED_NOW"]
    assert (restored["document"]["archivedAt"], restored["document"]["name"]) == (None, "a.pdf")
    assert [each["code"] for each in again["problems"]] == ["ALREADY_DONE"]
    shown = await listed(practice, owner, client)
    assert [edge["node"]["summary"] for edge in shown["timeline"]["edges"]] == ["Insurance “a.pdf” was filed."]


async def test_who_reads_no_clinical_records_sees_general_documents_only(practice: PracticeUnderTest) -> None:
    owner, client = await practice.member(), await filing.client(practice)
    general = await documents.filed(practice, owner, client, name="policy", kind="INSURANCE")
    clinical = await documents.filed(practice, owner, client, name="result", kind="LAB_RESULT")

    for role in (Role.BILLING, Role.ASSISTANT, Role.ADMIN):
        viewer = await practice.member(role)
        shown = await listed(practice, viewer, client)
        assert names(shown) == ["policy"]
        assert shown["documents"]["totalCount"] == {"value": 1}
        assert [edge["node"]["subject"] for edge in shown["timeline"]["edges"]] == [{"name": "policy"}]
        assert (await practice.get(viewer, DOCUMENT, id=clinical))["document"] is None
        assert (await practice.get(viewer, DOCUMENT, id=general))["document"]["name"] == "policy"


@pytest.mark.parametrize("role", [Role.BILLING, Role.READ_ONLY])
async def test_who_may_only_read_changes_no_document(practice: PracticeUnderTest, role: Role) -> None:
    owner, client = await practice.member(), await filing.client(practice)
    other = await practice.member(role)
    await filing.grant(practice, other, client, Level.VIEW)
    id = await documents.filed(practice, owner, client, name="mine")

    answers = [
        await practice.ask(other, CHANGE.format(how), input={"id": id, **given})
        for how, given in (("Rename", {"name": "theirs"}), ("Archive", {}), ("Update", {"published": True}))
    ]

    assert [answer.codes for answer in answers] == [["FORBIDDEN"]] * 3
    assert names(await listed(practice, owner, client)) == ["mine"]


async def test_a_document_out_of_reach_is_not_found(practice: PracticeUnderTest) -> None:
    owner, client = await practice.member(), await filing.client(practice)
    stranger = await practice.member(Role.PRACTITIONER)
    elsewhere = await (await PracticeUnderTest.founded(practice.casegraph)).member()
    id = await documents.filed(practice, owner, client, name="mine")

    for viewer in (stranger, elsewhere):
        assert (await practice.get(viewer, DOCUMENT, id=id))["document"] is None
        for how, given in (("Rename", {"name": "theirs"}), ("Archive", {}), ("Move", {"folderId": None})):
            answer = await change(practice, viewer, how, id, **given)
            assert (answer["document"], [each["code"] for each in answer["problems"]]) == (None, ["NOT_FOUND"])
    assert names(await listed(practice, owner, client)) == ["mine"]


WIDE = """
query ($first: Int!) {
  clients(first: $first) {
    edges {
      node {
        documents(first: 3) {
          edges {
            node {
              name createdBy { name } client { displayName } journey { title } folder { name parent { name } }
              current { url sha256 } versions { number createdBy { member { name } } }
            }
          }
          totalCount { value }
        }
        folders(nested: true) {
          edges { node { name documents { totalCount { value } } folders { edges { node { name } } } } }
        }
      }
    }
  }
}
"""


async def test_documents_of_50_clients_take_the_statements_of_one(practice: PracticeUnderTest) -> None:
    owner = await practice.member()
    for number in range(50):
        client = await filing.client(practice)
        journey = filing.journey_id(await filing.journey(practice, client))
        outer = await documents.folder(practice, owner, client, "Outer")
        inner = await documents.folder(practice, owner, client, "Inner", parentId=outer)
        await documents.filed(practice, owner, client, name=f"{number}", journeyId=journey, folderId=inner)

    counts = set()
    for first in (1, 50):
        with practice.counted() as read:
            data = await practice.get(owner, WIDE, first=first)
        nodes = [edge["node"] for edge in data["clients"]["edges"]]
        assert len(nodes) == first
        assert all(node["documents"]["totalCount"] == {"value": 1} for node in nodes)
        assert all(len(node["folders"]["edges"]) == 2 for node in nodes)
        counts.add(len(read))
    # clients, documents, their counts, members, clients by id, journeys, folders by id and around them, current
    # versions, versions; folders, their documents and counts of these, folders within
    assert counts == {14}
