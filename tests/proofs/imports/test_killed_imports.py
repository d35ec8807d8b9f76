"""A table of any size comes in with little memory; killed half-way and started again, each row is there once."""

import csv
import random
import re
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, suppress
from datetime import date, timedelta
from pathlib import Path

import pytest

from server.variables import ROOT
from tests.server.command_line import CommandLine

MOST_MEMORY = 200 * 1024
"""KiB of resident memory at the peak."""
HEADINGS = ("No", "First", "Last", "Born", "Mail", "Phone", "Street", "Town")
FIELDS = ("RECORD_NUMBER", "GIVEN_NAME", "FAMILY_NAME", "BIRTH_DATE", "EMAIL", "PHONE", "STREET", "LOCALITY")
MAPPED = [part for pair in zip(HEADINGS, FIELDS, strict=True) for part in ("--map", "=".join(pair))]


def write_table(path: Path, rows: int) -> None:
    chance = random.Random(1)
    with path.open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(HEADINGS)
        for n in range(rows):
            born = date(1935, 1, 1) + timedelta(days=chance.randrange(32_000))
            given, family = f"Ada{n % 977}", f"Family{n * 7919 % 99_991}"
            reached = (f"p{n}@example.org", f"+1555{n:07}", f"{n % 300} High Street", "Woburn")
            table.writerow([f"R{n:06}", given, family, born, *reached])


def clients_in(database: Path) -> tuple[int, int, int]:
    """How many there are, how many sources they have, and the highest file number."""
    with closing(sqlite3.connect(database)) as held:
        found = held.execute("SELECT count(*), count(DISTINCT source), coalesce(max(file_counter), 0) FROM client")
        count, sources, highest = found.fetchone()
    return count, sources, highest


def begin(run: CommandLine) -> "subprocess.Popen[bytes]":
    command = [sys.executable, str(ROOT / "casegraph"), "import", "csv", "clients.csv", *MAPPED]
    return subprocess.Popen(
        command, env=run.environment, cwd=run.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def ended(process: "subprocess.Popen[bytes]") -> tuple[int, int]:
    """How it ended, and its peak of resident memory in KiB.

    What the system says of an ended process counts in what it was forked from, so it is asked while it runs.
    """
    peak = 0
    while process.poll() is None:
        peak = max(peak, peak_of(process.pid))
        time.sleep(0.01)
    return process.returncode, peak


def peak_of(pid: int) -> int:
    """The peak of resident memory of a running process, in KiB; 0 once it has ended."""
    with suppress(OSError):
        said = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
        return int(said[1]) if said else 0
    return 0


@pytest.mark.parametrize("rows", [4_000, pytest.param(100_000, marks=pytest.mark.proof)])
def test_a_table_killed_half_way_is_taken_up_and_each_row_is_there_once(tmp_path: Path, rows: int) -> None:
    run, database = CommandLine.with_keys(tmp_path), tmp_path / "data/casegraph.sqlite"
    run("person", "add", "--email", "a@example.org", "--name", "A", "--new-practice", "Harbour")
    write_table(tmp_path / "clients.csv", rows)

    killed = begin(run)
    while killed.poll() is None and clients_in(database)[0] < rows // 2:
        time.sleep(0.05)
    memory = peak_of(killed.pid)
    killed.send_signal(signal.SIGKILL)
    how, _ = ended(killed)
    count, _, _ = clients_in(database)
    assert (how, rows // 2 <= count < rows) == (-signal.SIGKILL, True)
    assert memory < MOST_MEMORY

    how, memory = ended(begin(run))

    assert (how, clients_in(database)) == (0, (rows, rows, rows))
    assert memory < MOST_MEMORY
    with closing(sqlite3.connect(database)) as held:
        assert held.execute("SELECT state, done FROM client_import").fetchall() == [("DONE", rows)]
