"""Inviting somebody to work for the practice, and taking that back."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import or_, select

from auth import doors
from auth.permissions import May
from domain import people, texts
from domain.identity import new_id
from domain.people import INVITATION_LASTS, InvitationState, Role
from domain.refusals import AlreadyDone, Findings, NotAllowedNow, NotFound
from resolvers import jobs, versions
from resolvers.given import InvitationId
from resolvers.invitations.letters import LETTER
from resolvers.outcomes import Outcome
from resolvers.writing import Write
from storage.database.doors import DoorKind
from storage.database.invitations import Invitation
from storage.database.people import Membership, Person


@dataclass(frozen=True)
class InvitationCreateInput:
    """Who is invited to work for the practice."""

    email: texts.EmailAddress
    """Where the letter goes. A login with this address is used; without one, the person chooses a password."""
    name: str
    """The name colleagues and clients will know them by."""
    role: Role
    """What they will do here."""
    title: str | None = None
    """What stands on the door, such as Midwife."""


@dataclass(frozen=True)
class InvitationResendInput:
    """Which invitation is sent once more."""

    id: InvitationId
    """The invitation."""
    expected_version: int | None = None
    """The version the caller saw; when it is not the current one, nothing is changed."""


@dataclass(frozen=True)
class InvitationWithdrawInput:
    """Which invitation is taken back."""

    id: InvitationId
    """The invitation."""
    expected_version: int | None = None
    """The version the caller saw; when it is not the current one, nothing is changed."""


@dataclass(slots=True, kw_only=True)
class InvitationChanged(Outcome):
    """What came of changing an invitation."""

    invitation_id: UUID | None = None
    current_id: UUID | None = None


async def create(write: Write, input: InvitationCreateInput) -> InvitationChanged:
    """Invite somebody to work for the practice, by a letter with a link that works once, within a week. Only an owner
    invites owners."""
    write.require(May.MANAGE_PEOPLE)
    findings = Findings()
    email = texts.email(input.email, ("input", "email"), findings).lower()
    name = texts.taken(input.name, texts.NAME, ("input", "name"), findings)
    title = texts.taken_or_none(input.title, texts.LABEL, ("input", "title"), findings)
    people.check_giving(write.viewer.role, {input.role}, ("input", "role"), findings)
    findings.settle()
    if await works_here(write, email):
        raise AlreadyDone("a member", ("input", "email"))
    row = Invitation(
        id=new_id(), email=email, name=name, role=input.role, title=title, created_at=write.moment,
        created_by=write.viewer.membership_id, ends_at=write.moment + INVITATION_LASTS,
    )  # fmt: skip
    await write.add(row)
    await _send(write, row)
    return InvitationChanged(invitation_id=row.id)


async def resend(write: Write, input: InvitationResendInput) -> InvitationChanged:
    """Send an invitation once more, for another week. The link of the letter before opens nothing any more."""
    row = await _found(write, input.id, input.expected_version)
    findings = Findings()
    people.check_giving(write.viewer.role, {row.role}, ("input", "id"), findings)
    findings.settle()
    row.ends_at = write.moment + INVITATION_LASTS
    row.version += 1
    await _send(write, row)
    return InvitationChanged(invitation_id=row.id)


async def withdraw(write: Write, input: InvitationWithdrawInput) -> InvitationChanged:
    """Take an invitation back. Its link opens nothing any more."""
    row = await _found(write, input.id, input.expected_version)
    await _withdraw(write, row)
    return InvitationChanged(invitation_id=row.id)


async def withdraw_all_of(write: Write, inviter: UUID) -> None:
    """Take back what a member invited who may no longer invite: nobody comes back by a way they left open."""
    row = Invitation
    waiting = select(row).where(
        row.practice_id == write.practice_id,
        row.created_by == inviter,
        row.accepted_at.is_(None),
        row.withdrawn_at.is_(None),
    )
    for each in (await write.session.scalars(waiting.order_by(row.id).with_for_update())).all():
        await _withdraw(write, each)


async def _withdraw(write: Write, row: Invitation) -> None:
    row.withdrawn_at, row.withdrawn_by = write.moment, write.viewer.membership_id
    row.version += 1
    await doors.shut(write.session, DoorKind.INVITATION, row.id)


async def works_here(write: Write, email: str) -> bool:
    """Whether the person with this address works for the practice now, or will."""
    held = Membership
    chosen = select(held.id).where(
        held.practice_id == write.practice_id,
        held.person_id.in_(select(Person.id).where(Person.email == email)),
        or_(held.to_at.is_(None), held.to_at > write.moment),
    )
    return await write.session.scalar(chosen.limit(1)) is not None


async def _found(write: Write, id: UUID, expected_version: int | None) -> Invitation:
    write.require(May.MANAGE_PEOPLE)
    row = await write.session.get(Invitation, (write.practice_id, id), with_for_update=True)
    if row is None:
        raise NotFound("invitation", ("input", "id"))
    versions.agree(expected_version, row)
    if row.accepted_at is not None:
        raise NotAllowedNow(InvitationState.ACCEPTED, "be changed")
    if row.withdrawn_at is not None:
        raise NotAllowedNow(InvitationState.WITHDRAWN, "be changed")
    return row


async def _send(write: Write, row: Invitation) -> None:
    await jobs.enqueue(write, LETTER.kind, str(row.id), payload={"invitation": str(row.id)})
