"""Practices, those who log in, and who works where: rows and the questions asked of them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Index, Select, UniqueConstraint, and_, bindparam, func, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from domain import settings
from domain.events import Subject
from domain.people import Role
from domain.settings import SettingsVersion
from storage.database.base import Base, Kept, reference
from storage.database.columns import Json, Moment, Word
from storage.database.ordering import Slice, count, page
from storage.database.selecting import Columns, Reachable, among, columns, of_practice, table_of


class Practice(Base):
    """One tenant."""

    __tablename__ = "practice"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(Moment)


class PracticeSettings(Kept, Base):
    """The settings in force from a day on; a later row for a later day replaces it."""

    __tablename__ = "practice_settings"
    announces = Subject.SETTINGS
    __table_args__ = (UniqueConstraint("practice_id", "version"),)
    effective_from: Mapped[date]
    version: Mapped[int]
    values: Mapped[dict[str, Any]] = mapped_column(Json)
    recorded_at: Mapped[datetime] = mapped_column(Moment)
    recorded_by: Mapped[UUID | None]


class Person(Base):
    """A login: one human being, in one practice or several."""

    __tablename__ = "person"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    password_hash: Mapped[str | None]
    wanted_email: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(Moment)


class Membership(Kept, Base):
    """A person's work for a practice, with a role, from one moment to another."""

    __tablename__ = "membership"
    announces = Subject.REACH
    __table_args__ = (Index(None, "person_id"), Index(None, "practice_id", "name", "id"))
    person_id: Mapped[UUID]
    role: Mapped[Role] = mapped_column(Word(Role))
    name: Mapped[str]
    title: Mapped[str | None]
    from_at: Mapped[datetime] = mapped_column(Moment)
    to_at: Mapped[datetime | None] = mapped_column(Moment)
    supervised: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)


class Session(Base):
    """A sign-in. The secret is kept only as its SHA-256; it is bound to at most one practice."""

    __tablename__ = "session"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    secret_hash: Mapped[bytes] = mapped_column(unique=True)
    person_id: Mapped[UUID] = mapped_column(index=True)
    practice_id: Mapped[UUID | None]
    membership_id: Mapped[UUID | None]
    created_at: Mapped[datetime] = mapped_column(Moment)
    used_at: Mapped[datetime] = mapped_column(Moment)
    idle_until: Mapped[datetime] = mapped_column(Moment)
    ends_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)


class ClientGrant(Kept, Base):
    """A place on a care team: a member's reach into a client's file, or into one journey of it."""

    __tablename__ = "client_grant"
    announces = Subject.REACH
    __table_args__ = (
        reference("client_id", "client"),
        reference("journey_id", "journey"),
        reference("membership_id", "membership"),
        Index(None, "practice_id", "membership_id", "client_id"),
        Index(None, "practice_id", "client_id"),
    )
    client_id: Mapped[UUID]
    journey_id: Mapped[UUID | None]
    membership_id: Mapped[UUID]
    rank: Mapped[int]
    role_title: Mapped[str | None]
    from_at: Mapped[datetime] = mapped_column(Moment)
    to_at: Mapped[datetime | None] = mapped_column(Moment)
    reason: Mapped[str | None]
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(Moment)
    created_by: Mapped[UUID | None]


@dataclass(slots=True)
class EndingRow:
    """When something ends."""

    to_at: datetime | None


@dataclass(slots=True)
class PracticeRow:
    """One tenant."""

    id: UUID
    name: str
    created_at: datetime


@dataclass(slots=True)
class PracticeIdRow:
    """That there is a practice."""

    id: UUID


@dataclass(slots=True)
class MemberRow:
    """A person's work for a practice."""

    id: UUID
    person_id: UUID
    role: Role
    name: str
    title: str | None
    from_at: datetime
    to_at: datetime | None
    supervised: bool
    version: int


@dataclass(slots=True)
class EmailRow:
    """The address a person signs in with."""

    id: UUID
    email: str


@dataclass(slots=True)
class OwnMembershipRow:
    """A person's work for one of several practices, as they see it themselves."""

    practice_id: UUID
    practice_name: str
    role: Role


@dataclass(slots=True)
class GrantRow:
    """A place on a care team."""

    id: UUID
    client_id: UUID
    journey_id: UUID | None
    membership_id: UUID
    rank: int
    role_title: str | None
    from_at: datetime
    to_at: datetime | None
    reason: str | None
    version: int


@dataclass(slots=True)
class SettingsRow:
    """The settings in force from a day on."""

    effective_from: date
    version: int
    values: dict[str, Any]
    recorded_at: datetime
    recorded_by: UUID | None

    @property
    def known(self) -> SettingsVersion:
        """As the rules see it."""
        return SettingsVersion(self.version, self.effective_from, settings.read(self.values))


@dataclass(slots=True)
class HeldRow:
    """How far a grant goes: what decides on reach."""

    id: UUID
    journey_id: UUID | None
    rank: int


def practice() -> Select[Any]:
    """The practice of the caller."""
    return select(*columns(Practice, PracticeRow)).where(Practice.id == bindparam("practice"))


def own_memberships() -> Select[Any]:
    """The memberships of `person` that are valid now, in every practice: the one statement that looks across them."""
    moment = bindparam("moment", type_=Moment())
    shown: list[Any] = [Membership.practice_id, Practice.name.label("practice_name"), Membership.role]
    return (
        select(*shown)
        .join(Practice, Practice.id == Membership.practice_id)
        .where(Membership.person_id == bindparam("person"), Membership.from_at <= moment)
        .where(or_(Membership.to_at.is_(None), Membership.to_at > moment))
        .order_by(Practice.name, Membership.practice_id)
    )


def practice_ids() -> Select[Any]:
    """Every practice: for the work that goes through all of them, one after another."""
    return select(*columns(Practice, PracticeIdRow)).order_by(Practice.id)


def members_by_id() -> Select[Any]:
    """Members by `ids`."""
    return select(*columns(Membership, MemberRow)).where(
        Membership.practice_id == bindparam("practice"), among(Membership.id, "ids")
    )


def members_page(past: bool, part: Slice, wanted: Columns | None) -> Select[Any]:
    """A page of the practice's members; with `past`, also those who have left."""
    held = table_of(Membership)
    needed = None if wanted is None else wanted | set(part.order.names)
    return page(held, columns(held, MemberRow, needed), _members(held, past), part)


def members_count(past: bool) -> Select[Any]:
    """How many members there are."""
    held = table_of(Membership)
    return count(held, _members(held, past))


def _members(held: Any, past: bool) -> list[ColumnElement[bool]]:
    present = or_(held.c.to_at.is_(None), held.c.to_at > bindparam("moment", type_=Moment()))
    return [of_practice(held), *([] if past else [present])]


def emails_of() -> Select[Any]:
    """The addresses that the people `ids` sign in with."""
    return select(*columns(Person, EmailRow)).where(among(Person.id, "ids"))


def grants_of_clients(reach: Reachable, past: bool) -> Select[Any]:
    """The care teams of `ids`: grants on the client or on a journey the viewer reaches; with `past`, ended ones too."""
    held = table_of(ClientGrant)
    return (
        select(*columns(held, GrantRow))
        .where(of_practice(held), among(held.c.client_id, "ids"), reach.shown(held), *_present(held, past))
        .order_by(held.c.from_at, held.c.id)
    )


def grants_of_journeys(reach: Reachable, past: bool) -> Select[Any]:
    """The care teams of the journeys `ids` of `clients`: grants on the journeys themselves and on the whole clients."""
    held = table_of(ClientGrant)
    covers = or_(held.c.journey_id.is_(None), among(held.c.journey_id, "ids"))
    return (
        select(*columns(held, GrantRow))
        .where(of_practice(held), among(held.c.client_id, "clients"), covers, reach.shown(held), *_present(held, past))
        .order_by(held.c.from_at, held.c.id)
    )


def grants_by_id(reach: Reachable) -> Select[Any]:
    """Places on care teams, by `ids`."""
    held = table_of(ClientGrant)
    return select(*columns(held, GrantRow)).where(of_practice(held), among(held.c.id, "ids"), reach.shown(held))


def settings_versions() -> Select[Any]:
    """Every version of the practice's settings, in the order they were recorded."""
    kept = table_of(PracticeSettings)
    return select(*columns(kept, SettingsRow)).where(of_practice(kept)).order_by(kept.c.version)


def grants_held() -> Select[Any]:
    """What `member` holds at `moment` on `client` and its journeys."""
    held = table_of(ClientGrant)
    mine = held.c.membership_id == bindparam("member"), held.c.client_id == bindparam("client")
    begun = held.c.from_at <= bindparam("moment", type_=Moment())
    statement = select(*columns(held, HeldRow)).where(of_practice(held), *mine, begun, *_present(held, False))
    return statement.order_by(held.c.id)


def first_end_of_grants() -> Select[Any]:
    """When the first of the places on care teams that `member` holds at `moment` ends; null when none of them does."""
    held, moment = table_of(ClientGrant), bindparam("moment", type_=Moment())
    return select(func.min(held.c.to_at).label("to_at")).where(
        of_practice(held), held.c.membership_id == bindparam("member"), held.c.from_at <= moment, held.c.to_at > moment
    )


def _present(held: Any, past: bool) -> list[ColumnElement[bool]]:
    """Those that hold or will hold. One withdrawn before it began ends where it begins, and never does."""
    if past:
        return []
    lasting = and_(held.c.to_at > bindparam("moment", type_=Moment()), held.c.to_at > held.c.from_at)
    return [or_(held.c.to_at.is_(None), lasting)]
