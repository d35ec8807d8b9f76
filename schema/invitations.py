"""Invitations as the graph shows them."""

from datetime import datetime

import strawberry

import resolvers.invitations.finding
import schema.given
from domain.people import InvitationState, Role
from resolvers.invitations.changing import InvitationChanged
from schema.actors import Actor
from schema.fields import answered_by, presents
from schema.nodes import Node
from schema.people import Member
from schema.problems import Problem
from storage.database.invitations import InvitationRow

schema.given.one_of(InvitationState)


@presents(InvitationRow)
class Invitation(Node):
    """Somebody was asked to work for the practice. Needs MANAGE_PEOPLE."""

    id: strawberry.ID = answered_by(resolvers.invitations.finding.ids)
    email: str
    "Where the letter went."
    name: str
    "The name colleagues and clients will know them by."
    role: Role
    "What they will do here."
    title: str | None
    "What will stand on the door."
    state: InvitationState = answered_by(resolvers.invitations.finding.states)
    created_at: datetime
    "When they were invited."
    invited_by: Actor = answered_by(resolvers.invitations.finding.inviters)
    sent_at: datetime | None
    "When the last letter was sent; null until then."
    ends_at: datetime
    "Until when the link works."
    accepted_at: datetime | None
    "When they accepted."
    member: Member | None = answered_by(resolvers.invitations.finding.members)
    withdrawn_at: datetime | None
    "When it was taken back."
    version: int
    "Grows by one with every change; may be given back as `expectedVersion`."


@presents(InvitationChanged)
class InvitationPayload:
    """What came of inviting somebody, or of changing that."""

    invitation: Invitation | None = answered_by(resolvers.invitations.finding.of_outcomes)
    current: Invitation | None = answered_by(resolvers.invitations.finding.current_of_outcomes)
    problems: list[Problem]
    "What kept it from being done; empty when it was."
