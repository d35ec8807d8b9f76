"""Founding a practice and letting people in: what the command line and the demo do, outside the graph."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from auth import sessions
from auth.viewers import System
from domain.chains import FIRST_LINK
from domain.identity import new_id
from domain.people import Role
from resolvers import jobs, writing
from resolvers.housekeeping import HOUSEKEEPING
from resolvers.writing import Write
from storage.database.audit import AccessSeq
from storage.database.opening import Database
from storage.database.people import Membership, Person, Practice
from storage.database.timeline import PracticeNumber, PracticeSeq

FILES = "file"


async def found(database: Database, name: str) -> UUID:
    """Found a practice, with its counters at zero and the two chains at their beginning."""
    practice_id = new_id()
    async with writing.opened(database, System(practice_id, "founding"), "practices.found") as write:
        await lay_out(write, name, write.moment)
    return practice_id


async def lay_out(write: Write, name: str, created_at: datetime) -> None:
    """Write down the write's own practice, which is new, with what every write in it will count on."""
    practice = Practice(id=write.practice_id, name=name, created_at=created_at)
    write.session.add(practice)
    write.record("FOUNDED", practice, "name")
    await write.add(
        PracticeSeq(seq=0, last_hash=FIRST_LINK, epoch=new_id()),
        PracticeNumber(series=FILES, last=0),
        AccessSeq(batch=0, last_hash=FIRST_LINK),
    )
    await jobs.enqueue(write, HOUSEKEEPING.kind, run_at=write.moment + timedelta(days=1))


async def every_practice(database: Database) -> Sequence[Practice]:
    """Every practice that this database holds, by name."""
    async with database.write(None) as session:
        return (await session.scalars(select(Practice).order_by(Practice.name, Practice.id))).all()


async def let_in(
    database: Database,
    practice_id: UUID,
    *,
    email: str,
    name: str,
    role: Role,
    password_hash: str | None = None,
    title: str | None = None,
    from_at: datetime | None = None,
) -> Membership:
    """Make somebody a member. Whoever has a login keeps it, and their password; a new person gets the one given."""
    async with writing.opened(database, System(practice_id, "people"), "practices.let_in") as write:
        person, _ = await login_of(write, email, name, password_hash)
        membership = Membership(
            id=new_id(), person_id=person.id, role=role, name=name, title=title, from_at=from_at or write.moment
        )
        await write.add(membership)
    return membership


async def login_of(
    write: Write, email: str, name: str, password_hash: str | None, *, id: UUID | None = None
) -> tuple[Person, bool]:
    """The login behind an address, and whether it is new: made with the password given, unless there is one."""
    address = email.strip().lower()
    person = await write.session.scalar(select(Person).where(Person.email == address))
    if person is not None:
        return person, False
    made = Person(id=id or new_id(), email=address, name=name, password_hash=password_hash, created_at=write.moment)
    write.session.add(made)
    return made, True


async def standing_of(database: Database, practice_id: UUID | None, email: str) -> tuple[bool, bool]:
    """Whether an address has a login, and whether that person works for the practice."""
    moment = datetime.now(UTC)
    async with database.write(practice_id) as session:
        person_id = await session.scalar(select(Person.id).where(Person.email == email.strip().lower()))
        held = select(Membership.id).where(
            Membership.practice_id == practice_id,
            Membership.person_id == person_id,
            (Membership.to_at.is_(None)) | (Membership.to_at > moment),
        )
        return person_id is not None, await session.scalar(held.limit(1)) is not None


async def set_password(database: Database, email: str, password_hash: str) -> bool:
    """Give a person a new password, and end their sessions; False when nobody has that address."""
    async with database.write(None) as session:
        person = await session.scalar(select(Person).where(Person.email == email.strip().lower()))
        if person is None:
            return False
        person.password_hash = password_hash
        await sessions.end(session, datetime.now().astimezone(), person_id=person.id)
        await session.commit()
    return True
