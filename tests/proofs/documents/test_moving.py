"""Moving every document from a folder to a bucket, and back, while people send documents in and read them."""

import asyncio
import hashlib
import random
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from domain.documents import DocumentKind
from domain.identity import Kind, new_id, written
from domain.timeline import Visibility
from resolvers import writing
from resolvers.files import moving
from resolvers.files.comparing import compare
from resolvers.files.stores import Stores
from resolvers.uploads import places
from storage.database.documents import Blob, Document, DocumentVersion
from storage.files.interface import Area, FileStore, Under
from storage.files.opening import open_store
from tests import papers, storehouses
from tests.makers import PracticeUnderTest
from tests.papers import Sender
from tests.servers import moto
from tests.storehouses import Storehouse


@pytest.fixture(scope="module")
def moto_endpoint() -> Iterator[str]:
    with moto.served() as endpoint:
        yield endpoint


def content_of(number: int) -> bytes:
    """The bytes of a document of this number: a few kilobytes, all of its own."""
    return papers.PDF + random.Random(number).randbytes(2_000 + number % 5_000)


async def fill(practice: PracticeUnderTest, client: UUID, store: FileStore, number: int) -> dict[str, str]:
    """So many documents in the store, each with its rows; the digests by where they are read."""
    rows: dict[type, list[dict[str, Any]]] = {Blob: [], Document: [], DocumentVersion: []}
    digests = {}
    async with writing.opened(practice.casegraph.database, practice.system, "test.fill") as write:
        for each in range(number):
            content, document_id, version_id, blob_id = content_of(each), new_id(), uuid4(), uuid4()
            sha256 = hashlib.sha256(content).digest()
            digests[f"/files/{written(Kind.DOCUMENT_VERSION, version_id)}"] = sha256.hex()

            async def chunks(content: bytes = content) -> AsyncIterator[bytes]:
                yield content

            key = places.final(practice.id, blob_id)
            await store.put(key, chunks(), size=len(content), media_type="application/pdf")
            size = {"size": len(content), "sha256": sha256, "media_type": "application/pdf", "created_at": write.moment}
            rows[Blob].append({"id": blob_id, "store": store.name, "key": str(key), **size})
            rows[Document].append({
                "id": document_id, "client_id": client, "name": f"{each}.pdf", "sort_name": f"{each}",
                "kind": DocumentKind.INSURANCE, "visibility": Visibility.GENERAL, "published": False,
                "current_number": 1, "version": 1, "created_at": write.moment, "updated_at": write.moment,
            })  # fmt: skip
            rows[DocumentVersion].append({
                "id": version_id, "client_id": client, "document_id": document_id, "number": 1,
                "file_name": f"{each}.pdf", "blob_id": blob_id, **size,
            })  # fmt: skip
        for model, made in rows.items():
            await write.add_many(model, made)
    return digests


async def read_on(ama: Sender, digests: dict[str, str], done: asyncio.Event) -> int:
    """Read documents at random until all are moved; every one is there, and is what it was."""
    read, known = 0, list(digests)
    while not done.is_set():
        url = random.choice(known)
        answer = await ama.read(url)
        assert (answer.status_code, hashlib.sha256(answer.content).hexdigest()) == (200, digests[url])
        read += 1
    return read


async def send_on(ama: Sender, client_id: str, digests: dict[str, str], done: asyncio.Event) -> int:
    """Send documents in until all are moved; each can be read at once, by everybody."""
    sent = 0
    while not done.is_set():
        content = papers.PDF + random.randbytes(3_000)
        document = await ama.filed(client_id, content)
        digests[document["current"]["url"]] = hashlib.sha256(content).hexdigest()
        sent += 1
    return sent


async def move(house: Storehouse, practice: PracticeUnderTest, source_url: str, target_url: str) -> moving.Moved:
    """Move as the command does: with stores of its own."""
    source, target = open_store(source_url), open_store(target_url)
    try:
        return await moving.move(house.casegraph.database, [practice.id], source, target)
    finally:
        await source.close()
        await target.close()


async def assert_all_is_there(
    house: Storehouse, practice: PracticeUnderTest, digests: dict[str, str], emptied: str, filled: str
) -> None:
    """Every document in the new store, none in the old one, and every digest as it was."""
    stores = house.casegraph.opened_stores
    compared = await compare(house.casegraph.database, practice.id, stores)
    assert (compared.faults, compared.copies, compared.files) == ([], 0, len(digests))
    async with house.casegraph.database.write(practice.id) as session:
        rows = (await session.execute(select(Blob.store, Blob.sha256).where(Blob.practice_id == practice.id))).all()
    assert {row.store for row in rows} == {filled}
    assert sorted(row.sha256.hex() for row in rows) == sorted(digests.values())
    left = [each async for each in stores.named(emptied).keys(Under(practice.id, Area.FINAL))]
    assert left == []


async def prove(
    database_url: str, endpoint: str, folder: Path, documents: int, readers: int, senders: int
) -> tuple[int, int]:
    """Move to the bucket in the middle of everything; how often was read and sent meanwhile."""
    files = f"file://{folder}/files"
    with storehouses.bucket(endpoint) as bucket:
        async with storehouses.served(database_url, bucket, folder, CASEGRAPH_FILES_ALSO=files) as house:
            await asyncio.to_thread((folder / "files").mkdir, exist_ok=True)
            practice = await house.practice()
            client, client_id = await house.client(practice)
            stores: Stores = house.casegraph.opened_stores
            digests = await fill(practice, client, stores.named("file"), documents)
            done = asyncio.Event()
            async with house.sender(practice) as ama:
                busy = [asyncio.create_task(read_on(ama, digests, done)) for _ in range(readers)]
                busy += [asyncio.create_task(send_on(ama, client_id, digests, done)) for _ in range(senders)]
                try:
                    moved = await move(house, practice, files, bucket)
                finally:
                    done.set()
                    counts = await asyncio.gather(*busy)
                assert (moved.files, moved.removed, moved.missing, moved.damaged) == (documents, documents, [], [])
            await assert_all_is_there(house, practice, digests, "file", "s3")
        return sum(counts[:readers]), sum(counts[readers:])


async def test_documents_move_while_they_are_read_and_sent(
    database_url: str, moto_endpoint: str, tmp_path: Path
) -> None:
    await prove(database_url, moto_endpoint, tmp_path, 60, 3, 1)


@pytest.mark.proof
async def test_two_thousand_documents_move_while_twenty_people_work(
    database_url: str, moto_endpoint: str, tmp_path: Path
) -> None:
    read, sent = await prove(database_url, moto_endpoint, tmp_path, 2_000, 14, 6)
    assert read > 200
    assert sent > 20


async def test_a_move_that_was_broken_off_goes_on_and_can_be_turned_round(database_url: str, tmp_path: Path) -> None:
    files, other = f"file://{tmp_path}/files", f"file://{tmp_path}/other?name=other"
    async with storehouses.served(database_url, files, tmp_path, CASEGRAPH_FILES_ALSO=other) as house:
        practice = await house.practice()
        client, _ = await house.client(practice)
        digests = await fill(practice, client, house.casegraph.opened_stores.current, 40)
        told: list[int] = []

        def break_off(size: int) -> None:
            told.append(size)
            if len(told) == 20:
                raise KeyboardInterrupt

        source, target = open_store(files), open_store(other)
        with pytest.raises(KeyboardInterrupt):
            await moving.move(house.casegraph.database, [practice.id], source, target, break_off)
        halfway = await compare(house.casegraph.database, practice.id, house.casegraph.opened_stores)
        assert (halfway.faults, halfway.copies) == ([], 32)

        moved = await moving.move(house.casegraph.database, [practice.id], source, target)
        assert (moved.files, moved.removed) == (8, 40)
        await assert_all_is_there(house, practice, digests, "file", "other")
        back = await moving.move(house.casegraph.database, [practice.id], target, source)
        assert (back.files, back.removed) == (40, 40)
        await assert_all_is_there(house, practice, digests, "other", "file")
        await source.close()
        await target.close()


async def test_a_damaged_file_stays_where_it_is_and_is_named(database_url: str, tmp_path: Path) -> None:
    files, other = f"file://{tmp_path}/files", f"file://{tmp_path}/other?name=other"
    async with storehouses.served(database_url, files, tmp_path, CASEGRAPH_FILES_ALSO=other) as house:
        practice = await house.practice()
        client, _ = await house.client(practice)
        await fill(practice, client, house.casegraph.opened_stores.current, 3)
        found = sorted(await asyncio.to_thread(lambda: [p for p in (tmp_path / "files").rglob("*") if p.is_file()]))
        await asyncio.to_thread(found[0].chmod, 0o600)
        await asyncio.to_thread(found[0].write_bytes, b"x" * found[0].stat().st_size)
        await asyncio.to_thread(found[1].unlink)

        source, target = open_store(files), open_store(other)
        moved = await moving.move(house.casegraph.database, [practice.id], source, target)
        compared = await compare(house.casegraph.database, practice.id, house.casegraph.opened_stores)

        assert (moved.files, len(moved.missing), len(moved.damaged)) == (1, 1, 1)
        assert sorted(fault.partition(" ")[2][:20] for fault in compared.faults) == [
            "has other bytes in t", "is missing in the st"
        ]  # fmt: skip
        await source.close()
        await target.close()
