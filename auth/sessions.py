"""Sessions: opaque, revocable at once, idle and absolute end, bound to at most one practice.

The secret is 256 random bits; only its SHA-256 is kept. Which roles a session gives is read anew at every request.
"""

import hashlib
import secrets
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, bindparam, exists, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from auth.errors import NotSignedIn
from auth.viewers import NOBODY, Anonymous, Member, Viewer
from domain import settings
from domain.identity import new_id
from domain.people import Role
from domain.settings import PractitionersReach, Settings
from storage.database.break_glass import BreakGlass, OpenedRow, is_open, opened
from storage.database.columns import Moment
from storage.database.opening import Database, unbroken
from storage.database.people import Membership, Session, SettingsRow, settings_versions
from storage.database.reading import Snapshot, Statement
from storage.database.selecting import table_of

Rows = Callable[..., Coroutine[Any, Any, list[Any]]]

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
    to_at: datetime | None
    breaks_glass: bool


def hashed(secret: str) -> bytes:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


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
    held, glass = table_of(Membership), table_of(BreakGlass)
    moment = bindparam("moment", type_=Moment())
    breaks_glass = exists().where(*is_open(glass)).correlate(held).label("breaks_glass")
    return select(held.c.id.label("membership_id"), held.c.role, held.c.to_at, breaks_glass).where(
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


async def viewer_of_secret(database: Database, secret: str) -> Viewer:
    """Whose session this is the secret of; `NotSignedIn` when it has ended or never was."""
    moment = datetime.now(UTC)
    snapshot = await database.reader.snapshot(None)
    try:
        rows = asking(database, snapshot, {"moment": moment, "secret_hash": hashed(secret)})
        found = await rows(SessionRow, session_by_secret)
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
        rows = asking(database, snapshot, values)
        held = await rows(ReachRow, membership_at)
        bare = Member(session.practice_id, session.person_id, session.membership_id, Role.READ_ONLY, session.id)
        return await _standing(rows, bare, held, moment)
    finally:
        await snapshot.close()


async def session_again(rows: Rows, viewer: Member, moment: datetime) -> Member:
    """The member as they stand at `moment`, by the session they came with and without its secret; `NotSignedIn` when
    the session or the membership has ended."""
    held = await rows(ReachRow, membership_in_session, session=viewer.session_id)
    return await _standing(rows, viewer, held, moment)


async def _standing(rows: Rows, viewer: Member, held: list[ReachRow], moment: datetime) -> Member:
    if not held or has_ended(held[0].to_at):
        raise NotSignedIn
    role = held[0].role
    everyone = role is Role.PRACTITIONER and await reaches_everyone(rows, moment)
    glass = await _glass(rows) if held[0].breaks_glass else NOBODY
    if (role, everyone, glass) == (viewer.role, viewer.everyone, viewer.glass):
        return viewer
    return replace(viewer, role=role, everyone=everyone, glass=glass)


async def _glass(rows: Rows) -> frozenset[UUID]:
    """Whose files are open to the member in an emergency: now, when it is known what the snapshot sees."""
    return frozenset(row.client_id for row in await rows(OpenedRow, opened, moment=datetime.now(UTC)))


def has_ended(to_at: datetime | None) -> bool:
    """Whether a membership that counted when it was asked for has ended since: the snapshot that tells of it is fixed
    a little later than its question is put, and whoever was gone by then sees nothing of it."""
    return to_at is not None and to_at <= datetime.now(UTC)


async def reaches_everyone(rows: Rows, moment: datetime) -> bool:
    """Whether the practice lets practitioners reach every client."""
    versions: list[SettingsRow] = await rows(SettingsRow, settings_versions)
    return in_force(versions, moment).practitioners_reach is PractitionersReach.ALL


def in_force(versions: Sequence[SettingsRow], moment: datetime) -> Settings:
    """The settings that count at a moment, by the practice's own days."""
    return settings.settings_at(moment, [row.known for row in versions])


def asking(database: Database, snapshot: Snapshot, values: dict[str, Any]) -> Rows:
    """What asks a snapshot, with these values bound."""

    async def rows(row: type, statement: Statement, **more: Any) -> list[Any]:
        compiled = database.statements.compiled(statement, ())
        return compiled.rows(row, await snapshot.fetch(compiled.sql, compiled.arguments({**values, **more})))

    return rows


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
    writing: AsyncSession,
    moment: datetime,
    *,
    session_id: UUID | None = None,
    person_id: UUID | None = None,
    membership_id: UUID | None = None,
    but: UUID | None = None,
) -> None:
    """End one session, or every session of a person or in a membership, `but` one."""
    if session_id is not None:
        chosen = Session.id == session_id
    elif person_id is not None:
        chosen = Session.person_id == person_id
    elif membership_id is not None:
        chosen = Session.membership_id == membership_id
    else:
        return
    kept = [] if but is None else [Session.id != but]
    await writing.execute(update(Session).where(chosen, Session.ended_at.is_(None), *kept).values(ended_at=moment))
