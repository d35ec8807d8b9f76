"""People as the graph shows them: the viewer, the members of the practice, the practice itself."""

from datetime import datetime

import strawberry

import resolvers.people
import resolvers.settings
import resolvers.tags.finding
import schema.given
from auth import viewers
from auth.permissions import May
from domain.people import Role
from resolvers.sessions import SessionOpened, SessionsEnded
from schema.fields import answered_by, presents
from schema.nodes import Node
from schema.problems import Problem
from schema.references import TagRef
from schema.settings import PracticeSettings
from storage.database.people import MemberRow, OwnMembershipRow, PracticeRow

schema.given.one_of(Role)


@presents(MemberRow)
class Member(Node):
    """Somebody at work in the practice, now or in the past."""

    id: strawberry.ID = answered_by(resolvers.people.member_ids)
    name: str
    "The name colleagues and clients know them by."
    role: Role
    "What they do here; it decides what they reach."
    title: str | None
    "What stands on the door, such as Midwife."
    from_at: datetime
    "When they began."
    to_at: datetime | None
    "When they left, or will."


@presents(PracticeRow)
class Practice(Node):
    """A care practice: everything the viewer reaches belongs to it."""

    id: strawberry.ID = answered_by(resolvers.people.practice_ids)
    name: str
    "The practice's name."
    created_at: datetime
    "When it was opened here."
    settings: PracticeSettings | None = answered_by(resolvers.settings.of_practices, allow=May.READ_SETTINGS)
    tags: list[TagRef] | None = answered_by(resolvers.tags.finding.of_practices, allow=May.READ_CLIENTS)


@presents(OwnMembershipRow)
class OwnMembership:
    """A practice that the person asking works for; `sessionEnter` goes there."""

    practice_id: strawberry.ID = answered_by(resolvers.people.own_practice_ids)
    practice_name: str
    "The practice's name."
    role: Role
    "What they do there."


@strawberry.interface(description="Who is asking.")
class Viewer:
    """Who is asking."""

    kind: str = strawberry.field(description="The kind of viewer, in capitals.")
    memberships: list[OwnMembership] = answered_by(resolvers.people.own_memberships)


@presents(SessionOpened)
class SessionPayload:
    """What came of signing in, or of entering a practice."""

    viewer: Viewer = answered_by(resolvers.people.viewers_of_outcomes)
    token: str | None
    "The session's bearer token, when it was asked for; shown this once."
    problems: list[Problem]
    "What kept it from being done; empty when it was."


@presents(SessionsEnded)
class SignOutPayload:
    """What came of signing out."""

    problems: list[Problem]
    "What kept it from being done; empty when it was."


@presents(viewers.Anonymous, name="AnonymousViewer")
class AnonymousViewer(Viewer):
    """Nobody we know, or a person who has signed in but entered no practice yet."""


@presents(viewers.Member, name="MemberViewer")
class MemberViewer(Viewer):
    """A person at work in the practice."""

    member: Member | None = answered_by(resolvers.people.members_of_viewers)


@presents(viewers.System, name="SystemViewer")
class SystemViewer(Viewer):
    """The practice's own machinery."""
