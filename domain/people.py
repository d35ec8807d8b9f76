"""The words and rules for those who work in a practice: roles, the levels of a grant, who may make whom what."""

from datetime import timedelta
from enum import StrEnum

from domain.refusals import Findings, NotAllowedNow, Path

INVITATION_LASTS = timedelta(days=7)
PASSWORD_RESET_LASTS = timedelta(hours=1)
EMAIL_CHANGE_LASTS = timedelta(hours=24)


class Role(StrEnum):
    """What a member does in the practice; it decides what they reach (see docs/permissions.md)."""

    OWNER = "OWNER"
    """Answers for the practice: reaches every client and clinical record, settings, people and the audit log."""
    ADMIN = "ADMIN"
    """Runs the office: every client's file, settings, people and the audit log; clinical records only with a grant."""
    PRACTITIONER = "PRACTITIONER"
    """Cares for clients: the files granted to them, clinical records included, as far as the grant's level goes."""
    BILLING = "BILLING"
    """Handles money: every client's profile without anything clinical."""
    ASSISTANT = "ASSISTANT"
    """Helps at the desk: every client's profile, visits and communications; nothing clinical."""
    READ_ONLY = "READ_ONLY"
    """Looks on, a student or an auditor: the files granted to them, and changes nothing."""


class ActorKind(StrEnum):
    """What kind of somebody did a thing."""

    MEMBER = "MEMBER"
    """A member of the practice, of now or of the past."""
    OUTSIDE = "OUTSIDE"
    """Somebody named in a record that was brought in from another system."""
    SYSTEM = "SYSTEM"
    """The practice's own machinery, such as an import."""


class Level(StrEnum):
    """How far a grant on a client or journey goes. Each level includes the ones before it."""

    VIEW = "VIEW"
    """May read the file, clinical records included."""
    EDIT = "EDIT"
    """May also write: profile, journeys, notes, timeline."""
    SHARE = "SHARE"
    """May also decide who else is on the care team."""

    @property
    def rank(self) -> int:
        """1 for VIEW, 2 for EDIT, 3 for SHARE: the number that is stored and compared."""
        return _RANKS[self]

    @classmethod
    def of_rank(cls, rank: int) -> "Level":
        """The level behind a stored rank."""
        return _LEVELS[rank]


_RANKS = {Level.VIEW: 1, Level.EDIT: 2, Level.SHARE: 3}
_LEVELS = {rank: level for level, rank in _RANKS.items()}


class InvitationState(StrEnum):
    """Where an invitation stands."""

    OPEN = "OPEN"
    """Its link works."""
    ACCEPTED = "ACCEPTED"
    """The person works here."""
    WITHDRAWN = "WITHDRAWN"
    """It was taken back."""
    EXPIRED = "EXPIRED"
    """Its time has run out; it can be sent again."""


def check_giving(giver: Role | None, roles: set[Role], path: Path, findings: Findings) -> None:
    """Nobody gives or takes what they do not have: only an owner makes owners, and changes what owners are."""
    if Role.OWNER in roles and giver is not Role.OWNER:
        findings.invalid(path, "must be decided by an owner, where an owner is concerned")


def check_own_role(is_own: bool, giver: Role | None, path: Path, findings: Findings) -> None:
    """Nobody but an owner changes what they are themselves: every way into more files needs a second person."""
    if is_own and giver is not Role.OWNER:
        findings.invalid(path, "must be changed by somebody else")


def check_owner_left(others: int, action: str) -> None:
    """A practice always has an owner: the last one can neither leave nor become something else."""
    if not others:
        raise NotAllowedNow("they are the only owner", action)
