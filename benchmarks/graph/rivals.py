"""The rivals: how each is started, and the words it is asked in."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from benchmarks.graph import asked, executors, node
from benchmarks.graph.asked import Dialect
from benchmarks.graph.cluster import Loaded
from benchmarks.measuring.machine import SERVER_CORE, on_core
from server.variables import ROOT
from tests.servers.postgres import free_port

SECONDS_TO_START = 60.0
SECONDS_TO_STOP = 15.0


@dataclass(frozen=True, slots=True)
class Rival:
    """Something that answers the queries."""

    name: str
    command: Callable[[Loaded, int], Sequence[str]]
    dialect: Dialect = asked.OURS
    warm_up_seconds: float = 3.0
    folder: Path = ROOT


@dataclass(frozen=True, slots=True)
class Running:
    """A rival's server."""

    rival: Rival
    process_id: int
    port: int
    token: str

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}/graphql"

    @property
    def headers(self) -> dict[str, str]:
        """What each request brings beside its body."""
        return {
            "content-type": "application/json", "accept": "application/json", "authorization": f"Bearer {self.token}"
        }  # fmt: skip

    def answer(self, body: bytes) -> bytes:
        """Its answer to one request."""
        response = httpx.post(self.url, content=body, headers=self.headers, timeout=30)
        if response.status_code != 200:
            raise RuntimeError(f"{self.rival.name}: {response.status_code} {response.text[:2000]}")
        return response.content


def _ours(executor: str) -> Rival:
    def command(loaded: Loaded, port: int) -> Sequence[str]:
        return sys.executable, "-m", "benchmarks.graph.serving", executor, loaded.app_url, str(port)

    return Rival(executor, command)


def _floor(kind: str) -> Rival:
    def command(loaded: Loaded, port: int) -> Sequence[str]:
        url = loaded.app_url if kind == "duties" else loaded.administrator_url
        practice = str(loaded.viewer.practice_id)
        return sys.executable, "-m", "benchmarks.graph.floors", kind, url, str(port), practice

    return Rival(f"floor, {kind}", command)


def _postgraphile(how: str) -> Rival:
    def command(loaded: Loaded, port: int) -> Sequence[str]:
        viewer = loaded.viewer
        return [
            str(node.program()), "server.mjs", loaded.app_url, str(port), how, str(viewer.practice_id),
            str(viewer.person_id),
        ]  # fmt: skip

    return Rival(f"postgraphile, {how}", command, asked.POSTGRAPHILE, 8.0, node.FOLDER)


def known() -> dict[str, Rival]:
    """Every rival by name: first the one that all others are compared with."""
    ours = [_ours(executor) for executor in executors.available()]
    others = [_postgraphile("look-up"), _postgraphile("fixed"), _floor("duties"), _floor("bare")]
    return {rival.name: rival for rival in (*ours, *others)}


@contextmanager
def running(rival: Rival, loaded: Loaded) -> Iterator[Running]:
    """Start a rival's server on its core, and stop it in the end."""
    if rival.folder == node.FOLDER:
        node.install()
    port = free_port()
    environment = {"PATH": os.environ.get("PATH", os.defpath), "NODE_ENV": "production", "GRAPHILE_ENV": "production"}
    if "TMPDIR" in os.environ:
        environment["TMPDIR"] = os.environ["TMPDIR"]
    with on_core(SERVER_CORE):
        process = subprocess.Popen(rival.command(loaded, port), cwd=rival.folder, env=environment)
    try:
        found = Running(rival, process.pid, port, loaded.token)
        _wait_until_answering(found, process, asked.bodies("small", rival.dialect, loaded)[0])
        yield found
    finally:
        process.terminate()
        try:
            process.wait(SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_answering(running: Running, process: subprocess.Popen[bytes], body: bytes) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while True:
        try:
            running.answer(body)
        except httpx.TransportError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{running.rival.name} did not start: see what it said above") from None
            time.sleep(0.1)
        else:
            return
