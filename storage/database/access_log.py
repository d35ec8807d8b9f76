"""Who looked at a client's file: questions asked of the access events."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, case, exists, or_, select

from storage.database.api_keys import ApiKey
from storage.database.audit import AccessEvent, AccessSubject, SubjectRow
from storage.database.ordering import Backend, Slice, counts_per_parent, page_per_parent
from storage.database.people import ClientGrant
from storage.database.selecting import among, names_of, of_practice, table_of


@dataclass(slots=True)
class ClientAccessRow:
    """One request that read a client's records or was refused them. `member_id` is who asked, or whose key it was."""

    access_id: UUID
    client_id: UUID
    refused: bool
    occurred_at: datetime
    actor_kind: str
    actor_id: UUID | None
    operation: str | None
    purpose: str
    details: dict[str, Any]
    member_id: UUID | None
    in_care_team: bool


def of_clients(backend: Backend, part: Slice) -> Select[Any]:
    """A page of accesses for each client of `parents`."""
    return page_per_parent(backend, table_of(AccessSubject), "client_id", names_of(SubjectRow), _of_practice, part)


def counts_of(backend: Backend) -> Select[Any]:
    """How many accesses each client of `parents` has."""
    return counts_per_parent(backend, table_of(AccessSubject), "client_id", _of_practice)


def told() -> Select[Any]:
    """What is known of the accesses `ids` to `clients`, and whether who asked was on the care team at that time."""
    event, subject = table_of(AccessEvent), table_of(AccessSubject)
    key, held = table_of(ApiKey), table_of(ClientGrant)
    member = case((event.c.actor_kind == "MEMBER", event.c.actor_id), else_=key.c.membership_id)
    on_team = exists().where(
        of_practice(held),
        held.c.membership_id == member,
        held.c.client_id == subject.c.client_id,
        held.c.from_at <= event.c.occurred_at,
        or_(held.c.to_at.is_(None), held.c.to_at > event.c.occurred_at),
    )
    told = [event.c[name] for name in ("occurred_at", "actor_kind", "actor_id", "operation", "purpose", "details")]
    its = and_(event.c.practice_id == subject.c.practice_id, event.c.id == subject.c.access_id)
    whose = and_(key.c.practice_id == event.c.practice_id, key.c.id == event.c.actor_id)
    return (
        select(subject.c.access_id, subject.c.client_id, subject.c.refused, *told)
        .add_columns(member.label("member_id"), on_team.label("in_care_team"))
        .select_from(subject.join(event, its).outerjoin(key, whose))
        .where(of_practice(subject), among(subject.c.access_id, "ids"), among(subject.c.client_id, "clients"))
    )


def _of_practice(source: Any) -> list[Any]:
    return [of_practice(source)]
