"""Killed at any moment of an upload: no part of a document is ever seen, and after one sweep nothing is left over."""

import asyncio
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select, update

from auth.keys import KeyRing
from domain import identity
from domain.documents import UploadState
from resolvers import jobs
from resolvers.casegraph import Casegraph
from resolvers.files.comparing import compare
from resolvers.files.stores import Stores
from resolvers.uploads import sweeping
from storage.database.documents import Blob, Document, DocumentVersion
from storage.database.jobs import Job
from storage.database.uploads import Upload
from storage.files.filesystem import Filesystem
from storage.files.interface import Area
from tests import filing
from tests import filing_documents as documents
from tests.makers import PracticeUnderTest

ROOT = Path(__file__).parents[3]
KILLS = 200
KILLS_BETWEEN_LOOKS = 20


async def killed(url: str, practice: PracticeUnderTest, client: UUID, folder: Path, kills: int) -> set[UUID]:
    """Have processes killed while they send documents in; what they said had come through."""
    arguments = (url, str(practice.id), str(client), str(folder), str(kills))
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.proofs.documents.killed", *arguments, cwd=ROOT, stdout=subprocess.PIPE
    )
    said, _ = await process.communicate()
    assert process.returncode == 0
    return {identity.read(line)[1] for line in said.decode().split()}


async def look(practice: PracticeUnderTest, acknowledged: set[UUID]) -> None:
    """Whatever stands in rows is whole in the store, and whatever lies in the store stands in a row."""
    compared = await compare(practice.casegraph.database, practice.id, documents.stores_of(practice))
    assert compared.faults == []
    async with practice.casegraph.database.write(practice.id) as session:
        here = Upload.practice_id == practice.id
        available = set(
            (await session.scalars(select(Upload.id).where(here, Upload.state == UploadState.AVAILABLE))).all()
        )
        filed = (await session.scalars(select(Document.id).where(Document.practice_id == practice.id))).all()
        versions = (
            await session.scalars(select(DocumentVersion.id).where(DocumentVersion.practice_id == practice.id))
        ).all()
    assert acknowledged <= available
    assert len(available) == len(filed) == len(versions)


async def sweep_once(practice: PracticeUnderTest) -> None:
    """Finish what was left behind, a day later, in one sweep."""
    async with practice.casegraph.database.write(practice.id) as session:
        # The workers are dead; nobody waits a minute for their leases.
        await session.execute(update(Job).where(Job.practice_id == practice.id).values(leased_until=None, attempts=0))
        await session.commit()
    work = await documents.working(practice)
    await sweeping.swept_at(work, datetime.now(UTC) + timedelta(hours=25))
    await jobs.release(practice.casegraph.database, work.lease)
    await documents.run_jobs(practice)


async def prove(url: str, folder: Path, kills: int, between: int) -> int:
    """Kill so many times, and look in between; how many documents came through."""
    async with Casegraph.opened(url, KeyRing.made(), stores=Stores(Filesystem(folder))) as casegraph:
        practice = await PracticeUnderTest.founded(casegraph)
        client = await filing.client(practice)
        acknowledged: set[UUID] = set()
        for _ in range(kills // between):
            acknowledged |= await killed(url, practice, client, folder, between)
            await look(practice, acknowledged)
        await sweep_once(practice)
        await look(practice, acknowledged)
        async with casegraph.database.write(practice.id) as session:
            blobs = (await session.scalars(select(Blob.id).where(Blob.practice_id == practice.id))).all()
            states = set((await session.scalars(select(Upload.state).where(Upload.practice_id == practice.id))).all())
        kept = await documents.kept(practice)
        assert kept.get(Area.FINAL, 0) + kept.get(Area.DERIVED, 0) == len(blobs)
        assert kept.get(Area.STAGING, 0) == 0
        assert states <= {UploadState.AVAILABLE, UploadState.EXPIRED}
        store = documents.stores_of(practice).current
        assert [each async for each in store.parts_begun(documents.under(practice))] == []
        return len(blobs)


async def test_a_few_kills_leave_nothing_half_done(fresh_database_url: str, tmp_path: Path) -> None:
    await asyncio.to_thread((tmp_path / "files").mkdir)
    await prove(fresh_database_url, tmp_path / "files", 4, 4)


@pytest.mark.proof
async def test_two_hundred_kills_leave_nothing_half_done(fresh_database_url: str, tmp_path: Path) -> None:
    await asyncio.to_thread((tmp_path / "files").mkdir)
    assert await prove(fresh_database_url, tmp_path / "files", KILLS, KILLS_BETWEEN_LOOKS) > KILLS // 4
