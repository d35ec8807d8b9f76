"""The two counters a write takes: numbers that people see, and the practice's own sequence with its hash chain."""

from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, LargeBinary, bindparam, literal, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction

from storage.database.selecting import table_of
from storage.database.timeline import PracticeNumber, PracticeSeq


class chained(GenericFunction[bytes]):
    """The next link: SHA-256 over the link before, the number (8 bytes, big-endian) and the digest of the write."""

    type = LargeBinary()
    inherit_cache = True


@compiles(chained, "postgresql")
def _sha256(element: chained, compiler: SQLCompiler, **options: Any) -> str:
    last, number, digest = (compiler.process(each, **options) for each in element.clauses)
    return f"sha256({last} || int8send({number}) || {digest})"


async def next_link(session: AsyncSession, practice_id: UUID, digest: bytes) -> tuple[int, bytes]:
    """Take the practice's next number and chain the digest to it: the last lock of a write, held until it commits."""
    seq = table_of(PracticeSeq)
    following = seq.c.seq + literal(1, BigInteger())
    linked = chained(seq.c.last_hash, following, bindparam("digest", digest, LargeBinary()))
    statement = (
        update(seq)
        .where(seq.c.practice_id == practice_id)
        .values(seq=following, last_hash=linked)
        .returning(seq.c.seq, seq.c.last_hash)
    )
    number, link = (await session.execute(statement)).one()
    return number, link


async def next_number(session: AsyncSession, practice_id: UUID, series: str, count: int) -> int:
    """The first of `count` consecutive numbers of a series; a write that fails takes none."""
    number = table_of(PracticeNumber)
    statement = (
        update(number)
        .where(number.c.practice_id == practice_id, number.c.series == series)
        .values(last=number.c.last + count)
        .returning(number.c.last)
    )
    last = (await session.execute(statement)).scalar_one()
    return int(last) - count + 1
