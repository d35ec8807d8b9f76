"""Changing one's login: a forgotten password, another password, another address.

What anybody may ask is answered alike, and with the same work, whether or not the address or the link is known.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from auth import doors, new_passwords, sessions
from auth.errors import NotSignedIn
from domain import texts
from domain.refusals import AlreadyDone, Findings, Invalid, LinkRefused
from resolvers import persons
from resolvers.jobs import LOGINS
from resolvers.logins import letters
from resolvers.operations import Operation
from resolvers.outcomes import Outcome
from resolvers.persons import By, Change
from storage.database.doors import DoorKind
from storage.database.opening import unbroken
from storage.database.people import Person


@dataclass(frozen=True)
class PasswordResetRequestInput:
    """Whose password was forgotten."""

    email: str
    """The e-mail address of the login."""


@dataclass(frozen=True)
class PasswordResetInput:
    """The link from the letter, and the new password."""

    token: str
    """What stands behind `#` in the link."""
    password: str
    """The new password, 12 to 1,000 characters."""


@dataclass(frozen=True)
class PasswordChangeInput:
    """The password of now, and the new one."""

    current_password: str
    """The password of now."""
    password: str
    """The new password, 12 to 1,000 characters."""


@dataclass(frozen=True)
class EmailChangeInput:
    """The address to sign in with from now on."""

    email: texts.EmailAddress
    """The new address; it is asked by a letter whether it is the person's."""
    password: str
    """The password of the login."""


@dataclass(frozen=True)
class EmailChangeConfirmInput:
    """The link from the letter to the new address."""

    token: str
    """What stands behind `#` in the link."""


@dataclass(slots=True, kw_only=True)
class LoginChanged(Outcome):
    """What came of changing a login."""


async def password_reset_request(operation: Operation, *, input: PasswordResetRequestInput) -> LoginChanged:
    """Ask for a letter with a link to choose a new password. The answer is the same whether or not anybody has this
    address."""
    casegraph = operation.casegraph
    email = login_address(input.email)
    casegraph.throttle.try_letter(email, operation.address)
    async with casegraph.database.write(LOGINS) as session:
        await letters.ask_for_reset(session, casegraph.ring, email, datetime.now(UTC))
        await session.commit()
    return LoginChanged()


async def password_reset(operation: Operation, *, input: PasswordResetInput) -> LoginChanged:
    """Choose a new password by the link from the letter. It works once. Every session of the person ends, and they sign
    in with the new password."""
    casegraph = operation.casegraph
    casegraph.throttle.try_secret(input.token, operation.address)
    check_new(input.password)
    # Hashed in any case: a link that works takes no longer to answer than one that does not.
    kept = await casegraph.passwords.hashed(input.password)
    person_id = await _behind(operation, DoorKind.PASSWORD_RESET, input.token)

    async def act(change: Change) -> None:
        await _go_through(change, DoorKind.PASSWORD_RESET, input.token)
        await _replace_password(operation, change, kept, "PASSWORD_RESET")

    await _changed(operation, person_id, act)
    return LoginChanged()


async def password_change(operation: Operation, *, input: PasswordChangeInput) -> LoginChanged:
    """Choose another password. The person stays signed in here; all their other sessions end."""
    person = await _own(operation, input.current_password, "currentPassword")
    check_new(input.password)
    kept = await operation.casegraph.passwords.hashed(input.password)

    async def act(change: Change) -> None:
        await _replace_password(operation, change, kept, "PASSWORD_CHANGED", but=operation.viewer.session_id)

    await _changed(operation, person.id, act)
    return LoginChanged()


async def email_change(operation: Operation, *, input: EmailChangeInput) -> LoginChanged:
    """Sign in with another address from now on, once it has confirmed by the link in a letter that it is the person's.
    Until then nothing changes. Whether another login has the address is never told."""
    findings = Findings()
    email = login_address(texts.email(input.email, ("input", "email"), findings))
    findings.settle()
    person = await _own(operation, input.password, "password")
    if email == person.email:
        raise AlreadyDone("your address", ("input", "email"))
    operation.casegraph.throttle.try_letter(email, operation.address)

    async def act(change: Change) -> None:
        change.person.wanted_email = email
        await letters.ask_for_change(change.session, change.person.id, change.moment)

    await _changed(operation, person.id, act)
    return LoginChanged()


async def email_change_confirm(operation: Operation, *, input: EmailChangeConfirmInput) -> LoginChanged:
    """Confirm by the link from the letter that the new address is the person's. The old address is told."""
    operation.casegraph.throttle.try_secret(input.token, operation.address)
    person_id = await _behind(operation, DoorKind.EMAIL_CHANGE, input.token)

    async def act(change: Change) -> None:
        await _go_through(change, DoorKind.EMAIL_CHANGE, input.token)
        person, old = change.person, change.person.email
        if person.wanted_email is None or await letters.is_taken(change.session, person.wanted_email):
            raise LinkRefused
        person.email, person.wanted_email = person.wanted_email, None
        # A link that went to the old address opens nothing any more.
        await doors.shut(change.session, DoorKind.PASSWORD_RESET, person.id)
        change.happened("EMAIL_CHANGED", email=[old, person.email])
        await letters.ask_for_notice(change.session, operation.casegraph.ring, "EMAIL_CHANGED", old, change.moment)

    await _changed(operation, person_id, act)
    return LoginChanged()


def login_address(text: str) -> str:
    """The address of a login: people are not asked how they once wrote it."""
    return text.strip().lower()[:254].encode("utf-8", "replace").decode()


def check_new(password: str) -> None:
    """Refuse a password that is too short or too long."""
    if not new_passwords.is_long_enough(password):
        span = f"{new_passwords.SHORTEST} to {new_passwords.LONGEST:,}"
        raise Invalid(("input", "password"), f"must have {span} characters")


async def _own(operation: Operation, password: str, at: str) -> Person:
    """The person asking, who shows that it is they by their password."""
    casegraph, person_id = operation.casegraph, operation.viewer.person_id
    if person_id is None:
        raise NotSignedIn
    async with casegraph.database.write(None) as session:
        person = await session.get_one(Person, person_id)
    casegraph.throttle.try_sign_in(person.email, operation.address)
    if not await casegraph.passwords.fits(password[:1000], person.password_hash):
        raise Invalid(("input", at), "is not the password of your login")
    return person


async def _behind(operation: Operation, kind: DoorKind, token: str) -> UUID:
    door = await doors.look_behind(operation.casegraph.database, kind, token, datetime.now(UTC))
    if door is None:
        raise LinkRefused
    return door.subject_id


async def _go_through(change: Change, kind: DoorKind, token: str) -> None:
    if await doors.go_through(change.session, kind, token, change.moment) is None:
        raise LinkRefused


async def _replace_password(
    operation: Operation, change: Change, kept: str, action: str, but: UUID | None = None
) -> None:
    change.person.password_hash = kept
    await doors.shut(change.session, DoorKind.PASSWORD_RESET, change.person.id)
    await sessions.end(change.session, change.moment, person_id=change.person.id, but=but)
    change.happened(action)
    ring, email = operation.casegraph.ring, change.person.email
    await letters.ask_for_notice(change.session, ring, "PASSWORD_CHANGED", email, change.moment)


async def _changed(operation: Operation, person_id: UUID, act: persons.Act) -> None:
    is_own = operation.viewer.person_id == person_id
    by = By("logins.change", operation.request_id, operation.viewer.session_id if is_own else None)
    left = await unbroken(persons.change(operation.casegraph.database, person_id, act, by))
    operation.casegraph.tell(*left)
