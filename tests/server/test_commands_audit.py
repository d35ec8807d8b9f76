"""`./casegraph audit verify` as a person runs it."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the command on a database in a folder of its own."""
    variables = {
        "CASEGRAPH_DATABASE": f"sqlite:///{folder}/casegraph.sqlite", "CASEGRAPH_FILES": f"file://{folder}/files",
        "CASEGRAPH_KEYS": f"{folder}/keys", "CASEGRAPH_ANCHOR": f"{folder}/anchor",
    }  # fmt: skip
    command = [sys.executable, str(ROOT / "casegraph"), *words]
    return subprocess.run(command, env=os.environ | variables, capture_output=True, text=True, check=False, cwd=ROOT)


def test_an_untouched_log_is_sound_and_an_edited_one_is_named(tmp_path: Path) -> None:
    made = run(tmp_path, "keys", "add")
    assert made.returncode == 0, made.stderr
    founded = run(tmp_path, "person", "add", "--email", "a@example.org", "--name", "Ana", "--new-practice", "Harbour")
    assert founded.returncode == 0, founded.stderr

    sound = run(tmp_path, "audit", "verify")
    with sqlite3.connect(tmp_path / "casegraph.sqlite") as database:
        database.execute("UPDATE audit_event SET action = 'REMOVED' WHERE seq = 2")
    broken = run(tmp_path, "audit", "verify")

    assert (sound.returncode, "sound" in sound.stdout) == (0, True)
    assert broken.returncode == 1
    assert "AUDIT 2: EDITED" in broken.stdout
