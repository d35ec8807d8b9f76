"""Who did a thing: a member, somebody named in another system's record, or the practice's own machinery."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from domain.people import ActorKind
from resolvers.asking import Ask
from resolvers.given import reads
from resolvers.loaders import loaded
from storage.database.people import MemberRow

MACHINERY = "Casegraph"


@dataclass(slots=True)
class ActorRow:
    """Who did a thing. `given_name` is what the record itself says, if it says anything."""

    kind: ActorKind
    member_id: UUID | None
    given_name: str | None


def actor(member_id: UUID | None, given_name: str | None = None) -> ActorRow:
    """Who a row names."""
    if member_id is not None:
        return ActorRow(ActorKind.MEMBER, member_id, given_name)
    return ActorRow(ActorKind.OUTSIDE if given_name else ActorKind.SYSTEM, None, given_name)


@reads("member_id", "given_name")
async def names(ask: Ask, actors: Sequence[ActorRow]) -> Sequence[str]:
    """The name colleagues know them by today; for others the name that came with the record."""
    found = await members(ask, actors)
    return [member.name if member else row.given_name or MACHINERY for row, member in zip(actors, found, strict=True)]


@reads("member_id")
async def members(ask: Ask, actors: Sequence[ActorRow]) -> Sequence[MemberRow | None]:
    """The member, if it was one."""
    return await loaded(ask.loaders.member_by_id, [row.member_id for row in actors])
