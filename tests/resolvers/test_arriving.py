"""A request that is answered as whoever was remembered: nothing leaves, and nothing is done, before that is certain."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from auth import arriving, sessions
from auth.arriving import Arrival, Mistaken
from auth.credentials import Credentials
from auth.errors import NotSignedIn
from auth.starting import Started
from auth.viewers import Member
from domain.people import Role
from domain.settings import DEFAULT
from storage.database.audit import AccessEvent
from storage.database.people import Membership, Session
from tests.care import client, client_id, grant
from tests.makers import PracticeUnderTest, operations

NAME = "query($id: ID!) { client(id: $id) { displayName } }"
RENAME = "mutation($input: ClientUpdateInput!) { clientUpdate(input: $input) { client { id } problems { code } } }"


async def signed_in(practice: PracticeUnderTest, role: Role = Role.OWNER) -> tuple[Member, Credentials]:
    """A new member, and the secret of a session of theirs that the application remembers."""
    member = await practice.member(role)
    database = practice.casegraph.database
    async with database.write(practice.id) as writing:
        held = await writing.get_one(Membership, (practice.id, member.membership_id))
        _, secret = await sessions.begin(writing, member.person_id, held, DEFAULT, datetime.now(UTC))
        await writing.commit()
    brought = Credentials(bearer=secret)
    assert (await practice.casegraph.received(brought)).confirming is None
    return member, brought


@asynccontextmanager
async def remembered(practice: PracticeUnderTest, brought: Credentials) -> AsyncIterator[Arrival]:
    """Their next request, on its way in."""
    arrival = await practice.casegraph.received(brought)
    assert arrival.confirming is not None
    try:
        yield arrival
    finally:
        await arrival.close()


async def answer(practice: PracticeUnderTest, arrival: Arrival, text: str, **variables: Any) -> Any:
    """What an operation comes to, carried out as the server does."""
    async with practice.casegraph.operation(arrival, request_id="test") as operation:
        result = await operations().answer(operations().prepare(text), variables, operation)
    return result.data


async def accesses(practice: PracticeUnderTest) -> int:
    async with practice.casegraph.database.write(practice.id) as session:
        return len((await session.scalars(select(AccessEvent).where(AccessEvent.practice_id == practice.id))).all())


async def end(practice: PracticeUnderTest, brought: Credentials) -> None:
    """End the session, behind the application's back."""
    async with practice.casegraph.database.write(None) as session:
        secret_hash = sessions.hashed(brought.bearer or "")
        now = datetime.now(UTC)
        await session.execute(update(Session).where(Session.secret_hash == secret_hash).values(ended_at=now))
        await session.commit()


async def become(practice: PracticeUnderTest, member: Member, role: Role) -> None:
    async with practice.casegraph.database.write(practice.id) as session:
        held = await session.get_one(Membership, (practice.id, member.membership_id))
        held.role = role
        await session.commit()


@pytest.fixture
async def somebody(practice: PracticeUnderTest) -> UUID:
    return await client(practice)


async def test_whoever_is_who_they_were_is_answered(practice: PracticeUnderTest, somebody: UUID) -> None:
    _, brought = await signed_in(practice)
    async with remembered(practice, brought) as arrival:
        assert (await answer(practice, arrival, NAME, id=client_id(somebody)))["client"]["displayName"]
    assert await accesses(practice) == 1


async def test_whose_session_has_ended_is_told_nothing(practice: PracticeUnderTest, somebody: UUID) -> None:
    _, brought = await signed_in(practice)
    await end(practice, brought)
    async with remembered(practice, brought) as arrival:
        with pytest.raises(Mistaken):
            await answer(practice, arrival, NAME, id=client_id(somebody))
    assert await accesses(practice) == 0
    with pytest.raises(NotSignedIn):
        await practice.casegraph.received(brought, by_memory=False)


async def test_whose_role_has_changed_is_told_nothing_as_what_they_were(
    practice: PracticeUnderTest, somebody: UUID
) -> None:
    member, brought = await signed_in(practice)
    await become(practice, member, Role.PRACTITIONER)
    async with remembered(practice, brought) as arrival:
        with pytest.raises(Mistaken):
            await answer(practice, arrival, NAME, id=client_id(somebody))
    arrival = await practice.casegraph.received(brought, by_memory=False)
    assert arrival.viewer.role is Role.PRACTITIONER


async def test_nothing_is_done_for_whom_it_is_not_certain(practice: PracticeUnderTest, somebody: UUID) -> None:
    member, brought = await signed_in(practice)
    before = await practice.get(member, NAME, id=client_id(somebody))
    await end(practice, brought)
    change = {"id": client_id(somebody), "expectedVersion": 1, "pronouns": "they/them"}
    async with remembered(practice, brought) as arrival:
        with pytest.raises(Mistaken):
            await answer(practice, arrival, RENAME, input=change)
    assert await practice.get(member, NAME, id=client_id(somebody)) == before


async def test_what_is_called_off_does_not_wait_to_learn_for_whom_it_was(
    practice: PracticeUnderTest, somebody: UUID
) -> None:
    member = await practice.member()
    gate: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def never() -> None:
        await gate

    async def ask() -> None:
        async with practice.casegraph.operation(arrival, request_id="test") as operation:
            await operations().answer(operations().prepare(NAME), {"id": client_id(somebody)}, operation)
            await asyncio.sleep(60)

    arrival = Arrival(member, datetime.now(UTC), None, Started(never()), is_certain=False)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(ask(), 0.05)
    await arrival.close()
    assert await accesses(practice) == 0


@pytest.mark.parametrize(("ended", "counts"), [(True, False), (False, True)])
async def test_a_place_on_a_care_team_that_ended_since_does_not_count(
    practice: PracticeUnderTest, somebody: UUID, ended: bool, counts: bool
) -> None:
    member, _ = await signed_in(practice, Role.PRACTITIONER)
    moment = datetime.now(UTC)
    await grant(practice, member, somebody, to_at=moment + timedelta(seconds=0.02 if ended else 3600))
    await asyncio.sleep(0.05)
    # The request is bound to a moment before the end, and its snapshot knows of the end.
    snapshot = await practice.casegraph.database.reader.snapshot(practice.id, member.person_id)
    bound = {
        "practice": practice.id, "member": member.membership_id, "person": member.person_id, "moment": moment
    }  # fmt: skip
    try:
        confirming = arriving._confirmed(sessions.asking(practice.casegraph.database, snapshot, bound), member, moment)
        if counts:
            await confirming
        else:
            with pytest.raises(Mistaken):
                await confirming
    finally:
        await snapshot.close()
