"""The bytes of a file piece by piece, unpacked where they were packed with gzip, in flat memory."""

import codecs
import zlib
from collections.abc import AsyncGenerator
from contextlib import aclosing

from domain.tables import NotATable, Reader, Record

GZIP = b"\x1f\x8b"
PIECE = 256 * 1024
MOST_UNPACKED = 16 * 1024 * 1024 * 1024
"""A few megabytes can be packed so that they never end."""

Pieces = AsyncGenerator[tuple[bytes, int], None]
"""Pieces of a file, each with how much of the file is behind it, in thousandths."""


class Unreadable(Exception):
    """A file cannot be read; the message continues the sentence that its name begins."""


async def unpacked(pieces: Pieces) -> Pieces:
    """The same bytes, or what was packed in them. Closes what it reads."""
    unpacking: zlib._Decompress | None = None
    is_first, total = True, 0
    async with aclosing(pieces):
        async for piece, permille in pieces:
            if is_first and piece:
                is_first, unpacking = False, zlib.decompressobj(31) if piece.startswith(GZIP) else None
            if unpacking is None:
                yield piece, permille
                continue
            packed = piece
            while packed:
                unpacking = zlib.decompressobj(31) if unpacking.eof else unpacking
                found, packed = _inflated(unpacking, packed)
                total += len(found)
                if total > MOST_UNPACKED:
                    raise Unreadable(f"holds more than {MOST_UNPACKED >> 30} GiB")
                yield found, permille
    if unpacking is not None and not unpacking.eof:
        raise Unreadable("is packed with gzip, and cut off")


def _inflated(unpacking: "zlib._Decompress", packed: bytes) -> tuple[bytes, bytes]:
    """Some of what is packed, and what is left to be unpacked."""
    try:
        found = unpacking.decompress(packed, PIECE)
    except zlib.error as error:
        raise Unreadable(f"is packed with gzip, and broken ({error})") from None
    return found, unpacking.unconsumed_tail or unpacking.unused_data


async def records(pieces: Pieces) -> AsyncGenerator[Record, None]:
    """The rows of a table in UTF-8, the headings first."""
    decoder, reader, permille = codecs.getincrementaldecoder("utf-8-sig")("strict"), Reader(), 0
    try:
        async with aclosing(unpacked(pieces)) as found:
            async for piece, permille in found:
                for record in reader.feed(decoder.decode(piece)):
                    yield record._replace(permille=permille)
        for record in [*reader.feed(decoder.decode(b"", final=True)), *reader.end()]:
            yield record._replace(permille=permille)
    except UnicodeDecodeError:
        raise Unreadable("is not written in UTF-8") from None
    except NotATable as reason:
        raise Unreadable(str(reason)) from None
