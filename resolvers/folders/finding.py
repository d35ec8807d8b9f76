"""Finding folders."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from typing_extensions import Doc

import storage.database.folders
from domain.identity import Kind, written
from resolvers import actors
from resolvers.actors import ActorRow
from resolvers.asking import Ask
from resolvers.given import FolderId, reads
from resolvers.loaders import loaded
from resolvers.paging import After, Before, First, Last, Page, Window
from storage.database.clients import ClientRow
from storage.database.folders import FolderRow
from storage.database.ordering import Order

BY_NAME = Order(("sort_name", "id"), (str, UUID))

Nested = Annotated[bool, Doc("All folders at any depth, to draw the whole tree at once; else only the outermost.")]


async def folder(ask: Ask, *, id: Annotated[FolderId, Doc("The folder's id.")]) -> FolderRow | None:
    """A folder by id; null when there is none within reach."""
    return await ask.loaders.folder_by_id.load(id)


@reads()
async def of_clients(
    ask: Ask, clients: Sequence[ClientRow], *, nested: Nested = False,
    first: First = None, after: After = None, last: Last = None, before: Before = None,
) -> Sequence[Page[FolderRow]]:  # fmt: skip
    """The folders of the client's documents, by name."""
    window = Window.of(ask.seal("folders", "client_id", nested), BY_NAME, first, after, last, before)
    ids = [client.id for client in clients]
    rows = await ask.rows(
        FolderRow, storage.database.folders.of_clients, ask.backend, ask.reach, nested, window.slice, ask.wanted,
        parents=ids, **window.values,
    )  # fmt: skip
    counting = ask.counting(storage.database.folders.counts_of_clients, ask.backend, ask.reach, nested)
    return window.pages(rows, ids, "client_id", counting)


@reads()
async def of_folders(
    ask: Ask, rows: Sequence[FolderRow], *,
    first: First = None, after: After = None, last: Last = None, before: Before = None,
) -> Sequence[Page[FolderRow]]:  # fmt: skip
    """The folders directly within the folder, by name."""
    window = Window.of(ask.seal("folders", "parent_id"), BY_NAME, first, after, last, before)
    ids = [row.id for row in rows]
    found = await ask.rows(
        FolderRow, storage.database.folders.of_folders, ask.backend, ask.reach, window.slice, ask.wanted,
        parents=ids, **window.values,
    )  # fmt: skip
    counting = ask.counting(storage.database.folders.counts_of_folders, ask.backend, ask.reach)
    return window.pages(found, ids, "parent_id", counting)


@reads()
def ids(ask: Ask, rows: Sequence[FolderRow]) -> Sequence[str]:
    """The folder's id."""
    return [written(Kind.FOLDER, row.id) for row in rows]


@reads()
async def clients(ask: Ask, rows: Sequence[FolderRow]) -> Sequence[ClientRow | None]:
    """The client whose folder it is."""
    return await loaded(ask.loaders.client_by_id, [row.client_id for row in rows])


@reads()
async def parents(ask: Ask, rows: Sequence[FolderRow]) -> Sequence[FolderRow | None]:
    """The folder around it; null for an outermost one."""
    return await loaded(ask.loaders.folder_by_id, [row.parent_id for row in rows])


@reads("created_by")
def creators(ask: Ask, rows: Sequence[FolderRow]) -> Sequence[ActorRow]:
    """Who made it."""
    return [actors.actor(row.created_by) for row in rows]
