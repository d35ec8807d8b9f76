"""Each kind of store in turn."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.servers import moto, radosgw
from tests.storage.files import places
from tests.storage.files.places import Place

KINDS = ["folder", "folder of named drafts", "memory", "moto", pytest.param("radosgw", marks=pytest.mark.proof)]


@pytest.fixture(scope="session")
def moto_endpoint() -> Iterator[str]:
    """A server out of a package."""
    with moto.served() as endpoint:
        yield endpoint


@pytest.fixture(scope="session")
def radosgw_server() -> Iterator[radosgw.Server]:
    """A real server of S3."""
    with radosgw.served() as server:
        yield server


@pytest.fixture(params=KINDS)
async def place(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Place]:
    """An empty store of each kind."""
    match request.param:
        case "memory":
            opened = places.memory()
        case "moto":
            opened = places.bucket(request.getfixturevalue("moto_endpoint"), "any", "anything", looks_at_links=False)
        case "radosgw":
            server: radosgw.Server = request.getfixturevalue("radosgw_server")
            opened = places.bucket(server.endpoint, server.access_key, server.secret_key, looks_at_links=True)
        case _:
            opened = places.folder(tmp_path, unnamed=request.param == "folder")
    async with opened as place:
        yield place
