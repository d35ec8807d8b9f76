"""Changing who is on a care team.

Nobody gives what they do not have: who may share one journey gives places on that journey only. Nobody widens their
own place, so that a second pair of eyes stands behind every way into a file; an owner, who reaches everything, may. The
last one who may share a client's file may leave: owners and administrators always can.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from auth.errors import Forbidden
from auth.permissions import May
from domain import care_team, journeys, texts
from domain.care_team import Grant
from domain.notes import CLOCK_SLACK
from domain.people import Level, Role
from domain.refusals import AlreadyDone, Findings, Invalid, NotAllowedNow, NotFound
from domain.timeline import EntryKind
from resolvers import versions
from resolvers.care_team import places
from resolvers.care_team.places import Place
from resolvers.given import ABSENT, AbsentType, ClientId, GrantId, JourneyId, MemberId
from resolvers.journeys import standing
from resolvers.outcomes import Outcome
from resolvers.writing import Write, takes_from_members
from storage.database.clients import Client
from storage.database.journeys import Journey
from storage.database.people import ClientGrant
from storage.database.selecting import table_of

ENDED = "ENDED"


@dataclass(frozen=True)
class CareTeamMemberAddInput:
    """A member's new place on a care team: of one journey, or of a client as a whole. Give one of the two ids."""

    member_id: MemberId
    """Who joins."""
    level: Level
    """How far it goes. The member's role still bounds what they may do."""
    client_id: ClientId | None = None
    """The client, for a place that opens the whole file."""
    journey_id: JourneyId | None = None
    """The journey, for a place that opens the client's profile and what belongs to this journey."""
    role_title: str | None = None
    """What the member is on this team, such as Second midwife."""
    from_: datetime | None = None
    """When it begins; now if left out."""
    to: datetime | None = None
    """When it ends; until further notice if left out."""
    reason: str | None = None
    """Why."""


@dataclass(frozen=True)
class CareTeamMemberUpdateInput:
    """A change of a place on a care team. What is left out stays."""

    id: GrantId
    """The place on the team."""
    expected_version: int | None = None
    """The version the caller saw; when it is not the current one, nothing is changed."""
    level: Level | AbsentType = ABSENT
    """How far it goes."""
    role_title: str | AbsentType | None = ABSENT
    """What the member is on this team."""
    from_: datetime | AbsentType = ABSENT
    """When it begins; can be changed until then."""
    to: datetime | AbsentType | None = ABSENT
    """When it ends, not in the past; null for until further notice. To end it now, use `careTeamMemberRemove`."""
    reason: str | AbsentType | None = ABSENT
    """Why the member has this place."""


@dataclass(frozen=True)
class CareTeamMemberRemoveInput:
    """The end of a place on a care team."""

    id: GrantId
    """The place on the team."""
    reason: str | None = None
    """Why it ends."""
    expected_version: int | None = None
    """The version the caller saw; when it is not the current one, nothing is changed."""


@dataclass(slots=True, kw_only=True)
class CareTeamChanged(Outcome):
    """What came of changing a care team."""

    grant_id: UUID | None = None
    current_id: UUID | None = None


async def add(write: Write, input: CareTeamMemberAddInput) -> CareTeamChanged:
    """Put a member on the care team of a journey, or of a client as a whole. Nobody but an owner adds themselves."""
    client_id, journey = await _team(write, input)
    await standing.check_client(write, client_id)
    place = Place(await places.member(write, input.member_id), client_id, journey)
    _refuse_own(write, place)
    findings = Findings()
    if place.member.to_at is not None and place.member.to_at <= write.moment:
        findings.invalid(("input", "memberId"), "must be somebody who still works here")
    grant = place.granted(input.level, input.from_ or write.moment, input.to)
    if grant.starts < write.moment - CLOCK_SLACK:
        findings.invalid(("input", "from"), "must not be in the past")
    care_team.check(grant, await places.others(write, place), findings)
    role_title = texts.taken_or_none(input.role_title, texts.LABEL, ("input", "roleTitle"), findings)
    reason = texts.taken_or_none(input.reason, texts.OPTIONAL_REASON, ("input", "reason"), findings)
    findings.settle()
    row = await places.join(write, place, grant.level, grant.starts, grant.ends, role_title, reason)
    return CareTeamChanged(grant_id=row.id)


@takes_from_members
async def update(write: Write, input: CareTeamMemberUpdateInput) -> CareTeamChanged:
    """Change a place on a care team: its level, role or time. Taking from it counts at once."""
    row = await _found(write, input.id, input.expected_version)
    if places.is_over(row, write.moment):
        raise NotAllowedNow(ENDED, "be changed")
    place = await places.place_of(write, row)
    held = place.granted(Level.of_rank(row.rank), row.from_at, row.to_at)
    wanted = _wanted(held, input)
    if _widens(held, wanted):
        await _check_widening(write, place)
    findings = Findings()
    _check_times(held, wanted, write.moment, findings)
    care_team.check(wanted, await places.others(write, place, beside=row.id), findings)
    role_title, reason = _texts(row, input, findings)
    findings.settle()
    if (wanted, role_title, reason) == (held, row.role_title, row.reason):
        return CareTeamChanged(grant_id=row.id)
    row.rank, row.from_at, row.to_at = wanted.level.rank, wanted.starts, wanted.ends
    row.role_title, row.reason = role_title, reason
    row.version += 1
    await places.happened(write, EntryKind.CARE_TEAM_CHANGED, place, row)
    return CareTeamChanged(grant_id=row.id)


@takes_from_members
async def remove(write: Write, input: CareTeamMemberRemoveInput) -> CareTeamChanged:
    """End a place on a care team. What it opened is closed the moment this is done; what the member wrote stays.
    The last one who may share the file may go too: owners and administrators can always share it again.
    """
    row = await _found(write, input.id, input.expected_version)
    if places.is_over(row, write.moment):
        raise AlreadyDone(ENDED)
    findings = Findings()
    reason = texts.taken_or_none(input.reason, texts.OPTIONAL_REASON, ("input", "reason"), findings)
    findings.settle()
    await places.end(write, [row], reason)
    return CareTeamChanged(grant_id=row.id)


async def _team(write: Write, input: CareTeamMemberAddInput) -> tuple[UUID, Journey | None]:
    """The client, and the journey unless it is the whole client's team; locked, so that no two join it at once."""
    if (input.client_id is None) is (input.journey_id is None):
        raise Invalid(("input", "journeyId"), "or a client id must be given, one of the two")
    if input.journey_id is not None:
        journey = await write.find(Journey, input.journey_id, May.SHARE_CLIENTS, "journey", at="journeyId")
        journeys.check_changeable(journey.status)
        return journey.client_id, journey
    assert input.client_id is not None  # noqa: S101 - one of the two is given, which the type checker cannot see
    client = await write.find(Client, input.client_id, May.READ_CLIENTS, "client", at="clientId")
    if not await places.reaches_whole_client(write, client.id, May.SHARE_CLIENTS):
        raise Forbidden(May.SHARE_CLIENTS)
    return client.id, None


async def _found(write: Write, id: UUID, expected_version: int | None) -> ClientGrant:
    """The grant, locked; before it, its holder's membership, so that taking from it waits for what they are writing."""
    held = table_of(ClientGrant)
    chosen = select(held.c.membership_id).where(
        held.c.practice_id == write.practice_id, held.c.id == id, write.reach.row(held, May.READ_CLIENTS)
    )
    holder = await write.session.scalar(chosen, write.values)
    if holder is None:
        await write.note_refused(ClientGrant, id)
        raise NotFound("care_team_member", ("input", "id"))
    await write.hold_members([holder])
    row = await write.find(ClientGrant, id, May.SHARE_CLIENTS, "care_team_member")
    versions.agree(expected_version, row)
    return row


def _wanted(held: Grant, input: CareTeamMemberUpdateInput) -> Grant:
    return replace(
        held,
        level=held.level if input.level is ABSENT else input.level,
        starts=held.starts if input.from_ is ABSENT else input.from_,
        ends=held.ends if input.to is ABSENT else input.to,
    )


def _widens(held: Grant, wanted: Grant) -> bool:
    later = held.ends is not None and (wanted.ends is None or wanted.ends > held.ends)
    return wanted.level.rank > held.level.rank or wanted.starts < held.starts or later


async def _check_widening(write: Write, place: Place) -> None:
    _refuse_own(write, place, "id")
    await standing.check_client(write, place.client_id)
    if place.journey is not None:
        journeys.check_changeable(place.journey.status)


def _refuse_own(write: Write, place: Place, at: str = "memberId") -> None:
    if place.member.id == write.viewer.membership_id and write.viewer.role is not Role.OWNER:
        raise Invalid(("input", at), "must be somebody else's: nobody but an owner widens their own reach")


def _check_times(held: Grant, wanted: Grant, moment: datetime, findings: Findings) -> None:
    """What a place has opened so far stays as it was."""
    if wanted.starts != held.starts and held.starts <= moment:
        findings.invalid(("input", "from"), "must stay, because it has begun")
    elif wanted.starts != held.starts and wanted.starts < moment - CLOCK_SLACK:
        findings.invalid(("input", "from"), "must not be in the past")
    if wanted.ends != held.ends and wanted.ends is not None and wanted.ends < moment - CLOCK_SLACK:
        findings.invalid(("input", "to"), "must not be in the past")


def _texts(row: ClientGrant, input: CareTeamMemberUpdateInput, findings: Findings) -> tuple[str | None, str | None]:
    role_title, reason = row.role_title, row.reason
    if input.role_title is not ABSENT:
        role_title = texts.taken_or_none(input.role_title, texts.LABEL, ("input", "roleTitle"), findings)
    if input.reason is not ABSENT:
        reason = texts.taken_or_none(input.reason, texts.OPTIONAL_REASON, ("input", "reason"), findings)
    return role_title, reason
