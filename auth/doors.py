"""Secrets that open something once or for a while: links in letters, API keys. Only their hashes are kept.

Whatever is wrong with a secret (made up, used, shut, run out, for another thing), the same one question finds nothing.
"""

import secrets
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

import storage.database.doors
from auth.sessions import hashed
from storage.database.doors import Door, DoorKind, DoorRow
from storage.database.opening import Database


async def cut(
    writing: AsyncSession, kind: DoorKind, subject_id: UUID, ends_at: datetime, practice_id: UUID | None = None
) -> str:
    """A new secret for the subject, which is never seen again; an earlier one of its kind opens nothing any more."""
    secret = secrets.token_urlsafe(32)
    await shut(writing, kind, subject_id)
    await hang(writing, secret, kind, subject_id, ends_at, practice_id)
    return secret


async def hang(
    writing: AsyncSession, secret: str, kind: DoorKind, subject_id: UUID, ends_at: datetime, practice_id: UUID | None
) -> None:
    """Let a secret open the subject until a moment."""
    door = Door(secret_hash=hashed(secret), kind=kind, subject_id=subject_id, ends_at=ends_at, practice_id=practice_id)
    writing.add(door)
    await writing.flush()


async def shut(writing: AsyncSession, kind: DoorKind, subject_id: UUID) -> None:
    """Nothing opens the subject any more."""
    await writing.execute(delete(Door).where(Door.kind == kind, Door.subject_id == subject_id))


async def look_behind(database: Database, kind: DoorKind, secret: str, moment: datetime) -> DoorRow | None:
    """What a secret opens, without going through."""
    compiled = database.statements.compiled(storage.database.doors.by_secret, ())
    snapshot = await database.reader.snapshot(None)
    try:
        values = {"secret_hash": hashed(secret), "kind": kind, "moment": moment}
        found: list[DoorRow] = compiled.rows(DoorRow, await snapshot.fetch(compiled.sql, compiled.arguments(values)))
    finally:
        await snapshot.close()
    return found[0] if found else None


async def go_through(writing: AsyncSession, kind: DoorKind, secret: str, moment: datetime) -> UUID | None:
    """The subject that a secret opens, which it never opens again; None when it opens nothing.

    Of two at one time, the second waits for the first to commit, and then finds the door gone.
    """
    gone = delete(Door).where(Door.secret_hash == hashed(secret), Door.kind == kind, Door.ends_at > moment)
    subject_id: UUID | None = await writing.scalar(gone.returning(Door.subject_id))
    return subject_id
