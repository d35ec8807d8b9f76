import gzip
import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from resolvers.bringing.spooling import Spool
from resolvers.bringing.unpacking import Unreadable
from server.commands.bringing import pieces
from tests.server.command_line import CommandLine
from tests.servers.postgres import Database

PATIENT = {
    "resourceType": "Patient",
    "id": "p1",
    "identifier": [{"system": "http://clinic.example", "value": "A-1"}],
    "name": [{"given": ["Kit"], "family": "Moore"}],
}
DOCUMENT = {
    "resourceType": "DocumentReference",
    "identifier": [{"system": "http://clinic.example", "value": "D-1"}],
    "subject": {"reference": "Patient/p1"},
    "date": "2019-05-01",
    "content": [{"attachment": {"contentType": "text/plain", "data": "QWxsIGlzIHdlbGwu"}}],
}


FOUNDING = ("person", "add", "--email", "a@example.org", "--name", "A", "--new-practice", "Harbour")


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the database of one practice, to be copied."""
    folder = tmp_path_factory.mktemp("founded")
    assert CommandLine.with_keys(folder)(*FOUNDING).returncode == 0
    return folder


@pytest.fixture
def run(tmp_path: Path, founded: Path) -> CommandLine:
    shutil.copytree(founded, tmp_path, dirs_exist_ok=True)
    return CommandLine(tmp_path)


def bundle(*resources: Any) -> bytes:
    return json.dumps({"resourceType": "Bundle", "entry": [{"resource": one} for one in resources]}).encode()


def counts(said: str) -> dict[str, list[int]]:
    """The numbers of each line of the table."""
    cells = [line.rsplit(maxsplit=5) for line in said.splitlines()[1:]]
    return {name: [int(cell.replace(",", "")) for cell in numbers] for name, *numbers in cells}


def test_plain_and_packed_files_are_brought_in_whatever_they_are_called(run: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "one.json").write_bytes(gzip.compress(bundle(PATIENT, DOCUMENT)))
    (tmp_path / "two.gz").write_bytes(b"\xef\xbb\xbf" + bundle(PATIENT, {"resourceType": "Claim"}))

    said = run("import", "fhir", "one.json", "two.gz")

    assert said.returncode == 0, said.stderr
    assert counts(said.stdout) == {
        "Patient": [2, 1, 1, 0, 0],
        "DocumentReference": [1, 1, 0, 0, 0],
        "Encounter": [0, 0, 0, 0, 0],
        "Claim": [1, 0, 0, 1, 0],
        "all together": [4, 2, 1, 1, 0],
    }


def test_again_everything_is_there_already(run: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "one.json").write_bytes(bundle(PATIENT, DOCUMENT))
    run("import", "fhir", "one.json")

    said = run("import", "fhir", "one.json", "--practice", "Harbour")

    assert said.returncode == 0
    assert counts(said.stdout)["all together"] == [2, 0, 2, 0, 0]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (bundle(PATIENT, DOCUMENT)[:-40], "is cut off"),
        (gzip.compress(bundle(PATIENT, DOCUMENT), mtime=0)[:-20], "is packed with gzip, and cut off"),
        (gzip.compress(b"{}", mtime=0)[:-8] + bytes(8), "is packed with gzip, and broken ("),
        (b"", "is no JSON ("),
        (b"[" * 200_000, "is cut off"),
        (b"[" * 200_000 + b"]" * 200_000, "is no JSON ("),
        (b'{"resourceType": "\\ud800"}', "is no JSON ("),
    ],
)
async def test_a_file_that_is_broken_is_refused_with_the_reason(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "one.json"
    path.write_bytes(content)
    with closing(Spool()) as spool, pytest.raises(Unreadable) as refused:
        await spool.fill(pieces(path))
    assert str(refused.value).startswith(reason)


def test_a_bundle_that_was_cut_brings_in_nothing_of_its_patient(run: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "one.json").write_bytes(bundle(PATIENT, DOCUMENT)[:-40])

    said = run("import", "fhir", "one.json")

    assert said.returncode == 1
    assert "one.json is cut off" in said.stderr
    assert "Traceback" not in said.stderr
    assert counts(said.stdout)["all together"] == [0, 0, 0, 0, 0]
    (tmp_path / "one.json").write_bytes(bundle(PATIENT, DOCUMENT))
    assert counts(run("import", "fhir", "one.json").stdout)["all together"] == [2, 2, 0, 0, 0]


def test_what_cannot_be_brought_in_is_told_with_its_place_and_the_rest_comes_in(
    run: CommandLine, tmp_path: Path
) -> None:
    (tmp_path / "one.json").write_bytes(bundle(PATIENT, {**DOCUMENT, "content": []}, DOCUMENT))

    said = run("import", "fhir", "one.json")

    assert said.returncode == 1
    assert "one.json: Bundle.entry[1].resource (DocumentReference) content has no text that can be read" in said.stderr
    assert counts(said.stdout)["DocumentReference"] == [2, 1, 0, 0, 1]


def test_a_practice_that_is_not_there_is_said_with_those_that_are(run: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "one.json").write_bytes(bundle(PATIENT))

    said = run("import", "fhir", "one.json", "--practice", "Hill")

    assert (said.returncode, said.stdout) == (2, "")
    assert "No practice is called 'Hill'" in said.stderr
    assert "Harbour" in said.stderr


def test_it_works_on_postgresql_as_the_application_alone(
    tmp_path: Path, postgres_database: Callable[..., Database]
) -> None:
    database, run = postgres_database(), CommandLine.with_keys(tmp_path)
    (tmp_path / "one.json").write_bytes(bundle(PATIENT, DOCUMENT))
    owner = {"CASEGRAPH_DATABASE": database.app_url, "CASEGRAPH_DATABASE_OWNER": database.owner_url}
    alone = {"CASEGRAPH_DATABASE": database.app_url}
    run(*FOUNDING, **owner)

    said = run("import", "fhir", "one.json", **alone)

    assert said.returncode == 0, said.stderr
    assert counts(said.stdout)["all together"] == [2, 2, 0, 0, 0]
    assert counts(run("import", "fhir", "one.json", **alone).stdout)["all together"] == [2, 0, 2, 0, 0]


TABLE = "No,First,Last,Born\nR1,Ada,Moore,1990-01-31\nR2,Bo,Hill,31.01.1990\nR3,Cy,Lake,1980-05-05\n"
MAPPED = (
    "--map", "No=RECORD_NUMBER", "--map", "First=GIVEN_NAME", "--map", "Last=FAMILY_NAME", "--map", "Born=BIRTH_DATE",
)  # fmt: skip


def rows_of(said: str) -> list[int]:
    """Rows, brought in, there already, refused."""
    return [int(cell.replace(",", "")) for cell in said.splitlines()[1].split()]


def test_a_table_comes_in_once_and_a_row_that_cannot_is_told(run: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "clients.csv").write_text(TABLE)

    dry = run("import", "csv", "clients.csv", *MAPPED, "--dry-run")
    first = run("import", "csv", "clients.csv", *MAPPED)
    again = run("import", "csv", "clients.csv", *MAPPED)

    assert rows_of(dry.stdout) == rows_of(first.stdout) == [3, 2, 0, 1]
    assert rows_of(again.stdout) == [3, 0, 2, 1]
    assert "clients.csv: line 3 Born is no day written as YEAR_MONTH_DAY; not brought in" in first.stderr
    assert (dry.returncode, first.returncode, again.returncode) == (1, 1, 1)
    assert "This was a dry run: nothing was written." in dry.stderr


def test_a_column_that_the_table_does_not_have_is_said(run: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "clients.csv").write_text(TABLE)

    said = run("import", "csv", "clients.csv", "--map", "Surname=FAMILY_NAME")
    wrong = run("import", "csv", "clients.csv", "--map", "Last=SURNAME")

    assert said.returncode == 1
    assert "clients.csv has no column “Surname”." in said.stderr
    assert (wrong.returncode, "must be mapped to one of" in wrong.stderr) == (2, True)


def test_the_records_of_the_sample_come_in_in_one_command_and_never_twice(run: CommandLine, tmp_path: Path) -> None:
    people = [{**PATIENT, "id": f"p{n}", "identifier": [{"system": "urn:x", "value": f"{n}"}]} for n in range(8)]
    named = {
        "resourceType": "Practitioner",
        "id": "d",
        "name": [{"prefix": ["Dr."], "given": ["Ann"], "family": "Grey"}],
    }
    signed = {**DOCUMENT, "author": [{"reference": "Practitioner/d"}]}
    for number, person in enumerate(people):
        own = {**signed, "identifier": [{"system": "urn:y", "value": f"{number}"}]}
        own["subject"] = {"reference": f"Patient/p{number}"}
        (tmp_path / f"{number}.json").write_bytes(bundle(own, named, person))

    names = [f"{number}.json" for number in range(8)]
    dry, first, again = (run("import", "fhir", *names, *more) for more in (["--dry-run"], [], []))

    assert counts(dry.stdout) == counts(first.stdout)
    assert counts(first.stdout)["all together"] == [24, 16, 0, 8, 0]
    assert counts(again.stdout)["all together"] == [24, 0, 16, 8, 0]
    with sqlite3.connect(tmp_path / "data/casegraph.sqlite") as held:
        assert held.execute("SELECT DISTINCT author_name FROM note").fetchall() == [("Dr. Ann Grey",)]
