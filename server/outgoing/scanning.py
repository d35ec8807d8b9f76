"""Asking clamd, the daemon of ClamAV, whether a file is harmful (INSTREAM, see `man clamd`)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from urllib.parse import urlsplit

from resolvers.uploads.scanning import ScannerUnwell, Verdict

ANSWER_SECONDS = 300.0
"""Large archives take clamd a while."""
MOST_ANSWER_BYTES = 4096


class Clamd:
    """A clamd at `tcp://host:port` or `unix:///path`. Its own limit, `StreamMaxLength`, must be at least as large as
    the largest document that the practice takes: what it did not see whole counts as not looked at."""

    def __init__(self, address: str, *, answer_seconds: float = ANSWER_SECONDS) -> None:
        self._address = urlsplit(address)
        self._answer_seconds = answer_seconds

    async def scan(self, chunks: AsyncIterator[bytes]) -> Verdict:
        """Stream a file to clamd and wait for its word."""
        try:
            reader, writer = await self._connected()
        except OSError as error:
            raise ScannerUnwell(f"clamd cannot be reached: {error}") from None
        try:
            with suppress(ConnectionError):  # it may have its answer, or its fill, before the end
                await _sent(writer, chunks)
            async with asyncio.timeout(self._answer_seconds):
                answer = await reader.read(MOST_ANSWER_BYTES)
        except (OSError, TimeoutError) as error:
            raise ScannerUnwell(f"clamd gave no answer: {type(error).__name__}") from None
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()
        return verdict_of(answer)

    async def _connected(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._address.scheme == "unix":
            return await asyncio.open_unix_connection(self._address.path)
        return await asyncio.open_connection(self._address.hostname, self._address.port or 3310)


async def _sent(writer: asyncio.StreamWriter, chunks: AsyncIterator[bytes]) -> None:
    writer.write(b"zINSTREAM\0")
    async for chunk in chunks:
        writer.write(len(chunk).to_bytes(4, "big"))
        writer.write(chunk)
        await writer.drain()
    writer.write((0).to_bytes(4, "big"))
    await writer.drain()


def verdict_of(answer: bytes) -> Verdict:
    """What clamd said: `stream: OK`, `stream: NAME FOUND`, or that it did not look."""
    said = answer.rstrip(b"\0\n").decode("utf-8", "replace").removeprefix("stream: ")
    if said == "OK":
        return Verdict()
    if said.endswith(" FOUND"):
        return Verdict(said.removesuffix(" FOUND"))
    raise ScannerUnwell(f"clamd said: {said[:200] or 'nothing'}")
