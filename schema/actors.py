"""Who did a thing, as the graph shows it."""

import resolvers.actors
import schema.given
from domain.people import ActorKind
from resolvers.actors import ActorRow
from schema.fields import answered_by, presents
from schema.people import Member

schema.given.one_of(ActorKind)


@presents(ActorRow)
class Actor:
    """Who did a thing."""

    kind: ActorKind
    "What kind of somebody it is."
    name: str = answered_by(resolvers.actors.names)
    member: Member | None = answered_by(resolvers.actors.members)
