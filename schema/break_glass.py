"""Files opened in an emergency, as the graph shows them."""

from datetime import datetime

import strawberry

import resolvers.break_glass.finding
import schema.given
from domain.break_glass import BreakGlassState
from resolvers.break_glass.changing import GlassChanged
from schema.fields import answered_by, presents
from schema.nodes import Node
from schema.people import Member
from schema.problems import Problem
from schema.references import ClientRef
from storage.database.break_glass import BreakGlassRow

schema.given.one_of(BreakGlassState)


@presents(BreakGlassRow)
class BreakGlass(Node):
    """A member opened a client's file in an emergency. Seen by who did it, and by who has READ_AUDIT."""

    id: strawberry.ID = answered_by(resolvers.break_glass.finding.ids)
    client: ClientRef | None = answered_by(resolvers.break_glass.finding.clients)
    member: Member = answered_by(resolvers.break_glass.finding.members)
    reason: str
    "Why it could not wait."
    state: BreakGlassState = answered_by(resolvers.break_glass.finding.states)
    from_at: datetime = strawberry.field(name="from", description="When the file was opened.")
    to_at: datetime = strawberry.field(name="to", description="When it closes, or closed, by itself or before.")
    reviewed_at: datetime | None
    "When somebody who answers for the practice looked at it; null while it waits for that."
    reviewed_by: Member | None = answered_by(resolvers.break_glass.finding.reviewers)
    review: str | None
    "What was found then."
    version: int
    "Grows by one with every change; may be given back as `expectedVersion`."


@presents(GlassChanged)
class BreakGlassPayload:
    """What came of opening a file in an emergency, of ending that or of reviewing it."""

    break_glass: BreakGlass | None = answered_by(resolvers.break_glass.finding.of_outcomes)
    current: BreakGlass | None = answered_by(resolvers.break_glass.finding.current_of_outcomes)
    problems: list[Problem]
    "What kept it from being done; empty when it was."
