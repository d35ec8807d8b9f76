"""Founding a practice, letting people in by the command line, and the practice's name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from auth import sessions
from auth.permissions import May
from auth.viewers import System
from domain import texts
from domain.chains import FIRST_LINK
from domain.identity import new_id
from domain.people import Role
from domain.refusals import Findings
from resolvers import jobs, persons, writing
from resolvers.auditing import Fact
from resolvers.housekeeping import HOUSEKEEPING
from resolvers.outcomes import Outcome
from resolvers.persons import By, Change
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
        person_id = await session.scalar(select(Person.id).where(Person.email == email.strip().lower()))
    if person_id is None:
        return False

    async def act(change: Change) -> None:
        change.person.password_hash = password_hash
        await sessions.end(change.session, change.moment, person_id=change.person.id)
        change.happened("PASSWORD_CHANGED")

    await persons.change(database, person_id, act, By("practices.set_password", is_system=True))
    return True


@dataclass(frozen=True)
class PracticeUpdateInput:
    """A change of the practice itself."""

    name: str
    """Its name, as people know it."""


@dataclass(slots=True, kw_only=True)
class PracticeUpdated(Outcome):
    """What came of changing the practice."""

    practice_id: UUID | None = None


async def update(write: Write, input: PracticeUpdateInput) -> PracticeUpdated:
    """Give the practice another name."""
    write.require(May.WRITE_SETTINGS)
    findings = Findings()
    name = texts.taken(input.name, texts.TITLE, ("input", "name"), findings)
    findings.settle()
    practice = await write.session.get_one(Practice, write.practice_id, with_for_update=True)
    if name != practice.name:
        # The practice is no row of its own tenant, so this is not found by itself.
        write.facts.append(Fact("CHANGED", "practice", str(practice.id), None, {"name": [practice.name, name]}))
        practice.name = name
    return PracticeUpdated(practice_id=practice.id)
