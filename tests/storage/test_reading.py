"""Reading: each statement becomes text once, brings only what was asked for, and finds it by an index."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Select, bindparam, select

import storage.database.clients
import storage.database.timeline
from auth.keys import KeyRing
from auth.reach import Reach
from domain import searching
from domain.people import Role
from resolvers.asking import Ask
from resolvers.casegraph import Casegraph
from resolvers.writing import carry_out
from storage.database.clients import Client, ClientRow
from storage.database.ordering import Order, Slice
from storage.database.reading import Statements
from storage.database.selecting import columns, of_practice, table_of
from storage.database.timeline import EntryRow
from tests.acts import FileGiven, FileOpened, open_file
from tests.makers import PracticeUnderTest
from tests.plans import as_application, as_owner, by_index, plan_of

OWNERS = Reach(Role.OWNER, False)
BY_NAME = Order(("sort_name", "id"), (str, UUID))
NEWEST = Order(("occurred_at", "id"), (datetime, UUID), descending=True)
CLIENTS, ENTRIES, BUSY_CLIENTS = 20_000, 30_000, 50


def clients_of(wanted: frozenset[str] | None) -> Select[Any]:
    client = table_of(Client)
    return select(*columns(client, ClientRow, wanted)).where(of_practice(client))


async def test_a_column_that_was_not_asked_for_cannot_be_read_by_mistake(practice: PracticeUnderTest) -> None:
    await carry_out(practice.casegraph.database, practice.system, open_file, FileGiven("Nia"), FileOpened)
    ask = Ask.opened(practice.casegraph.database, practice.system)
    try:
        (row,) = await ask.rows(ClientRow, clients_of, frozenset({"display_name"}))
    finally:
        await ask.close()

    assert row.display_name == "Nia"
    with pytest.raises(AttributeError):
        _ = row.file_number


async def test_a_statement_becomes_text_once_for_each_shape(practice: PracticeUnderTest) -> None:
    made: list[frozenset[str] | None] = []

    def noted(wanted: frozenset[str] | None) -> Select[Any]:
        made.append(wanted)
        return clients_of(wanted)

    shapes = (None, frozenset({"display_name"}), frozenset({"file_number"}))
    for _ in range(3):
        ask = Ask.opened(practice.casegraph.database, practice.system)
        try:
            for shape in shapes:
                await ask.rows(ClientRow, noted, shape)
        finally:
            await ask.close()

    assert made == list(shapes)


def test_equal_reaches_share_one_text(statements: Statements) -> None:
    def shaped(reach: Reach) -> Select[Any]:
        client = table_of(Client)
        return select(client.c.id).where(of_practice(client), reach.client(client))

    first = statements.compiled(shaped, (Reach(Role.PRACTITIONER, False),))
    assert statements.compiled(shaped, (Reach(Role.PRACTITIONER, False),)) is first
    assert statements.compiled(shaped, (Reach(Role.OWNER, False),)) is not first


@pytest.fixture
def statements(casegraph: Casegraph) -> Statements:
    """Nothing compiled yet."""
    return Statements(casegraph.database.reader.dialect)


async def test_the_number_of_ids_does_not_change_the_text(practice: PracticeUnderTest) -> None:
    read: list[str] = []
    practice.casegraph.database.on_read = read.append
    ask = Ask.opened(practice.casegraph.database, practice.system)
    try:
        for number in (1, 3, 40):
            await ask.rows(ClientRow, storage.database.clients.by_ids, OWNERS, ids=[practice.id] * number)
    finally:
        practice.casegraph.database.on_read = None
        await ask.close()
    assert len(read) == 3
    assert len(set(read)) == 1


async def test_what_is_bound_is_never_part_of_the_text(practice: PracticeUnderTest) -> None:
    def named() -> Select[Any]:
        client = table_of(Client)
        return select(*columns(client, ClientRow)).where(
            of_practice(client), client.c.display_name == bindparam("name")
        )

    ask = Ask.opened(practice.casegraph.database, practice.system)
    try:
        assert await ask.rows(ClientRow, named, name="' OR 1=1 --") == []
    finally:
        await ask.close()


async def test_a_snapshot_cannot_write(practice: PracticeUnderTest) -> None:
    snapshot = await practice.casegraph.database.reader.snapshot(practice.id)
    try:
        with pytest.raises(Exception, match=r"read-only|readonly"):
            await snapshot.fetch("UPDATE practice_number SET last = 9", [])
    finally:
        await snapshot.close()


async def test_a_snapshot_does_not_see_what_is_written_after_its_first_read(practice: PracticeUnderTest) -> None:
    ask = Ask.opened(practice.casegraph.database, practice.system)
    try:
        assert await ask.rows(ClientRow, clients_of, None) == []
        await carry_out(practice.casegraph.database, practice.system, open_file, FileGiven("Nia"), FileOpened)
        assert await ask.rows(ClientRow, clients_of, None) == []
    finally:
        await ask.close()


# ---------------------------------------------------------------- indexes, as the application's role on PostgreSQL

FILL = (
    "INSERT INTO client (practice_id, id, file_counter, file_number, status, names, display_name, sort_name, version,"
    " created_at, updated_at) SELECT $1, gen_random_uuid(), n, 'C-' || n, 'ACTIVE', '[]', 'Nia', 'nia ' || n, 1,"
    f" now(), now() FROM generate_series(1, {CLIENTS}) n",
    "INSERT INTO search_word (practice_id, client_id, word)"
    " SELECT practice_id, id, 'nia' || lpad(file_counter::text, 6, '0') FROM client WHERE practice_id = $1",
    "INSERT INTO timeline_entry (practice_id, id, client_id, kind, occurred_at, recorded_at, visibility, facts)"
    " SELECT $1, gen_random_uuid(), c.id, 'CALL', now() - n * interval '1 minute', now(), 'GENERAL', '{}'"
    f" FROM client c, generate_series(1, {ENTRIES // BUSY_CLIENTS}) n"
    f" WHERE c.practice_id = $1 AND c.file_counter <= {BUSY_CLIENTS}",
)


@pytest.fixture(scope="module")
async def crowded(postgres_url: str) -> AsyncIterator[PracticeUnderTest]:
    """A practice with many clients on PostgreSQL, with statistics."""
    async with Casegraph.opened(postgres_url, KeyRing.made()) as casegraph:
        practice = await PracticeUnderTest.founded(casegraph)
        async with as_application(postgres_url, practice.id) as application:
            for statement in FILL:
                await application.execute(statement, practice.id)
        async with as_owner(postgres_url) as owner:
            await owner.execute("ANALYZE client, search_word, timeline_entry, client_grant")
        yield practice


async def test_a_prefix_is_found_by_the_index_of_the_words(crowded: PracticeUnderTest) -> None:
    low, high = searching.prefix_range("nia0123")
    plan = await plan_of(
        crowded, storage.database.clients.page_of, OWNERS, storage.database.clients.Filter(words=1),
        Slice(BY_NAME), frozenset({"display_name"}), low_0=low, high_0=high, size=21,
    )  # fmt: skip
    found = by_index(plan, "search_word")
    assert any("word >=" in step["Index Cond"] and "word <" in step["Index Cond"] for step in found)
    assert max(step["Actual Rows"] for step in found) <= 100


@pytest.mark.parametrize("parents", [1, 50])
async def test_a_page_of_the_timeline_is_read_off_its_index(crowded: PracticeUnderTest, parents: int) -> None:
    database = crowded.casegraph.database
    busy = Ask.opened(database, crowded.system)
    try:
        rows = await busy.rows(ClientRow, clients_of, frozenset({"file_counter"}))
    finally:
        await busy.close()
    ids = [row.id for row in rows if row.file_counter <= parents]

    plan = await plan_of(
        crowded, storage.database.timeline.page_of, "postgresql", "client_id", OWNERS,
        storage.database.timeline.Filter(), Slice(NEWEST), frozenset({"kind"}), parents=ids, size=21,
    )  # fmt: skip

    found = by_index(plan, "timeline_entry")
    assert {step["Index Name"] for step in found} == {"ix_timeline_entry_practice_id_client_id_occurred_at_id"}
    # Of each client's many entries only the page is touched.
    assert [(step["Actual Loops"], step["Actual Rows"]) for step in found] == [(parents, 21)]


async def test_the_entries_of_the_page_are_those_asked_for(crowded: PracticeUnderTest) -> None:
    ask = Ask.opened(crowded.casegraph.database, crowded.system)
    try:
        clients = await ask.rows(ClientRow, clients_of, frozenset({"file_counter"}))
        chosen = next(row.id for row in clients if row.file_counter == 1)
        entries = await ask.rows(
            EntryRow, storage.database.timeline.page_of, "postgresql", "client_id", OWNERS,
            storage.database.timeline.Filter(), Slice(NEWEST), frozenset({"kind"}), parents=[chosen], size=21,
        )  # fmt: skip
    finally:
        await ask.close()
    assert [entry.client_id for entry in entries] == [chosen] * 21
    assert [entry.occurred_at for entry in entries] == sorted((e.occurred_at for e in entries), reverse=True)


async def test_a_reader_whose_caller_left_while_it_began_serves_the_next(practice: PracticeUnderTest) -> None:
    reader = practice.casegraph.database.reader
    for step in range(200):
        leaving = asyncio.create_task(reader.snapshot(practice.id))
        for _ in range(step % 5):
            await asyncio.sleep(0)
        leaving.cancel()
        (left,) = await asyncio.gather(leaving, return_exceptions=True)
        if not isinstance(left, BaseException):
            await left.close()

        snapshot = await reader.snapshot(practice.id)
        assert len(await snapshot.fetch("SELECT 1", [])) == 1
        await snapshot.close()
