"""Who looked at whose records: one event a request, one subject for each client reached or refused."""

import asyncio
import hashlib
from typing import Any

from sqlalchemy import select

from domain.chains import FIRST_LINK, chained
from domain.people import Role
from storage.database.audit import AccessBatch, AccessEvent, AccessSubject
from tests.makers import PracticeUnderTest
from tests.worlds import World, grant, made

READ = "query ($id: ID!) { client(id: $id) { displayName names { given } } }"


async def seen(practice: PracticeUnderTest) -> list[tuple[Any, Any, bool]]:
    """Who, whom, and whether they were refused, in the order of looking."""
    rows = (
        select(AccessEvent.actor_id, AccessSubject.client_id, AccessSubject.refused)
        .join(AccessSubject, AccessSubject.access_id == AccessEvent.id)
        .where(AccessEvent.practice_id == practice.id)
        .order_by(AccessEvent.occurred_at, AccessSubject.client_id)
    )
    async with practice.casegraph.database.write(practice.id) as session:
        return [(actor, client, refused) for actor, client, refused in await session.execute(rows)]


async def client_id(world: World, name: str) -> str:
    return f"client_{world.clients[name].hex}"


async def test_a_reading_leaves_one_event_with_the_client_it_reached(practice: PracticeUnderTest) -> None:
    world, owner = await made(practice), await practice.member()

    await practice.get(owner, READ, id=await client_id(world, "near"))

    assert await seen(practice) == [(owner.membership_id, world.clients["near"], False)]


async def test_a_refused_reading_is_kept_too_and_a_made_up_id_is_nobodys(practice: PracticeUnderTest) -> None:
    world, midwife = await made(practice), await practice.member(Role.PRACTITIONER)

    refused = await practice.get(midwife, READ, id=await client_id(world, "far"))
    made_up = await practice.get(midwife, READ, id=f"client_{practice.id.hex}")

    assert refused == made_up == {"client": None}
    assert await seen(practice) == [(midwife.membership_id, world.clients["far"], True)]


async def test_a_scripted_day_of_thirty_readings_by_five_people_is_told_exactly(practice: PracticeUnderTest) -> None:
    world = await made(practice)
    people = [await practice.member(Role.PRACTITIONER) for _ in range(5)]
    for person in people[:3]:
        await grant(world, person, "near")
    names = ("near", "half", "far")
    expected = []
    for number in range(30):
        person, name = people[number % 5], names[number % 3]
        await practice.get(person, READ, id=await client_id(world, name))
        reached = name == "near" and person in people[:3]
        expected.append((person.membership_id, world.clients[name], not reached))

    assert await seen(practice) == expected


async def test_a_list_of_more_than_a_hundred_clients_keeps_their_number(practice: PracticeUnderTest) -> None:
    owner = await practice.member()
    for _ in range(35):
        await made(practice)

    await practice.get(owner, "{ clients(first: 100) { edges { node { id } } } }")
    await practice.get(
        owner, "{ a: clients(first: 99) { edges { node { id } } } b: clients(last: 50) { edges { cursor } } }"
    )

    async with practice.casegraph.database.write(practice.id) as session:
        kept = select(AccessEvent.clients_in_list).where(AccessEvent.practice_id == practice.id)
        counts = list(await session.scalars(kept.order_by(AccessEvent.occurred_at)))
    assert counts == [None, 105]
    assert len(await seen(practice)) == 100


async def test_readings_at_one_time_share_batches_in_one_unbroken_chain(practice: PracticeUnderTest) -> None:
    world, owner = await made(practice), await practice.member()
    ids = [await client_id(world, "near")] * 40

    await asyncio.gather(*(practice.get(owner, READ, id=each) for each in ids))

    async with practice.casegraph.database.write(practice.id) as session:
        events = list(await session.scalars(select(AccessEvent).where(AccessEvent.practice_id == practice.id)))
        batches = list(
            await session.scalars(
                select(AccessBatch).where(AccessBatch.practice_id == practice.id).order_by(AccessBatch.batch)
            )
        )
    assert len(events) == sum(batch.events for batch in batches) == 40
    assert [batch.batch for batch in batches] == list(range(1, len(batches) + 1))
    link = FIRST_LINK
    for batch in batches:
        inside = sorted((event for event in events if event.batch == batch.batch), key=lambda event: event.id)
        link = chained(link, batch.batch, hashlib.sha256(b"".join(event.digest for event in inside)).digest())
        assert link == batch.link


async def test_who_reads_no_client_leaves_no_event(practice: PracticeUnderTest) -> None:
    owner = await practice.member()

    await practice.get(owner, "{ viewer { kind } practice { name } clients { edges { node { id } } } }")

    assert await seen(practice) == []
