"""Killed at any moment, the application loses nothing that it acknowledged, and does nothing twice when asked again."""

import asyncio
import random
import subprocess
import sys
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from resolvers import practices
from resolvers.verifying import verify
from storage.database.audit import AuditEvent
from storage.database.clients import Client
from storage.database.migrating import migrate
from storage.database.opening import Database, open_database
from tests.proofs.kill9.writer import open_one
from tests.servers.postgres import APP, OwnServer, started

ROOT = Path(__file__).parents[3]
FILES = 500
ROUNDS = 12
CRASHES = 4


async def killed_while_writing(url: str, practice_id: UUID, after: int) -> dict[int, UUID]:
    """Let a process open files at once, kill it when it has acknowledged so many, and give what it acknowledged."""
    arguments = ("-m", "tests.proofs.kill9.writer", url, str(practice_id), str(FILES))
    process = await asyncio.create_subprocess_exec(
        sys.executable, *arguments, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    assert await process.stdout.readline() == b"begun\n"
    lines = [await process.stdout.readline() for _ in range(after)]
    await asyncio.sleep(random.uniform(0, 0.02))
    process.kill()
    rest, _ = await process.communicate()
    assert process.returncode == -9
    told = [line.split() for line in (*lines, *rest.splitlines())]
    return {int(number): UUID(client_id.decode()) for number, client_id in told}


async def files_of(database: Database, practice_id: UUID) -> tuple[set[UUID], list[int]]:
    """The files that are open, and their counters."""
    found = select(Client.id, Client.file_counter).where(Client.practice_id == practice_id)
    async with database.write(practice_id) as session:
        rows = (await session.execute(found.order_by(Client.file_counter))).all()
    return {row.id for row in rows}, [row.file_counter for row in rows]


async def facts_of(database: Database, practice_id: UUID) -> set[str]:
    """The clients whose creation stands in the audit log."""
    async with database.write(practice_id) as session:
        found = select(AuditEvent.subject_id).where(
            AuditEvent.practice_id == practice_id, AuditEvent.subject == "client", AuditEvent.action == "CREATED"
        )
        return set((await session.scalars(found)).all())


async def assert_nothing_is_lost(url: str, practice_id: UUID, acknowledged: dict[int, UUID]) -> None:
    """Open the database anew: what was acknowledged is there, whole, and the chain is sound."""
    database = await open_database(url)
    try:
        there, counters = await files_of(database, practice_id)
        assert set(acknowledged.values()) <= there
        assert counters == list(range(1, len(there) + 1))
        assert await facts_of(database, practice_id) == {str(id) for id in there}
        report = await verify(database, practice_id, None)
        assert (report.faults, report.writes) == ([], 1 + len(there))
    finally:
        await database.close()


async def assert_asking_again_does_nothing_twice(url: str, practice_id: UUID, acknowledged: dict[int, UUID]) -> None:
    """Ask for everything again under the same keys, as a caller does who heard no answer."""
    database = await open_database(url)
    try:
        outcomes = await asyncio.gather(*(open_one(database, practice_id, number) for number in range(FILES)))
        for number, id in acknowledged.items():
            assert outcomes[number].client_id == id
        there, counters = await files_of(database, practice_id)
        assert there == {outcome.client_id for outcome in outcomes}
        assert counters == list(range(1, FILES + 1))
        assert (await verify(database, practice_id, None)).is_sound
    finally:
        await database.close()


async def new_practice(url: str) -> UUID:
    database = await open_database(url)
    try:
        return await practices.found(database, "Killed while writing")
    finally:
        await database.close()


async def prove_once(url: str) -> None:
    practice_id = await new_practice(url)
    acknowledged = await killed_while_writing(url, practice_id, after=random.randrange(FILES * 3 // 4))
    await assert_nothing_is_lost(url, practice_id, acknowledged)
    await assert_asking_again_does_nothing_twice(url, practice_id, acknowledged)


async def test_a_kill_loses_nothing_that_was_acknowledged(fresh_database_url: str) -> None:
    await prove_once(fresh_database_url)


@pytest.mark.proof
async def test_many_kills_lose_nothing_that_was_acknowledged(fresh_database_url: str) -> None:
    for _ in range(ROUNDS):
        await prove_once(fresh_database_url)


@pytest.mark.proof
async def test_a_crash_of_the_database_server_loses_nothing_that_was_acknowledged() -> None:
    with started(fast=False) as own:
        database = own.server.make_database()
        await migrate(database.owner_url, app_role=APP)
        for _ in range(CRASHES):
            practice_id = await new_practice(database.app_url)
            acknowledged = await crashed_while_writing(own, database.app_url, practice_id)
            await assert_nothing_is_lost(database.app_url, practice_id, acknowledged)
            await assert_asking_again_does_nothing_twice(database.app_url, practice_id, acknowledged)


async def crashed_while_writing(own: OwnServer, url: str, practice_id: UUID) -> dict[int, UUID]:
    """Write from here, crash the server in the middle, start it again; what was acknowledged before."""
    acknowledged: dict[int, UUID] = {}
    enough = asyncio.Event()
    most = random.randrange(FILES * 3 // 4)

    async def acknowledge(number: int) -> None:
        outcome = await open_one(database, practice_id, number)
        assert outcome.client_id is not None
        acknowledged[number] = outcome.client_id
        if len(acknowledged) > most:
            enough.set()

    database = await open_database(url)
    writing = [asyncio.create_task(acknowledge(number)) for number in range(FILES)]
    await enough.wait()
    await asyncio.to_thread(own.kill)
    for task in writing:
        task.cancel()
    await asyncio.gather(*writing, return_exceptions=True)
    await database.close()
    await asyncio.to_thread(own.start)
    return acknowledged
