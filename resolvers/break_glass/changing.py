"""Opening a client's file in an emergency: with a reason, for a while, in the sight of the owners."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import or_, select

from auth.errors import Forbidden
from auth.permissions import May
from auth.viewers import Member
from domain import break_glass, texts
from domain.break_glass import USUAL_MINUTES, BreakGlassState
from domain.identity import new_id
from domain.notifications import NotificationKind
from domain.people import Role
from domain.refusals import AlreadyDone, Findings, Invalid, NotFound
from resolvers import jobs, versions
from resolvers.break_glass.letters import LETTER
from resolvers.given import BreakGlassId, ClientId
from resolvers.notifications import telling
from resolvers.outcomes import Outcome
from resolvers.writing import Write
from storage.database.break_glass import BreakGlass
from storage.database.clients import Client
from storage.database.people import Membership


@dataclass(frozen=True)
class BreakGlassInput:
    """Whose file is opened in an emergency, and why. Give the id or the file number."""

    reason: str
    """Why it cannot wait; an owner reads it."""
    client_id: ClientId | None = None
    """The client."""
    file_number: str | None = None
    """The number of the client's file, by who knows no more of it."""
    minutes: int = USUAL_MINUTES
    """For how long, 5 to 240; 60 if left out."""


@dataclass(frozen=True)
class BreakGlassEndInput:
    """Which opening ends before its time."""

    id: BreakGlassId
    """The opening."""
    expected_version: int | None = None
    """The version the caller saw; when it is not the current one, nothing is changed."""


@dataclass(frozen=True)
class BreakGlassReviewInput:
    """What was found when looking at an opening."""

    id: BreakGlassId
    """The opening."""
    review: str
    """What was found."""
    expected_version: int | None = None
    """The version the caller saw; when it is not the current one, nothing is changed."""


@dataclass(slots=True, kw_only=True)
class GlassChanged(Outcome):
    """What came of it."""

    glass_id: UUID | None = None
    current_id: UUID | None = None


async def begin(write: Write, input: BreakGlassInput) -> GlassChanged:
    """Open a client's file in an emergency, to read it for a while: also one out of reach, and what is private in it.
    The owners are told at once; everything read under it is marked in the access log, and it waits for review.
    Nothing can be written under it. Only people do this, no key."""
    write.require(May.BREAK_GLASS)
    if not isinstance(write.viewer, Member):
        raise Forbidden(May.BREAK_GLASS)
    findings = Findings()
    reason = texts.taken(input.reason, texts.REASON, ("input", "reason"), findings)
    lasting = break_glass.lasting(input.minutes, ("input", "minutes"), findings)
    findings.settle()
    client_id = await _client(write, input)
    row = BreakGlass(
        id=new_id(), client_id=client_id, membership_id=write.viewer.membership_id, reason=reason,
        from_at=write.moment, to_at=write.moment + lasting,
    )  # fmt: skip
    await write.add(row)
    await _alert_owners(write, row)
    return GlassChanged(glass_id=row.id)


async def end(write: Write, input: BreakGlassEndInput) -> GlassChanged:
    """End an opening before its time: one's own, or, for an owner, anybody's."""
    row = await _found(write, input.id, input.expected_version)
    if row.membership_id != write.viewer.membership_id:
        write.require(May.REVIEW_BREAK_GLASS)
    if row.to_at <= write.moment:
        raise AlreadyDone(BreakGlassState.ENDED)
    row.to_at = write.moment
    row.version += 1
    return GlassChanged(glass_id=row.id)


async def review(write: Write, input: BreakGlassReviewInput) -> GlassChanged:
    """Say what was found when looking at an opening; with that it leaves the queue. Nobody reviews their own, unless
    there is no other owner."""
    write.require(May.REVIEW_BREAK_GLASS)
    row = await _found(write, input.id, input.expected_version)
    findings = Findings()
    is_own = row.membership_id == write.viewer.membership_id
    others = [owner for owner in await _owners(write) if owner != write.viewer.membership_id]
    reviewed = row.reviewed_at is not None
    break_glass.check_reviewer(is_own, len(others), reviewed, ("input", "id"), findings)
    said = texts.taken(input.review, texts.REASON, ("input", "review"), findings)
    findings.settle()
    row.reviewed_at, row.reviewed_by, row.review = write.moment, write.viewer.membership_id, said
    row.version += 1
    return GlassChanged(glass_id=row.id)


async def _client(write: Write, input: BreakGlassInput) -> UUID:
    if (input.client_id is None) is (input.file_number is None):
        raise Invalid(("input", "fileNumber"), "or a client id must be given, one of the two")
    named = Client.id == input.client_id if input.client_id is not None else Client.file_number == input.file_number
    found: UUID | None = await write.session.scalar(
        select(Client.id).where(Client.practice_id == write.practice_id, named)
    )
    if found is None:
        raise NotFound("client", ("input", "fileNumber" if input.client_id is None else "clientId"))
    return found


async def _found(write: Write, id: UUID, expected_version: int | None) -> BreakGlass:
    row = await write.session.get(BreakGlass, (write.practice_id, id), with_for_update=True)
    is_own = row is not None and row.membership_id == write.viewer.membership_id
    if row is None or not (is_own or not write.reach.permission(May.READ_AUDIT).is_none):
        raise NotFound("break_glass", ("input", "id"))
    versions.agree(expected_version, row)
    return row


async def _owners(write: Write) -> list[UUID]:
    held = Membership
    present = or_(held.to_at.is_(None), held.to_at > write.moment)
    owners = select(held.id).where(held.practice_id == write.practice_id, held.role == Role.OWNER, present)
    return list(await write.session.scalars(owners.order_by(held.id)))


async def _alert_owners(write: Write, row: BreakGlass) -> None:
    """A notification and a letter to each; each letter a job of its own, so that one tried again comes only once."""
    owners = await _owners(write)
    facts = {"by": await write.name_of_caller(), "minutes": round((row.to_at - row.from_at).total_seconds() / 60)}
    await telling.tell(write, NotificationKind.GLASS_BROKEN, owners, facts, client_id=row.client_id)
    for owner in owners:
        payload = {"glass": str(row.id), "owner": str(owner)}
        await jobs.enqueue(write, LETTER.kind, f"{row.id} {owner}", payload=payload)
