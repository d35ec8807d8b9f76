"""Changing what somebody is in the practice, and ending their work there.

Only an owner decides who is an owner, nobody but an owner changes what they are themselves, and the last owner stays
one. What ends, ends at that commit: sessions, API keys, emergency openings, places on care teams, and the invitations
they have made.
"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import or_, select

from auth import doors, sessions
from auth.permissions import May
from domain import people, texts
from domain.people import Role
from domain.refusals import AlreadyDone, Findings, NotFound
from resolvers import versions
from resolvers.care_team import places
from resolvers.given import ABSENT, AbsentType, MemberId
from resolvers.invitations.changing import withdraw_all_of
from resolvers.outcomes import Outcome
from resolvers.writing import Write, takes_from_members
from storage.database.api_keys import ApiKey
from storage.database.break_glass import BreakGlass
from storage.database.doors import DoorKind
from storage.database.people import ClientGrant, Membership

HAS_LEFT = "ENDED"


@dataclass(frozen=True)
class MembershipUpdateInput:
    """A change of what somebody is in the practice. What is left out stays."""

    id: MemberId
    """The member."""
    expected_version: int | None = None
    """The version the caller saw; when it is not the current one, nothing is changed."""
    role: Role | AbsentType = ABSENT
    """What they do here; it counts at once."""
    name: str | AbsentType = ABSENT
    """The name colleagues and clients know them by."""
    title: str | AbsentType | None = ABSENT
    """What stands on the door, such as Midwife."""


@dataclass(frozen=True)
class MembershipEndInput:
    """The end of somebody's work for the practice."""

    id: MemberId
    """The member."""
    expected_version: int | None = None
    """The version the caller saw; when it is not the current one, nothing is changed."""
    reason: str | None = None
    """Why; it stands on the timelines of the clients whose care teams they leave."""


@dataclass(slots=True, kw_only=True)
class MembershipChanged(Outcome):
    """What came of changing a membership."""

    membership_id: UUID | None = None
    current_id: UUID | None = None


@takes_from_members
async def update(write: Write, input: MembershipUpdateInput) -> MembershipChanged:
    """Change what somebody is in the practice: role, name or title. Only an owner makes owners or changes what they
    are; nobody else changes their own role; the only owner stays one. With another role their open invitations are
    withdrawn, unless they become an owner."""
    row = await _found(write, input.id, input.expected_version)
    findings = Findings()
    role = row.role if input.role is ABSENT else input.role
    if role is not row.role:
        people.check_giving(write.viewer.role, {row.role, role}, ("input", "role"), findings)
        is_own = row.id == write.viewer.membership_id
        people.check_own_role(is_own, write.viewer.role, ("input", "role"), findings)
    name, title = row.name, row.title
    if input.name is not ABSENT:
        name = texts.taken(input.name, texts.NAME, ("input", "name"), findings)
    if input.title is not ABSENT:
        title = texts.taken_or_none(input.title, texts.LABEL, ("input", "title"), findings)
    findings.settle()
    if role is not row.role and row.role is Role.OWNER:
        people.check_owner_left(await _other_owners(write, row), "become something else")
    if role is not row.role and role is not Role.OWNER:
        await withdraw_all_of(write, row.id)
    if (role, name, title) != (row.role, row.name, row.title):
        row.role, row.name, row.title = role, name, title
        row.version += 1
    return MembershipChanged(membership_id=row.id)


@takes_from_members
async def end(write: Write, input: MembershipEndInput) -> MembershipChanged:
    """End somebody's work for the practice, now. Their sessions, API keys, live feeds, places on care teams, emergency
    openings and open invitations end at the same moment; what they wrote stays theirs. The only owner cannot leave."""
    row = await _found(write, input.id, input.expected_version)
    findings = Findings()
    people.check_giving(write.viewer.role, {row.role}, ("input", "id"), findings)
    reason = texts.taken_or_none(input.reason, texts.OPTIONAL_REASON, ("input", "reason"), findings)
    findings.settle()
    if row.role is Role.OWNER:
        people.check_owner_left(await _other_owners(write, row), "leave")
    await _end_what_they_hold(write, row, reason)
    # One that would begin later is withdrawn: it ends where it begins, and never holds.
    row.to_at = max(write.moment, row.from_at)
    row.version += 1
    return MembershipChanged(membership_id=row.id)


async def _found(write: Write, id: UUID, expected_version: int | None) -> Membership:
    """The membership, locked before anything else; with it those of all owners, so that no two go at one time."""
    write.require(May.MANAGE_PEOPLE)
    chosen = select(Membership.id).where(Membership.practice_id == write.practice_id, Membership.role == Role.OWNER)
    await write.hold_members({id, *await write.session.scalars(chosen)})
    row = await write.session.get(Membership, (write.practice_id, id))
    if row is None:
        raise NotFound("member", ("input", "id"))
    versions.agree(expected_version, row)
    if row.to_at is not None and row.to_at <= write.moment:
        raise AlreadyDone(HAS_LEFT)
    return row


async def _other_owners(write: Write, row: Membership) -> int:
    held = Membership
    others = select(held.id).where(
        held.practice_id == write.practice_id,
        held.role == Role.OWNER,
        held.id != row.id,
        held.from_at <= write.moment,
        held.to_at.is_(None),
    )
    return len((await write.session.scalars(others)).all())


async def _end_what_they_hold(write: Write, row: Membership, reason: str | None) -> None:
    await sessions.end(write.session, write.moment, membership_id=row.id)
    await withdraw_all_of(write, row.id)
    keys = select(ApiKey).where(
        ApiKey.practice_id == write.practice_id, ApiKey.membership_id == row.id, ApiKey.revoked_at.is_(None)
    )
    for key in (await write.session.scalars(keys.order_by(ApiKey.id).with_for_update())).all():
        await revoke(write, key)
    open_glass = select(BreakGlass).where(
        BreakGlass.practice_id == write.practice_id,
        BreakGlass.membership_id == row.id,
        BreakGlass.to_at > write.moment,
    )
    for glass in (await write.session.scalars(open_glass)).all():
        glass.to_at = write.moment
        glass.version += 1
    grants = select(ClientGrant).where(
        ClientGrant.practice_id == write.practice_id,
        ClientGrant.membership_id == row.id,
        or_(ClientGrant.to_at.is_(None), ClientGrant.to_at > write.moment),
    )
    await places.end(write, (await write.session.scalars(grants.order_by(ClientGrant.id))).all(), reason)


async def revoke(write: Write, key: ApiKey) -> None:
    """End an API key that was found for writing."""
    key.revoked_at, key.revoked_by = write.moment, write.viewer.membership_id
    key.version += 1
    await doors.shut(write.session, DoorKind.KEY, key.id)
