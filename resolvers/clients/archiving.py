"""Putting a client's file away, and taking it up again."""

from dataclasses import dataclass

from domain import clients, texts
from domain.timeline import EntryKind
from resolvers.clients import changing
from resolvers.clients.checking import AT
from resolvers.clients.outcomes import ClientArchived, ClientRestored
from resolvers.given import ClientId
from resolvers.writing import Write


@dataclass(frozen=True, kw_only=True)
class ClientArchiveInput:
    """Whose file is put away."""

    id: ClientId
    """The client."""
    reason: str
    """Why; told in the timeline."""
    expected_version: int | None = None
    """The version that the caller has seen; if left out, any will do."""


@dataclass(frozen=True, kw_only=True)
class ClientRestoreInput:
    """Whose file is taken up again."""

    id: ClientId
    """The client."""
    reason: str | None = None
    """Why; told in the timeline."""
    expected_version: int | None = None
    """The version that the caller has seen; if left out, any will do."""


async def archive(write: Write, input: ClientArchiveInput) -> ClientArchived:
    """Put a client's file away: it leaves the lists, the portal closes and no automated message goes out. Everything
    stays readable."""
    client = await changing.found(write, input.id, input.expected_version)
    reason = texts.clean(input.reason, texts.REASON, (*AT, "reason"))
    client.status, client.status_before_archive = clients.archived(client.status)
    client.archived_at = write.moment
    changing.touch(write, client)
    facts = {"reason": reason}
    await write.happened(EntryKind.CLIENT_ARCHIVED, client.id, facts, subject_id=client.id)
    return ClientArchived(client_id=client.id)


async def restore(write: Write, input: ClientRestoreInput) -> ClientRestored:
    """Take a client's file up again, with the status it had before it was put away."""
    client = await changing.found(write, input.id, input.expected_version)
    reason = texts.clean(input.reason or "", texts.OPTIONAL_REASON, (*AT, "reason")) or None
    client.status = clients.restored(client.status, client.status_before_archive)
    client.status_before_archive = client.archived_at = None
    changing.touch(write, client)
    facts = {"to": client.status.value, "reason": reason}
    await write.happened(EntryKind.CLIENT_RESTORED, client.id, facts, subject_id=client.id)
    return ClientRestored(client_id=client.id)
