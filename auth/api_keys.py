"""API keys: a program's secret, known by its visible prefix. A key acts on behalf of the member who made it."""

import secrets
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import or_, update

import storage.database.api_keys
from auth import doors, sessions
from auth.errors import NotSignedIn
from auth.permissions import SCOPES, May
from auth.viewers import Key
from domain.people import Role
from storage.database.api_keys import ApiKey, KeyStandingRow
from storage.database.doors import DoorKind
from storage.database.opening import Database, unbroken

MARK = "cgk_"
PREFIX_CHARACTERS = 12
"""How much of a key may be shown: its mark, and 8 characters that open nothing."""
NOTED_EVERY = timedelta(minutes=1)
"""When a key was last used is written down at most so often."""


def made() -> tuple[str, str]:
    """A new key and its visible prefix. Behind the prefix stand 256 random bits."""
    prefix = MARK + secrets.token_hex(4)
    return f"{prefix}_{secrets.token_urlsafe(32)}", prefix


def is_key(bearer: str) -> bool:
    """Whether a bearer's secret is meant as an API key."""
    return bearer.startswith(MARK)


async def viewer_of_key(database: Database, secret: str) -> Key:
    """The viewer behind a key; `NotSignedIn` when it was revoked, ran out, never was, or its maker has left."""
    moment = datetime.now(UTC)
    door = await doors.look_behind(database, DoorKind.KEY, secret, moment)
    if door is None or door.practice_id is None:
        raise NotSignedIn
    values = {"practice": door.practice_id, "key": door.subject_id, "moment": moment}
    snapshot = await database.reader.snapshot(door.practice_id)
    try:
        rows = sessions.asking(database, snapshot, values)
        viewer, used_at = await _standing(rows, door.practice_id, door.subject_id, moment)
    finally:
        await snapshot.close()
    if used_at is None or moment - used_at > NOTED_EVERY:
        await unbroken(_note_use(database, viewer, moment))
    return viewer


async def key_again(rows: sessions.Rows, viewer: Key, moment: datetime) -> Key:
    """The key as it stands at `moment`; `NotSignedIn` when it or its maker's membership has ended."""
    return (await _standing(rows, viewer.practice_id, viewer.key_id, moment))[0]


async def _standing(
    rows: sessions.Rows, practice_id: UUID, key_id: UUID, moment: datetime
) -> tuple[Key, datetime | None]:
    found: list[KeyStandingRow] = await rows(KeyStandingRow, storage.database.api_keys.standing, key=key_id)
    if not found or sessions.has_ended(found[0].to_at):
        raise NotSignedIn
    key = found[0]
    everyone = key.role is Role.PRACTITIONER and await sessions.reaches_everyone(rows, moment)
    scopes = frozenset(May(each) for each in key.scopes if each in SCOPES)
    return Key(practice_id, key.key_id, key.membership_id, key.role, scopes, everyone), key.used_at


async def _note_use(database: Database, viewer: Key, moment: datetime) -> None:
    late = or_(ApiKey.used_at.is_(None), ApiKey.used_at < moment - NOTED_EVERY)
    async with database.write(viewer.practice_id) as writing:
        await writing.execute(
            update(ApiKey)
            .where(ApiKey.practice_id == viewer.practice_id, ApiKey.id == viewer.key_id, late)
            .values(used_at=moment)
        )
        await writing.commit()
