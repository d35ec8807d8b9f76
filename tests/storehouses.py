"""The product's own server over a store of files of a test's choice."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

import httpx

import server.preparing
from auth.keys import KeyRing
from domain.people import Role
from resolvers import practices
from resolvers.casegraph import Casegraph
from server.assembling import create_app, edge_of
from server.settings import Settings
from tests import filing
from tests.makers import PracticeUnderTest, numbers
from tests.papers import Sender
from tests.server.serving import QuietServer

PASSWORD = "correct horse battery staple"
SIGN_IN = "mutation ($input: SignInInput!) { signIn(input: $input) { token problems { code } } }"


@contextmanager
def bucket(endpoint: str) -> Iterator[str]:
    """The URL of a new bucket on a server of S3 that takes any access key."""
    name = f"files-{uuid4().hex}"
    httpx.put(f"{endpoint}/{name}").raise_for_status()
    yield f"s3://any:anything@{name}?endpoint={endpoint}"


@dataclass(frozen=True)
class Storehouse:
    """A server that answers."""

    origin: str
    casegraph: Casegraph
    settings: Settings
    ring: KeyRing

    async def practice(self) -> PracticeUnderTest:
        """A new practice with nobody in it."""
        return await PracticeUnderTest.founded(self.casegraph)

    @asynccontextmanager
    async def sender(self, practice: PracticeUnderTest, role: Role = Role.OWNER) -> AsyncIterator[Sender]:
        """Somebody who has signed in."""
        email = f"sender{next(numbers)}@{practice.id.hex}.example.org"
        kept = await self.casegraph.passwords.hashed(PASSWORD)
        await practices.let_in(
            self.casegraph.database, practice.id, email=email, name="Ama Mensah", role=role, password_hash=kept
        )
        async with httpx.AsyncClient(base_url=self.origin, timeout=60) as browser:
            given = {"email": email, "password": PASSWORD, "bearer": True}
            answer = await browser.post("/graphql", json={"query": SIGN_IN, "variables": {"input": given}})
            yield Sender(browser, answer.json()["data"]["signIn"]["token"])

    async def client(self, practice: PracticeUnderTest) -> tuple[UUID, str]:
        """A client, by row and in the graph."""
        id = await filing.client(practice)
        return id, filing.client_id(id)


@asynccontextmanager
async def served(database_url: str, files: str, folder: Path, **variables: str) -> AsyncIterator[Storehouse]:
    """The server, on its own keys, for as long as the body takes."""
    settings = Settings.read({
        "CASEGRAPH_DATABASE": database_url, "CASEGRAPH_FILES": files, "CASEGRAPH_ANCHOR": f"{folder}/anchor.log",
        "CASEGRAPH_SECURE_COOKIES": "no", "CASEGRAPH_DEMO": "no", **variables,
    })  # fmt: skip
    for each in server.preparing.folders(settings):
        server.preparing.make_folder(each)
    ring = KeyRing.made()
    app = create_app(settings, ring)
    serves = QuietServer(app, edge_of(settings), settings)
    async with serves.running():
        yield Storehouse(f"http://{serves.address}", app.state.application, settings, ring)
