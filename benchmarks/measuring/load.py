"""The load: requests sent by 16 connections as fast as they are answered; by wrk if it is installed, else from here."""

import asyncio
import json
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.measuring.machine import OTHER_CORE, on_core

CONNECTIONS = 16
SCRIPT = Path(__file__).with_name("load.lua")


@dataclass(frozen=True, slots=True)
class Sent:
    """What came of it."""

    requests: int
    bytes: int
    seconds: float
    p50: float
    """Milliseconds."""
    p99: float

    @property
    def per_second(self) -> float:
        """Requests answered in a second."""
        return self.requests / self.seconds


def generator() -> str:
    """Which program sends the load."""
    if shutil.which("wrk") is None:
        return "the benchmark's own load generator (wrk is not installed)"
    said = subprocess.run(["wrk", "--version"], capture_output=True, text=True, check=False).stdout.split()
    return f"wrk {said[1].removeprefix('debian/')}"


def send(url: str, token: str, bodies: list[bytes], seconds: float, connections: int = CONNECTIONS) -> Sent:
    """Send the bodies in turn, over and over, for so long. Raises `RuntimeError` when any request failed."""
    with tempfile.NamedTemporaryFile(suffix=".jsonl") as file:
        file.write(b"\n".join(bodies) + b"\n")
        file.flush()
        # wrk counts in whole seconds.
        if shutil.which("wrk") and seconds >= 1:
            command = ["wrk", "-t1", f"-c{connections}", f"-d{round(seconds)}s", "--latency", "--timeout", "30s",
                       "-s", str(SCRIPT), url, "--", file.name, token]  # fmt: skip
        else:
            command = [sys.executable, "-m", __spec__.name, url, file.name, token, str(connections), str(seconds)]
        with on_core(OTHER_CORE):
            finished = subprocess.run(command, capture_output=True, text=True, check=False)
    if finished.returncode:
        raise RuntimeError(f"the load stopped:\n{finished.stdout}{finished.stderr}")
    said = json.loads(finished.stdout.strip().rpartition("\n")[2])
    if said.pop("failed"):
        raise RuntimeError(f"requests failed:\n{finished.stdout}")
    return Sent(**said)


class Sender:
    """Sends from this process: a few times as costly as wrk, and no worse for a short look."""

    def __init__(self, url: str, token: str, bodies: list[bytes]) -> None:
        self.place = urlsplit(url)
        self.head = (
            f"POST {self.place.path} HTTP/1.1\r\nhost: {self.place.netloc}\r\ncontent-type: application/json\r\n"
            f"accept: application/json\r\nauthorization: Bearer {token}\r\n"
        ).encode()
        self.requests = [self._request(body) for body in bodies]
        self.times: list[float] = []
        self.bytes = 0
        self.failed = 0
        self.next = 0

    def _request(self, body: bytes) -> bytes:
        return self.head + f"content-length: {len(body)}\r\n\r\n".encode() + body

    async def run(self, connections: int, seconds: float) -> float:
        """Send over so many connections for so long; gives the seconds it took."""
        began = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            for _ in range(connections):
                group.create_task(self._send_until(began + seconds))
        return time.perf_counter() - began

    async def _send_until(self, end: float) -> None:
        reader, writer = await asyncio.open_connection(self.place.hostname, self.place.port)
        try:
            while (began := time.perf_counter()) < end:
                writer.write(self.requests[self.next % len(self.requests)])
                self.next += 1
                await self._receive(reader)
                self.times.append(time.perf_counter() - began)
        finally:
            writer.close()

    async def _receive(self, reader: asyncio.StreamReader) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        lines = head.lower().split(b"\r\n")
        length = next(int(line[15:]) for line in lines if line.startswith(b"content-length:"))
        await reader.readexactly(length)
        self.bytes += len(head) + length
        self.failed += b" 200 " not in lines[0]


def main() -> None:
    """Send, and print what came of it."""
    url, file, token, connections, seconds = sys.argv[1:]
    sender = Sender(url, token, Path(file).read_bytes().splitlines())
    took = asyncio.run(sender.run(int(connections), float(seconds)))
    times = sorted(sender.times)
    said = {
        "requests": len(times), "bytes": sender.bytes, "seconds": took, "failed": sender.failed,
        "p50": times[len(times) // 2] * 1e3, "p99": times[len(times) * 99 // 100] * 1e3,
    }  # fmt: skip
    print(json.dumps(said))


if __name__ == "__main__":
    main()
