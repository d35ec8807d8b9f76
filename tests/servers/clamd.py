"""Scanners: the real clamd, where the machine has one, and a stand-in that speaks its protocol to the letter."""

import asyncio
import hashlib
import shutil
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

HARMFUL = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
"""What every scanner is tried with: harmless, and known to all."""


@asynccontextmanager
async def stand_in(most: int = 1 << 30) -> AsyncIterator[str]:
    """Speaks INSTREAM: finds the one harmful text, and refuses what is longer than `most`."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert await reader.readexactly(10) == b"zINSTREAM\0"
        content = b""
        says = None
        while says is None and (size := int.from_bytes(await reader.readexactly(4), "big")):
            content += await reader.readexactly(size)
            if len(content) > most:
                says = b"INSTREAM size limit exceeded. ERROR\0"
        writer.write(says or (b"stream: Eicar FOUND\0" if HARMFUL in content else b"stream: OK\0"))
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield f"tcp://127.0.0.1:{server.sockets[0].getsockname()[1]}"


def is_here() -> bool:
    """Whether this machine has the real one."""
    return shutil.which("clamd") is not None


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The real clamd, knowing the one harmful text."""
    known = folder / "known"
    known.mkdir(parents=True)
    content = HARMFUL
    digest = hashlib.md5(content).hexdigest()  # noqa: S324 - the form of clamd's own lists
    (known / "test.hdb").write_text(f"{digest}:{len(content)}:Test.Eicar\n")
    socket, configuration = folder / "clamd.ctl", folder / "clamd.conf"
    configuration.write_text(
        f"LocalSocket {socket}\nDatabaseDirectory {known}\nForeground yes\nStreamMaxLength 100M\nUser root\n"
    )
    process = subprocess.Popen(["clamd", "-c", str(configuration)], stdout=subprocess.DEVNULL)
    try:
        for _ in range(300):
            if socket.exists():
                break
            assert process.poll() is None, "clamd did not start"
            time.sleep(0.1)
        yield f"unix://{socket}"
    finally:
        process.terminate()
        process.wait()
