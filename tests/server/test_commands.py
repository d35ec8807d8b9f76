"""The command line, run as a person runs it: the root script in a process of its own."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from server.variables import ROOT
from tests.servers.postgres import Database

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def own(tmp_path: Path) -> dict[str, str]:
    """Settings under which nothing of the checkout's var/ is touched."""
    return {
        "CASEGRAPH_DATABASE": f"sqlite:///{tmp_path}/data/casegraph.sqlite",
        "CASEGRAPH_FILES": f"file://{tmp_path}/files",
        "CASEGRAPH_KEYS": str(tmp_path / "keys"),
        "CASEGRAPH_ANCHOR": str(tmp_path / "anchor"),
    }


@pytest.fixture
def casegraph(own: dict[str, str]) -> Run:
    def run(*arguments: str, **settings: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, str(ROOT / "casegraph"), *arguments],
            env={"PATH": os.environ["PATH"], "COLUMNS": "120", **own, **settings},
            cwd="/", capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip

    return run


def test_the_commands_are_listed_from_any_folder(casegraph: Run) -> None:
    said = casegraph("--help")
    assert said.returncode == 0
    assert "Casegraph: the case files of a care practice." in said.stdout


def test_a_wrong_setting_ends_the_command_with_words_and_no_traceback(casegraph: Run) -> None:
    said = casegraph("doctor", CASEGRAPH_PORT="eight")
    assert (said.returncode, said.stdout) == (2, "")
    assert said.stderr.splitlines() == [
        "Casegraph cannot start with these settings:",
        "- CASEGRAPH_PORT is 'eight': expected a whole number up to 65535. For example CASEGRAPH_PORT=8000",
    ]


def test_keys_are_added_in_front_and_listed_without_their_secrets(casegraph: Run, own: dict[str, str]) -> None:
    first, second = (casegraph("keys", "add").stdout.split()[0] for _ in range(2))
    said = casegraph("keys", "list")
    assert said.stdout.splitlines() == [f"{second}  seals and signs", f"{first}  still opens"]
    secrets = [line.split()[1] for line in Path(own["CASEGRAPH_KEYS"]).read_text().splitlines()[1:]]
    assert len(secrets) == 2
    assert not any(secret in said.stdout for secret in secrets)


def test_keys_that_are_not_there_are_not_listed(casegraph: Run) -> None:
    said = casegraph("keys", "list")
    assert said.returncode == 2
    assert "make one with `./casegraph keys add`" in said.stderr


def test_the_doctor_names_what_is_missing_and_makes_nothing(casegraph: Run, tmp_path: Path) -> None:
    said = casegraph("doctor")
    unwell = [line.split()[2].rstrip(":") for line in said.stdout.splitlines() if line.startswith("NOT WELL")]
    assert (said.returncode, unwell) == (1, ["folders", "keys", "database", "files"])
    assert list(tmp_path.iterdir()) == []


def test_the_doctor_is_content_after_migrate_and_keys_add(casegraph: Run) -> None:
    assert casegraph("migrate").returncode == 0
    assert casegraph("keys", "add").returncode == 0
    said = casegraph("doctor")
    assert said.returncode == 0, said.stdout
    assert "NOT WELL" not in said.stdout


def test_postgresql_is_migrated_by_its_owner_for_the_app_role(
    casegraph: Run, postgres_database: Callable[..., Database]
) -> None:
    database = postgres_database()
    urls = {"CASEGRAPH_DATABASE": database.app_url, "CASEGRAPH_DATABASE_OWNER": database.owner_url}
    assert casegraph("keys", "add").returncode == 0
    said = casegraph("migrate", **urls)
    assert said.returncode == 0, said.stderr
    assert database.server.password not in said.stdout
    assert "well      database" in casegraph("doctor", **urls).stdout


def test_a_server_without_the_owners_role_does_not_start_on_an_old_shape(
    casegraph: Run, postgres_database: Callable[..., Database]
) -> None:
    assert casegraph("keys", "add").returncode == 0
    said = casegraph("serve", CASEGRAPH_DATABASE=postgres_database().app_url, CASEGRAPH_PORT="0")
    assert said.returncode == 2
    assert "run `./casegraph migrate` with CASEGRAPH_DATABASE_OWNER set" in said.stderr


def test_a_server_does_not_make_a_key_ring_where_somebody_said_it_is(casegraph: Run) -> None:
    said = casegraph("serve", CASEGRAPH_PORT="0")
    assert said.returncode == 2
    assert "there is no key file" in said.stderr


def test_a_port_that_is_taken_is_said_with_one_to_try(casegraph: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        said = casegraph("serve", CASEGRAPH_PORT=str(port))
    assert said.returncode == 2
    assert f"cannot listen on http://127.0.0.1:{port}" in said.stderr
    assert f"CASEGRAPH_PORT={port + 1}" in said.stderr
