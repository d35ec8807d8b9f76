"""What the migrations make: exactly the models, with every practice behind its own wall."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, inspect
from sqlalchemy.ext.asyncio import AsyncConnection

from auth.keys import KeyRing
from domain.identity import new_id
from resolvers.casegraph import Casegraph
from storage.database.base import GLOBAL_TABLES
from storage.database.drafting import newest_revision
from storage.database.migrating import APPEND_ONLY, _engine, configured, current_revision
from storage.database.models import TENANT_TABLES, metadata
from tests import filing, noting
from tests.makers import PracticeUnderTest
from tests.servers.postgres import APP, OWNER

REACHED_OTHERWISE = {("membership", "person_id")}
"""Indexes of tenant tables that do not lead with the practice: a person asks for their own memberships everywhere."""


def as_owner(url: str) -> str:
    return url.replace(f"//{APP}:", f"//{OWNER}:")


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[AsyncConnection]:
    """A connection as the owner of the tables, committed in the end."""
    engine = _engine(as_owner(url))
    try:
        async with engine.begin() as connection:
            yield connection
    finally:
        await engine.dispose()


async def of_connection(url: str, question: Callable[[Connection], Any]) -> Any:
    async with connected(url) as connection:
        return await connection.run_sync(question)


@asynccontextmanager
async def application(casegraph: Casegraph, practice: Any = None, person: Any = None) -> AsyncIterator[Any]:
    """The application's role, perhaps within a practice or as a person."""
    url = casegraph.database.url.set(drivername="postgresql").render_as_string(hide_password=False)
    connection = await asyncpg.connect(url)
    try:
        for name, value in (("app.practice", practice), ("app.person", person)):
            await connection.execute("SELECT set_config($1, $2, false)", name, str(value or ""))
        yield connection
    finally:
        await connection.close()


@pytest.fixture
async def walled(postgres_url: str) -> AsyncIterator[PracticeUnderTest]:
    """A practice on PostgreSQL. SQLite has no roles and no walls: there the explicit predicates stand alone."""
    async with Casegraph.opened(postgres_url, KeyRing.made()) as casegraph:
        yield await PracticeUnderTest.founded(casegraph)


# ---------------------------------------------------------------- the shape


async def test_the_migrations_make_exactly_what_the_models_say(fresh_database_url: str) -> None:
    def differences(connection: Connection) -> Any:
        return compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), metadata)

    assert await of_connection(fresh_database_url, differences) == []


async def test_every_step_can_be_taken_back_and_again(fresh_database_url: str) -> None:
    def tables(connection: Connection) -> set[str]:
        return set(inspect(connection).get_table_names())

    await of_connection(fresh_database_url, lambda sync: command.downgrade(configured(sync), "base"))
    assert await of_connection(fresh_database_url, tables) == {"alembic_version"}
    await of_connection(fresh_database_url, lambda sync: command.upgrade(configured(sync), "head"))

    assert await of_connection(fresh_database_url, tables) == set(metadata.tables) | {"alembic_version"}
    assert await current_revision(as_owner(fresh_database_url)) == newest_revision()


def test_these_and_no_other_tables_belong_to_no_practice() -> None:
    assert {"practice", "person", "session", "door", "due"} == GLOBAL_TABLES
    assert {name for name, table in metadata.tables.items() if "practice_id" not in table.c} == {"practice", "person"}


@pytest.mark.parametrize("name", sorted(TENANT_TABLES))
def test_every_key_and_index_of_a_practice_begins_with_it(name: str) -> None:
    table = metadata.tables[name]
    assert next(iter(table.primary_key.columns)).name == "practice_id"
    led = {tuple(column.name for column in index.columns) for index in table.indexes}
    assert {names[0] for names in led if (name, names[0]) not in REACHED_OTHERWISE} <= {"practice_id"}


@pytest.mark.parametrize("name", sorted(TENANT_TABLES))
def test_no_row_can_point_into_another_practice(name: str) -> None:
    for key in metadata.tables[name].foreign_key_constraints:
        pairs = {element.parent.name: element.column.name for element in key.elements}
        assert pairs.get("practice_id") == "practice_id", key.name


# ---------------------------------------------------------------- the walls, on PostgreSQL


async def test_every_table_of_practices_has_forced_row_level_security(walled: PracticeUnderTest) -> None:
    async with application(walled.casegraph) as connection:
        rows = await connection.fetch(
            "SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity AS forced,"
            " ARRAY(SELECT polname || ' ' || polcmd::text FROM pg_policy WHERE polrelid = c.oid ORDER BY 1) AS policies"
            " FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace"
        )
    guarded = {row["relname"]: list(row["policies"]) for row in rows if row["forced"]}
    wanted = {name: ["practice *"] for name in TENANT_TABLES} | {"membership": ["own r", "practice *"]}
    assert guarded == wanted
    assert {row["relname"] for row in rows} - set(guarded) == GLOBAL_TABLES | {"alembic_version"}


async def test_the_application_is_neither_superuser_nor_above_the_walls(walled: PracticeUnderTest) -> None:
    async with application(walled.casegraph) as connection:
        role = await connection.fetchrow(
            "SELECT rolname, rolsuper, rolbypassrls, rolcreatedb, rolcreaterole FROM pg_roles"
            " WHERE rolname = current_user"
        )
        owned = await connection.fetchval("SELECT count(*) FROM pg_class WHERE relowner = current_user::regrole")
    assert tuple(role) == (APP, False, False, False, False)
    assert owned == 0


async def test_without_a_practice_no_row_is_seen(walled: PracticeUnderTest) -> None:
    await walled.member()
    async with application(walled.casegraph) as connection:
        seen = {name: await connection.fetchval(f"SELECT count(*) FROM {name}") for name in sorted(TENANT_TABLES)}
    assert seen == dict.fromkeys(TENANT_TABLES, 0)


async def test_in_a_practice_only_its_own_rows_are_seen(walled: PracticeUnderTest) -> None:
    other = await PracticeUnderTest.founded(walled.casegraph)
    for each in (walled, other):
        await each.member()
    async with application(walled.casegraph, walled.id) as connection:
        for name in sorted(TENANT_TABLES):
            found = await connection.fetch(f"SELECT DISTINCT practice_id FROM {name}")
            assert {row["practice_id"] for row in found} <= {walled.id}, name
        assert await connection.fetchval("SELECT count(*) FROM membership") == 1


async def test_a_row_of_another_practice_cannot_be_written(walled: PracticeUnderTest) -> None:
    other = await PracticeUnderTest.founded(walled.casegraph)
    statements = (
        "INSERT INTO practice_number (practice_id, series, last) VALUES ($1, 'stolen', 1)",
        "UPDATE practice_number SET practice_id = $1",
    )
    async with application(walled.casegraph, walled.id) as connection:
        for statement in statements:
            with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
                await connection.execute(statement, other.id)
        assert await connection.execute("DELETE FROM practice_number WHERE practice_id = $1", other.id) == "DELETE 0"


async def test_a_person_sees_their_own_memberships_everywhere_and_changes_none(walled: PracticeUnderTest) -> None:
    member, somebody_else = await walled.member(), await walled.member()
    assert somebody_else.person_id != member.person_id
    async with application(walled.casegraph, person=member.person_id) as connection:
        seen = await connection.fetch("SELECT id FROM membership")
        changed = await connection.execute("UPDATE membership SET role = 'OWNER'")
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
            await connection.execute(
                "INSERT INTO membership (practice_id, id, person_id, role, name, from_at, version)"
                " VALUES ($1, $2, $3, 'OWNER', 'Me', now(), 1)",
                walled.id, new_id(), member.person_id,
            )  # fmt: skip
    assert [row["id"] for row in seen] == [member.membership_id]
    assert changed == "UPDATE 0"


async def test_the_application_can_only_add_to_what_never_changes(walled: PracticeUnderTest) -> None:
    async with application(walled.casegraph) as connection:
        for name in (*APPEND_ONLY, "alembic_version"):
            for right in ("UPDATE", "DELETE", "TRUNCATE"):
                assert not await connection.fetchval("SELECT has_table_privilege($1, $2)", name, right), (name, right)


# ---------------------------------------------------------------- what was there before


async def test_what_was_written_before_words_were_kept_is_found_by_them_afterwards(fresh_database_url: str) -> None:
    async with Casegraph.opened(fresh_database_url, KeyRing.made()) as casegraph:
        practices = [await PracticeUnderTest.founded(casegraph) for _ in range(2)]
        owners = [await practice.member() for practice in practices]
        clients = [await filing.client(practice) for practice in practices]
        for practice, owner, client in zip(practices, owners, clients, strict=True):
            await noting.written(practice, owner, client, "Ärger with the left heel")

    await of_connection(fresh_database_url, lambda sync: command.downgrade(configured(sync), "0001"))
    await of_connection(fresh_database_url, lambda sync: command.upgrade(configured(sync), "head"))

    async with Casegraph.opened(fresh_database_url, KeyRing.made()) as casegraph:
        for practice, owner, client in zip(practices, owners, clients, strict=True):
            again = PracticeUnderTest(casegraph, practice.id)
            assert await noting.listed(again, owner, client, text="arger hee") == ["Ärger with the left heel"]
            assert await noting.timeline(again, owner, client, text="note left") == ["Note “Ärger with the left heel”."]
