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
    SELECT $1::uuid, event.id, seen.client_id, seen.refused
    FROM json_to_recordset($3::json) AS event (id uuid, reached uuid[], refused uuid[]), LATERAL (
        SELECT unnest(event.reached), false UNION ALL SELECT unnest(event.refused), true
    ) AS seen (client_id, refused)
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


async def keep(database: Database, practice_id: UUID, digest: bytes, events: Sequence[dict[str, Any]]) -> None:
    """Add one batch to the practice's chain of accesses; `digest` is the batch's, over all its events.

    Each event tells, beside its columns, the ids of its subjects as text: those `reached`, and those `refused`.
    """
    if isinstance(database.reader, PostgresqlReader):
        await database.reader.change(practice_id, KEEP, [practice_id, digest, _told(events)])
    else:
        await _keep_one_by_one(database, practice_id, digest, events)


def _told(events: Sequence[dict[str, Any]]) -> str:
    # A driver's UUID is a class of its own, which orjson does not know.
    def plain(value: Any) -> str:
        return value.hex() if isinstance(value, bytes) else str(value)

    return orjson.dumps(events, default=plain, option=orjson.OPT_SORT_KEYS).decode()


def _subjects(event: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows of an event's subjects; takes them out of the event."""
    about = {"practice_id": event["practice_id"], "access_id": event["id"]}
    refusals = {"reached": False, "refused": True}
    return [
        {**about, "client_id": UUID(client_id), "refused": refused}
        for name, refused in refusals.items()
        for client_id in event.pop(name)
    ]


async def _keep_one_by_one(
    database: Database, practice_id: UUID, digest: bytes, events: Sequence[dict[str, Any]]
) -> None:
    seq = table_of(AccessSeq)
    following = seq.c.batch + literal(1, BigInteger())
    link = chained(seq.c.last_hash, following, bindparam("digest", digest, LargeBinary()))
    head = update(seq).where(seq.c.practice_id == practice_id).values(batch=following, last_hash=link)
    async with database.write(practice_id) as session:
        batch, linked = (await session.execute(head.returning(seq.c.batch, seq.c.last_hash))).one()
        kept = {"practice_id": practice_id, "batch": batch, "events": len(events), "link": linked}
        await session.execute(insert(table_of(AccessBatch)), [kept])
        rows = [{**event, "batch": batch} for event in events]
        subjects = [subject for row in rows for subject in _subjects(row)]
        await session.execute(insert(table_of(AccessEvent)), rows)
        if subjects:  # an event of very many clients names none
            await session.execute(insert(table_of(AccessSubject)), subjects)
        await session.commit()
