"""Places on care teams as a write sees them: whose, on which team, beside which others."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select

from auth.permissions import May
from domain.care_team import Grant
from domain.identity import new_id
from domain.notifications import NotificationKind
from domain.people import Level
from domain.refusals import NotFound
from domain.timeline import EntryKind
from resolvers.notifications import telling
from resolvers.writing import Write
from storage.database.clients import Client
from storage.database.journeys import Journey
from storage.database.people import ClientGrant, Membership
from storage.database.selecting import table_of


@dataclass(frozen=True, slots=True)
class Place:
    """A member's place on the team of a journey, or of the whole client (`journey` is None)."""

    member: Membership
    client_id: UUID
    journey: Journey | None

    @property
    def journey_id(self) -> UUID | None:
        """The journey's id."""
        return self.journey.id if self.journey else None

    def granted(self, level: Level, starts: datetime, ends: datetime | None = None) -> Grant:
        """A grant of this place, as the rules see it."""
        return Grant(self.member.id, self.client_id, self.journey_id, level, starts, ends)


async def member(write: Write, id: UUID, at: str = "memberId") -> Membership:
    """A member of the practice, now or in the past; `NotFound` for any other id."""
    found = await write.session.get(Membership, (write.practice_id, id))
    if found is None:
        raise NotFound("member", ("input", at))
    return found


async def place_of(write: Write, row: ClientGrant) -> Place:
    """The place that a grant gives."""
    journey = None
    if row.journey_id is not None:
        journey = await write.session.get(Journey, (write.practice_id, row.journey_id))
    return Place(await member(write, row.membership_id), row.client_id, journey)


async def others(write: Write, place: Place, beside: UUID | None = None) -> list[Grant]:
    """The member's other grants on the same team that last for any time; `beside` is the one that is meant itself."""
    held = ClientGrant
    team = held.journey_id.is_(None) if place.journey_id is None else held.journey_id == place.journey_id
    chosen = select(held).where(
        held.practice_id == write.practice_id,
        held.membership_id == place.member.id,
        held.client_id == place.client_id,
        team,
        or_(held.to_at.is_(None), held.to_at > held.from_at),
    )
    rows = (await write.session.scalars(chosen)).all()
    return [place.granted(Level.of_rank(row.rank), row.from_at, row.to_at) for row in rows if row.id != beside]


async def holds_whole_client(write: Write, client_id: UUID, level: Level) -> bool:
    """Whether the caller is on the whole client's team now, and goes at least that far."""
    held = ClientGrant
    chosen = select(held.id).where(
        held.practice_id == write.practice_id,
        held.client_id == client_id,
        held.journey_id.is_(None),
        held.membership_id == write.viewer.membership_id,
        held.rank >= level.rank,
        held.from_at <= write.moment,
        or_(held.to_at.is_(None), held.to_at > write.moment),
    )
    return await write.session.scalar(chosen.limit(1)) is not None


async def reaches_whole_client(write: Write, client_id: UUID, may: May) -> bool:
    """Whether the caller has the permission over the client as a whole, not only over one of the journeys."""
    client = table_of(Client)
    chosen = select(client.c.id).where(
        client.c.practice_id == write.practice_id, client.c.id == client_id, write.reach.whole_client(client, may)
    )
    return (await write.session.execute(chosen, write.values)).first() is not None


async def join(
    write: Write,
    place: Place,
    level: Level,
    starts: datetime,
    ends: datetime | None = None,
    role_title: str | None = None,
    reason: str | None = None,
) -> ClientGrant:
    """Give a member a place, and write it down in the timeline."""
    row = ClientGrant(
        id=new_id(),
        client_id=place.client_id,
        journey_id=place.journey_id,
        membership_id=place.member.id,
        rank=level.rank,
        role_title=role_title,
        from_at=starts,
        to_at=ends,
        reason=reason,
        created_at=write.moment,
        created_by=write.viewer.membership_id,
    )
    await write.add(row)
    await happened(write, EntryKind.CARE_TEAM_JOINED, place, row)
    return row


async def happened(write: Write, kind: EntryKind, place: Place, row: ClientGrant, reason: str | None = None) -> None:
    """Write a change of a care team down in the timeline."""
    facts = {
        "person": place.member.name,
        "role": row.role_title,
        "journey": place.journey.title if place.journey else None,
    }
    if kind is EntryKind.CARE_TEAM_LEFT:
        facts["reason"] = reason
    else:
        facts["level"] = Level.of_rank(row.rank).value
    await write.happened(kind, row.client_id, facts, journey_id=row.journey_id, subject_id=row.id)
    if kind is EntryKind.CARE_TEAM_JOINED:
        by = {"by": await write.name_of_caller(), "role": row.role_title, "level": facts["level"]}
        await telling.tell(
            write, NotificationKind.CARE_TEAM_JOINED, [row.membership_id], by,
            client_id=row.client_id, journey_id=row.journey_id, subject_id=row.id,
        )  # fmt: skip


def is_over(row: ClientGrant, moment: datetime) -> bool:
    """Whether the place has ended, or was withdrawn before it began."""
    return row.to_at is not None and (row.to_at <= moment or row.to_at <= row.from_at)


async def end(write: Write, rows: Iterable[ClientGrant], reason: str | None) -> None:
    """End places now; their holders' memberships must be held (`Write.hold_members`)."""
    for row in rows:
        # One that would begin later is withdrawn: it ends where it begins, and never holds.
        row.to_at = max(write.moment, row.from_at)
        row.version += 1
        await happened(write, EntryKind.CARE_TEAM_LEFT, await place_of(write, row), row, reason)
