"""The words for those who work in a practice: roles, and the levels of a grant."""

from enum import StrEnum


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
