"""What every test can ask for: empty databases on both kinds of server. Rows are made by makers, not by fixtures."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

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


# The databases with tables (migrated once, then copied for each test; SQLite and PostgreSQL in turn) stand here.


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name at the end what the machine could not have, so that no proof is missing unnoticed."""
    reasons = {report.longrepr[2] for report in terminalreporter.stats.get("skipped", []) if report.longrepr}
    lacking = sorted(reason.partition(LACKING)[2] for reason in reasons if LACKING in reason)
    if lacking:
        terminalreporter.section("not shown on this machine, which has no")
        for what in lacking:
            terminalreporter.write_line(what)
