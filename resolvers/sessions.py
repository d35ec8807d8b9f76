"""Signing in and out, and entering a practice. These change who the rest of the operation acts as."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import select, update

from auth import sessions
from auth.errors import NotSignedIn
from auth.viewers import Anonymous, Member, Viewer
from domain.identity import Kind
from domain.refusals import NotFound, SignInRefused
from domain.settings import DEFAULT
from resolvers import persons, settings, writing
from resolvers.auditing import Fact
from resolvers.given import PracticeId
from resolvers.operations import Operation
from resolvers.outcomes import Outcome
from storage.database.people import Membership, Person


@dataclass(frozen=True)
class SignInInput:
    """Who signs in."""

    email: str
    """The e-mail address of the login."""
    password: str
    """The password."""
    bearer: bool = False
    """Give the session's token in the payload instead of a cookie: for programs, not for browsers."""


@dataclass(frozen=True)
class SessionEnterInput:
    """Which practice to go to."""

    practice_id: PracticeId
    """One of the practices the viewer works for."""
    bearer: bool = False
    """Give the new session's token in the payload instead of a cookie."""


@dataclass(slots=True, kw_only=True)
class SessionOpened(Outcome):
    """What came of signing in."""

    token: str | None = None


@dataclass(slots=True, kw_only=True)
class SessionsEnded(Outcome):
    """What came of signing out."""


async def sign_in(operation: Operation, *, input: SignInInput) -> SessionOpened:
    """Sign in. Browsers get the session as a cookie; a program may ask for a bearer token. Whether the address is known
    is never told. Who works for several practices enters one of them next, with `sessionEnter`.

    Gives a secret, so an idempotency key has no effect here.
    """
    casegraph = operation.casegraph
    email = input.email.strip().lower()[:254]
    casegraph.throttle.try_sign_in(email, operation.address)
    person = await _person(operation, email)
    if not await casegraph.passwords.fits(input.password[:1000], person.password_hash if person else None):
        raise SignInRefused
    assert person is not None  # noqa: S101 - nobody's password fits no hash
    if casegraph.passwords.is_outdated(person.password_hash or ""):
        await _rehash(operation, person.id, input.password)
    held = await memberships(operation, person.id)
    return await open_at(operation, person.id, held[0] if len(held) == 1 else None, input.bearer)


async def session_enter(operation: Operation, *, input: SessionEnterInput) -> SessionOpened:
    """Go to one of the practices the viewer works for. The session is replaced by a new one of that practice.

    Gives a secret, so an idempotency key has no effect here.
    """
    person_id = operation.viewer.person_id
    if person_id is None:
        raise NotSignedIn
    held = await memberships(operation, person_id)
    chosen = next((each for each in held if each.practice_id == input.practice_id), None)
    if chosen is None:
        raise NotFound(Kind.PRACTICE, ("input", "practiceId"))
    return await replaced(operation, person_id, chosen, input.bearer)


async def sign_out(operation: Operation) -> SessionsEnded:
    """End this session. Without one, nothing happens."""
    if operation.viewer.session_id is not None:
        await _end(operation, session_id=operation.viewer.session_id)
    _leave(operation)
    return SessionsEnded()


async def sign_out_everywhere(operation: Operation) -> SessionsEnded:
    """End every session of the person, on all devices and in all practices."""
    if operation.viewer.person_id is None:
        raise NotSignedIn
    await _end(operation, person_id=operation.viewer.person_id)
    _leave(operation)
    return SessionsEnded()


async def _person(operation: Operation, email: str) -> Person | None:
    async with operation.casegraph.database.write(None) as session:
        found: Person | None = await session.scalar(select(Person).where(Person.email == email))
        return found


async def memberships(operation: Operation, person_id: UUID) -> Sequence[Membership]:
    """The memberships that are valid now, in every practice."""
    async with operation.casegraph.database.write(None, person_id) as session:
        return await persons.held_now(session, person_id)


async def open_at(operation: Operation, person_id: UUID, held: Membership | None, bearer: bool) -> SessionOpened:
    """Open a session, at work in a practice if one is given, and go on as its viewer."""
    if held is None:
        viewer, secret = await _begin_unbound(operation, person_id)
    else:
        viewer, secret = await _begin_bound(operation, person_id, held)
    operation.viewer = viewer
    if not bearer:
        operation.cookies.append(operation.casegraph.cookie.given(secret))
    return SessionOpened(token=secret if bearer else None)


async def replaced(operation: Operation, person_id: UUID, held: Membership, bearer: bool) -> SessionOpened:
    """Open a session in the place of the one that asks, which ends."""
    former = operation.viewer.session_id
    opened = await open_at(operation, person_id, held, bearer)
    await _end(operation, session_id=former)
    return opened


async def _begin_unbound(operation: Operation, person_id: UUID) -> tuple[Viewer, str]:
    async with operation.casegraph.database.write(None, person_id) as session:
        moment = datetime.now(UTC)
        session_id, secret = await sessions.begin(session, person_id, None, DEFAULT, moment)
        await session.commit()
    return Anonymous(session_id, person_id), secret


async def _begin_bound(operation: Operation, person_id: UUID, held: Membership) -> tuple[Viewer, str]:
    """A session at work in a practice; the sign-in stands in that practice's audit log."""
    database = operation.casegraph.database
    viewer = Member(held.practice_id, person_id, held.id, held.role, held.id)
    async with writing.opened(database, viewer, "sessions.sign_in", operation.request_id) as write:
        policies = await settings.in_force(write)
        session_id, secret = await sessions.begin(write.session, person_id, held, policies, write.moment)
        write.facts.append(Fact("SIGNED_IN", "session", str(session_id), None, {"membership_id": [None, held.id]}))
    return await sessions.viewer_of_secret(database, secret), secret


async def _end(operation: Operation, *, session_id: UUID | None = None, person_id: UUID | None = None) -> None:
    async with operation.casegraph.database.write(None) as session:
        await sessions.end(session, datetime.now(UTC), session_id=session_id, person_id=person_id)
        await session.commit()


async def _rehash(operation: Operation, person_id: UUID, password: str) -> None:
    kept = await operation.casegraph.passwords.hashed(password)
    async with operation.casegraph.database.write(None) as session:
        await session.execute(update(Person).where(Person.id == person_id).values(password_hash=kept))
        await session.commit()


def _leave(operation: Operation) -> None:
    operation.viewer = Anonymous()
    operation.cookies.append(operation.casegraph.cookie.cleared())
