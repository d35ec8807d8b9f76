"""Changing a person: their login belongs to no practice, so each practice they work for writes it into its own log.

All of it is one transaction: the change, the letters that follow, and the facts, practice by practice in the order of
their ids, so that two such changes never wait for each other in a circle.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from auth.viewers import Link, Member, System, Viewer
from domain.refusals import LinkRefused
from resolvers import writing
from resolvers.auditing import Fact
from resolvers.jobs import LOGINS
from resolvers.writing import Write, Written
from storage.database.opening import Database, unbroken
from storage.database.people import Membership, Person


@dataclass
class Change:
    """A change of a person under way."""

    session: AsyncSession
    person: Person
    moment: datetime
    facts: list[Fact] = field(default_factory=list)

    def happened(self, action: str, **values: list[Any]) -> None:
        """Write down what was done to the person: what stood in each field before and after."""
        self.facts.append(Fact(action, "person", str(self.person.id), None, values))


Act = Callable[[Change], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class By:
    """Who changes a person, and in which operation."""

    operation: str
    request_id: str | None = None
    session_id: UUID | None = None
    is_system: bool = False

    def viewer(self, held: Membership) -> Viewer:
        """As the log of one of the person's practices names them: themselves, a link of theirs, or the machinery."""
        if self.is_system:
            return System(held.practice_id, "people")
        if self.session_id is None:
            return Link(held.practice_id, held.id)
        return Member(held.practice_id, held.person_id, held.id, held.role, self.session_id)


async def change(database: Database, person_id: UUID, act: Act, by: By) -> Sequence[Written]:
    """Change a person; what to ring the bells with. `LinkRefused` when there is none."""

    async def run() -> Sequence[Written]:
        async with database.write(LOGINS, person_id) as session:
            person = await session.get(Person, person_id, with_for_update=True)
            if person is None:
                raise LinkRefused
            changing = Change(session, person, datetime.now(UTC))
            await act(changing)
            await session.flush()
            left = [await _note(database, changing, held, by) for held in await held_now(session, person_id)]
            await session.commit()
        return left

    return await unbroken(writing.run_again(run))


async def held_now(session: AsyncSession, person_id: UUID) -> Sequence[Membership]:
    """The person's memberships that are valid now, in the order of the practices' ids.

    Row-level security shows a person their own in every practice.
    """
    moment = datetime.now(UTC)
    valid = select(Membership).where(
        Membership.person_id == person_id,
        Membership.from_at <= moment,
        or_(Membership.to_at.is_(None), Membership.to_at > moment),
    )
    return (await session.scalars(valid.order_by(Membership.practice_id))).all()


async def _note(database: Database, changing: Change, held: Membership, by: By) -> Written:
    await database.enter(changing.session, held.practice_id, held.person_id)
    write = Write(
        changing.session, by.viewer(held), held.practice_id, by.operation, by.request_id, changing.moment,
        list(changing.facts),
    )  # fmt: skip
    await write.close()
    return write.left
