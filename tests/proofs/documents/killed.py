"""Sends documents in, again and again, in processes that are killed in the middle; says which came through.

By hand: python -m tests.proofs.documents.killed URL PRACTICE CLIENT FOLDER KILLS
"""

import asyncio
import os
import random
import signal
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

from auth.keys import KeyRing
from domain import identity
from resolvers.casegraph import Casegraph
from resolvers.files.stores import Stores
from resolvers.uploads import places
from server.worker import Worker
from storage.files.filesystem import Filesystem
from storage.files.interface import Upload, part_sizes
from tests import filing_documents as documents
from tests import papers
from tests.makers import PracticeUnderTest, operations
from tests.waiting import until

AT_ONCE = 6
LONGEST_LIFE = 1.2


async def send_one(practice: PracticeUnderTest, client: UUID, size: int) -> str:
    """Send a document of this size in, as a caller does, and wait until it is one."""
    content = papers.PDF + random.randbytes(8) + bytes(size)
    begun = await documents.begin(practice, practice.system, client, content)
    upload_id = begun["upload"]["id"]
    if places.in_parts(len(content)):
        await send_parts(practice, identity.read(upload_id)[1], content)
    else:
        store = documents.stores_of(practice).current
        key = places.staging(practice.id, identity.read(upload_id)[1])
        await store.put(key, slowly(content), size=len(content))
    await documents.complete(practice, practice.system, upload_id)
    await until(lambda: ended(practice, upload_id), seconds=60)
    return str(upload_id)


async def ended(practice: PracticeUnderTest, upload_id: str) -> bool:
    """Whether nobody looks at the upload any more."""
    return bool((await documents.upload_of(practice, practice.system, upload_id))["state"] != "CHECKING")


async def send_parts(practice: PracticeUnderTest, upload_id: UUID, content: bytes) -> None:
    """Send every part."""
    row = next(row for row in await documents.rows(practice) if row["id"] == upload_id)
    upload = Upload(places.staging(practice.id, upload_id), row["multipart"])
    start = 0
    for number, size in enumerate(part_sizes(len(content)), 1):
        part = content[start : start + size]
        await documents.stores_of(practice).current.parts_put(upload, number, slowly(part), size=size)
        start += size


async def slowly(content: bytes) -> AsyncIterator[bytes]:
    """The bytes as a network brings them."""
    for start in range(0, len(content), 1 << 18):
        yield content[start : start + (1 << 18)]
        await asyncio.sleep(0)


async def live(url: str, practice_id: UUID, client: UUID, folder: Path) -> None:
    """Send documents in until killed."""
    stores = Stores(Filesystem(folder))
    async with Casegraph.opened(url, KeyRing.made(), stores=stores) as casegraph:
        practice = PracticeUnderTest(casegraph, practice_id)
        working = asyncio.create_task(Worker(casegraph, poll_seconds=0.02).run())

        async def go_on() -> None:
            while True:
                size = random.choice([1, 5_000, 300_000, 2 << 20, 2 << 20, 17 << 20])
                upload_id = await send_one(practice, client, size)
                os.write(1, f"{upload_id}\n".encode())

        await asyncio.gather(working, *(go_on() for _ in range(AT_ONCE)))


def main(url: str, practice_id: UUID, client: UUID, folder: Path, kills: int) -> None:
    """Live and be killed, so many times. What is heavy to load is loaded once: every life begins as a copy of this."""
    operations()
    for _ in range(kills):
        child = os.fork()
        if child == 0:
            random.seed()
            asyncio.run(live(url, practice_id, client, folder))
        time.sleep(random.uniform(0.02, LONGEST_LIFE))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


if __name__ == "__main__":
    main(sys.argv[1], UUID(sys.argv[2]), UUID(sys.argv[3]), Path(sys.argv[4]), int(sys.argv[5]))
