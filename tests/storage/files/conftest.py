"""Each kind of store in turn."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from storage.files.interface import FileStore
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
async def moto_bucket(moto_endpoint: str) -> AsyncIterator[FileStore]:
    """A bucket there."""
    async with places.bucket(moto_endpoint, "any", "anything") as store:
        yield store


@pytest.fixture(scope="session")
def radosgw_server() -> Iterator[radosgw.Server]:
    """A real server of S3."""
    with radosgw.served() as server:
        yield server


@pytest.fixture(scope="session")
async def radosgw_bucket(radosgw_server: radosgw.Server) -> AsyncIterator[FileStore]:
    """A bucket there."""
    server = radosgw_server
    async with places.bucket(server.endpoint, server.access_key, server.secret_key) as store:
        yield store


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> tuple[str, FileStore | None]:
    """Each kind of store, and the bucket that its tests share."""
    shared = request.getfixturevalue(f"{request.param}_bucket") if request.param in ("moto", "radosgw") else None
    return request.param, shared


@pytest.fixture
async def place(kind: tuple[str, FileStore | None], tmp_path: Path) -> AsyncIterator[Place]:
    """A practice of its own in a store of each kind."""
    match kind:
        case (server, store) if store is not None:
            yield places.in_bucket(store, of_moto=server == "moto")
        case "memory", _:
            async with places.memory() as place:
                yield place
        case folder, _:
            async with places.folder(tmp_path, unnamed=folder == "folder") as place:
                yield place
