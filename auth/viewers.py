"""Who is asking: one of six kinds, from the first day.

Viewer
├── Anonymous   nobody we know
├── Member      a person at work in one practice
├── Key         a program with an API key of the practice
├── Portal      a client in the portal
├── Link        somebody with a link to one paper or visit
└── System      the practice's own machinery: jobs, imports, the command line
"""

from dataclasses import dataclass
from uuid import UUID

from auth.errors import NoPractice, NotSignedIn
from domain.people import Role

NOBODY: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class Anonymous:
    """Nobody we know; perhaps a person who has signed in but entered no practice yet."""

    session_id: UUID | None = None
    person_id: UUID | None = None

    practice_id = None
    membership_id = None
    role = None
    everyone = False
    scopes = None
    glass = NOBODY
    kind = "ANONYMOUS"


@dataclass(frozen=True, slots=True)
class Member:
    """A person at work in one practice.

    `everyone` is the practice's setting that practitioners reach every client; `glass` are the clients whose files they
    have opened by breaking the glass, for the time being.
    """

    practice_id: UUID
    person_id: UUID
    membership_id: UUID
    role: Role
    session_id: UUID
    everyone: bool = False
    glass: frozenset[UUID] = NOBODY

    scopes = None
    kind = "MEMBER"


@dataclass(frozen=True, slots=True)
class Key:
    """A program with an API key: it acts on behalf of the member who made the key, within the key's scopes."""

    practice_id: UUID
    key_id: UUID
    membership_id: UUID
    role: Role
    scopes: frozenset[str]
    everyone: bool = False

    person_id = None
    session_id = None
    glass = NOBODY
    kind = "KEY"


@dataclass(frozen=True, slots=True)
class Portal:
    """A client in the portal."""

    practice_id: UUID
    client_id: UUID

    person_id = None
    membership_id = None
    session_id = None
    role = None
    everyone = False
    scopes = None
    glass = NOBODY
    kind = "PORTAL"


@dataclass(frozen=True, slots=True)
class Link:
    """Somebody with a link to one paper or visit."""

    practice_id: UUID
    link_id: UUID

    person_id = None
    membership_id = None
    session_id = None
    role = None
    everyone = False
    scopes = None
    glass = NOBODY
    kind = "LINK"


@dataclass(frozen=True, slots=True)
class System:
    """The practice's own machinery, doing `work` such as `import` or `housekeeping`."""

    practice_id: UUID
    work: str

    person_id = None
    membership_id = None
    session_id = None
    role = None
    everyone = False
    scopes = None
    glass = NOBODY
    kind = "SYSTEM"


Viewer = Anonymous | Member | Key | Portal | Link | System


def practice_of(viewer: Viewer) -> UUID:
    """The practice the viewer is in; turns away who is in none."""
    if viewer.practice_id is not None:
        return viewer.practice_id
    raise NoPractice if viewer.person_id is not None else NotSignedIn


def actor_of(viewer: Viewer) -> UUID | None:
    """The id an audit row names the viewer by."""
    match viewer:
        case Member():
            return viewer.membership_id
        case Key():
            return viewer.key_id
        case Portal():
            return viewer.client_id
        case Link():
            return viewer.link_id
        case _:
            return viewer.person_id
