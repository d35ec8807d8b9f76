"""Opening the places where files are kept, as the settings name them."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from auth.keys import KeyRing
from resolvers.files.stores import Stores
from server.files.endpoints import LINKS_PATH
from server.settings import Settings
from storage.files.interface import FileStore
from storage.files.links import Links
from storage.files.opening import open_store


@asynccontextmanager
async def opened(settings: Settings, ring: KeyRing) -> AsyncIterator[Stores]:
    """Open every store that rows may name; nothing is asked of them yet. Close them in the end."""
    links = Links(ring, f"{settings.files_origin or ''}{LINKS_PATH}")
    async with AsyncExitStack() as stack:
        stores: list[FileStore] = []
        for url in (settings.files, *settings.files_also):
            stores.append(open_store(url, links=links))
            stack.push_async_callback(stores[-1].close)
        yield Stores(*stores)
