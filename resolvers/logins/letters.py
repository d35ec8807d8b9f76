"""The letters about logins, as jobs. The secret of a link is made when its letter is: it never waits in a job's row.

A letter that is tried again holds a new secret; the one before then opens nothing. Addresses wait sealed.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from auth import doors
from auth.keys import KeyRing
from domain import letters
from domain.people import EMAIL_CHANGE_LASTS, PASSWORD_RESET_LASTS
from resolvers import jobs, mailing
from resolvers.jobs import Handler, Work
from storage.database.doors import DoorKind
from storage.database.people import Person

PURPOSE = "letter"
PAGE_OF_RESET = "password-reset"
PAGE_OF_CHANGE = "email-change"
NOTICES = {"PASSWORD_CHANGED": letters.password_changed, "EMAIL_CHANGED": letters.email_changed}


async def ask_for_reset(session: AsyncSession, ring: KeyRing, email: str, moment: datetime) -> None:
    """Have the letter written, should anybody have this address: who that is, is not looked at here."""
    key = ring.fingerprint(PURPOSE, None, email.encode())
    await _enqueue(session, ring, RESET, key, email, moment)


async def ask_for_notice(session: AsyncSession, ring: KeyRing, notice: str, email: str, moment: datetime) -> None:
    """Have somebody told of what was done to their login."""
    key = ring.fingerprint(PURPOSE, None, f"{notice} {moment.isoformat()} {email}".encode())
    await _enqueue(session, ring, NOTICE, key, email, moment, notice=notice)


async def ask_for_change(session: AsyncSession, person_id: UUID, moment: datetime) -> None:
    """Have a person's new address asked whether it is theirs."""
    payload = {"person": str(person_id)}
    await jobs.enqueue_for_logins(session, EMAIL_CHANGE.kind, str(person_id), payload=payload, moment=moment)


async def _enqueue(
    session: AsyncSession, ring: KeyRing, handler: Handler, key: str, email: str, moment: datetime, **more: str
) -> None:
    payload = {"to": ring.seal(PURPOSE, None, email.encode()), **more}
    await jobs.enqueue_for_logins(session, handler.kind, key, payload=payload, moment=moment)


async def send_reset(work: Work) -> None:
    """Send the way to a new password; to an address that nobody has, nothing."""
    post, email = mailing.post_of(work), _address(work)
    async with work.writing() as write:
        person = await write.session.scalar(select(Person).where(Person.email == email))
        if person is None:
            return
        ends_at = write.moment + PASSWORD_RESET_LASTS
        secret = await doors.cut(write.session, DoorKind.PASSWORD_RESET, person.id, ends_at)
    await post.carrier.carry(letters.password_reset(email, post.link(PAGE_OF_RESET, secret), ends_at), work.lease.id)


async def send_change(work: Work) -> None:
    """Ask a new address whether it is the person's. One that another login has is asked nothing."""
    post = mailing.post_of(work)
    async with work.writing() as write:
        person = await write.session.get(Person, UUID(work.payload["person"]))
        if person is None or person.wanted_email is None:
            return
        email = person.wanted_email
        if await is_taken(write.session, email):
            return
        ends_at = write.moment + EMAIL_CHANGE_LASTS
        secret = await doors.cut(write.session, DoorKind.EMAIL_CHANGE, person.id, ends_at)
    await post.carrier.carry(letters.email_change(email, post.link(PAGE_OF_CHANGE, secret), ends_at), work.lease.id)


async def send_notice(work: Work) -> None:
    """Tell somebody of what was done to their login."""
    post = mailing.post_of(work)
    await post.carrier.carry(NOTICES[work.payload["notice"]](_address(work)), work.lease.id)


async def is_taken(session: AsyncSession, email: str) -> bool:
    """Whether somebody signs in with this address."""
    return await session.scalar(select(Person.id).where(Person.email == email)) is not None


def _address(work: Work) -> str:
    return work.casegraph.ring.unseal(PURPOSE, None, work.payload["to"]).decode()


RESET = Handler("password_reset_letter", send_reset)
EMAIL_CHANGE = Handler("email_change_letter", send_change)
NOTICE = Handler("notice_letter", send_notice)
