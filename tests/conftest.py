"""What every test can ask for: empty databases on both kinds of server. Rows are made by makers, not by fixtures."""

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from auth.keys import KeyRing
from resolvers.casegraph import Casegraph
from resolvers.files.stores import Stores
from storage.database.migrating import migrate
from storage.files.links import Links
from storage.files.memory import Memory
from tests.letters import letter_box
from tests.makers import PracticeUnderTest
from tests.servers import postgres as postgres_server

LACKING = "This machine has no "
"""How a test's reason to skip begins when the machine cannot have what it needs; the run names these at its end."""


@pytest.fixture(scope="session")
def postgres() -> Iterator[postgres_server.Server]:
    """A real PostgreSQL, started by the first test that asks (with pytest-xdist: one for each worker)."""
    with postgres_server.served() as server:
        yield server


@pytest.fixture
def postgres_database(postgres: postgres_server.Server) -> Iterator[Callable[..., postgres_server.Database]]:
    """Makes fresh databases, empty or copied from a `template`; they go when the test ends."""
    made: list[postgres_server.Database] = []

    def make(*, template: str = "template0") -> postgres_server.Database:
        made.append(postgres.make_database(template=template))
        return made[-1]

    yield make
    for database in made:
        database.drop()


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """A fresh SQLite database: a file that does not exist yet."""
    return f"sqlite:///{tmp_path / 'casegraph.sqlite'}"


@pytest.fixture(scope="session")
async def postgres_url(postgres: postgres_server.Server) -> str:
    """A migrated PostgreSQL database that the whole run shares, as the application's role sees it."""
    database = postgres.make_database()
    await migrate(database.owner_url, app_role=postgres_server.APP)
    return database.app_url


@pytest.fixture(scope="session")
async def migrated_sqlite_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A migrated SQLite database that the whole run shares."""
    url = f"sqlite:///{tmp_path_factory.mktemp('sqlite') / 'casegraph.sqlite'}"
    await migrate(url)
    return url


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Each of the two databases in turn. Tests share them: every test founds a practice of its own."""
    return str(request.getfixturevalue("migrated_sqlite_url" if request.param == "sqlite" else "postgres_url"))


@pytest.fixture(params=["sqlite", "postgresql"])
async def fresh_database_url(request: pytest.FixtureRequest) -> str:
    """A migrated database of the test's own, of each kind in turn."""
    if request.param == "sqlite":
        url = str(request.getfixturevalue("sqlite_url"))
        await migrate(url)
        return url
    database: postgres_server.Database = request.getfixturevalue("postgres_database")()
    await migrate(database.owner_url, app_role=postgres_server.APP)
    return database.app_url


@pytest.fixture(scope="session")
async def casegraph(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Casegraph]:
    """The application, opened on each of the two databases in turn, with a folder for its letters."""
    ring, post = KeyRing.made(), letter_box(tmp_path_factory.mktemp("outbox"))
    stores = Stores(Memory(links=Links(ring, "/files/links")))
    async with Casegraph.opened(database_url, ring, stores=stores, post=post) as opened:
        yield opened


@pytest.fixture
async def practice(casegraph: Casegraph) -> PracticeUnderTest:
    """A new practice with nobody in it."""
    return await PracticeUnderTest.founded(casegraph)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name at the end what the machine could not have, so that no proof is missing unnoticed."""
    reasons = {report.longrepr[2] for report in terminalreporter.stats.get("skipped", []) if report.longrepr}
    lacking = sorted(reason.partition(LACKING)[2] for reason in reasons if LACKING in reason)
    if lacking:
        terminalreporter.section("not shown on this machine, which has no")
        for what in lacking:
            terminalreporter.write_line(what)
