"""Who works under supervision: what they sign waits for a colleague's signature."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from auth.permissions import May
from domain.people import Role
from domain.refusals import Invalid, NotFound
from resolvers.asking import Ask
from resolvers.given import MemberId
from resolvers.loaders import loaded
from resolvers.outcomes import Outcome
from resolvers.writing import Write
from storage.database.people import MemberRow, Membership


@dataclass(frozen=True)
class MemberSuperviseInput:
    """Whether a member works under supervision."""

    id: MemberId
    """The member."""
    supervised: bool
    """Whether what they sign from now on waits for a colleague's signature. What is signed already stays as it is."""


@dataclass(slots=True, kw_only=True)
class MemberSupervised(Outcome):
    """What came of it."""

    member_id: UUID | None = None


async def supervise(write: Write, input: MemberSuperviseInput) -> MemberSupervised:
    """Mark a member as a trainee whose notes are to be cosigned, or end that. Nobody but an owner ends it for
    themselves."""
    write.require(May.WRITE_SETTINGS)
    own = input.id == write.viewer.membership_id
    if own and not input.supervised and write.viewer.role is not Role.OWNER:
        raise Invalid(("input", "id"), "must be somebody else's: nobody but an owner ends their own supervision")
    chosen = select(Membership).where(Membership.practice_id == write.practice_id, Membership.id == input.id)
    member = (await write.session.scalars(chosen.with_for_update(key_share=True))).one_or_none()
    if member is None:
        raise NotFound("member", ("input", "id"))
    if member.supervised != input.supervised:
        member.supervised = input.supervised
        member.version += 1
    return MemberSupervised(member_id=member.id)


async def members_supervised(ask: Ask, outcomes: Sequence[MemberSupervised]) -> Sequence[MemberRow | None]:
    """The member; null when nothing was changed."""
    return await loaded(ask.loaders.member_by_id, [outcome.member_id for outcome in outcomes])
