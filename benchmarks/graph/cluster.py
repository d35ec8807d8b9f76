"""The PostgreSQL that all rivals ask: loaded once, kept under var/ for the next run, and never shared by two runs."""

import asyncio
import hashlib
import json
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy import select

from auth import sessions
from auth.keys import KeyRing
from auth.viewers import Member
from domain.chains import FIRST_LINK
from domain.people import Role
from domain.settings import DEFAULT
from resolvers import practices
from resolvers.casegraph import Casegraph
from server.variables import ROOT
from storage.database.migrating import migrate
from storage.database.people import Membership
from tests.servers import postgres
from tests.servers.postgres import OwnServer, Server

HERE = Path(__file__).parent
NAME = "casegraph_benchmark"
PRACTICES = 4
KEPT_FROM = 2_000
"""Loading fewer clients than this takes a moment, so they are not kept."""
MEMORY = {"shared_buffers": "2GB", "jit": "off", "max_wal_size": "8GB", "maintenance_work_mem": "512MB"}
LITTLE_MEMORY = {"jit": "off"}
ASKED_FOR = 2_000
"""How many different clients the load asks for, one after another."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """The loaded database, and the member of one of its practices who asks."""

    server: Server
    process_id: int
    viewer: Member
    token: str
    client_ids: tuple[UUID, ...]
    version: str

    @property
    def app_url(self) -> str:
        """As the application's role, bound by row-level security."""
        return self.server.url(NAME, postgres.APP)

    @property
    def administrator_url(self) -> str:
        """As the role that no security binds."""
        return self.server.of_administrator(NAME)


class KeptServer(OwnServer):
    """A PostgreSQL whose data outlive it; only its folder of programs and logs goes."""

    def __init__(self, folder: Path, kept: Path, settings: dict[str, str], password: str | None) -> None:
        super().__init__(folder, fast=False)
        self.settings |= settings
        self.password = password or self.password
        # The watcher looks for the server's end in the folder it removes: a link is all it can remove there.
        self.data.symlink_to(kept / "data")
        self.data = kept / "data"


@contextmanager
def loaded(clients: int) -> Iterator[Loaded]:
    """A database of so many clients, from an earlier run if there is one."""
    if clients < KEPT_FROM:
        with tempfile.TemporaryDirectory(dir=postgres.folder_for_everyone()) as folder:
            Path(folder).chmod(0o755)
            with _served(Path(folder), clients) as found:
                yield found
    else:
        with _served(_kept_folder() / f"postgres-{clients}", clients) as found:
            yield found


@contextmanager
def _served(kept: Path, clients: int) -> Iterator[Loaded]:
    stamp = kept / "loaded.json"
    password = _password(stamp, clients)
    if password is None:
        password = _load(kept, stamp, clients)
    with _running(kept, _memory(clients), password) as own:
        assert own.process is not None
        yield asyncio.run(_opened(own.server, own.process.pid))


def _memory(clients: int) -> dict[str, str]:
    return MEMORY if clients >= KEPT_FROM else LITTLE_MEMORY


def _kept_folder() -> Path:
    """`var/benchmarks`, unless PostgreSQL's user may not enter it there."""
    kept = ROOT / "var" / "benchmarks"
    kept.mkdir(parents=True, exist_ok=True)
    open_to_all = all(parent.stat().st_mode & stat.S_IXOTH for parent in (kept, *kept.parents))
    return kept if open_to_all or os.geteuid() else Path(postgres.folder_for_everyone()) / "casegraph-benchmarks"


def _digest(clients: int) -> str:
    texts = [(HERE / name).read_bytes() for name in ("tables.sql", "data.sql", "keys.sql")]
    return hashlib.sha256(b"\0".join([str(clients).encode(), *texts])).hexdigest()


def _password(stamp: Path, clients: int) -> str | None:
    """The password of the kept server, if it holds what is wanted."""
    if not stamp.exists():
        return None
    said = json.loads(stamp.read_text())
    return said["password"] if said["digest"] == _digest(clients) else None


@contextmanager
def _running(kept: Path, settings: dict[str, str], password: str | None = None) -> Iterator[OwnServer]:
    folder = Path(tempfile.mkdtemp(prefix="casegraph-benchmark-", dir=postgres.folder_for_everyone()))
    folder.chmod(0o755)
    try:
        own = KeptServer(folder, kept, settings, password)
        if password is None:
            own.initialise()
        try:
            postgres.start_on_a_free_port(own)
            own.server.make_roles()
            yield own
        finally:
            own.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _load(kept: Path, stamp: Path, clients: int) -> str:
    """Load the data without waiting for the disk; what is there is whole only once it is stamped."""
    shutil.rmtree(kept, ignore_errors=True)
    kept.mkdir(parents=True, exist_ok=True)
    kept.chmod(0o755)
    print(f"loading {clients:,} clients (once)", flush=True)
    with _running(kept, postgres.FAST_SETTINGS | _memory(clients)) as own:
        database = own.server.make_database(NAME)
        asyncio.run(_fill(own.server, database.owner_url, database.app_url, clients))
        password = own.password
    stamp.touch(mode=0o600)
    stamp.write_text(json.dumps({"digest": _digest(clients), "password": password}))
    return password


async def _fill(server: Server, owner_url: str, app_url: str, clients: int) -> None:
    await migrate(owner_url, app_role=postgres.APP)
    async with Casegraph.opened(app_url, KeyRing.made()) as casegraph:
        for number in range(PRACTICES):
            practice_id = await practices.found(casegraph.database, f"Practice {number + 1}")
            await practices.let_in(
                casegraph.database, practice_id, email=f"owner{number}@example.org", name="Owner", role=Role.OWNER
            )
    connection = await asyncpg.connect(server.of_administrator(NAME), timeout=30)
    try:
        await connection.execute(f"SET benchmark.size = '{clients}'")
        for name in ("tables.sql", "data.sql", "keys.sql"):
            await connection.execute((HERE / name).read_text(), timeout=1800)
        await connection.execute("VACUUM (ANALYZE)", timeout=600)
        await connection.execute("CHECKPOINT", timeout=600)
    finally:
        await connection.close()


async def _opened(server: Server, process_id: int) -> Loaded:
    """The database as a run begins: migrated, no accesses in its log, somebody signed in."""
    await migrate(server.url(NAME, postgres.OWNER), app_role=postgres.APP)
    connection = await asyncpg.connect(server.of_administrator(NAME))
    try:
        await connection.execute("TRUNCATE access_event, access_subject, access_batch")
        await connection.execute("UPDATE access_seq SET batch = 0, last_hash = $1", FIRST_LINK)
        viewer, token = await _signed_in(server)
        found = await connection.fetch(
            "SELECT id FROM benchmark.clients WHERE practice_id = $1 ORDER BY md5(id::text) LIMIT $2",
            viewer.practice_id, ASKED_FOR,
        )  # fmt: skip
        version = await connection.fetchval("SELECT current_setting('server_version')")
    finally:
        await connection.close()
    return Loaded(server, process_id, viewer, token, tuple(each["id"] for each in found), version)


async def _signed_in(server: Server) -> tuple[Member, str]:
    lasting = replace(DEFAULT, session_hours=24, session_idle_minutes=24 * 60)
    async with Casegraph.opened(server.url(NAME, postgres.APP), KeyRing.made()) as casegraph:
        practice = (await practices.every_practice(casegraph.database))[0]
        async with casegraph.database.write(practice.id) as session:
            chosen = select(Membership).where(Membership.practice_id == practice.id)
            held: Any = (await session.scalars(chosen)).first()
            session_id, token = await sessions.begin(session, held.person_id, held, lasting, datetime.now(UTC))
            await session.commit()
    return Member(practice.id, held.person_id, held.id, held.role, session_id), token
