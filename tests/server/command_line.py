"""The command line as a person runs it: the root script in a process of its own, on data of its own."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from auth.keys import KeyRing
from server.variables import ROOT


@dataclass(frozen=True, slots=True)
class CommandLine:
    """Runs `./casegraph` with settings under which nothing of the checkout's var/ is touched."""

    folder: Path

    @classmethod
    def with_keys(cls, folder: Path) -> "CommandLine":
        """With a key ring made; the database comes with the first command that needs it."""
        KeyRing.made().write(folder / "keys")
        return cls(folder)

    @property
    def environment(self) -> dict[str, str]:
        """What the process sees."""
        return {
            "PATH": os.environ["PATH"],
            "COLUMNS": "120",
            "CASEGRAPH_DATABASE": f"sqlite:///{self.folder}/data/casegraph.sqlite",
            "CASEGRAPH_FILES": f"file://{self.folder}/files",
            "CASEGRAPH_KEYS": str(self.folder / "keys"),
            "CASEGRAPH_ANCHOR": str(self.folder / "anchor"),
        }

    def __call__(self, *arguments: str, given: str = "", **settings: str) -> "subprocess.CompletedProcess[str]":
        """What a command said, with `given` on its standard input."""
        return subprocess.run(
            [sys.executable, str(ROOT / "casegraph"), *arguments], env=self.environment | settings, input=given,
            cwd=self.folder, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip

    def start(self, *arguments: str, **settings: str) -> "subprocess.Popen[str]":
        """A command that goes on until it is stopped."""
        return subprocess.Popen(
            [sys.executable, str(ROOT / "casegraph"), *arguments], env=self.environment | settings,
            cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip
