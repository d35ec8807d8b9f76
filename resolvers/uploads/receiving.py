"""Taking in bytes ourselves, for stores that have no links of their own."""

from collections.abc import AsyncIterable

import storage.database.uploads
from auth.viewers import System
from domain.documents import UploadState
from domain.refusals import NotAllowedNow
from resolvers.asking import Ask
from resolvers.casegraph import Casegraph
from storage.database.uploads import UploadRow
from storage.files.links import Ticket
from storage.files.links import receive as store_bytes


async def receive(casegraph: Casegraph, ticket: Ticket, chunks: AsyncIterable[bytes]) -> None:
    """Store what was sent to an upload link. `NotAllowedNow` when its upload is not waiting for bytes any more: what
    was looked at is never written again. Else raises what stores do."""
    if await _state_of(casegraph, ticket) is not UploadState.WAITING:
        raise NotAllowedNow("complete, or gone", "be sent")
    await store_bytes(casegraph.opened_stores.named(ticket.store), ticket, chunks)


async def _state_of(casegraph: Casegraph, ticket: Ticket) -> UploadState | None:
    ask = Ask.opened(casegraph.database, System(ticket.key.practice_id, "upload"))
    try:
        upload = await ask.row(UploadRow, storage.database.uploads.by_ids, ask.reach, ids=[ticket.key.id])
    finally:
        await ask.close()
    return None if upload is None else upload.state
