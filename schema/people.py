"""People as the graph shows them: the viewer, the members of the practice, the practice itself."""

from datetime import datetime

import strawberry

import resolvers.api_keys.finding
import resolvers.break_glass.finding
import resolvers.invitations.finding
import resolvers.members.finding
import resolvers.notifications.finding
import resolvers.people
import resolvers.settings
import resolvers.tags.finding
import schema.given
from auth import viewers
from auth.permissions import May
from domain.people import Role
from resolvers.logins.changing import LoginChanged
from resolvers.members.changing import MembershipChanged
from resolvers.practices import PracticeUpdated
from resolvers.sessions import SessionOpened, SessionsEnded
from schema.fields import answered_by, presents
from schema.nodes import Node
from schema.paging import Connection
from schema.problems import Problem
from schema.references import ApiKeyRef, BreakGlassRef, InvitationRef, NotificationsRef, TagRef
from schema.settings import PracticeSettings
from storage.database.people import MemberRow, OwnMembershipRow, PracticeRow

schema.given.one_of(Role)
schema.given.one_of(May)


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
    email: str | None = answered_by(resolvers.members.finding.emails, allow=May.MANAGE_PEOPLE)
    from_at: datetime
    "When they began."
    to_at: datetime | None
    "When they left, or will."
    supervised: bool
    "Whether what they sign waits for a colleague's signature too."
    version: int
    "Grows by one with every change; may be given back as `expectedVersion`."


@presents(PracticeRow)
class Practice(Node):
    """A care practice: everything the viewer reaches belongs to it."""

    id: strawberry.ID = answered_by(resolvers.people.practice_ids)
    name: str
    "The practice's name."
    created_at: datetime
    "When it was opened here."
    settings: PracticeSettings | None = answered_by(resolvers.settings.of_practices, allow=May.READ_SETTINGS)
    members: Connection[Member] | None = answered_by(resolvers.members.finding.of_practices, allow=May.SIGNED_IN)
    invitations: Connection[InvitationRef] | None = answered_by(
        resolvers.invitations.finding.of_practices, allow=May.MANAGE_PEOPLE
    )
    api_keys: Connection[ApiKeyRef] | None = answered_by(resolvers.api_keys.finding.of_practices, allow=May.MANAGE_KEYS)
    break_glass: Connection[BreakGlassRef] | None = answered_by(
        resolvers.break_glass.finding.of_practices, allow=May.READ_AUDIT
    )
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
    notifications: NotificationsRef | None = answered_by(
        resolvers.notifications.finding.of_viewers, allow=May.SIGNED_IN
    )


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


@presents(viewers.Key, name="KeyViewer")
class KeyViewer(Viewer):
    """A program with an API key, on behalf of the member who made the key."""

    member: Member | None = answered_by(resolvers.people.members_of_viewers)
    scopes: list[May] = answered_by(resolvers.api_keys.finding.scopes_of_viewers)


@presents(viewers.System, name="SystemViewer")
class SystemViewer(Viewer):
    """The practice's own machinery."""


@presents(LoginChanged)
class LoginPayload:
    """What came of changing a login."""

    problems: list[Problem]
    "What kept it from being done; empty when it was."


@presents(MembershipChanged)
class MembershipPayload:
    """What came of changing a membership."""

    member: Member | None = answered_by(resolvers.members.finding.of_outcomes)
    current: Member | None = answered_by(resolvers.members.finding.current_of_outcomes)
    problems: list[Problem]
    "What kept it from being done; empty when it was."


@presents(PracticeUpdated)
class PracticeUpdatePayload:
    """What came of changing the practice."""

    practice: Practice | None = answered_by(resolvers.people.practices_of_outcomes)
    problems: list[Problem]
    "What kept it from being done; empty when it was."
