"""Founding a practice and letting people in: what the command line and the demo do, outside the graph."""

from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from auth import sessions
from auth.viewers import System
from domain.chains import FIRST_LINK
from domain.identity import new_id
from domain.people import Role
from domain.settings import Settings
from resolvers import writing
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
        practice = Practice(id=practice_id, name=name, created_at=write.moment)
        write.session.add(practice)
        write.record("FOUNDED", practice, "name")
        await write.add(
            PracticeSeq(seq=0, last_hash=FIRST_LINK, epoch=new_id()),
            PracticeNumber(series=FILES, last=0),
            AccessSeq(batch=0, last_hash=FIRST_LINK),
        )
    return practice_id


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
        address = email.strip().lower()
        person = await write.session.scalar(select(Person).where(Person.email == address))
        if person is None:
            person = Person(id=new_id(), email=address, name=name, password_hash=password_hash, created_at=write.moment)
            write.session.add(person)
        membership = Membership(
            id=new_id(), person_id=person.id, role=role, name=name, title=title, from_at=from_at or write.moment
        )
        await write.add(membership)
    return membership


async def settings_in_force(write: Write) -> Settings:
    """The settings that count for what is written now."""
    found = await write.session.execute(sessions.settings_versions(), {"practice": write.practice_id})
    return sessions.in_force([sessions.SettingsRow(*row) for row in found], write.moment.date())


def today(write: Write, settings: Settings) -> date:
    """The day it is in the practice."""
    return write.moment.astimezone(ZoneInfo(settings.time_zone)).date()


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
