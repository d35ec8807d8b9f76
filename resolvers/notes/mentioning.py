"""Mentions: who is named in a note is told of it, if they reach it anyway. A mention opens nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from auth.reach import Reach
from domain import mentions
from domain.identity import Kind, written
from domain.notifications import NotificationKind
from domain.people import Role
from domain.refusals import Findings
from domain.settings import PractitionersReach
from resolvers import settings
from resolvers.asking import Ask
from resolvers.loaders import loaded
from resolvers.notifications import telling
from resolvers.outcomes import Outcome
from resolvers.writing import Write
from storage.database.notes import Note
from storage.database.notifications import Notification
from storage.database.people import MemberRow, Membership
from storage.database.selecting import table_of


@dataclass(slots=True, kw_only=True)
class Mentioning(Outcome):
    """Who was told of being mentioned, and who was not."""

    told_ids: tuple[UUID, ...] = ()
    untold_ids: tuple[UUID, ...] = ()


def checked(given: Sequence[UUID], findings: Findings) -> None:
    """Nobody names more people than can be meant."""
    if len(given) > mentions.MOST:
        findings.invalid(("input", "mentionIds"), f"must be at most {mentions.MOST}")


async def tell(
    write: Write, note: Note, text: str, given: Iterable[UUID], outcome: Mentioning, *, again: bool = False
) -> None:
    """Tell those mentioned who reach the note; the others are only named in the outcome. However often a note is saved,
    each is told once, unless `again` says that this is a text of its own.

    Whoever does not exist, has left, or does not reach the note comes out the same.
    """
    wanted = mentions.of(text, given, write.viewer.membership_id)[: mentions.MOST]
    if not wanted:
        return
    known = set() if again else await _told_before(write, note)
    members = {one.id: one for one in await _members(write, wanted)}
    told: list[UUID] = []
    untold: list[UUID] = []
    for each in wanted:
        reached = each in members and await _reaches(write, members[each], note)
        (told if reached else untold).append(each)
    await telling.tell(
        write, NotificationKind.MENTIONED, [each for each in told if each not in known],
        {"by": await write.name_of_caller()}, client_id=note.client_id, journey_id=note.journey_id, subject_id=note.id,
    )  # fmt: skip
    outcome.told_ids, outcome.untold_ids = tuple(told), tuple(untold)


async def _told_before(write: Write, note: Note) -> set[UUID]:
    chosen = select(Notification.membership_id).where(
        Notification.practice_id == write.practice_id,
        Notification.subject_id == note.id,
        Notification.kind == NotificationKind.MENTIONED,
    )
    return set((await write.session.scalars(chosen)).all())


async def _members(write: Write, ids: Sequence[UUID]) -> Sequence[Membership]:
    """Those of the practice who work there now."""
    chosen = select(Membership).where(
        Membership.practice_id == write.practice_id,
        Membership.id.in_(ids),
        Membership.from_at <= write.moment,
        (Membership.to_at.is_(None)) | (Membership.to_at > write.moment),
    )
    return (await write.session.scalars(chosen)).all()


async def _reaches(write: Write, member: Membership, note: Note) -> bool:
    """Whether the member reaches the note, by the same condition as when they ask for it themselves."""
    everyone = False
    if member.role is Role.PRACTITIONER:
        everyone = (await settings.in_force(write)).practitioners_reach is PractitionersReach.ALL
    table = table_of(Note)
    chosen = select(table.c.id).where(
        table.c.practice_id == write.practice_id, table.c.id == note.id, Reach(member.role, everyone).clinical(table)
    )
    values = {**write.values, "member": member.id}
    return (await write.session.execute(chosen, values)).first() is not None


async def told(ask: Ask, outcomes: Sequence[Mentioning]) -> Sequence[list[MemberRow]]:
    """The colleagues mentioned who were told of it, now or before."""
    found = []
    for outcome in outcomes:
        rows = await loaded(ask.loaders.member_by_id, outcome.told_ids)
        found.append([row for row in rows if row is not None])
    return found


def untold_ids(ask: Ask, outcomes: Sequence[Mentioning]) -> Sequence[list[str]]:
    """The ids of those mentioned who were not told, because they do not reach the note. They learn nothing of it; to
    bring them in, put them on the care team and mention them again."""
    return [[written(Kind.MEMBERSHIP, each) for each in outcome.untold_ids] for outcome in outcomes]
