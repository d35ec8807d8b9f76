"""Putting tags on clients and taking them off, on one client or a thousand at once."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

import domain.tags
from auth.permissions import May
from domain.clients import ClientStatus
from domain.identity import Kind, new_id, written
from domain.refusals import Findings, NotAllowedNow, NotFound
from domain.tags import TaggingResult
from resolvers.asking import Ask
from resolvers.given import ClientId, TagId, reads
from resolvers.outcomes import Outcome
from resolvers.tags.managing import AT, held
from resolvers.writing import Write
from storage.database.clients import Client, ClientRow
from storage.database.selecting import among, table_of
from storage.database.tags import ClientTag


@dataclass(frozen=True)
class ClientTagsAddInput:
    """Which tags are put on which clients."""

    client_ids: list[ClientId]
    """The clients, at most 1,000."""
    tag_ids: list[TagId]
    """The tags, at most 10; each client has all of them afterwards."""


@dataclass(frozen=True)
class ClientTagsRemoveInput:
    """Which tags are taken off which clients."""

    client_ids: list[ClientId]
    """The clients, at most 1,000."""
    tag_ids: list[TagId]
    """The tags, at most 10, archived ones too; each client has none of them afterwards."""


@dataclass(slots=True, kw_only=True)
class ClientTagsChanged(Outcome):
    """What came of it for each client that was named, in their order."""

    client_ids: tuple[UUID, ...] = ()
    results: tuple[str, ...] = ()

    @property
    def changed(self) -> int:
        """How many clients have more or fewer tags than before."""
        return sum(result == TaggingResult.CHANGED for result in self.results)


@dataclass(slots=True)
class TaggingRow:
    """What came of it for one client."""

    client_id: UUID
    result: TaggingResult


Pair = tuple[UUID, UUID]
"""A client's id and a tag's."""


async def add(write: Write, input: ClientTagsAddInput) -> ClientTagsChanged:
    """Put tags on clients. Each client has a result of its own, and those that cannot be tagged keep no other from it;
    what a client has already is left as it is, so a repeat does nothing."""
    await _check(write, input, putting_on=True)
    standing = await _standing(write, input.client_ids)
    clients = _changeable(standing)
    present = {(row.client_id, row.tag_id) for row in await _present(write, clients, input.tag_ids)}
    wanted = [(client, tag) for client in sorted(clients) for tag in sorted(set(input.tag_ids))]
    missing = [pair for pair in wanted if pair not in present]
    await write.add_many(ClientTag, [_row(write, pair) for pair in missing])
    return _told(write, input.client_ids, standing, {client for client, _ in missing})


async def remove(write: Write, input: ClientTagsRemoveInput) -> ClientTagsChanged:
    """Take tags off clients. Each client has a result of its own; what a client does not have is no problem, so a
    repeat does nothing. That a client had the tag can still be read with `tags(past: true)`."""
    await _check(write, input, putting_on=False)
    standing = await _standing(write, input.client_ids)
    present = await _present(write, _changeable(standing), input.tag_ids)
    ended = {"removed_at": write.moment, "removed_by": write.viewer.membership_id}
    await write.change_many(ClientTag, [(row.id, row.client_id, {}) for row in present], ended)
    return _told(write, input.client_ids, standing, {row.client_id for row in present})


async def _check(write: Write, input: ClientTagsAddInput | ClientTagsRemoveInput, *, putting_on: bool) -> None:
    """The lists are not too long and the tags are there; the tags are locked, so nobody else puts them on meanwhile."""
    findings = Findings()
    domain.tags.check_many(input.client_ids, domain.tags.MOST_CLIENTS, (*AT, "clientIds"), findings)
    domain.tags.check_many(input.tag_ids, domain.tags.MOST_TAGS_AT_ONCE, (*AT, "tagIds"), findings)
    findings.settle()
    tags = await held(write, input.tag_ids)
    for place, id in enumerate(input.tag_ids):
        at = (*AT, "tagIds", str(place))
        if id not in tags:
            findings.add(NotFound("tag", at))
        elif putting_on and tags[id].archived_at is not None:
            findings.add(NotAllowedNow("archived", "be put on clients", at))
    findings.settle()


async def _standing(write: Write, ids: Collection[UUID]) -> dict[UUID, TaggingResult | None]:
    """The clients within reach, share-locked in the order of their ids: why they cannot be tagged, if they cannot."""
    client = table_of(Client)
    statement = (
        select(client.c.id, client.c.status, write.reach.client(client, May.WRITE_CLIENTS).label("allowed"))
        .where(client.c.practice_id == write.practice_id, among(client.c.id, "ids"), write.reach.client(client))
        .order_by(client.c.id)
        .with_for_update(read=True, of=client)
    )
    found = await write.session.execute(statement, {**write.values, "ids": sorted(set(ids))})
    return {row.id: _obstacle(row) for row in found}


def _obstacle(row: Any) -> TaggingResult | None:
    if not row.allowed:
        return TaggingResult.FORBIDDEN
    return TaggingResult.ARCHIVED if row.status is ClientStatus.ARCHIVED else None


def _changeable(standing: dict[UUID, TaggingResult | None]) -> list[UUID]:
    return [id for id, obstacle in standing.items() if obstacle is None]


async def _present(write: Write, clients: Collection[UUID], tags: Collection[UUID]) -> Sequence[Any]:
    """What the clients have of the tags. The tags are locked, so nothing is added or taken off behind this answer."""
    on = table_of(ClientTag)
    statement = select(on.c.id, on.c.client_id, on.c.tag_id).where(
        on.c.practice_id == write.practice_id, on.c.removed_at.is_(None),
        among(on.c.client_id, "clients"), among(on.c.tag_id, "tags"),
    )  # fmt: skip
    return (await write.session.execute(statement, {"clients": list(clients), "tags": sorted(set(tags))})).all()


def _row(write: Write, pair: Pair) -> dict[str, Any]:
    client_id, tag_id = pair
    return {
        "id": new_id(), "client_id": client_id, "tag_id": tag_id,
        "added_at": write.moment, "added_by": write.viewer.membership_id, "removed_at": None, "removed_by": None,
    }  # fmt: skip


def _told(
    write: Write, asked: Sequence[UUID], standing: dict[UUID, TaggingResult | None], changed: set[UUID]
) -> ClientTagsChanged:
    """The result for each client named, the second naming of one included, and the news for live feeds."""
    write.announce_clients(sorted(changed))
    results = []
    for id in asked:
        obstacle = standing.get(id, TaggingResult.NOT_FOUND)
        results.append(obstacle or (TaggingResult.CHANGED if id in changed else TaggingResult.UNCHANGED))
        changed.discard(id)
    return ClientTagsChanged(client_ids=tuple(asked), results=tuple(results))


def results(ask: Ask, outcomes: Sequence[ClientTagsChanged]) -> Sequence[list[TaggingRow]]:
    """What came of it for each client that was named, in their order; empty when nothing was done."""
    return [
        [TaggingRow(id, TaggingResult(result)) for id, result in zip(each.client_ids, each.results, strict=True)]
        for each in outcomes
    ]


@reads()
def client_ids(ask: Ask, rows: Sequence[TaggingRow]) -> Sequence[str]:
    """The id that was given."""
    return [written(Kind.CLIENT, row.client_id) for row in rows]


@reads()
async def clients(ask: Ask, rows: Sequence[TaggingRow]) -> Sequence[ClientRow | None]:
    """The client; null when it is not within reach."""
    return await ask.loaders.client_by_id.load_many([row.client_id for row in rows])
