"""Writes that may be sent twice: under an idempotency key each is done once, and a repeat is given what it came to."""

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import insert, update

from auth.viewers import actor_of
from domain.refusals import IdempotencyMismatch
from storage.database.jobs import IdempotentWrite
from storage.database.selecting import table_of

if TYPE_CHECKING:
    from resolvers.writing import Write


@dataclass(frozen=True, slots=True)
class Repeatable:
    """An idempotency key and the position of the write in its operation."""

    key: str
    position: int

    async def earlier(self, write: "Write", operation: str, given: Any) -> dict[str, Any] | None:
        """What an earlier run under this key came to; None (and the key taken) when this is the first.

        A twin that runs at this moment holds the unique row: this insert waits for it, loses, and the write runs again.
        """
        row = IdempotentWrite(
            practice_id=write.practice_id,
            caller=_caller(write),
            key=self.key,
            position=self.position,
            input_hash=_hash(operation, given),
            outcome={},
            created_at=write.moment,
        )
        known = await write.session.get(IdempotentWrite, (row.practice_id, row.caller, row.key, row.position))
        if known is None:
            columns = {column.key: getattr(row, column.key) for column in table_of(IdempotentWrite).c}
            await write.session.execute(insert(IdempotentWrite).values(columns))
            return None
        if known.input_hash != row.input_hash:
            raise IdempotencyMismatch
        return known.outcome

    async def remember(self, write: "Write", outcome: dict[str, Any]) -> None:
        """Keep what the write came to, for the repeats to come."""
        await write.session.execute(
            update(IdempotentWrite)
            .where(
                IdempotentWrite.practice_id == write.practice_id,
                IdempotentWrite.caller == _caller(write),
                IdempotentWrite.key == self.key,
                IdempotentWrite.position == self.position,
            )
            .values(outcome=outcome)
        )


def _caller(write: "Write") -> str:
    return f"{write.viewer.kind}:{actor_of(write.viewer)}"


def _hash(operation: str, given: Any) -> bytes:
    text = orjson.dumps([operation, given], default=str, option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(text).digest()
