"""Keeping a batch of access events: their chain goes on by one link, and they stand behind it in one transaction.

This is written for every request that reads, so PostgreSQL is given one statement on the driver's own connection;
SQLite, which has no statements that change several tables, is given them one by one.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import BigInteger, LargeBinary, bindparam, insert, literal, update

from storage.database.audit import AccessBatch, AccessEvent, AccessSeq, AccessSubject
from storage.database.opening import Database
from storage.database.reading_postgresql import PostgresqlReader
from storage.database.selecting import table_of
from storage.database.sequence import chained

# The rows come as JSON, because the driver takes longer to write arrays than all else that is done for a batch.
KEEP = """
WITH head AS (
    UPDATE access_seq SET batch = batch + 1, last_hash = sha256(last_hash || int8send(batch + 1) || $2::bytea)
    WHERE practice_id = $1::uuid RETURNING batch, last_hash
), kept AS (
    INSERT INTO access_batch (practice_id, batch, events, link)
    SELECT $1::uuid, head.batch, json_array_length($3::json), head.last_hash FROM head
), subjects AS (
    INSERT INTO access_subject (practice_id, access_id, client_id, refused)
    SELECT $1::uuid, subject.* FROM json_to_recordset($4::json) AS subject (
        access_id uuid, client_id uuid, refused boolean
    )
)
INSERT INTO access_event (
    practice_id, batch, id, occurred_at, actor_kind, actor_id, request_id, operation, purpose, clients_in_list, details,
    digest
)
SELECT $1::uuid, head.batch, event.id, event.occurred_at, event.actor_kind, event.actor_id, event.request_id,
    event.operation, event.purpose, event.clients_in_list, event.details, decode(event.digest, 'hex')
FROM head, json_to_recordset($3::json) AS event (
    id uuid, occurred_at timestamptz, actor_kind text, actor_id uuid, request_id text, operation text, purpose text,
    clients_in_list integer, details text, digest text
)
"""


async def keep(
    database: Database,
    practice_id: UUID,
    digest: bytes,
    events: Sequence[dict[str, Any]],
    subjects: Sequence[dict[str, Any]],
) -> None:
    """Add one batch to the practice's chain of accesses; `digest` is the batch's, over all its events."""
    if isinstance(database.reader, PostgresqlReader):
        await database.reader.change(practice_id, KEEP, [practice_id, digest, _told(events), _told(subjects)])
    else:
        await _keep_one_by_one(database, practice_id, digest, events, subjects)


def _told(rows: Sequence[dict[str, Any]]) -> str:
    # A driver's UUID is a class of its own, which orjson does not know.
    def plain(value: Any) -> str:
        return value.hex() if isinstance(value, bytes) else str(value)

    return orjson.dumps(rows, default=plain, option=orjson.OPT_SORT_KEYS).decode()


async def _keep_one_by_one(
    database: Database,
    practice_id: UUID,
    digest: bytes,
    events: Sequence[dict[str, Any]],
    subjects: Sequence[dict[str, Any]],
) -> None:
    seq = table_of(AccessSeq)
    following = seq.c.batch + literal(1, BigInteger())
    link = chained(seq.c.last_hash, following, bindparam("digest", digest, LargeBinary()))
    head = update(seq).where(seq.c.practice_id == practice_id).values(batch=following, last_hash=link)
    async with database.write(practice_id) as session:
        batch, linked = (await session.execute(head.returning(seq.c.batch, seq.c.last_hash))).one()
        kept = {"practice_id": practice_id, "batch": batch, "events": len(events), "link": linked}
        await session.execute(insert(table_of(AccessBatch)), [kept])
        told = [{**event, "practice_id": practice_id, "batch": batch} for event in events]
        await session.execute(insert(table_of(AccessEvent)), told)
        if subjects:
            await session.execute(
                insert(table_of(AccessSubject)), [{**subject, "practice_id": practice_id} for subject in subjects]
            )
        await session.commit()
