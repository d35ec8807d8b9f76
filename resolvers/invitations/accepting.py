"""Accepting an invitation: by the link of its letter, as somebody with a login or without one yet."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import select

from auth import doors
from auth.viewers import Link, Member
from domain.identity import new_id
from domain.refusals import LinkRefused, SignInRefused
from resolvers import sessions, writing
from resolvers.invitations.changing import works_here
from resolvers.logins.changing import check_new
from resolvers.operations import Operation
from resolvers.practices import login_of
from resolvers.sessions import SessionOpened
from resolvers.writing import Write
from storage.database.doors import DoorKind
from storage.database.invitations import Invitation
from storage.database.opening import unbroken
from storage.database.people import Membership, Person


@dataclass(frozen=True)
class InvitationAcceptInput:
    """The link from the letter, and what makes the person known."""

    token: str
    """What stands behind `#` in the link."""
    password: str | None = None
    """The password: of the login that the address has, or for the new one, then 12 to 1,000 characters. May be left out
    by who is signed in with that address."""
    bearer: bool = False
    """Give the session's token in the payload instead of a cookie: for programs, not for browsers."""


@dataclass(frozen=True, slots=True)
class _Accepting:
    """What is known before the door is gone through."""

    invitation_id: UUID
    email: str
    person_id: UUID | None
    kept: str | None
    """The hash of a new login's password."""


async def accept(operation: Operation, *, input: InvitationAcceptInput) -> SessionOpened:
    """Accept an invitation by the link from its letter, which works once, and sign in at the practice.

    Gives a secret, so an idempotency key has no effect here.
    """
    casegraph = operation.casegraph
    casegraph.throttle.try_secret(input.token, operation.address)
    moment = datetime.now(UTC)
    door = await doors.look_behind(casegraph.database, DoorKind.INVITATION, input.token, moment)
    if door is None or door.practice_id is None:
        # As much work as when the link works and the password is looked at.
        await casegraph.passwords.hashed((input.password or "")[:1000])
        raise LinkRefused
    viewer = Link(door.practice_id, door.subject_id)
    accepting = await _known(operation, viewer, input)

    async def run() -> Membership:
        name = "invitations.accept"
        async with writing.opened(casegraph.database, viewer, name, operation.request_id) as write:
            return await _join(write, accepting, input.token)

    held = await unbroken(writing.run_again(run))
    return await sessions.replaced(operation, held.person_id, held, input.bearer)


async def _known(operation: Operation, link: Link, input: InvitationAcceptInput) -> _Accepting:
    """Who accepts: the person of the address, who is signed in or knows the password; or somebody new."""
    passwords = operation.casegraph.passwords
    async with operation.casegraph.database.write(link.practice_id) as session:
        email = (await session.get_one(Invitation, (link.practice_id, link.link_id))).email
        person = await session.scalar(select(Person).where(Person.email == email))
    password = (input.password or "")[:1001]
    if person is None:
        check_new(password)
        return _Accepting(link.link_id, email, None, await passwords.hashed(password))
    if person.id != operation.viewer.person_id:
        operation.casegraph.throttle.try_sign_in(email, operation.address)
        if not await passwords.fits(password, person.password_hash):
            raise SignInRefused
    return _Accepting(link.link_id, email, person.id, None)


async def _join(write: Write, accepting: _Accepting, token: str) -> Membership:
    if await doors.go_through(write.session, DoorKind.INVITATION, token, write.moment) is None:
        raise LinkRefused
    key = (write.practice_id, accepting.invitation_id)
    row = await write.session.get_one(Invitation, key, with_for_update=True)
    if row.accepted_at or row.withdrawn_at or await works_here(write, accepting.email):
        raise LinkRefused
    person, is_new = await login_of(write, accepting.email, row.name, accepting.kept)
    if is_new is not (accepting.person_id is None):
        # Somebody else made a login with this address meanwhile, whose password was never shown here.
        raise LinkRefused
    await write.flush()
    held = Membership(
        id=new_id(), person_id=person.id, role=row.role, name=row.name, title=row.title, from_at=write.moment
    )
    await write.add(held)
    row.accepted_at, row.membership_id = write.moment, held.id
    row.version += 1
    # From here on it is the member who acts: the log names them.
    write.viewer = Member(write.practice_id, person.id, held.id, held.role, held.id)
    return held
