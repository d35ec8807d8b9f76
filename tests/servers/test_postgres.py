"""The server that the tests start: its roles, its locale, its end."""

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import asyncpg
import pytest

from tests.servers.postgres import APP, Database, Server, started


async def answer(url: str, question: str) -> object:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(question)
    finally:
        await connection.close()


async def test_the_app_role_is_bound_by_row_level_security(postgres_database: Callable[..., Database]) -> None:
    question = (
        "SELECT current_user || ' ' || rolsuper || ' ' || rolbypassrls FROM pg_roles WHERE rolname = current_user"
    )
    assert await answer(postgres_database().app_url, question) == f"{APP} false false"


async def test_text_is_utf_8_and_ordered_by_code_point(postgres_database: Callable[..., Database]) -> None:
    url = postgres_database().app_url
    assert await answer(url, "SHOW server_encoding") == "UTF8"
    assert await answer(url, "SELECT string_agg(w, '' ORDER BY w) FROM unnest(ARRAY['é', 'z', 'a', 'Z']) w") == "Zazé"


async def test_the_owner_makes_tables_and_the_app_role_may_not(postgres_database: Callable[..., Database]) -> None:
    database = postgres_database()
    await answer(database.owner_url, "CREATE TABLE kept (id int)")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await answer(database.app_url, "CREATE TABLE sneaked_in (id int)")


async def test_a_database_is_copied_from_its_template(postgres_database: Callable[..., Database]) -> None:
    template = postgres_database()
    await answer(template.owner_url, "CREATE TABLE kept AS SELECT 7 AS id")
    assert await answer(postgres_database(template=template.name).owner_url, "SELECT id FROM kept") == 7


async def test_a_dropped_database_is_gone_even_with_someone_connected(postgres: Server) -> None:
    database = postgres.make_database()
    connection = await asyncpg.connect(database.app_url)
    database.drop()
    with pytest.raises(asyncpg.InvalidCatalogNameError):
        await asyncpg.connect(database.app_url)
    connection.terminate()


async def test_what_was_committed_before_a_kill_is_there_after_a_start() -> None:
    with started(fast=False) as own:
        database = own.server.make_database()
        await answer(database.owner_url, "CREATE TABLE kept AS SELECT 7 AS id")
        own.kill()
        with pytest.raises(ConnectionRefusedError):
            await asyncpg.connect(database.owner_url)
        own.start()
        assert await answer(database.owner_url, "SELECT id FROM kept") == 7
    assert not own.folder.exists()


ASKING = """
import sys
from tests.servers.postgres import started
with started() as own:
    print(own.port, own.folder, flush=True)
    sys.stdin.read()
"""


def test_the_server_ends_when_the_process_that_started_it_is_killed() -> None:
    asking = subprocess.Popen([sys.executable, "-c", ASKING], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert asking.stdout is not None
    port, folder = asking.stdout.readline().split()
    assert is_answered(int(port))
    asking.send_signal(signal.SIGKILL)
    asking.communicate()
    deadline = time.monotonic() + 20
    while (is_answered(int(port)) or Path(folder).exists()) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not is_answered(int(port))
    assert not Path(folder).exists()


def is_answered(port: int) -> bool:
    with socket.socket() as caller:
        return caller.connect_ex(("127.0.0.1", port)) == 0
