"""graphql-core's own tests of execution, with the breadth-first executor in the place of its own."""

import hashlib
import re
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from tests.conftest import LACKING
from tests.schema.execution.second_judge.not_applying import FILES, TESTS, reason

ROOT = Path(__file__).resolve().parents[3]
HERE = Path(__file__).parent / "second_judge"
KEPT = ROOT / "var" / "second-judge"
SOURCE = "graphql_core-3.3.2"
DIGEST = "15d6eee7d4364fbc202833bc6bd0d504004d8ae7c0aaf620fa884d8e437622f2"
PLUGINS = ("pytest-describe==3.2.0", "pytest-timeout==2.4.0")
OPTIONS = (
    "-p", "breadth_first_in_place", "--import-mode=prepend", "-c", "/dev/null", "--rootdir=.", "-q", "-rf",
    "--tb=native",  # the other kinds fail themselves on a recursion as deep as one of these tests
    "-o", "asyncio_mode=strict", "-o", "python_classes=PyTest*", "-o", "timeout=20", "-p", "no:cacheprovider",
)  # fmt: skip
FAILED = re.compile(r"^FAILED (\S+)", re.MULTILINE)

pytestmark = pytest.mark.proof


def pip(*arguments: str) -> None:
    """Run pip; a machine that cannot is told so."""
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"{LACKING}source of graphql-core with its tests: {done.stderr.strip().splitlines()[-1:]}")


@pytest.fixture(scope="module")
def source() -> Path:
    """graphql-core's source of the pinned version, kept in var/."""
    kept = KEPT / SOURCE
    if not kept.exists():
        KEPT.mkdir(parents=True, exist_ok=True)
        pip("download", "--no-deps", "--no-binary", "graphql-core", "graphql-core==3.3.2", "--dest", str(KEPT))
        packed = KEPT / f"{SOURCE}.tar.gz"
        assert hashlib.sha256(packed.read_bytes()).hexdigest() == DIGEST
        with tarfile.open(packed) as archive:
            archive.extractall(KEPT, filter="data")
    if not (KEPT / "plugins").exists():
        pip("install", "--no-deps", "--target", str(KEPT / "plugins"), *PLUGINS)
    return kept


def test_graphql_core_s_own_tests_pass_where_they_apply(source: Path) -> None:
    files = [each for each in sorted((source / "tests/execution").glob("test_*.py")) if each.name not in FILES]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *OPTIONS, *(str(each.relative_to(source)) for each in files)],
        cwd=source, capture_output=True, text=True, check=False,
        env={"PYTHONPATH": f"{KEPT / 'plugins'}:{ROOT}:{HERE}", "PATH": ""},
    )  # fmt: skip
    failed = FAILED.findall(done.stdout)
    summary = done.stdout.strip().rpartition("\n")[2]

    assert [name for name in failed if reason(name) is None] == [], done.stdout[-20_000:]
    passed = re.search(r"(\d+) passed", summary)
    assert passed, done.stdout[-5_000:] + done.stderr[-5_000:]
    assert int(passed[1]) >= 250, summary
    assert [pattern for pattern in TESTS if not any(re.search(pattern, name) for name in failed)] == []
