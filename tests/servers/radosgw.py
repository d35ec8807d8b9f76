"""A real server of S3: Ceph's radosgw on one node in memory, out of Debian's packages, unpacked and never installed.

`served()` starts it on loopback and takes it away at the end; the first start downloads some 65 MB into
`~/.cache/casegraph/radosgw`. `CASEGRAPH_TEST_S3=http://key:secret@127.0.0.1:8825` names a server to use instead.

By hand, until Ctrl-C: python -m tests.servers.radosgw
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import urlopen
from uuid import uuid4

import pytest

from tests.conftest import LACKING

PACKAGES = ("radosgw", "ceph-mon", "ceph-osd", "ceph-common")
UNPACKED = Path.home() / ".cache/casegraph/radosgw"
LIBRARIES = "usr/lib/x86_64-linux-gnu"
ACCESS_KEY, SECRET_KEY = "test", "testtest"
SECONDS_TO_START = 60
SECONDS_TO_SETTLE = 2
TRIES = 4

CONFIGURATION = """
[global]
fsid = {fsid}
mon host = v1:127.0.0.1:{mon_port}
mon initial members = a
auth cluster required = none
auth service required = none
auth client required = none
keyring = {data}/keyring
run dir = {data}
admin socket = {data}/$cluster-$name.asok
log file = {data}/$name.log
pid file = {data}/$name.pid
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 4
osd pool default pgp num = 4
osd crush chooseleaf type = 0
mon warn on pool no redundancy = false
mon allow pool size one = true
mon max pg per osd = 1000
public network = 127.0.0.0/8
erasure code dir = {libraries}/ceph/erasure-code
plugin dir = {libraries}/ceph
osd class dir = {libraries}/rados-classes
[mon.a]
mon data = {data}/mon
mon addr = 127.0.0.1:{mon_port}
[osd.0]
osd objectstore = memstore
osd data = {data}/osd
memstore device bytes = 6442450944
osd class load list = *
osd class default list = *
[client.rgw]
rgw frontends = beast endpoint=127.0.0.1:{port}
rgw dns name = localhost
rgw crypt require ssl = false
"""


@dataclass(frozen=True, slots=True)
class Server:
    """Where it answers, and to whom."""

    endpoint: str
    access_key: str
    secret_key: str


@contextmanager
def served() -> Iterator[Server]:
    """A fresh server, or the one that `CASEGRAPH_TEST_S3` names; skips where there can be none."""
    if named := os.environ.get("CASEGRAPH_TEST_S3"):
        url = urlsplit(named)
        yield Server(f"{url.scheme}://{url.netloc.rpartition('@')[2]}", url.username or "", url.password or "")
        return
    unpack()
    with tempfile.TemporaryDirectory(prefix="casegraph-radosgw-") as folder:
        data, endpoint = started(Path(folder))
        try:
            yield Server(endpoint, ACCESS_KEY, SECRET_KEY)
        finally:
            stop(data)


def started(folder: Path) -> tuple[Path, str]:
    """Start it, anew if need be: its parts do not wait for each other on a busy machine."""
    for attempt in range(TRIES):
        (data := folder / str(attempt)).mkdir()
        try:
            return data, start(data)
        except (subprocess.SubprocessError, TimeoutError):
            stop(data)
            if attempt + 1 == TRIES:
                raise
    raise TimeoutError("radosgw was not tried")


def unpack() -> None:
    """Fetch and unpack the packages, once."""
    if (UNPACKED / "root/usr/bin/radosgw").exists():
        return
    if not shutil.which("apt-get") or not shutil.which("dpkg"):
        pytest.skip(f"{LACKING}radosgw, and no apt-get to fetch it with")
    packages = UNPACKED / "packages"
    (packages / "partial").mkdir(parents=True, exist_ok=True)
    fetched = subprocess.run(
        ["apt-get", "-qq", "-o", "Debug::NoLocking=1", "-o", f"Dir::Cache::archives={packages}",
         "install", "--download-only", "--no-install-recommends", "-y", *PACKAGES],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if fetched.returncode:
        pytest.skip(f"{LACKING}radosgw, and apt-get cannot fetch it: {fetched.stderr.strip()[-200:]}")
    with tempfile.TemporaryDirectory(dir=UNPACKED) as half:
        for package in packages.glob("*.deb"):
            subprocess.run(["dpkg", "-x", package, half], check=True)
        Path(half).rename(UNPACKED / "root")
        Path(half).mkdir()


def start(data: Path) -> str:
    """Start monitor, storage and gateway in a folder; the endpoint."""
    port, mon_port = free_port(), free_port()
    (data / "mon").mkdir()
    (data / "osd").mkdir()
    (data / "keyring").touch()
    fsid, libraries = str(uuid4()), UNPACKED / "root" / LIBRARIES
    written = CONFIGURATION.format(fsid=fsid, mon_port=mon_port, data=data, libraries=libraries, port=port)
    (data / "ceph.conf").write_text(written, encoding="utf-8")
    run(data, "monmaptool", "--create", "--addv", "a", f"v1:127.0.0.1:{mon_port}", "--fsid", fsid, "monmap")
    run(data, "ceph-mon", "--mkfs", "-i", "a", "--monmap", "monmap")
    run(data, "ceph-mon", "-i", "a")
    # Before the monitor leads, it would give the storage no id to belong to.
    time.sleep(SECONDS_TO_SETTLE)
    run(data, "ceph-osd", "-i", "0", "--mkfs", "--osd-uuid", osd := str(uuid4()))
    run(data, "/usr/bin/python3", str(UNPACKED / "root/usr/bin/ceph"), "osd", "new", osd, "0")
    run(data, "ceph-osd", "-i", "0")
    time.sleep(SECONDS_TO_SETTLE)
    run(
        data, "radosgw-admin", "-n", "client.rgw", "user", "create", "--uid=test", "--display-name=test",
        f"--access-key={ACCESS_KEY}", f"--secret-key={SECRET_KEY}",
    )  # fmt: skip
    run(data, "radosgw", "-n", "client.rgw")
    endpoint = f"http://127.0.0.1:{port}"
    wait_for(endpoint)
    return endpoint


def run(data: Path, *command: str) -> None:
    """Run one of Ceph's programs with the configuration of a folder."""
    configured = () if "monmaptool" in command else ("-c", "ceph.conf")
    subprocess.run(
        [*command, *configured],
        cwd=data,
        env=environment(),
        capture_output=True,
        check=True,
        timeout=SECONDS_TO_START + 30,
    )


def environment() -> Mapping[str, str]:
    """Where the unpacked programs find each other."""
    root = UNPACKED / "root"
    folders = (LIBRARIES, f"{LIBRARIES}/ceph", "lib/x86_64-linux-gnu", "usr/lib/ceph")
    return {
        **os.environ,
        "PATH": f"{root / 'usr/bin'}:{os.environ['PATH']}",
        "LD_LIBRARY_PATH": ":".join(str(root / folder) for folder in folders),
        "PYTHONPATH": str(root / "usr/lib/python3/dist-packages"),
    }


def wait_for(endpoint: str) -> None:
    """Wait until it answers."""
    for _ in range(SECONDS_TO_START * 2):
        with suppress(URLError, ConnectionError):
            try:
                urlopen(endpoint, timeout=5).close()  # noqa: S310  # our own server
            except HTTPError as answer:
                answer.close()
            return
        time.sleep(0.5)
    raise TimeoutError(f"radosgw does not answer at {endpoint}")


def stop(data: Path) -> None:
    """End what was started in a folder."""
    running = [int(path.read_text()) for path in data.glob("*.pid") if path.read_text().strip()]
    for number in running:
        with suppress(ProcessLookupError):
            os.kill(number, signal.SIGTERM)
    for _ in range(50):
        running = [number for number in running if Path(f"/proc/{number}").exists()]
        if not running:
            return
        time.sleep(0.1)
    for number in running:
        with suppress(ProcessLookupError):
            os.kill(number, signal.SIGKILL)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


if __name__ == "__main__":
    with served() as server, suppress(KeyboardInterrupt):
        print(f"http://{server.access_key}:{server.secret_key}@{server.endpoint.removeprefix('http://')}")  # noqa: T201
        sys.stdin.read()
