"""Finding tags, who has them, and how many."""

from collections.abc import Sequence
from typing import Annotated

from typing_extensions import Doc

import storage.database.tag_usage
import storage.database.tags
from domain.identity import Kind, written
from domain.people import Role
from resolvers import actors
from resolvers.actors import ActorRow
from resolvers.asking import Ask
from resolvers.given import TagId, reads
from resolvers.loaders import loaded
from resolvers.sorting_out import sorted_out
from storage.database.clients import ClientRow
from storage.database.people import PracticeRow
from storage.database.tag_usage import TagUsageRow
from storage.database.tags import ClientTagRow, TagRow

Archived = Annotated[bool, Doc("Those put away too; not those merged into others.")]
Past = Annotated[bool, Doc("Also those taken off again: who had put them on, and who took them off.")]


async def tag(ask: Ask, *, id: Annotated[TagId, Doc("The tag's id.")]) -> TagRow | None:
    """A tag by id, archived and merged ones too; null when there is none that the viewer may see."""
    return await ask.loaders.tag_by_id.load(id)


@reads()
async def of_practices(
    ask: Ask, practices: Sequence[PracticeRow], *, archived: Archived = False
) -> Sequence[list[TagRow]]:
    """The tags that the viewer may see, in the practice's order: those that can be put on clients."""
    rows = await ask.rows(TagRow, storage.database.tags.listed, ask.reach, archived)
    return [rows for _ in practices]


@reads()
async def of_clients(ask: Ask, clients: Sequence[ClientRow], *, past: Past = False) -> Sequence[list[ClientTagRow]]:
    """The tags on the client that the viewer may see, in the practice's order, archived ones too."""
    ids = [client.id for client in clients]
    return sorted_out(
        await ask.rows(ClientTagRow, storage.database.tags.of_clients, ask.reach, past, ids=ids), ids, "client_id"
    )


@reads()
def ids(ask: Ask, rows: Sequence[TagRow]) -> Sequence[str]:
    """The tag's id."""
    return [written(Kind.TAG, row.id) for row in rows]


@reads("visible_to")
def audiences(ask: Ask, rows: Sequence[TagRow]) -> Sequence[list[Role] | None]:
    """The roles that see the tag, on clients, in lists and in filters; null when everybody does."""
    return [None if row.visible_to is None else [Role(role) for role in row.visible_to] for row in rows]


@reads("created_by")
def makers(ask: Ask, rows: Sequence[TagRow]) -> Sequence[ActorRow]:
    """Who made the tag."""
    return [actors.actor(row.created_by) for row in rows]


@reads()
async def merged_into(ask: Ask, rows: Sequence[TagRow]) -> Sequence[TagRow | None]:
    """The tag that took this one's place; null when it was not merged, or when the viewer may not see the other."""
    return await loaded(ask.loaders.tag_by_id, [row.merged_into_id for row in rows])


@reads()
async def usages(ask: Ask, rows: Sequence[TagRow]) -> Sequence[TagUsageRow]:
    """How many of the clients within the viewer's reach have the tag."""
    ids = [row.id for row in rows]
    found = await ask.rows(TagUsageRow, storage.database.tag_usage.usage_of, ask.reach, ids=ids)
    known = {usage.tag_id: usage for usage in found}
    return [known.get(id) or TagUsageRow(id, 0, 0) for id in ids]


@reads()
def client_tag_ids(ask: Ask, rows: Sequence[ClientTagRow]) -> Sequence[str]:
    """The id of this tag's being on this client."""
    return [written(Kind.CLIENT_TAG, row.id) for row in rows]


@reads()
async def clients(ask: Ask, rows: Sequence[ClientTagRow]) -> Sequence[ClientRow | None]:
    """The client it is on."""
    return await ask.loaders.client_by_id.load_many([row.client_id for row in rows])


@reads()
async def tags(ask: Ask, rows: Sequence[ClientTagRow]) -> Sequence[TagRow | None]:
    """The tag."""
    return await ask.loaders.tag_by_id.load_many([row.tag_id for row in rows])


@reads("added_by")
def adders(ask: Ask, rows: Sequence[ClientTagRow]) -> Sequence[ActorRow]:
    """Who put it on."""
    return [actors.actor(row.added_by) for row in rows]


@reads("removed_at", "removed_by")
def removers(ask: Ask, rows: Sequence[ClientTagRow]) -> Sequence[ActorRow | None]:
    """Who took it off; null while it is on."""
    return [actors.actor(row.removed_by) if row.removed_at else None for row in rows]
