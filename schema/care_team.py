"""Care teams as the graph shows them."""

from datetime import datetime

import strawberry

import resolvers.care_team.finding
import schema.given
from domain.people import Level
from resolvers.care_team.changing import CareTeamChanged
from schema.fields import answered_by, presents
from schema.nodes import Node
from schema.people import Member
from schema.problems import Problem
from schema.references import ClientRef, JourneyRef
from storage.database.people import GrantRow

schema.given.one_of(Level)


@presents(GrantRow)
class CareTeamMember(Node):
    """A member's place on a care team: what opens a client's file to them, from one moment to another."""

    id: strawberry.ID = answered_by(resolvers.care_team.finding.ids)
    member: Member = answered_by(resolvers.care_team.finding.members)
    client: ClientRef = answered_by(resolvers.care_team.finding.clients)
    journey: JourneyRef | None = answered_by(resolvers.care_team.finding.journeys)
    level: Level = answered_by(resolvers.care_team.finding.levels)
    role_title: str | None
    "What the member is on this team, such as Second midwife."
    from_at: datetime = strawberry.field(name="from", description="When it begins, or began.")
    to_at: datetime | None = strawberry.field(
        name="to", description="When it ends, or ended; null for until further notice."
    )
    reason: str | None
    "Why the member has this place."
    version: int
    "Grows by one with every change; may be given back as `expectedVersion`."


@presents(CareTeamChanged)
class CareTeamMemberAddPayload:
    """What came of putting a member on a care team."""

    care_team_member: CareTeamMember | None = answered_by(resolvers.care_team.finding.of_outcomes)
    problems: list[Problem]
    "What kept it from being done; empty when it was."


@presents(CareTeamChanged)
class CareTeamMemberUpdatePayload:
    """What came of changing a place on a care team."""

    care_team_member: CareTeamMember | None = answered_by(resolvers.care_team.finding.of_outcomes)
    current: CareTeamMember | None = answered_by(resolvers.care_team.finding.current_of_outcomes)
    problems: list[Problem]
    "What kept it from being done; empty when it was."


@presents(CareTeamChanged)
class CareTeamMemberRemovePayload:
    """What came of ending a place on a care team."""

    care_team_member: CareTeamMember | None = answered_by(resolvers.care_team.finding.of_outcomes)
    current: CareTeamMember | None = answered_by(resolvers.care_team.finding.current_of_outcomes)
    problems: list[Problem]
    "What kept it from being done; empty when it was."
