from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.server.command_line import CommandLine

SMALL = ("demo", "--clients", "3", "--seed", "5", "--today", "2025-11-22")


@pytest.fixture
def run(tmp_path: Path) -> CommandLine:
    return CommandLine.with_keys(tmp_path)


def test_a_demo_practice_is_made_with_a_sign_in_for_each_role(run: CommandLine) -> None:
    said = run(*SMALL)

    assert said.returncode == 0, said.stderr
    lines = said.stdout.splitlines()
    assert lines[0].startswith("Harbour Street Practice (")
    assert "3 clients with " in lines[0]
    assert "(shown only now)" in lines[1]
    assert [line.split()[0] for line in lines[2:8]] == [
        "OWNER", "ADMIN", "PRACTITIONER", "BILLING", "ASSISTANT", "READ_ONLY"
    ]  # fmt: skip
    assert lines[8].startswith("A new password: ./casegraph person password ")


def test_again_it_changes_nothing_and_tells_no_password(run: CommandLine) -> None:
    run(*SMALL)

    said = run(*SMALL)

    assert said.returncode == 0, said.stderr
    assert said.stdout == "Harbour Street Practice stands there already, with every client: nothing was changed.\n"


def test_another_number_of_clients_needs_another_seed(run: CommandLine) -> None:
    run(*SMALL)

    said = run("demo", "--clients", "4", "--seed", "5", "--today", "2025-11-22")

    assert said.returncode == 2
    assert "take another --seed" in said.stderr


def test_demo_data_is_refused_where_others_reach_the_server_unless_a_setting_says_so(run: CommandLine) -> None:
    reached = {"CASEGRAPH_HOST": "0.0.0.0", "CASEGRAPH_ALLOWED_HOSTS": "clinic.example.org"}

    refused = run(*SMALL, **reached)
    allowed = run(*SMALL, **reached, CASEGRAPH_DEMO="yes")

    assert (refused.returncode, refused.stdout) == (2, "")
    assert "CASEGRAPH_DEMO=yes" in refused.stderr
    assert not (run.folder / "data").exists() or allowed.returncode == 0
    assert allowed.returncode == 0, allowed.stderr


def test_a_server_on_an_empty_database_makes_a_demo_practice_and_tells_the_sign_in_once(run: CommandLine) -> None:
    with served(run) as (url, told):
        assert told[0].startswith("Demo sign-in: ")
        email, password = told[0].removeprefix("Demo sign-in: ").split(" with the password ")
        assert f"./casegraph person password {email}" in told[1]
        text = "mutation ($input: SignInInput!) { signIn(input: $input) { token } }"
        given = {"email": email, "password": password, "bearer": True}
        token = httpx.post(url, json={"query": text, "variables": {"input": given}}).json()["data"]["signIn"]["token"]
        clients = httpx.post(
            url, json={"query": "{ clients { totalCount { value } } }"}, headers={"authorization": f"Bearer {token}"}
        )
        assert clients.json()["data"]["clients"]["totalCount"]["value"] > 20
    with served(run) as (_, told_again):
        assert told_again == ["Ctrl-C stops it."]


def test_a_server_that_is_not_for_showing_makes_no_practice(run: CommandLine) -> None:
    with served(run, CASEGRAPH_DEMO="no") as (_, told):
        assert told == ["Ctrl-C stops it."]
    assert "There is no practice yet" in run("import", "fhir", str(run.folder / "keys")).stderr


@contextmanager
def served(run: CommandLine, **settings: str) -> Iterator[tuple[str, list[str]]]:
    """A server of the real command: its address, and what it told behind that."""
    server = run.start("serve", CASEGRAPH_PORT="0", **settings)
    try:
        assert server.stdout is not None
        url = server.stdout.readline().split(" ")[3].strip()
        told = []
        while not told or told[-1] != "Ctrl-C stops it.":
            told.append(server.stdout.readline().rstrip("\n"))
            assert told[-1], "the server ended"
        yield url, told
    finally:
        server.terminate()
        server.communicate(timeout=20)
