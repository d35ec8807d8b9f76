"""Putting a journey away, and bringing it back exactly as it was."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

import resolvers.notes.writing
from auth.permissions import May
from domain import journeys
from domain.journeys import ArchiveOptions, ArchiveTrace, JourneyStatus, Stamp
from domain.timeline import EntryKind
from resolvers.care_team import places
from resolvers.given import JourneyId
from resolvers.journeys import standing
from resolvers.journeys.changing import JourneyChanged, course_of, reason_of
from resolvers.writing import Write, takes_from_members
from storage.database.journeys import Journey
from storage.database.notes import Note
from storage.database.people import ClientGrant
from storage.database.selecting import table_of


@dataclass(frozen=True)
class JourneyArchiveInput:
    """Putting a journey away."""

    id: JourneyId
    """The journey."""
    reason: str | None = None
    """Why."""
    end_care_team: bool = False
    """End the places on the journey's own care team too, the caller's included; those for the whole client stay. Needs
    SHARE_CLIENTS."""
    archive_notes: bool = False
    """Put its notes away too. Needs WRITE_CLINICAL."""
    expected_version: int | None = None
    """The version the caller saw; when it is not the current one, nothing is changed."""


@dataclass(frozen=True)
class JourneyRestoreInput:
    """Bringing back a journey that was put away."""

    id: JourneyId
    """The journey."""
    reason: str | None = None
    """Why; it stands on the timeline."""
    expected_version: int | None = None
    """The version the caller saw; when it is not the current one, nothing is changed."""


@takes_from_members
async def archive(write: Write, input: JourneyArchiveInput) -> JourneyChanged:
    """Put a journey away: it leaves the lists, and everything in it stays readable."""
    held = await _hold_team(write, input.id) if input.end_care_team else set()
    row = await standing.found(write, input.id, input.expected_version)
    await standing.check_client(write, row.client_id)
    reason = reason_of(input.reason)
    ended = await _to_end(write, row, held) if input.end_care_team else []
    notes = await _in_use(write, row) if input.archive_notes else []
    course, trace = journeys.archived(
        course_of(row), ArchiveOptions(input.end_care_team, input.archive_notes),
        stamp=Stamp(row.status_changed_at, row.status_changed_by, row.status_reason),
        open_grants={each.id: each.to_at for each in ended}, open_notes={each.id: each.pinned for each in notes},
    )  # fmt: skip
    row.archive_trace = journeys.trace_kept(trace)
    row.status_before_archive = trace.status_before
    _stand(write, row, course.status, Stamp(write.moment, write.viewer.membership_id, reason))
    facts = {"title": row.title, "reason": reason}
    await write.happened(EntryKind.JOURNEY_ARCHIVED, row.client_id, facts, journey_id=row.id, subject_id=row.id)
    await places.end(write, ended, reason)
    for note in notes:
        await resolvers.notes.writing.put_away(write, note, reason)
    return JourneyChanged(journey_id=row.id)


async def restore(write: Write, input: JourneyRestoreInput) -> JourneyChanged:
    """Bring a journey back as it was: what archiving changed is undone, and nothing else. Needs SHARE_CLIENTS where
    places on its care team come back, and WRITE_CLINICAL where notes do."""
    row = await standing.found(write, input.id, input.expected_version)
    await standing.check_client(write, row.client_id)
    trace = _trace(row)
    course = journeys.restored(course_of(row), trace)
    reason = reason_of(input.reason)
    now = Stamp(write.moment, write.viewer.membership_id, reason)
    row.archive_trace = row.status_before_archive = None
    _stand(write, row, course.status, trace.stamp_before or now)
    facts = {"title": row.title, "to": row.status.value, "reason": reason}
    await write.happened(EntryKind.JOURNEY_RESTORED, row.client_id, facts, journey_id=row.id, subject_id=row.id)
    if trace.grants_ended:
        await _rejoin(write, row, trace)
    if trace.notes_archived:
        await _take_up(write, row, trace)
    return JourneyChanged(journey_id=row.id)


def _trace(row: Journey) -> ArchiveTrace:
    """What archiving changed. A journey that came in put away has no trace but, perhaps, where it stood before."""
    if row.archive_trace is not None:
        return journeys.trace_read(row.archive_trace)
    return ArchiveTrace(row.status_before_archive or JourneyStatus.COMPLETED)


def _stand(write: Write, row: Journey, status: JourneyStatus, stamp: Stamp) -> None:
    row.status = status
    row.status_changed_at, row.status_changed_by, row.status_reason = stamp.since, stamp.by, stamp.reason
    row.version += 1
    row.updated_at = write.moment


async def _team(write: Write, journey_id: UUID) -> Sequence[ClientGrant]:
    """The grants on the journey itself, as they stand at this moment."""
    chosen = select(ClientGrant).where(
        ClientGrant.practice_id == write.practice_id, ClientGrant.journey_id == journey_id
    )
    fresh = chosen.order_by(ClientGrant.id).execution_options(populate_existing=True)
    return (await write.session.scalars(fresh.with_for_update(key_share=True))).all()


async def _hold_team(write: Write, journey_id: UUID) -> set[UUID]:
    """Hold the memberships of those on the journey's own team; before the journey, so that none of them waits for it
    while this write waits for them."""
    chosen = select(ClientGrant.membership_id).where(
        ClientGrant.practice_id == write.practice_id, ClientGrant.journey_id == journey_id
    )
    members = set((await write.session.scalars(chosen)).all())
    await write.hold_members(members)
    return members


async def _to_end(write: Write, row: Journey, held: set[UUID]) -> list[ClientGrant]:
    """The places on the journey's own team that still count or will; who joined meanwhile is held too."""
    await standing.found(write, row.id, None, May.SHARE_CLIENTS)
    ended = [each for each in await _team(write, row.id) if not places.is_over(each, write.moment)]
    await write.hold_members({each.membership_id for each in ended} - held)
    return ended


async def _rejoin(write: Write, row: Journey, trace: ArchiveTrace) -> None:
    """Give back the places that archiving ended, each with the end it was to have anyway."""
    await standing.found(write, row.id, None, May.SHARE_CLIENTS)
    were_to_end = dict(zip(trace.grants_ended, trace.grants_were_to_end, strict=True))
    for each in await _team(write, row.id):
        if each.id in were_to_end:
            each.to_at = were_to_end[each.id]
            each.version += 1
            if not places.is_over(each, write.moment):
                await places.happened(write, EntryKind.CARE_TEAM_JOINED, await places.place_of(write, each), each)


async def _in_use(write: Write, row: Journey) -> list[Note]:
    """The journey's notes that are not put away yet; not those that are private to somebody else."""
    note = table_of(Note)
    reached = select(note.c.id).where(
        note.c.practice_id == write.practice_id,
        note.c.journey_id == row.id,
        write.reach.unveiled(note, May.WRITE_CLINICAL),
    )
    ids = set((await write.session.execute(reached, write.values)).scalars())
    return [each for each in await _notes(write, row) if each.archived_at is None and each.id in ids]


async def _take_up(write: Write, row: Journey, trace: ArchiveTrace) -> None:
    """Bring back the notes that archiving put away."""
    were_pinned = dict(zip(trace.notes_archived, trace.notes_were_pinned, strict=True))
    for note in await _notes(write, row):
        if note.id in were_pinned and note.archived_at is not None:
            await resolvers.notes.writing.take_up(write, note, pinned=were_pinned[note.id])


async def _notes(write: Write, row: Journey) -> Sequence[Note]:
    await standing.found(write, row.id, None, May.WRITE_CLINICAL)
    chosen = select(Note).where(Note.practice_id == write.practice_id, Note.journey_id == row.id)
    return (await write.session.scalars(chosen.order_by(Note.id).with_for_update(key_share=True))).all()
