"""Which rows a viewer may reach, as one SQL condition: the same for lists, counts, filters, `node` and live events."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Table, Text, and_, bindparam, exists, false, or_, true, type_coerce

from auth.permissions import TABLE, UNDER_GLASS, Extent, May, Permission, Scopes, permission
from auth.viewers import System, Viewer
from domain.people import Role
from domain.timeline import Visibility
from storage.database.break_glass import BreakGlass, is_open
from storage.database.columns import Moment
from storage.database.people import ClientGrant
from storage.database.selecting import table_of

CLINICAL = {May.READ_CLIENTS: May.READ_CLINICAL, May.WRITE_CLIENTS: May.WRITE_CLINICAL}
"""What a clinical record needs beside what a general one does."""

Scope = Callable[[FromClause], ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class Reach:
    """What of the practice a viewer may reach. Equal reaches give equal SQL, so statements compile once for each.

    `glass`: some file is open to them by breaking the glass; which one stands in the rows.
    """

    role: Role | None
    everyone: bool
    system: bool = False
    scopes: Scopes = None
    glass: bool = False

    def permission(self, may: May) -> Permission:
        """What the permission table says."""
        if self.system:
            return permission(Role.OWNER, False, may)
        return permission(self.role, self.everyone, may, self.scopes)

    @property
    def is_by_grants(self) -> bool:
        """Whether something is reached by places on care teams, which begin and end."""
        return not self.system and _is_by_grants(self.role, self.everyone, self.scopes)

    def client(self, client: Any, may: May = May.READ_CLIENTS) -> ColumnElement[bool]:
        """The clients: any grant opens the profile."""
        return self._condition(may, client.c.id)

    def clinical_client(self, client: Any) -> ColumnElement[bool]:
        """The clients whose profile's clinical part is open too."""
        return self.client(client, May.READ_CLINICAL)

    def profile(self, part: Any, may: May = May.READ_CLIENTS) -> ColumnElement[bool]:
        """The rows that belong to a client's profile, by `client_id`: any grant opens them."""
        return self._condition(may, part.c.client_id)

    def whole_client(self, client: Any, may: May) -> ColumnElement[bool]:
        """The clients reached as a whole, not only through one of their journeys."""
        return self._condition(may, client.c.id, lambda held: held.c.journey_id.is_(None))

    def journey(self, journey: Any, may: May = May.READ_CLIENTS) -> ColumnElement[bool]:
        """The journeys: a grant on the journey, or on the whole client."""
        return self._condition(may, journey.c.client_id, lambda held: _covers(held, journey.c.id))

    def record(self, record: Any, may: May = May.READ_CLIENTS) -> ColumnElement[bool]:
        """Rows with `client_id` and `journey_id`: a grant on that journey, or on the whole client."""
        reached = self._condition(may, record.c.client_id, lambda held: _covers(held, record.c.journey_id))
        return and_(reached, self.unveiled(record, may)) if "private_to" in record.c else reached

    def unveiled(self, record: Any, may: May) -> ColumnElement[bool]:
        """Private records are there for whom they are private to, and for nobody else, whatever their role or grant.

        This is the one place that says so: lists, counts, `node`, search, feeds and writes all come through it. Only an
        owner who breaks the glass may read them too, and only read.
        """
        if self.system:
            return true()
        open_to = or_(record.c.private_to.is_(None), record.c.private_to == bindparam("member"))
        breaking = self.glass and self.role is Role.OWNER and may in UNDER_GLASS
        return or_(open_to, self.under_glass(record.c.client_id)) if breaking else open_to

    def shown(self, grant: Any) -> ColumnElement[bool]:
        """Places on care teams: those on a whole client to whom the profile is open, those on a journey like it."""
        return and_(self.profile(grant), or_(grant.c.journey_id.is_(None), self.record(grant)))

    def clinical(self, record: Any) -> ColumnElement[bool]:
        """Clinical records with `client_id` and `journey_id`, such as notes."""
        return self.record(record, May.READ_CLINICAL)

    def clinical_writing(self, record: Any) -> ColumnElement[bool]:
        """Clinical records that the viewer may add to and sign."""
        return self.record(record, May.WRITE_CLINICAL)

    def entry(self, entry: Any) -> ColumnElement[bool]:
        """Timeline entries: records, and clinical ones only for who may read clinical records."""
        general = entry.c.visibility == Visibility.GENERAL
        return and_(self.record(entry), or_(general, self.clinical(entry)))

    def under_glass(self, client_id: Any) -> ColumnElement[bool]:
        """What belongs to clients whose files are open to the viewer by breaking the glass at the moment of asking."""
        if not self.glass:
            return false()
        broken = table_of(BreakGlass).alias("broken")
        return exists().where(broken.c.client_id == client_id, *is_open(broken))

    def filed(self, document: Any, may: May = May.READ_CLIENTS) -> ColumnElement[bool]:
        """Documents and what is to become one: what is clinical needs the clinical permission beside the general."""
        general = document.c.visibility == Visibility.GENERAL
        return and_(self.record(document, may), or_(general, self.record(document, CLINICAL[may])))

    def tag(self, tag: Any) -> ColumnElement[bool]:
        """The tags: those for everybody here, and those for the viewer's role. They belong to no client."""
        if self.system:
            return true()
        if self.role is None or self.permission(May.READ_CLIENTS).extent is Extent.NONE:
            return false()
        roles = type_coerce(tag.c.visible_to, Text())
        return or_(tag.c.visible_to.is_(None), roles.contains(f'"{self.role.value}"', autoescape=True))

    def row(self, table: Table, may: May) -> ColumnElement[bool]:
        """The rows of any table that can be changed, by the rule that fits it."""
        if table.name == "tag":
            return false() if self.permission(may).is_none else self.tag(table)
        if table.name == "client":
            return self.client(table, may)
        if table.name == "journey":
            return self.journey(table, may)
        if table.name == "client_grant" and may is May.READ_CLIENTS:
            return self.shown(table)
        if table.name in ("document", "upload"):
            return self.filed(table, may)
        return self.record(table, may) if "journey_id" in table.c else self.profile(table, may)

    def _condition(self, may: May, client_id: Any, scope: Scope | None = None) -> ColumnElement[bool]:
        allowed = self.permission(may)
        if allowed.extent is Extent.ALL:
            return true()
        if allowed.extent is Extent.NONE:
            return false()
        granted = self._granted(allowed, client_id, scope)
        return or_(granted, self.under_glass(client_id)) if self.glass and may in UNDER_GLASS else granted

    def _granted(self, allowed: Permission, client_id: Any, scope: Scope | None) -> ColumnElement[bool]:
        held = table_of(ClientGrant).alias("held")
        conditions = [held.c.client_id == client_id, held.c.rank >= allowed.level.rank, *_valid(held)]
        return exists().where(*conditions, *([] if scope is None else [scope(held)]))


@lru_cache(maxsize=256)  # a key may be narrowed to any set of scopes
def _is_by_grants(role: Role | None, everyone: bool, scopes: Scopes) -> bool:
    return any(permission(role, everyone, may, scopes).extent is Extent.GRANTED for may in TABLE)


def reach_of(viewer: Viewer) -> Reach:
    """The reach of a viewer."""
    return Reach(viewer.role, viewer.everyone, isinstance(viewer, System), viewer.scopes, bool(viewer.glass))


def _valid(held: FromClause) -> list[ColumnElement[bool]]:
    """A grant counts at the moment of asking: from its beginning, until before its end."""
    moment = bindparam("moment", type_=Moment())
    return [
        held.c.practice_id == bindparam("practice"),
        held.c.membership_id == bindparam("member"),
        held.c.from_at <= moment,
        or_(held.c.to_at.is_(None), held.c.to_at > moment),
    ]


def _covers(held: FromClause, journey_id: Any) -> ColumnElement[bool]:
    return or_(held.c.journey_id.is_(None), held.c.journey_id == journey_id)
