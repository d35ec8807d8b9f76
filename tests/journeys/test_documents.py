"""A document from the first step to the last, over HTTP: the same whether files are kept in a folder or a bucket."""

import hashlib
from collections.abc import AsyncIterator, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from tests import papers, storehouses
from tests.papers import Sender
from tests.servers import moto
from tests.storehouses import Storehouse

TIMELINE = """
query ($id: ID!) {
  client(id: $id) {
    timeline { edges { node { kind summary removed actor { name } subject { ... on Document { name } } } } }
    documents(orderBy: KIND) { edges { node { name kind current { number } } } totalCount { value } }
    folders { edges { node { name documents { totalCount { value } } } } }
  }
}
"""
FOLDER = "mutation ($i: FolderCreateInput!) { folderCreate(input: $i) { folder { id } problems { code } } }"
MOVE = (
    "mutation ($i: DocumentMoveInput!) { documentMove(input: $i) { document { folder { name } } problems { code } } }"
)
ARCHIVE = (
    "mutation ($i: DocumentArchiveInput!) { documentArchive(input: $i) { document { archivedAt } problems { code } } }"
)


@pytest.fixture(scope="module")
def moto_endpoint() -> Iterator[str]:
    with moto.served() as endpoint:
        yield endpoint


@pytest.fixture(params=["folder", "bucket"])
async def house(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> AsyncIterator[Storehouse]:
    """The server, over each kind of store in turn."""
    if request.param == "folder":
        async with storehouses.served(database_url, f"file://{tmp_path}/files", tmp_path) as house:
            yield house
    else:
        with storehouses.bucket(request.getfixturevalue("moto_endpoint")) as url:
            async with storehouses.served(database_url, url, tmp_path) as house:
                yield house


async def test_a_document_is_sent_in_listed_read_renewed_and_put_away(house: Storehouse) -> None:
    practice = await house.practice()
    _, client_id = await house.client(practice)
    photo = papers.png(800, 600, remark=b"taken at home")
    async with house.sender(practice) as ama:
        document = await sent_in(ama, client_id, photo)
        await assert_listed(ama, client_id)
        await assert_read(ama, document["current"], photo)
        await assert_put_in_a_folder(ama, client_id, document["id"])
        await assert_renewed(ama, client_id, document, photo)
        await assert_put_away(ama, client_id, document["id"])


async def sent_in(ama: Sender, client_id: str, photo: bytes) -> Any:
    """Begin, upload, complete: twice, as who heard no answer does."""
    begun = await ama.begin(client_id, photo, name="heel.png", kind="PHOTO", mediaType="image/png")
    assert begun["problems"] == []
    assert [(part["number"], part["stored"]) for part in begun["upload"]["parts"]] == [(1, False)]
    await ama.send_all(begun["upload"], photo)
    first = await ama.complete(begun["upload"]["id"])
    again = await ama.complete(begun["upload"]["id"])
    assert first["problems"] == again["problems"] == []
    assert first["upload"]["state"] in ("CHECKING", "AVAILABLE")
    document = (await ama.ended(begun["upload"]["id"]))["document"]
    assert (document["name"], document["kind"], document["current"]["mediaType"]) == ("heel.png", "PHOTO", "image/png")
    return document


async def assert_listed(ama: Sender, client_id: str) -> None:
    """On the timeline and in the list."""
    shown = (await ama.ask(TIMELINE, id=client_id))["client"]
    assert [edge["node"] for edge in shown["timeline"]["edges"]] == [
        {
            "kind": "DOCUMENT",
            "summary": "Photo “heel.png” was filed.",
            "removed": False,
            "actor": {"name": "Ama Mensah"},
            "subject": {"name": "heel.png"},
        }
    ]
    assert shown["documents"] == {
        "edges": [{"node": {"name": "heel.png", "kind": "PHOTO", "current": {"number": 1}}}],
        "totalCount": {"value": 1},
    }


async def assert_read(ama: Sender, version: Any, photo: bytes) -> None:
    """Whole, in part, and small."""
    assert (await ama.read(version["url"])).content == photo
    part = await ama.read(version["url"], range="bytes=10-19")
    assert (part.status_code, part.content) == (206, photo[10:20])
    assert part.headers["content-range"] == f"bytes 10-19/{len(photo)}"
    small = await ama.read(version["thumbnailUrl"])
    assert small.headers["content-type"] == "image/jpeg"
    assert _size_of(small.content) == (512, 384)
    assert b"taken at home" not in small.content


async def assert_put_in_a_folder(ama: Sender, client_id: str, id: str) -> None:
    """Moved into a new folder."""
    folder = (await ama.ask(FOLDER, i={"clientId": client_id, "name": "Pictures"}))["folderCreate"]["folder"]
    moved = await ama.ask(MOVE, i={"id": id, "folderId": folder["id"]})
    assert moved["documentMove"]["document"]["folder"] == {"name": "Pictures"}


async def assert_renewed(ama: Sender, client_id: str, document: Any, photo: bytes) -> None:
    """A second version, with the first still to be read."""
    newer = papers.png(801, 600)
    given = {"id": document["id"], "size": len(newer), "sha256": _digest(newer), "mediaType": "image/png"}
    added = (await ama.ask(papers.ADD_VERSION, input=given))["documentVersionAdd"]
    await ama.send_all(added["upload"], newer)
    await ama.complete(added["upload"]["id"])
    renewed = (await ama.ended(added["upload"]["id"]))["document"]
    assert renewed["current"]["number"] == 2
    assert (await ama.read(renewed["current"]["url"])).content == newer
    assert (await ama.read(document["current"]["url"])).content == photo
    shown = (await ama.ask(TIMELINE, id=client_id))["client"]
    assert [edge["node"]["summary"] for edge in shown["timeline"]["edges"]] == [
        "Version 2 of photo “heel.png” was filed.",
        "Photo “heel.png” was filed.",
    ]
    assert [edge["node"]["documents"]["totalCount"] for edge in shown["folders"]["edges"]] == [{"value": 1}]


async def assert_put_away(ama: Sender, client_id: str, id: str) -> None:
    """Out of the list, with tombstones that say nothing of it."""
    await ama.ask(ARCHIVE, i={"id": id, "reason": "Wrong client"})
    shown = (await ama.ask(TIMELINE, id=client_id))["client"]
    assert shown["documents"] == {"edges": [], "totalCount": {"value": 0}}
    assert {edge["node"]["summary"] for edge in shown["timeline"]["edges"]} == {
        "A document was removed by Ama Mensah.",
        "A version of a document was removed by Ama Mensah.",
    }
    assert "heel" not in str(shown)


async def test_a_large_document_is_sent_in_parts_and_resumed(house: Storehouse) -> None:
    practice = await house.practice()
    _, client_id = await house.client(practice)
    content = papers.PDF + b"0123456789abcdef" * (20 << 16)
    async with house.sender(practice) as ama:
        begun = await ama.begin(client_id, content)
        parts = begun["upload"]["parts"]
        assert [part["size"] for part in parts] == [16 << 20, len(content) - (16 << 20)]
        assert (await ama.send(parts[1], content[16 << 20 :])).status_code in (200, 204)

        early = await ama.complete(begun["upload"]["id"])
        assert [each["code"] for each in early["problems"]] == ["NOT_ALLOWED_NOW"]
        resumed = (await ama.ask(papers.UPLOAD, id=begun["upload"]["id"]))["upload"]
        assert [(part["stored"], part["link"] is None) for part in resumed["parts"]] == [(False, False), (True, True)]
        await ama.send_all(resumed, content)
        await ama.complete(begun["upload"]["id"])

        document = (await ama.ended(begun["upload"]["id"]))["document"]
        assert document["current"]["sha256"] == _digest(content)
        assert (await ama.read(document["current"]["url"])).content == content


@pytest.mark.parametrize("house", ["bucket"], indirect=True)
async def test_with_a_bucket_no_bytes_pass_through_us(house: Storehouse, moto_endpoint: str) -> None:
    practice = await house.practice()
    _, client_id = await house.client(practice)
    content = papers.PDF + b"0123456789abcdef" * (20 << 16)
    async with house.sender(practice) as ama:
        begun = await ama.begin(client_id, content)
        sent_by = [part["link"]["url"] for part in begun["upload"]["parts"]]
        document = await ama.filed(client_id, content)
        headers = {"authorization": f"Bearer {ama.token}"}
        led_on = await ama.browser.get(document["current"]["url"], headers=headers)
    assert len(sent_by) == 2
    assert (led_on.status_code, led_on.content) == (302, b"")
    assert all(link.startswith(f"{moto_endpoint}/") for link in (*sent_by, led_on.headers["location"]))


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _size_of(content: bytes) -> tuple[int, int]:
    from PIL import Image

    with Image.open(BytesIO(content)) as picture:
        return picture.size
