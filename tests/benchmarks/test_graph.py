"""The benchmark's graph runs: a short look, without the rivals that need node. Its figures say nothing."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.graph import executors

ROOT = Path(__file__).resolve().parents[2]
SHORT = ("--rounds", "1", "--seconds", "0.5", "--warm-up", "0.2", "--clients", "200")

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="it reads what each program used from /proc")


def run(*arguments: str) -> str:
    """What a short run prints."""
    said = subprocess.run(
        [sys.executable, "-m", "benchmarks", *arguments, *SHORT], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert said.returncode == 0, said.stdout[-2000:] + said.stderr[-4000:]
    return said.stdout


def test_rivals_say_the_same_and_are_measured_side_by_side() -> None:
    rivals = (*executors.available(), "floor, duties", "floor, bare")
    printed = run("graph", *(word for name in rivals for word in ("--rival", name)))
    for query in ("page", "list", "small", "timeline"):
        assert f"{query}: all say the same" in printed
        table = printed.partition(f"| {query} |")[2].partition("\n\n")[0]
        assert [line.split(" | ")[0].removeprefix("| ") for line in table.splitlines()[2:]] == list(rivals)


def test_the_number_of_statements_does_not_grow_with_the_list() -> None:
    printed = run("graph", "--rival", executors.available()[0], "--query", "list")
    rows = re.findall(r"^\| (1|10|100) \| [\d.]+ \| [\d.]+ \| (\d+) \|$", printed, re.MULTILINE)
    assert rows == [("1", "5"), ("10", "5"), ("100", "5")]


def test_executors_say_the_same_from_memory() -> None:
    printed = run("executor")
    measured = re.findall(r"^\| (\w+) \| ([\w -]+) \| [\d.]+ \|", printed, re.MULTILINE)
    queries = ("page", "list", "small", "timeline")
    assert measured == [(query, name) for query in queries for name in (*executors.available(), "plain graphql-core")]


def test_executors_say_the_same_of_the_product_s_own_graph() -> None:
    printed = run("product")
    measured = re.findall(r"^\| (\w+) \| ([\w-]+) \| [\d.]+ \|", printed, re.MULTILINE)
    queries = ("page", "list", "small", "timeline")
    assert measured == [(query, name) for query in queries for name in executors.available()]
