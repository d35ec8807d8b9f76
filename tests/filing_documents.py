"""Makers of documents without a server: the steps through the graph, bytes by the store, and the jobs run by hand."""

import hashlib
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

from auth.viewers import Viewer
from domain import identity
from resolvers import jobs
from resolvers.files.stores import Stores
from resolvers.jobs import Work
from resolvers.uploads import places
from resolvers.uploads.asking_for import SWEEP
from resolvers.uploads.checking import CHECKING
from resolvers.uploads.sweeping import SWEEPING
from storage.database.uploads import Upload
from storage.files.interface import Area, FileStore, Under
from storage.files.interface import Upload as Parts
from storage.files.memory import Memory
from tests import filing, papers
from tests.care import rows_of
from tests.makers import PracticeUnderTest

HANDLERS = jobs.by_kind(CHECKING, SWEEPING)


def stores_of(practice: PracticeUnderTest) -> Stores:
    """Where the practice's files are kept."""
    return practice.casegraph.opened_stores


async def begin(practice: PracticeUnderTest, viewer: Viewer, client: UUID, content: bytes, **said: Any) -> Any:
    """What comes of beginning to send a document in."""
    given = {
        "clientId": filing.client_id(client), "name": "Letter.pdf", "kind": "INSURANCE",
        "mediaType": "application/pdf", "size": len(content), "sha256": hashlib.sha256(content).hexdigest(), **said,
    }  # fmt: skip
    return (await practice.get(viewer, papers.BEGIN, input=given))["documentUploadBegin"]


async def put(practice: PracticeUnderTest, upload_id: str, content: bytes) -> None:
    """Store the bytes where a link would have them stored."""

    async def chunks() -> AsyncIterator[bytes]:
        yield content

    key = places.staging(practice.id, identity.read(upload_id)[1])
    await stores_of(practice).current.put(key, chunks(), size=len(content))


async def complete(practice: PracticeUnderTest, viewer: Viewer, upload_id: str) -> Any:
    """What comes of completing an upload."""
    return (await practice.get(viewer, papers.COMPLETE, input={"id": upload_id}))["documentUploadComplete"]


async def run_jobs(practice: PracticeUnderTest) -> None:
    """Run the practice's jobs that are due."""
    while (lease := await jobs.lease(practice.casegraph.database, HANDLERS, practice.id)) is not None:
        await jobs.run(practice.casegraph, HANDLERS, lease)


async def upload_of(practice: PracticeUnderTest, viewer: Viewer, upload_id: str) -> Any:
    """The upload as it stands."""
    return (await practice.get(viewer, papers.UPLOAD, id=upload_id))["upload"]


async def sent(practice: PracticeUnderTest, viewer: Viewer, client: UUID, content: bytes, **said: Any) -> Any:
    """The upload of a document that was sent in and looked at."""
    begun = await begin(practice, viewer, client, content, **said)
    assert begun["problems"] == [], begun["problems"]
    await put(practice, begun["upload"]["id"], content)
    await complete(practice, viewer, begun["upload"]["id"])
    await run_jobs(practice)
    return await upload_of(practice, viewer, begun["upload"]["id"])


async def filed(practice: PracticeUnderTest, viewer: Viewer, client: UUID, **said: Any) -> str:
    """The id of a new document."""
    content = said.pop("content", papers.PDF)
    ended = await sent(practice, viewer, client, content, **said)
    assert ended["state"] == "AVAILABLE", ended
    return str(ended["document"]["id"])


async def kept(practice: PracticeUnderTest) -> dict[Area, int]:
    """How many files the practice's stores hold, by area; areas that hold none are left out."""
    found: dict[Area, int] = {}
    for store in stores_of(practice):
        async for stored in store.keys(Under(practice.id)):
            found[stored.key.area] = found.get(stored.key.area, 0) + 1
    return found


async def working(practice: PracticeUnderTest) -> Work:
    """A leased job of the sweeping kind, to call its steps with."""
    from resolvers import writing

    async with writing.opened(practice.casegraph.database, practice.system, "test.sweep") as write:
        await jobs.enqueue(write, SWEEP)
    lease = await jobs.lease(practice.casegraph.database, jobs.by_kind(SWEEPING), practice.id)
    assert lease is not None
    return Work(practice.casegraph, SWEEPING, lease)


def under(practice: PracticeUnderTest) -> Under:
    """Everything of the practice."""
    return Under(practice.id)


async def rows(practice: PracticeUnderTest) -> list[dict[str, Any]]:
    """The rows of the practice's uploads."""
    return await rows_of(practice, Upload)


async def put_final(practice: PracticeUnderTest, blob_id: UUID, content: bytes) -> None:
    """Store other bytes where those of an upload would be kept."""

    async def chunks() -> AsyncIterator[bytes]:
        yield content

    await stores_of(practice).current.put(places.final(practice.id, blob_id), chunks())


FOLDER = "mutation ($i: FolderCreateInput!) { folderCreate(input: $i) { folder { id } problems { code path } } }"


async def folder(practice: PracticeUnderTest, viewer: Viewer, client: UUID, name: str, **given: Any) -> str:
    """The id of a new folder."""
    answer = await practice.get(viewer, FOLDER, i={"clientId": filing.client_id(client), "name": name, **given})
    assert answer["folderCreate"]["problems"] == []
    return str(answer["folderCreate"]["folder"]["id"])


def parts_of(practice: PracticeUnderTest, upload: dict[str, Any]) -> Parts:
    """What the store calls an upload in parts."""
    return Parts(places.staging(practice.id, upload["id"]), upload["multipart"])


async def put_part(practice: PracticeUnderTest, upload: dict[str, Any], number: int, content: bytes) -> None:
    """Store a part where a link would have it stored."""

    async def chunks() -> AsyncIterator[bytes]:
        yield content

    await stores_of(practice).current.parts_put(parts_of(practice, upload), number, chunks(), size=len(content))


def forget_a_part(store: FileStore, parts: Parts) -> None:
    """Have the store in memory lose the first part."""
    assert isinstance(store, Memory)
    del store._uploads[parts].arrived[1]
