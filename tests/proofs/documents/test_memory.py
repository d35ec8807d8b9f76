"""However large the files and however many at once, the server's memory hardly grows."""

import asyncio
import hashlib
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from auth.keys import KeyRing
from domain.identity import new_id
from domain.people import Role
from resolvers import practices, writing
from resolvers.casegraph import Casegraph
from storage.database.people import PracticeSettings
from tests import filing, papers
from tests.makers import PracticeUnderTest
from tests.papers import Sender
from tests.storehouses import PASSWORD, SIGN_IN

ROOT = Path(__file__).parents[3]
MEBIBYTE = 1 << 20
MOST_GROWTH = 64 * MEBIBYTE
EMAIL = "ama@example.org"


@dataclass(frozen=True)
class Content:
    """The bytes of a large document, made as they are needed."""

    size: int

    def span(self, start: int, end: int) -> bytes:
        """Some of them: a PDF's beginning, and zeros."""
        head = papers.PDF[start:end]
        return head + bytes(end - start - len(head))

    async def chunks(self, start: int, end: int) -> AsyncIterator[bytes]:
        """Some of them, a mebibyte at a time."""
        for at in range(start, end, MEBIBYTE):
            yield self.span(at, min(at + MEBIBYTE, end))

    def digest(self) -> str:
        """The SHA-256 of all of them."""
        digest = hashlib.sha256()
        for at in range(0, self.size, MEBIBYTE):
            digest.update(self.span(at, min(at + MEBIBYTE, self.size)))
        return digest.hexdigest()


@dataclass
class Served:
    """A server in a process of its own."""

    process: subprocess.Popen[bytes]
    ama: Sender
    client_id: str

    def memory(self, name: str) -> int:
        """A line of the process's status, in bytes: `VmRSS` for now, `VmHWM` for the most so far."""
        lines = Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        return int(next(line for line in lines if line.startswith(name)).split()[1]) * 1024

    def forget_the_most(self) -> None:
        """Let `VmHWM` begin anew."""
        Path(f"/proc/{self.process.pid}/clear_refs").write_text("5")

    async def send(self, content: Content, digest: str) -> Any:
        """Send a document in, part by part, and wait until it is one."""
        given = {"size": content.size, "sha256": digest, "name": "large.pdf"}
        upload = (await self.ama.begin(self.client_id, b"", **given))["upload"]
        start = 0
        async with httpx.AsyncClient(timeout=600) as stranger:
            while missing := [part for part in (await self.ama.upload(upload["id"]))["parts"] if not part["stored"]]:
                for part in missing:
                    start = (part["number"] - 1) * upload["partSize"]
                    link = part["link"]
                    headers = {each["name"]: each["value"] for each in link["headers"]}
                    answer = await stranger.put(
                        self.ama.browser.base_url.join(link["url"]),
                        content=content.chunks(start, start + part["size"]),
                        headers={**headers, "content-length": str(part["size"])},
                    )
                    assert answer.status_code == 204, answer.text
        await self.ama.complete(upload["id"])
        return (await self.ama.ended(upload["id"], seconds=600))["document"]

    async def read(self, url: str) -> str:
        """Read a document to its end; its digest."""
        digest = hashlib.sha256()
        headers = {"authorization": f"Bearer {self.ama.token}"}
        async with self.ama.browser.stream("GET", url, headers=headers) as answer:
            async for chunk in answer.aiter_raw():
                digest.update(chunk)
        return digest.hexdigest()


@asynccontextmanager
async def served(folder: Path, **variables: str) -> AsyncIterator[Served]:
    """The server as `./casegraph serve` runs it, on SQLite and a folder."""
    url, keys = f"sqlite:///{folder}/casegraph.sqlite", folder / "keys"
    KeyRing.made().write_first(keys)
    environment = {
        **os.environ, "CASEGRAPH_DATABASE": url, "CASEGRAPH_FILES": f"file://{folder}/files", "CASEGRAPH_PORT": "0",
        "CASEGRAPH_KEYS": str(keys), "CASEGRAPH_ANCHOR": f"{folder}/anchor", "CASEGRAPH_DEMO": "no",
        "CASEGRAPH_LOG_LEVEL": "error", **variables,
    }  # fmt: skip
    process = await asyncio.to_thread(
        subprocess.Popen, [sys.executable, "casegraph", "serve"], cwd=ROOT, env=environment, stdout=subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        line = await asyncio.to_thread(process.stdout.readline)
        origin = line.decode().split()[3].removesuffix("/graphql")
        client_id = await prepared(url, keys)
        async with httpx.AsyncClient(base_url=origin, timeout=600) as browser:
            given = {"email": EMAIL, "password": PASSWORD, "bearer": True}
            answer = await browser.post("/graphql", json={"query": SIGN_IN, "variables": {"input": given}})
            yield Served(process, Sender(browser, answer.json()["data"]["signIn"]["token"]), client_id)
    finally:
        process.terminate()
        await asyncio.to_thread(process.communicate)


async def prepared(url: str, keys: Path) -> str:
    """A practice that takes documents of any size, somebody in it, and a client."""
    async with Casegraph.opened(url, KeyRing.read(keys)) as casegraph:
        practice = await PracticeUnderTest.founded(casegraph)
        kept = await casegraph.passwords.hashed(PASSWORD)
        await practices.let_in(
            casegraph.database, practice.id, email=EMAIL, name="Ama Mensah", role=Role.OWNER, password_hash=kept
        )
        async with writing.opened(casegraph.database, practice.system, "test.settings") as write:
            values = {"document_mebibytes": 1 << 20, "documents_gibibytes": 1 << 20}
            day = write.moment.date() - timedelta(days=2)
            await write.add(
                PracticeSettings(
                    id=new_id(), effective_from=day, version=1, values=values, recorded_at=write.moment
                )
            )  # fmt: skip
        return filing.client_id(await filing.client(practice))


async def prove(folder: Path, size: int, at_once: int) -> tuple[int, int]:
    """Send so many documents in at once and read them at once; how much the memory grew with each."""
    async with served(folder) as house:
        small = Content(17 * MEBIBYTE)
        warm = await house.send(small, small.digest())
        await house.read(warm["current"]["url"])
        content = Content(size)
        digest = await asyncio.to_thread(content.digest)

        before = house.memory("VmRSS")
        house.forget_the_most()
        documents = await asyncio.gather(*(house.send(content, digest) for _ in range(at_once)))
        sending = house.memory("VmHWM") - before
        house.forget_the_most()
        digests = await asyncio.gather(*(house.read(each["current"]["url"]) for each in documents))
        reading = house.memory("VmHWM") - before
    assert digests == [digest] * at_once
    print(f"{at_once} x {size >> 20} MiB: sending +{sending >> 20} MiB, reading +{reading >> 20} MiB")  # noqa: T201
    return sending, reading


async def test_documents_of_20_mebibytes_take_little_memory(tmp_path: Path) -> None:
    assert max(await prove(tmp_path, 20 * MEBIBYTE, 2)) < MOST_GROWTH


@pytest.mark.proof
@pytest.mark.parametrize("at_once", [1, 10])
async def test_documents_of_256_mebibytes_take_little_memory(tmp_path: Path, at_once: int) -> None:
    assert max(await prove(tmp_path, 256 * MEBIBYTE, at_once)) < MOST_GROWTH


@pytest.mark.proof
async def test_a_document_of_5_gibibytes_takes_little_memory(tmp_path: Path) -> None:
    assert max(await prove(tmp_path, 5 << 30, 1)) < MOST_GROWTH
