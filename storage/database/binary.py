"""PostgreSQL's binary format: what is bound is written here, what is found is read by psycopg's compiled readers.

Ids are left as their 16 bytes: whoever makes a row of them makes asyncpg's UUID, which is several times cheaper to make
and to write than the standard library's.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from operator import attrgetter
from struct import Struct, pack
from struct import error as StructError
from typing import Any

import psycopg
from psycopg.adapt import AdaptersMap, Transformer
from psycopg.pq import Format
from psycopg.pq.abc import PGresult
from psycopg.types.string import ByteaBinaryLoader

Encode = Callable[[Any], bytes]

UUID_OID = 2950
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_FIRST_DAY = date(2000, 1, 1).toordinal()
_ITEM = Struct(">i")
_NULL_ITEM = _ITEM.pack(-1)
_NO_ITEM = (AttributeError, KeyError, TypeError, StructError)
"""What is raised when a null is written as if it were an item."""


def _moment(value: datetime) -> bytes:
    since = value - _EPOCH
    return pack(">q", (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds)


_SCALARS: dict[int, Encode] = {
    16: {False: b"\0", True: b"\1"}.__getitem__,  # boolean
    17: bytes,  # bytea
    20: Struct(">q").pack,  # bigint
    21: Struct(">h").pack,  # smallint
    23: Struct(">i").pack,  # integer
    25: str.encode,  # text
    114: str.encode,  # json
    701: Struct(">d").pack,  # double precision
    1043: str.encode,  # varchar
    1082: lambda value: _ITEM.pack(value.toordinal() - _FIRST_DAY),  # date
    1184: _moment,  # timestamptz
    UUID_OID: attrgetter("bytes"),
}
_SIZES = {16: 1, 20: 8, 21: 2, 23: 4, 701: 8, 1082: 4, 1184: 8, UUID_OID: 16}
"""How many bytes a value takes, where all take the same."""
_ARRAYS = {
    1000: 16, 1001: 17, 1016: 20, 1005: 21, 1007: 23, 1009: 25, 1022: 701, 1015: 1043, 1182: 1082, 1185: 1184,
    2951: UUID_OID,
}  # fmt: skip
"""Arrays, and what they are of."""


def encoder(oid: int) -> Encode:
    """What writes values of a type. Raises `LookupError` for a type that nothing here binds."""
    if oid in _SCALARS:
        return _SCALARS[oid]
    item = _ARRAYS[oid]
    encode, head = _SCALARS[item], Struct(">iiiii")
    empty = pack(">iii", 0, 0, item)
    size = _ITEM.pack(_SIZES[item]) if item in _SIZES else None

    def encoded(values: Sequence[Any]) -> bytes:
        if not values:
            return empty
        if size is not None:
            try:
                return head.pack(1, 0, item, len(values), 1) + size + size.join(map(encode, values))
            except _NO_ITEM:  # to look for a null first would take as long as all the rest
                pass
        parts = [head.pack(1, None in values, item, len(values), 1)]
        for value in values:
            if value is None:
                parts.append(_NULL_ITEM)
            else:
                text = encode(value)
                parts += (_ITEM.pack(len(text)), text)
        return b"".join(parts)

    return encoded


def _readers() -> AdaptersMap:
    readers = AdaptersMap(psycopg.adapters)
    readers.register_loader(UUID_OID, ByteaBinaryLoader)
    return readers


_READERS = _readers()


class Reading:
    """Reads what one statement finds; which readers its columns need is looked up once."""

    __slots__ = ("_transformer",)

    def __init__(self, columns: Sequence[int]) -> None:
        self._transformer = Transformer(_Context())
        self._transformer.set_loader_types(columns, Format.BINARY)

    def records(self, result: PGresult) -> list[tuple[Any, ...]]:
        """One tuple for each row found."""
        reads = self._transformer
        reads.set_pgresult(result, set_loaders=False)
        records = reads.load_rows(0, result.ntuples, tuple)
        reads.set_pgresult(None, set_loaders=False)  # it would keep them all until the next time
        return records


class _Context:
    """Which readers count, in the form psycopg asks for."""

    connection = None
    adapters = _READERS
