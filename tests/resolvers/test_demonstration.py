from collections.abc import AsyncIterator, Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from auth.credentials import Credentials
from auth.keys import KeyRing
from auth.viewers import Anonymous, Member, System
from domain import demonstration
from domain.events import Subject
from domain.journeys import JourneyStatus
from domain.people import Role
from domain.refusals import NotAllowedNow
from resolvers.bringing.demonstration import Filled, fill
from resolvers.casegraph import Casegraph
from resolvers.verifying import verify
from storage.database.audit import AuditEvent
from storage.database.clients import Client
from storage.database.migrating import migrate
from storage.database.models import metadata
from storage.database.notes import NoteRevision
from storage.database.opening import Database, open_database
from storage.database.people import ClientGrant
from storage.database.timeline import PracticeEvent, PracticeNumber, PracticeSeq, TimelineEntry
from tests.makers import PracticeUnderTest
from tests.servers import postgres
from tests.whole_files import ALL_STATUSES, WHOLE_FILES

TODAY = date(2025, 11, 22)
CLIENTS = 23
SEED = 41

OF_THE_RECORDING = {"recorded_at", "created_at", "link", "digest", "last_hash", "epoch", "run_at"}
"""What differs from run to run: when it was written down, and what follows from that."""
OF_CHANCE = {"audit_event", "audit_detail", "access_event", "access_subject", "access_batch", "session", "job", "due"}


@pytest.fixture
async def empty(
    tmp_path: Path, postgres_database: Callable[..., postgres.Database]
) -> AsyncIterator[Callable[[str], Any]]:
    """Opens fresh databases, migrated and empty, closed at the end."""
    opened: list[Database] = []

    async def open_empty(kind: str) -> Database:
        url = f"sqlite:///{tmp_path}/{len(opened)}.sqlite"
        if kind == "postgresql":
            made = postgres_database()
            await migrate(made.owner_url, app_role=postgres.APP)
            url = made.app_url
        else:
            await migrate(url)
        opened.append(await open_database(url))
        return opened[-1]

    yield open_empty
    for each in opened:
        await each.close()


async def contents(database: Database, practice_id: Any) -> dict[str, list[Any]]:
    """Every row that the seed decides, without the columns that tell when it was recorded."""
    found = {}
    async with database.write(practice_id) as session:
        for table in metadata.sorted_tables:
            if table.name in OF_CHANCE or table.name == "person":
                continue
            names = [column.name for column in table.c if not _of_the_recording(table.name, column.name)]
            rows = await session.execute(select(*(table.c[name] for name in names)))
            found[table.name] = sorted(rows.all(), key=repr)
    return found


def _of_the_recording(table: str, column: str) -> bool:
    if table in ("timeline_entry", "note", "client", "journey", "practice"):
        return False  # the plan tells when these were recorded
    return column in OF_THE_RECORDING


async def filled(database: Database, **changes: Any) -> Filled:
    return await fill(database, **{"seed": SEED, "count": CLIENTS, "today": TODAY, **changes})


async def test_the_same_seed_gives_the_same_rows_on_both_databases(empty: Callable[[str], Any]) -> None:
    one, other = await empty("sqlite"), await empty("postgresql")

    first, second = await filled(one), await filled(other)

    assert (first.clients, first.entries) == (second.clients, second.entries)
    assert first.clients == CLIENTS
    kept, same = await contents(one, first.practice_id), await contents(other, second.practice_id)
    for table in kept:
        assert kept[table] == same[table], table
    assert len(kept["timeline_entry"]) == first.entries


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_everything_of_the_plan_stands_in_the_file(kind: str, empty: Callable[[str], Any]) -> None:
    database = await empty(kind)
    made = await filled(database)
    plan = list(demonstration.plan(SEED, CLIENTS, TODAY))

    async with database.write(made.practice_id) as session:
        for model, planned in (
            (Client, CLIENTS),
            (TimelineEntry, sum(len(one.entries) for one in plan)),
            (NoteRevision, sum(len(one.revisions) for one in plan)),
            (ClientGrant, sum(len(one.grants) for one in plan)),
        ):
            assert await session.scalar(select(func.count()).select_from(model)) == planned, model
        numbers = list(await session.scalars(select(Client.file_counter).order_by(Client.created_at)))
        assert sorted(numbers) == list(range(1, CLIENTS + 1))
        events = await session.scalar(select(func.count()).where(PracticeEvent.subject == Subject.ENTRY))
        assert events == made.entries
        audited = select(func.count()).where(AuditEvent.subject == "client", AuditEvent.action == "CREATED")
        assert await session.scalar(audited) == CLIENTS
    assert (await verify(database, made.practice_id, None)).faults == []


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_again_changes_nothing_and_what_broke_off_goes_on(kind: str, empty: Callable[[str], Any]) -> None:
    database = await empty(kind)

    class Interrupted(Exception):
        pass

    def interrupt(number: int) -> None:
        raise Interrupted

    with pytest.raises(Interrupted):
        await filled(database, on_clients=interrupt)
    rest = await filled(database)
    before = await standing(database, rest)
    again = await filled(database)

    assert rest.clients == CLIENTS - 20
    assert (again.clients, again.entries, again.new_logins) == (0, 0, set())
    assert await standing(database, rest) == before
    assert before[0] == CLIENTS


async def standing(database: Database, made: Filled) -> tuple[Any, ...]:
    async with database.write(made.practice_id) as session:
        counted = [await session.scalar(select(func.count()).select_from(model)) for model in (Client, AuditEvent)]
        return (
            *counted,
            await session.scalar(select(PracticeSeq.seq)),
            await session.scalar(select(PracticeNumber.last)),
        )


async def test_another_number_of_clients_is_refused_and_changes_nothing(empty: Callable[[str], Any]) -> None:
    database = await empty("sqlite")
    before = await standing(database, await filled(database, count=3))

    with pytest.raises(NotAllowedNow):
        await filled(database, count=4)

    assert await standing(database, await filled(database, count=3)) == before


async def test_a_member_signs_in_and_every_role_reaches_what_is_theirs(
    empty: Callable[[str], Any],
) -> None:
    database = await empty("sqlite")
    async with Casegraph.opened(database.url.render_as_string(), KeyRing.made()) as casegraph:
        made = await filled(database, password_hash=await casegraph.passwords.hashed("correct horse battery"))
        practice = PracticeUnderTest(casegraph, made.practice_id)
        given = {"email": made.somebody(Role.PRACTITIONER).email, "password": "correct horse battery", "bearer": True}
        data = await practice.get(
            Anonymous(), "mutation ($input: SignInInput!) { signIn(input: $input) { token } }", input=given
        )
        viewer = await casegraph.viewer_of(Credentials(bearer=data["signIn"]["token"]))
        assert isinstance(viewer, Member)
        assert viewer.practice_id == made.practice_id
        reached = {role: await clients_of(practice, made, role) for role in Role}

    everyone = await clients_of_system(database, made)
    assert {role for role in Role if reached[role] == everyone} == {
        Role.OWNER, Role.ADMIN, Role.BILLING, Role.ASSISTANT
    }  # fmt: skip
    assert 0 < reached[Role.PRACTITIONER] < everyone
    assert 0 < reached[Role.READ_ONLY] < everyone


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_whole_files_read_right_through_the_graph(kind: str, empty: Callable[[str], Any]) -> None:
    database = await empty(kind)
    made = await filled(database)
    url = database.url.render_as_string(hide_password=False)
    async with Casegraph.opened(url, KeyRing.made()) as casegraph:
        owner = made.somebody(Role.OWNER)
        viewer = Member(made.practice_id, owner.person_id, owner.id, Role.OWNER, owner.id)
        practice = PracticeUnderTest(casegraph, made.practice_id)
        data = await practice.get(viewer, WHOLE_FILES, status=ALL_STATUSES)

    files = [edge["node"] for edge in data["clients"]["edges"]]
    plan = {str(one.client.id.hex): one for one in demonstration.plan(SEED, CLIENTS, TODAY)}
    assert len(files) == 20
    for file in files:
        told = plan[file["id"].removeprefix("client_")]
        assert file["displayName"] == told.client.display_name
        assert len(file["contactPoints"]) == len(told.contacts)
        present = [one for one in told.journeys if one.status is not JourneyStatus.ARCHIVED]
        assert len(file["journeys"]["edges"]) == len(present)
        newest = max(told.entries, key=lambda entry: (entry.occurred_at, entry.id))
        assert file["timeline"]["edges"][0]["node"]["id"] == f"entry_{newest.id.hex}"
        assert file["timeline"]["edges"][0]["node"]["actor"]["name"] == newest.actor_name


async def clients_of(practice: PracticeUnderTest, made: Filled, role: Role) -> int:
    member = made.somebody(role)
    viewer = Member(made.practice_id, member.person_id, member.id, role, member.id)
    data = await practice.get(viewer, "{ clients(first: 1) { totalCount { value } } }")
    return int(data["clients"]["totalCount"]["value"])


async def clients_of_system(database: Database, made: Filled) -> int:
    present = select(func.count()).select_from(Client).where(Client.archived_at.is_(None))
    async with database.write(made.practice_id) as session:
        return int(await session.scalar(present) or 0)


async def test_it_is_written_by_the_practices_own_machinery(empty: Callable[[str], Any]) -> None:
    database = await empty("sqlite")
    made = await filled(database, count=2)

    async with database.write(made.practice_id) as session:
        authors = set((await session.execute(select(AuditEvent.actor_kind, AuditEvent.operation))).all())
    assert authors == {
        (System.kind, "demonstration.open_practice"),
        (System.kind, "demonstration.tell_clients"),
    }
