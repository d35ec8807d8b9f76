"""People: the viewer, the members, and the practice."""

from collections.abc import Sequence

import storage.database.people
from auth.viewers import Viewer
from domain.identity import Kind, written
from resolvers.asking import Ask
from resolvers.given import reads
from resolvers.outcomes import Outcome
from resolvers.practices import PracticeUpdated
from storage.database.people import MemberRow, OwnMembershipRow, PracticeRow


async def viewer(ask: Ask) -> Viewer:
    """Who is asking."""
    return ask.viewer


async def members_of_viewers(ask: Ask, viewers: Sequence[Viewer]) -> Sequence[MemberRow | None]:
    """The viewer at work in the practice; null for anyone else."""
    ids = [viewer.membership_id for viewer in viewers]
    return [None if each is None else await ask.loaders.member_by_id.load(each) for each in ids]


async def practice(ask: Ask) -> PracticeRow | None:
    """The practice the viewer is in."""
    return await ask.row(PracticeRow, storage.database.people.practice, practice=ask.practice_id)


@reads()
def member_ids(ask: Ask, members: Sequence[MemberRow]) -> Sequence[str]:
    """The member's id."""
    return [written(Kind.MEMBERSHIP, member.id) for member in members]


@reads()
def practice_ids(ask: Ask, practices: Sequence[PracticeRow]) -> Sequence[str]:
    """The practice's id."""
    return [written(Kind.PRACTICE, practice.id) for practice in practices]


async def own_memberships(ask: Ask, viewers: Sequence[Viewer]) -> Sequence[list[OwnMembershipRow]]:
    """The practices the person works for; empty for who is not signed in."""
    if ask.viewer.person_id is None:
        return [[] for _ in viewers]
    rows = await ask.rows(OwnMembershipRow, storage.database.people.own_memberships)
    return [rows for _ in viewers]


def own_practice_ids(ask: Ask, memberships: Sequence[OwnMembershipRow]) -> Sequence[str]:
    """The practice's id."""
    return [written(Kind.PRACTICE, each.practice_id) for each in memberships]


def viewers_of_outcomes(ask: Ask, outcomes: Sequence[Outcome]) -> Sequence[Viewer]:
    """Who is asking from now on."""
    return [ask.viewer for _ in outcomes]


async def practices_of_outcomes(ask: Ask, outcomes: Sequence[PracticeUpdated]) -> Sequence[PracticeRow | None]:
    """The practice; null when it was not changed."""
    return [await practice(ask) if outcome.practice_id else None for outcome in outcomes]
