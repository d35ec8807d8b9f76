"""The house as it was drawn: what stands at the root, who imports whom, what loads when, and what files are called."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("server", "schema", "resolvers", "auth", "storage", "domain")

AT_THE_ROOT = {
    *ROOMS, "tests", "pyproject.toml", "schema.graphql",
    "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "Makefile", "casegraph", ".ci", ".gitignore",
    ".pre-commit-config.yaml", "requirements", "docs", "benchmarks", "examples",
    "Dockerfile", ".dockerignore", "compose.yaml",
}  # fmt: skip
SAYS_NOTHING = re.compile(r"(utils?|helpers?|common|managers?|types|misc)(\.py)?")

# They load on first use: together they would more than double the time to the first answer.
LOADED_LATE = (
    "aioboto3",
    "boto3",
    "botocore",
    "phonenumbers.data",
    "phonenumbers.geodata",
    "PIL",
    "reportlab",
    "weasyprint",
)

NAMES_A_PLACE = re.compile(r"^\s*(-|--)[a-z]|://|@ file|/opt/|/home/|/root/", re.MULTILINE)


def kept_files() -> list[Path]:
    """What is in the repository, or is about to be: neither ignored nor generated."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [Path(name) for name in listed.stdout.split("\0") if name and (ROOT / name).exists()]


def modules() -> Iterator[tuple[Path, ast.Module]]:
    """Every module of the rooms, parsed."""
    for path in kept_files():
        if path.parts[0] in ROOMS and path.suffix == ".py":
            yield path, ast.parse((ROOT / path).read_text(encoding="utf-8"))


def test_nothing_stands_at_the_root_that_was_not_agreed() -> None:
    assert {path.parts[0] for path in kept_files()} - AT_THE_ROOT == set()


def test_no_file_has_a_name_that_says_nothing() -> None:
    assert [path for path in kept_files() if any(SAYS_NOTHING.fullmatch(part) for part in path.parts)] == []


def test_the_tests_have_no_packages() -> None:
    assert [path for path in kept_files() if path.parts[0] == "tests" and path.name == "__init__.py"] == []


def test_no_installed_distribution_claims_the_name_of_a_room() -> None:
    claimed = {
        (distribution.name, file.parts[0])
        for distribution in distributions()
        for file in distribution.files or ()
        if file.parts[0].removesuffix(".py") in ROOMS
    }
    assert claimed == set()


def test_casegraph_is_never_built_into_a_wheel() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert "build-system" not in project
    assert project["tool"]["uv"]["package"] is False


def test_imports_go_down_only() -> None:
    said = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports; exit(lint_imports(no_cache=True))"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert said.returncode == 0, said.stdout


def test_the_domain_imports_the_standard_library_only() -> None:
    foreign = {
        (str(path), name)
        for path, module in modules()
        if path.parts[0] == "domain"
        for name in imported(module)
        if name not in sys.stdlib_module_names | {"domain"}
    }
    assert foreign == set()


def test_only_the_s3_adapter_imports_its_library() -> None:
    importing = {str(path) for path, module in modules() if "aioboto3" in imported(module)}
    assert importing <= {"storage/files/s3_bucket.py"}


def imported(module: ast.Module) -> set[str]:
    """The packages that a module imports, at its top or within its functions."""
    names = set()
    for node in ast.walk(module):
        match node:
            case ast.Import():
                names |= {alias.name.partition(".")[0] for alias in node.names}
            case ast.ImportFrom(module=str(name)):
                names.add(name.partition(".")[0])
    return names


def test_only_the_settings_read_the_environment() -> None:
    reading = {
        str(path)
        for path, module in modules()
        for node in ast.walk(module)
        if (isinstance(node, ast.Attribute) and node.attr in ("environ", "environb", "getenv", "getenvb"))
        or (isinstance(node, ast.ImportFrom) and node.module == "os" and any("env" in one.name for one in node.names))
    }
    assert reading == {"server/settings.py"}


def test_the_server_starts_without_what_it_may_never_need() -> None:
    said = subprocess.run(
        [sys.executable, "-c", "import sys; import server.app; print(*sys.modules, sep='\\n')"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    loaded = set(said.stdout.split())
    assert {name for name in loaded if name.startswith(LOADED_LATE)} == set()


@pytest.mark.parametrize("room", ROOMS)
def test_importing_a_room_writes_starts_and_says_nothing(room: str, tmp_path: Path) -> None:
    said = subprocess.run(
        [sys.executable, "-B", "-c", IMPORT_ALL.format(room=room)],
        cwd=tmp_path, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert said.stderr.strip().rpartition("\n")[2] == ""
    assert (said.stdout, said.returncode) == ("", 0)
    assert list(tmp_path.iterdir()) == []


IMPORT_ALL = """
import importlib, pkgutil, sys, threading, warnings
warnings.simplefilter("error")
package = importlib.import_module("{room}")
for module in pkgutil.walk_packages(package.__path__, "{room}."):
    if ".migrations.env" not in module.name and not module.name.rpartition(".")[2][0].isdigit():
        importlib.import_module(module.name)
assert threading.active_count() == 1, threading.enumerate()
"""


@pytest.mark.parametrize("name", ["app", "dev"])
def test_the_pinned_requirements_name_no_host_and_no_path(name: str) -> None:
    text = (ROOT / f"requirements/{name}.txt").read_text(encoding="utf-8")
    named = [
        line for line in text.splitlines() if NAMES_A_PLACE.search(line) and not line.lstrip().startswith("--hash=")
    ]
    assert named == []


@pytest.mark.parametrize("name", ["app", "dev"])
def test_every_pinned_requirement_has_a_version_and_hashes(name: str) -> None:
    text = (ROOT / f"requirements/{name}.txt").read_text(encoding="utf-8").replace("\\\n", "")
    pins = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]
    assert len(pins) > 20
    assert [pin for pin in pins if not re.match(r"[A-Za-z0-9._-]+(\[.*\])?==\S+(\s*;.*)?\s+--hash=sha256:", pin)] == []


def test_both_environments_agree_on_every_version() -> None:
    application, development = (
        dict(re.findall(r"^([A-Za-z0-9._-]+)==(\S+)", (ROOT / f"requirements/{name}.txt").read_text(), re.MULTILINE))
        for name in ("app", "dev")
    )
    assert {name: development.get(name) for name in application} == application
