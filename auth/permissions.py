"""The permission table, as data: who may do what, and with which clients.

Printed to docs/permissions.md, to every field's description, and walked by a test for each role and each field.
"""

from dataclasses import dataclass
from enum import StrEnum

from auth.viewers import System, Viewer
from domain.people import Level, Role


class May(StrEnum):
    """What a field or an action needs."""

    ANYONE = "ANYONE"
    """Nothing: anyone may ask, also without signing in."""
    SIGNED_IN = "SIGNED_IN"
    """To be a member of the practice."""
    READ_CLIENTS = "READ_CLIENTS"
    """Profiles, journeys, care teams and the general timeline of the clients reached."""
    CREATE_CLIENTS = "CREATE_CLIENTS"
    """Opening a new client's file."""
    IMPORT_CLIENTS = "IMPORT_CLIENTS"
    """Bringing in files of other systems: whole files of clients, at once."""
    WRITE_CLIENTS = "WRITE_CLIENTS"
    """Profiles and journeys of the clients reached."""
    READ_CLINICAL = "READ_CLINICAL"
    """Notes, clinical timeline entries and clinical fields of a profile."""
    WRITE_CLINICAL = "WRITE_CLINICAL"
    """Writing notes and clinical timeline entries."""
    SHARE_CLIENTS = "SHARE_CLIENTS"
    """Deciding who is on a client's care team."""
    READ_SETTINGS = "READ_SETTINGS"
    """The practice's settings."""
    WRITE_SETTINGS = "WRITE_SETTINGS"
    """Changing the practice's settings and name."""
    MANAGE_PEOPLE = "MANAGE_PEOPLE"
    """Inviting people, changing what they are here, ending their work here; their addresses."""
    MANAGE_KEYS = "MANAGE_KEYS"
    """API keys: making, seeing and revoking them."""
    READ_AUDIT = "READ_AUDIT"
    """Who looked at whose file, and which files were opened by breaking the glass."""
    BREAK_GLASS = "BREAK_GLASS"
    """Opening a client's file in an emergency, for a while, with a reason that an owner reviews."""
    REVIEW_BREAK_GLASS = "REVIEW_BREAK_GLASS"
    """Saying what was found when looking at a file's being opened in an emergency."""
    MANAGE_TAGS = "MANAGE_TAGS"
    """The list of tags: names, colours, who sees them, their order. Tagging a client needs WRITE_CLIENTS."""


class Extent(StrEnum):
    """Over which clients a permission stretches."""

    NONE = "none"
    GRANTED = "granted"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Permission:
    """A permission of a role: over which clients, and the level of grant that `granted` asks for."""

    extent: Extent
    level: Level = Level.VIEW

    @property
    def is_none(self) -> bool:
        """Whether it stretches over no client at all."""
        return self.extent is Extent.NONE


NO = Permission(Extent.NONE)
YES = Permission(Extent.ALL)
VIEW = Permission(Extent.GRANTED, Level.VIEW)
EDIT = Permission(Extent.GRANTED, Level.EDIT)
SHARE = Permission(Extent.GRANTED, Level.SHARE)

ROLES = (Role.OWNER, Role.ADMIN, Role.PRACTITIONER, Role.BILLING, Role.ASSISTANT, Role.READ_ONLY)

# One row a permission, one column a role, in the order of ROLES.
_ROWS: dict[May, tuple[Permission, ...]] = {
    #                    OWNER ADMIN  PRACTITIONER BILLING ASSISTANT READ_ONLY
    May.READ_CLIENTS: (YES, YES, VIEW, YES, YES, VIEW),
    May.CREATE_CLIENTS: (YES, YES, YES, NO, YES, NO),
    May.IMPORT_CLIENTS: (YES, YES, NO, NO, NO, NO),
    May.WRITE_CLIENTS: (YES, YES, EDIT, NO, YES, NO),
    May.READ_CLINICAL: (YES, VIEW, VIEW, NO, NO, VIEW),
    May.WRITE_CLINICAL: (YES, EDIT, EDIT, NO, NO, NO),
    May.SHARE_CLIENTS: (YES, YES, SHARE, NO, NO, NO),
    May.READ_SETTINGS: (YES, YES, NO, NO, NO, NO),
    May.WRITE_SETTINGS: (YES, YES, NO, NO, NO, NO),
    May.MANAGE_PEOPLE: (YES, YES, NO, NO, NO, NO),
    May.MANAGE_KEYS: (YES, YES, NO, NO, NO, NO),
    May.READ_AUDIT: (YES, YES, NO, NO, NO, NO),
    May.BREAK_GLASS: (YES, NO, YES, NO, NO, NO),
    May.REVIEW_BREAK_GLASS: (YES, NO, NO, NO, NO, NO),
    May.MANAGE_TAGS: (YES, YES, NO, NO, NO, NO),
}

TABLE: dict[May, dict[Role, Permission]] = {may: dict(zip(ROLES, row, strict=True)) for may, row in _ROWS.items()}

# What the setting "practitioners reach every client" widens, and to what: they still need a grant to share.
EVERYONE = frozenset({May.READ_CLIENTS, May.WRITE_CLIENTS, May.READ_CLINICAL, May.WRITE_CLINICAL})

# What breaking the glass opens, of one client and for a while: reading, never writing.
UNDER_GLASS = frozenset({May.READ_CLIENTS, May.READ_CLINICAL})

# What a key can be given: whatever its maker may, beside who they are.
SCOPES = frozenset(TABLE)
Scopes = frozenset[str] | None
"""What a key is narrowed to; None for who is no key."""


def permission(role: Role | None, everyone: bool, may: May, scopes: Scopes = None) -> Permission:
    """What the table gives a role, and of that only the scopes, if there are any.

    `everyone`: the practice lets practitioners reach every client.
    """
    if may is May.ANYONE:
        return YES
    if role is None or (scopes is not None and may is not May.SIGNED_IN and may not in scopes):
        return NO
    if may is May.SIGNED_IN or (everyone and role is Role.PRACTITIONER and may in EVERYONE):
        return YES
    return TABLE[may][role]


def permission_of(viewer: Viewer, may: May) -> Permission:
    """What the viewer may; the practice's own machinery may everything, the portal and links nothing."""
    if isinstance(viewer, System):
        return YES
    return permission(viewer.role, viewer.everyone, may, viewer.scopes)


def in_words() -> str:
    """The table as a page of Markdown: docs/permissions.md."""
    heads = ["permission", *ROLES]
    rows = [[may, *(_cell(TABLE[may][role]) for role in ROLES)] for may in TABLE]
    table = ["| " + " | ".join(map(str, line)) + " |" for line in (heads, ["---"] * len(heads), *rows)]
    return "\n".join([
        "# Who may do what",
        "",
        "Printed by `make sdl` from `auth/permissions.py`, which decides; a test walks the whole graph as every role.",
        "",
        *table,
        "",
        "A grant on the whole client opens the whole file; one on a journey the profile and that journey's records.",
        "A field that needs more than its parent is null for who lacks it, with the error `FORBIDDEN` at its place.",
        "With the setting `practitionersReach: ALL`, practitioners have these for every client: "
        + ", ".join(sorted(EVERYONE)) + ".",
        "Breaking the glass opens " + " and ".join(sorted(UNDER_GLASS)) + " of one client for a while; see the",
        "decisions. An API key may what its maker may at that moment, and of that only its scopes.",
        "",
    ])  # fmt: skip


def _cell(allowed: Permission) -> str:
    if allowed.extent is Extent.GRANTED:
        return f"by a grant of {allowed.level}"
    return "every client" if allowed.extent is Extent.ALL else "–"
