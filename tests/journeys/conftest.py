"""The product's own server, on a real socket, on each of the two databases in turn."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from auth.keys import KeyRing
from auth.throttling import Throttle
from domain.people import Role
from resolvers import practices
from resolvers.casegraph import Casegraph
from server.assembling import create_app, edge_of
from server.settings import Settings
from storage.database.migrating import migrate
from storage.database.people import Membership
from tests.makers import PracticeUnderTest, numbers
from tests.server.serving import QuietServer
from tests.servers import postgres as postgres_server

PASSWORD = "correct horse battery staple"
SIGN_IN = """
mutation ($input: SignInInput!) {
  signIn(input: $input) { token problems { code } viewer { kind memberships { practiceId practiceName } } }
}
"""


@dataclass(frozen=True)
class House:
    """A server that answers, and the application behind it."""

    address: str
    casegraph: Casegraph

    @property
    def origin(self) -> str:
        return f"http://{self.address}"

    def browser(self, **headers: str) -> httpx.AsyncClient:
        """A client that keeps cookies and says where it comes from."""
        return httpx.AsyncClient(base_url=self.origin, headers={"origin": self.origin, **headers}, timeout=30)

    async def practice(self) -> PracticeUnderTest:
        """A new practice with nobody in it."""
        return await PracticeUnderTest.founded(self.casegraph)

    async def person(
        self, practice: PracticeUnderTest, role: Role = Role.OWNER, email: str = ""
    ) -> tuple[str, Membership]:
        """Somebody with a password, and their address."""
        address = email or f"person{next(numbers)}@{practice.id.hex}.example.org"
        kept = await self.casegraph.passwords.hashed(PASSWORD)
        held = await practices.let_in(
            self.casegraph.database, practice.id, email=address, name="Ama Mensah", role=role, password_hash=kept
        )
        return address, held

    async def token(self, email: str) -> str:
        """A bearer token of the person."""
        async with self.browser() as browser:
            answer = await ask(browser, SIGN_IN, input={"email": email, "password": PASSWORD, "bearer": True})
            return str(answer["data"]["signIn"]["token"])


async def ask(browser: httpx.AsyncClient, query: str, **variables: Any) -> dict[str, Any]:
    """Post an operation and give the body of the answer."""
    response = await browser.post("/graphql", json={"query": query, "variables": variables})
    body: dict[str, Any] = response.json()
    return body


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
async def house_database_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Each of the two databases in turn, of the house's own: its worker would take up the jobs of other tests."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('house') / 'casegraph.sqlite'}"
        await migrate(url)
        return url
    database = request.getfixturevalue("postgres").make_database()
    await migrate(database.owner_url, app_role=postgres_server.APP)
    return str(database.app_url)


@pytest.fixture(scope="session")
async def house(house_database_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """The server, for as long as the tests on this database run."""
    folder: Path = tmp_path_factory.mktemp("house")
    settings = Settings.read({
        "CASEGRAPH_DATABASE": house_database_url, "CASEGRAPH_FILES": f"file://{folder}/files",
        "CASEGRAPH_ANCHOR": f"{folder}/anchor.log", "CASEGRAPH_SECURE_COOKIES": "no", "CASEGRAPH_DEMO": "no",
    })  # fmt: skip
    app = create_app(settings, KeyRing.made())
    server = QuietServer(app, edge_of(settings), settings)
    async with server.running():
        yield House(server.address, app.state.application)


@pytest.fixture(autouse=True)
def patient(house: House) -> None:
    """All tests sign in from one address: each begins with no tries behind it."""
    house.casegraph.throttle = Throttle()
