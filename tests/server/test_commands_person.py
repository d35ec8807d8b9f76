from pathlib import Path

import httpx
import pytest

from tests.server.command_line import CommandLine

ROLES = "OWNER, ADMIN, PRACTITIONER, BILLING, ASSISTANT or READ_ONLY"
FOUND = ("person", "add", "--email", "Ama@Example.org", "--name", "Ama Mensah", "--new-practice", "Harbour")


@pytest.fixture
def run(tmp_path: Path) -> CommandLine:
    return CommandLine.with_keys(tmp_path)


def test_a_practice_is_founded_with_its_owner(run: CommandLine) -> None:
    said = run(*FOUND)

    assert said.returncode == 0, said.stderr
    first, second = said.stdout.splitlines()
    assert first == "Ama Mensah <ama@example.org> works for Harbour as OWNER."
    assert second.startswith("Password, shown only now: ")
    assert len(second.rpartition(" ")[2]) == 19


def test_others_are_let_in_to_the_only_practice_or_to_one_that_is_named(run: CommandLine) -> None:
    run(*FOUND)
    only = run("person", "add", "--email", "bo@example.org", "--name", "Bo", "--role", "practitioner")
    run("person", "add", "--email", "cy@example.org", "--name", "Cy", "--new-practice", "Hill")
    unnamed = run("person", "add", "--email", "di@example.org", "--name", "Di", "--role", "BILLING")
    named = run("person", "add", "--email", "bo@example.org", "--name", "Bo", "--role", "ADMIN", "--practice", "Hill")

    assert only.stdout.startswith("Bo <bo@example.org> works for Harbour as PRACTITIONER.")
    assert unnamed.returncode == 2
    assert "Several practices fit: name one with --practice." in unnamed.stderr
    assert "Harbour" in unnamed.stderr
    assert named.stdout.splitlines() == [
        "Bo <bo@example.org> works for Hill as ADMIN.",
        "They sign in with the password they have.",
    ]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--email", "bo", "--name", "Bo", "--role", "OWNER"), "--email must be an e-mail address"),
        (("--email", "bo@example.org", "--name", " ", "--role", "OWNER"), "--name must not be empty."),
        (("--email", "bo@example.org", "--name", "Bo"), f"--role {ROLES}"),
        (("--email", "bo@example.org", "--name", "Bo", "--role", "OWNER"), "There is no practice yet"),
        (
            ("--email", "b@example.org", "--name", "B", "--practice", "A", "--new-practice", "B"),
            "or found one with --new-practice: not both",
        ),
    ],
)
def test_what_cannot_be_is_said_in_words(run: CommandLine, arguments: tuple[str, ...], says: str) -> None:
    said = run("person", "add", *arguments)

    assert (said.returncode, said.stdout) == (2, "")
    assert says in said.stderr
    assert "Traceback" not in said.stderr


def test_nobody_works_twice_for_a_practice(run: CommandLine) -> None:
    run(*FOUND)

    said = run("person", "add", "--email", "ama@example.org", "--name", "Ama", "--role", "ADMIN")

    assert said.returncode == 2
    assert "ama@example.org works for Harbour already." in said.stderr


def test_a_password_is_read_from_standard_input_and_not_repeated(run: CommandLine) -> None:
    short = run(*FOUND, "--password-stdin", given="short\n")
    said = run(*FOUND, "--password-stdin", given="correct horse battery\n")

    assert short.returncode == 2
    assert "needs at least 12 characters" in short.stderr
    assert said.returncode == 0, said.stderr
    assert "correct horse" not in said.stdout + said.stderr


def test_a_new_password_signs_in_and_ends_what_was_open(run: CommandLine) -> None:
    former = run(*FOUND).stdout.rpartition(" ")[2].strip()
    server = run.start("serve", CASEGRAPH_PORT="0", CASEGRAPH_DEMO="no")
    try:
        assert server.stdout is not None
        url = server.stdout.readline().split(" ")[3].strip()
        token = sign_in(url, former)["token"]
        assert kind_of_viewer(url, token) == "MEMBER"

        said = run("person", "password", "AMA@example.org")

        new = said.stdout.rpartition(" ")[2].strip()
        assert said.returncode == 0, said.stderr
        assert kind_of_viewer(url, token) is None
        assert sign_in(url, former)["problems"] == [{"code": "SIGN_IN_REFUSED"}]
        assert kind_of_viewer(url, sign_in(url, new)["token"]) == "MEMBER"
    finally:
        server.terminate()
        server.communicate(timeout=20)


def test_nobody_is_invented_by_a_new_password(run: CommandLine) -> None:
    said = run("person", "password", "nobody@example.org")

    assert said.returncode == 2
    assert "Nobody signs in as nobody@example.org" in said.stderr


def sign_in(url: str, password: str) -> dict[str, object]:
    text = "mutation ($input: SignInInput!) { signIn(input: $input) { token problems { code } } }"
    given = {"email": "ama@example.org", "password": password, "bearer": True}
    answer = httpx.post(url, json={"query": text, "variables": {"input": given}})
    found: dict[str, object] = answer.json()["data"]["signIn"]
    return found


def kind_of_viewer(url: str, token: object) -> str | None:
    answer = httpx.post(url, json={"query": "{ viewer { kind } }"}, headers={"authorization": f"Bearer {token}"})
    data = answer.json().get("data")
    return data["viewer"]["kind"] if data else None
