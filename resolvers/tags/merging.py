"""Merging two tags that mean the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

import resolvers.versions
from auth.permissions import May
from domain.refusals import Findings, Invalid, NotAllowedNow, NotFound
from resolvers.given import TagId
from resolvers.tags.managing import AT, TagChanged, held
from resolvers.writing import Write
from storage.database.tags import ClientTag, Tag


@dataclass(frozen=True)
class TagMergeInput:
    """Which tag goes, and which takes its place."""

    id: TagId
    """The tag that goes."""
    into_id: TagId
    """The tag that takes its place. Whoever sees it then sees it on the clients of both."""
    expected_version: int | None = None
    """The version of the tag that goes, as the caller has seen it; if left out, any will do."""


async def merge(write: Write, input: TagMergeInput) -> TagChanged:
    """Let one tag take the place of another, on archived clients too. A client with both has it once. Who tagged
    whom and when stays as it was. The tag that goes is in no list any more and cannot be brought back; its name is
    free. What takes its place is given."""
    write.require(May.MANAGE_TAGS)
    if input.id == input.into_id:
        raise Invalid((*AT, "intoId"), "must be another tag")
    goes, stays = await _both(write, input)
    resolvers.versions.agree(input.expected_version, goes)
    if stays.archived_at is not None:
        raise NotAllowedNow("archived", "take the place of another tag", (*AT, "intoId"))
    await _move(write, goes, stays)
    goes.merged_into_id, goes.updated_at = stays.id, write.moment
    goes.archived_at = goes.archived_at or write.moment
    goes.version += 1
    await write.flush()
    return TagChanged(tag_id=stays.id)


async def _both(write: Write, input: TagMergeInput) -> tuple[Tag, Tag]:
    tags = await held(write, (input.id, input.into_id))
    findings = Findings()
    for id, name in ((input.id, "id"), (input.into_id, "intoId")):
        if id not in tags:
            findings.add(NotFound("tag", (*AT, name)))
    findings.settle()
    return tags[input.id], tags[input.into_id]


async def _move(write: Write, goes: Tag, stays: Tag) -> None:
    """Every client of the one tag has the other: in a few statements, however many they are."""
    rows = await _present(write, goes.id)
    having = {row.client_id for row in await _present(write, stays.id)}
    moved = [(row.id, row.client_id, {"tag_id": goes.id}) for row in rows if row.client_id not in having]
    ended: list[tuple[UUID, UUID, dict[str, UUID]]] = [
        (row.id, row.client_id, {}) for row in rows if row.client_id in having
    ]
    await write.change_many(ClientTag, moved, {"tag_id": stays.id})
    await write.change_many(ClientTag, ended, {"removed_at": write.moment, "removed_by": write.viewer.membership_id})
    write.announce_clients(sorted(row.client_id for row in rows))


async def _present(write: Write, tag_id: UUID) -> Sequence[Any]:
    statement = select(ClientTag.id, ClientTag.client_id).where(
        ClientTag.practice_id == write.practice_id, ClientTag.tag_id == tag_id, ClientTag.removed_at.is_(None)
    )
    return (await write.session.execute(statement)).all()
