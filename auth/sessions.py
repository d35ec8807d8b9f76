"""Sessions: opaque, revocable at once, idle and absolute end, bound to at most one practice.

The secret is 256 random bits; only its SHA-256 is kept. Which roles a session gives is read anew at every request.
"""

import hashlib
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, bindparam, exists, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from auth.credentials import Credentials
from auth.errors import NotSignedIn
from auth.viewers import Anonymous, Member, Viewer
from domain import settings
from domain.identity import new_id
from domain.people import Role
from domain.settings import PractitionersReach, Settings
from storage.database.columns import Moment
from storage.database.opening import Database, unbroken
from storage.database.people import Membership, Session, SettingsRow, settings_versions
from storage.database.reading import Snapshot, Statement
from storage.database.selecting import table_of

Rows = Callable[..., Awaitable[list[Any]]]

# A session's idle end moves on at most this often, so that reading does not turn into writing.
TOUCHED_EVERY = timedelta(minutes=1)


@dataclass(slots=True)
class SessionRow:
    """A session as it stands."""

    id: UUID
    person_id: UUID
    practice_id: UUID | None
    membership_id: UUID | None
    used_at: datetime
    idle_until: datetime
    ends_at: datetime


@dataclass(slots=True)
class ReachRow:
    """What a member may, as it stands now."""

    membership_id: UUID
    role: Role


def hashed(secret: str) -> bytes:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode()).digest()


def session_by_secret() -> Select[Any]:
    """The session that is open at `moment` and whose secret has this hash."""
    session = table_of(Session)
    names = SessionRow.__dataclass_fields__
    return select(*(session.c[name] for name in names)).where(
        session.c.secret_hash == bindparam("secret_hash"), *_is_open(session)
    )


def _is_open(session: Any) -> list[ColumnElement[bool]]:
    moment = bindparam("moment", type_=Moment())
    return [session.c.ended_at.is_(None), session.c.idle_until > moment, session.c.ends_at > moment]


def membership_at() -> Select[Any]:
    """The membership `member`, if it is valid at `moment`."""
    held = table_of(Membership)
    moment = bindparam("moment", type_=Moment())
    return select(held.c.id.label("membership_id"), held.c.role).where(
        held.c.practice_id == bindparam("practice"),
        held.c.id == bindparam("member"),
        held.c.from_at <= moment,
        (held.c.to_at.is_(None)) | (held.c.to_at > moment),
    )


def membership_in_session() -> Select[Any]:
    """The membership `member`, if it is valid at `moment` and the session `session` at work in it is open."""
    held, session = table_of(Membership), table_of(Session)
    opened = exists().where(
        session.c.id == bindparam("session"), session.c.membership_id == held.c.id, *_is_open(session)
    )
    return membership_at().where(opened)


async def viewer_of(database: Database, credentials: Credentials) -> Viewer:
    """Who is asking. No credentials are Anonymous; a session that has ended is `NotSignedIn`."""
    secret = credentials.bearer or credentials.cookie
    return await viewer_of_secret(database, secret) if secret else Anonymous()


async def viewer_of_secret(database: Database, secret: str) -> Viewer:
    """Whose session this is the secret of; `NotSignedIn` when it has ended or never was."""
    moment = datetime.now(UTC)
    snapshot = await database.reader.snapshot(None)
    try:
        values = {"moment": moment, "secret_hash": hashed(secret)}
        found = await _rows(database, snapshot, SessionRow, session_by_secret, values)
    finally:
        await snapshot.close()
    if not found:
        raise NotSignedIn
    session: SessionRow = found[0]
    if moment - session.used_at > TOUCHED_EVERY:
        await unbroken(_touch(database, session, moment))
    return await _member(database, session, moment)


async def _member(database: Database, session: SessionRow, moment: datetime) -> Viewer:
    if session.practice_id is None or session.membership_id is None:
        return Anonymous(session.id, session.person_id)
    values = {"practice": session.practice_id, "member": session.membership_id, "moment": moment}
    snapshot = await database.reader.snapshot(session.practice_id, session.person_id)
    try:
        held = await _rows(database, snapshot, ReachRow, membership_at, values)
        if not held:
            raise NotSignedIn
        role = held[0].role
        everyone = role is Role.PRACTITIONER and await _reaches_everyone(database, snapshot, values)
    finally:
        await snapshot.close()
    return Member(session.practice_id, session.person_id, session.membership_id, role, session.id, everyone)


async def _reaches_everyone(database: Database, snapshot: Snapshot, values: dict[str, Any]) -> bool:
    versions = await _rows(database, snapshot, SettingsRow, settings_versions, values)
    return _reach_is_all(versions, values["moment"])


def _reach_is_all(versions: list[SettingsRow], moment: datetime) -> bool:
    return in_force(versions, moment).practitioners_reach is PractitionersReach.ALL


async def viewer_again(rows: Rows, viewer: Viewer, moment: datetime) -> Viewer:
    """The viewer as they stand at `moment`, by the session they came with and without its secret.

    `rows` asks a statement of a snapshot, with `practice`, `member` and `moment` bound. Raises `NotSignedIn` when the
    session or the membership has ended.
    """
    if not isinstance(viewer, Member):
        return viewer
    held: list[ReachRow] = await rows(ReachRow, membership_in_session, session=viewer.session_id)
    if not held:
        raise NotSignedIn
    role = held[0].role
    everyone = role is Role.PRACTITIONER and _reach_is_all(await rows(SettingsRow, settings_versions), moment)
    return replace(viewer, role=role, everyone=everyone)


def in_force(versions: Sequence[SettingsRow], moment: datetime) -> Settings:
    """The settings that count at a moment, by the practice's own days."""
    return settings.settings_at(moment, [row.known for row in versions])


async def _rows(
    database: Database, snapshot: Snapshot, row: type, statement: Statement, values: dict[str, Any]
) -> list[Any]:
    compiled = database.statements.compiled(statement, ())
    return compiled.rows(row, await snapshot.fetch(compiled.sql, compiled.arguments(values)))


async def _touch(database: Database, session: SessionRow, moment: datetime) -> None:
    idle = session.idle_until - session.used_at
    async with database.write(None) as writing:
        await writing.execute(
            update(Session)
            .where(Session.id == session.id, Session.ended_at.is_(None))
            .values(used_at=moment, idle_until=min(moment + idle, session.ends_at))
        )
        await writing.commit()


async def begin(
    writing: AsyncSession, person_id: UUID, membership: Membership | None, policies: Settings, moment: datetime
) -> tuple[UUID, str]:
    """A new session and its secret, which is never seen again."""
    secret = secrets.token_urlsafe(32)
    ends_at = moment + timedelta(hours=policies.session_hours)
    session = Session(
        id=new_id(),
        secret_hash=hashed(secret),
        person_id=person_id,
        practice_id=membership.practice_id if membership else None,
        membership_id=membership.id if membership else None,
        created_at=moment,
        used_at=moment,
        idle_until=min(moment + timedelta(minutes=policies.session_idle_minutes), ends_at),
        ends_at=ends_at,
    )
    writing.add(session)
    await writing.flush()
    return session.id, secret


async def end(
    writing: AsyncSession, moment: datetime, *, session_id: UUID | None = None, person_id: UUID | None = None
) -> None:
    """End one session, or every session of a person."""
    chosen = Session.id == session_id if session_id is not None else Session.person_id == person_id
    await writing.execute(update(Session).where(chosen, Session.ended_at.is_(None)).values(ended_at=moment))
