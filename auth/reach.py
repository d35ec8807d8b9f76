"""Which rows a viewer may reach, as one SQL condition: the same for lists, counts, filters, `node` and live events."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Table, Text, and_, bindparam, exists, false, or_, true, type_coerce

from auth.permissions import Extent, May, Permission, permission
from auth.viewers import System, Viewer
from domain.people import Role
from domain.timeline import Visibility
from storage.database.columns import Moment
from storage.database.people import ClientGrant
from storage.database.selecting import table_of

Scope = Callable[[FromClause], ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class Reach:
    """What of the practice a viewer may reach. Equal reaches give equal SQL, so statements compile once for each."""

    role: Role | None
    everyone: bool
    system: bool = False

    def permission(self, may: May) -> Permission:
        """What the permission table says."""
        return permission(Role.OWNER, False, may) if self.system else permission(self.role, self.everyone, may)

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
        return self._condition(may, record.c.client_id, lambda held: _covers(held, record.c.journey_id))

    def shown(self, grant: Any) -> ColumnElement[bool]:
        """Places on care teams: those on a whole client to whom the profile is open, those on a journey like it."""
        return and_(self.profile(grant), or_(grant.c.journey_id.is_(None), self.record(grant)))

    def clinical(self, record: Any) -> ColumnElement[bool]:
        """Clinical records with `client_id` and `journey_id`, such as notes."""
        return self.record(record, May.READ_CLINICAL)

    def entry(self, entry: Any) -> ColumnElement[bool]:
        """Timeline entries: records, and clinical ones only for who may read clinical records."""
        general = entry.c.visibility == Visibility.GENERAL
        return and_(self.record(entry), or_(general, self.clinical(entry)))

    def tag(self, tag: Any) -> ColumnElement[bool]:
        """The tags: those for everybody here, and those for the viewer's role. They belong to no client."""
        if self.system:
            return true()
        if self.role is None:
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
        return self.record(table, may) if "journey_id" in table.c else self.profile(table, may)

    def _condition(self, may: May, client_id: Any, scope: Scope | None = None) -> ColumnElement[bool]:
        allowed = self.permission(may)
        if allowed.extent is Extent.ALL:
            return true()
        if allowed.extent is Extent.NONE:
            return false()
        held = table_of(ClientGrant).alias("held")
        conditions = [held.c.client_id == client_id, held.c.rank >= allowed.level.rank, *_valid(held)]
        return exists().where(*conditions, *([] if scope is None else [scope(held)]))


def reach_of(viewer: Viewer) -> Reach:
    """The reach of a viewer."""
    return Reach(viewer.role, viewer.everyone, isinstance(viewer, System))


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
