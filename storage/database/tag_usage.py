"""How many clients have a tag."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, case, func, select

from domain.clients import ClientStatus
from storage.database.clients import Client
from storage.database.selecting import Reachable, among, of_practice, table_of
from storage.database.tags import ClientTag


@dataclass(slots=True)
class TagUsageRow:
    """How many clients have a tag: those of the lists, and those whose files were put away."""

    tag_id: UUID
    active: int
    archived: int


def usage_of(reach: Reachable) -> Select[Any]:
    """How many of the clients in reach have each of the tags `ids`; a tag that none has is missing."""
    held, client = table_of(ClientTag), table_of(Client)
    away = case((client.c.status == ClientStatus.ARCHIVED, 1), else_=0)
    return (
        select(
            held.c.tag_id,
            (func.count() - func.sum(away)).label("active"),
            func.sum(away).label("archived"),
        )
        .where(of_practice(held), among(held.c.tag_id, "ids"), held.c.removed_at.is_(None))
        .where(client.c.practice_id == held.c.practice_id, client.c.id == held.c.client_id, reach.client(client))
        .group_by(held.c.tag_id)
    )
