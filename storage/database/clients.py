"""A client's profile: rows and the questions asked of them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Index, Select, bindparam, exists, or_, select, union
from sqlalchemy.orm import Mapped, mapped_column

from domain.clients import Channel, ClientStatus, ClinicalSex, FlagSeverity, PlaceUse, Relation
from domain.events import Subject
from storage.database.base import Base, Kept, OfPractice, reference
from storage.database.columns import Folded, Json, Moment, Word
from storage.database.ordering import Slice, count, page
from storage.database.people import ClientGrant
from storage.database.selecting import Columns, Reachable, among, any_of, columns, of_practice, table_of
from storage.database.tags import NO_TAGS, TagFilter


class Client(Kept, Base):
    """A client's profile."""

    __tablename__ = "client"
    announces = Subject.CLIENT
    __table_args__ = (
        Index(None, "practice_id", "file_counter", unique=True),
        Index(None, "practice_id", "sort_name", "id"),
        Index(None, "practice_id", "created_at", "id"),
        Index(None, "practice_id", "birth_date"),
        Index(None, "practice_id", "source", unique=True),
    )
    file_counter: Mapped[int]
    file_number: Mapped[str]
    status: Mapped[ClientStatus] = mapped_column(Word(ClientStatus))
    status_before_archive: Mapped[ClientStatus | None] = mapped_column(Word(ClientStatus))
    names: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    display_name: Mapped[str]
    sort_name: Mapped[str] = mapped_column(Folded)
    pronouns: Mapped[str | None]
    birth_date: Mapped[date | None]
    deceased_on: Mapped[date | None]
    gender: Mapped[str | None]
    clinical_sex: Mapped[ClinicalSex | None] = mapped_column(Word(ClinicalSex))
    language: Mapped[str | None]
    time_zone: Mapped[str | None]
    privacy_consent: Mapped[bool | None]
    email_marketing_consent: Mapped[bool | None]
    text_marketing_consent: Mapped[bool | None]
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(Moment)
    updated_at: Mapped[datetime] = mapped_column(Moment)
    archived_at: Mapped[datetime | None] = mapped_column(Moment)
    source: Mapped[str | None]


class ClientPart(Kept):
    """What every part of a profile has: whose it is, and its place in the list."""

    client_id: Mapped[UUID]
    position: Mapped[int]


class ContactPoint(ClientPart, Base):
    """A way to reach the client, and what it may be used for."""

    __tablename__ = "contact_point"
    __table_args__ = (reference("client_id", "client"), Index(None, "practice_id", "client_id"))
    channel: Mapped[Channel] = mapped_column(Word(Channel))
    use: Mapped[PlaceUse] = mapped_column(Word(PlaceUse))
    value: Mapped[str]
    label: Mapped[str | None]
    permissions: Mapped[dict[str, bool]] = mapped_column(Json)
    preferred: Mapped[bool]


class Address(ClientPart, Base):
    """Where the client lives, works or can be visited."""

    __tablename__ = "address"
    __table_args__ = (reference("client_id", "client"), Index(None, "practice_id", "client_id"))
    use: Mapped[PlaceUse] = mapped_column(Word(PlaceUse))
    lines: Mapped[list[str]] = mapped_column(Json)
    locality: Mapped[str | None]
    region: Mapped[str | None]
    postal_code: Mapped[str | None]
    country: Mapped[str | None]
    access_notes: Mapped[str | None]


class RelatedPerson(ClientPart, Base):
    """Somebody in the client's life."""

    __tablename__ = "related_person"
    __table_args__ = (reference("client_id", "client"), Index(None, "practice_id", "client_id"))
    relation: Mapped[Relation] = mapped_column(Word(Relation))
    name: Mapped[str]
    pronouns: Mapped[str | None]
    phone: Mapped[str | None]
    email: Mapped[str | None]
    birth_date: Mapped[date | None]
    deceased_on: Mapped[date | None]
    emergency_contact: Mapped[bool]
    remark: Mapped[str | None]


class Identifier(ClientPart, Base):
    """A number somebody else knows the client by."""

    __tablename__ = "identifier"
    __table_args__ = (
        reference("client_id", "client"),
        Index(None, "practice_id", "client_id"),
        Index(None, "practice_id", "value"),
    )
    system: Mapped[str]
    value: Mapped[str]
    label: Mapped[str | None]


class SafetyFlag(ClientPart, Base):
    """A warning that whoever meets the client must see first."""

    __tablename__ = "safety_flag"
    __table_args__ = (reference("client_id", "client"), Index(None, "practice_id", "client_id"))
    severity: Mapped[FlagSeverity] = mapped_column(Word(FlagSeverity))
    text: Mapped[str]
    from_date: Mapped[date | None]
    to_date: Mapped[date | None]


class SearchWord(OfPractice, Base):
    """A folded word a client can be found by."""

    __tablename__ = "search_word"
    audited = False
    __table_args__ = (reference("client_id", "client"), Index(None, "practice_id", "client_id"))
    word: Mapped[str] = mapped_column(Folded, primary_key=True)
    client_id: Mapped[UUID] = mapped_column(primary_key=True)


@dataclass(slots=True)
class ClientRow:
    """A client's profile."""

    id: UUID
    file_counter: int
    file_number: str
    status: ClientStatus
    names: list[dict[str, Any]]
    display_name: str
    sort_name: str
    pronouns: str | None
    birth_date: date | None
    deceased_on: date | None
    gender: str | None
    clinical_sex: ClinicalSex | None
    language: str | None
    time_zone: str | None
    privacy_consent: bool | None
    email_marketing_consent: bool | None
    text_marketing_consent: bool | None
    version: int
    created_at: datetime
    updated_at: datetime
    archived_at: datetime | None


@dataclass(slots=True)
class KnownRow:
    """That a client exists: for the access log."""

    id: UUID


@dataclass(slots=True)
class NumberRow:
    """How many clients a count found."""

    number: int


@dataclass(slots=True)
class ContactPointRow:
    """A way to reach the client."""

    id: UUID
    client_id: UUID
    channel: Channel
    use: PlaceUse
    value: str
    label: str | None
    permissions: dict[str, bool]
    preferred: bool


@dataclass(slots=True)
class AddressRow:
    """A place of the client."""

    id: UUID
    client_id: UUID
    use: PlaceUse
    lines: list[str]
    locality: str | None
    region: str | None
    postal_code: str | None
    country: str | None
    access_notes: str | None


@dataclass(slots=True)
class RelatedPersonRow:
    """Somebody in the client's life."""

    id: UUID
    client_id: UUID
    relation: Relation
    name: str
    pronouns: str | None
    phone: str | None
    email: str | None
    birth_date: date | None
    deceased_on: date | None
    emergency_contact: bool
    remark: str | None


@dataclass(slots=True)
class IdentifierRow:
    """A number somebody else knows the client by."""

    id: UUID
    client_id: UUID
    system: str
    value: str
    label: str | None


@dataclass(slots=True)
class SafetyFlagRow:
    """A warning."""

    id: UUID
    client_id: UUID
    severity: FlagSeverity
    text: str
    from_date: date | None
    to_date: date | None


def by_ids(reach: Reachable) -> Select[Any]:
    """Clients in reach, by `ids`."""
    client = table_of(Client)
    return select(*columns(client, ClientRow)).where(
        of_practice(client), among(client.c.id, "ids"), reach.client(client)
    )


def ids_within(condition: Callable[[Any], ColumnElement[bool]]) -> Select[Any]:
    """The ids among `ids` of the clients that a condition of reach admits."""
    client = table_of(Client)
    return select(client.c.id).where(of_practice(client), among(client.c.id, "ids"), condition(client))


def ids_known() -> Select[Any]:
    """The ids among `ids` that are clients of the practice at all: for the access log, never for an answer."""
    client = table_of(Client)
    return select(client.c.id).where(of_practice(client), among(client.c.id, "ids"))


@dataclass(frozen=True, slots=True)
class Filter:
    """Which filters a list of clients goes by; their values are bound by name.

    `words` is the number of prefixes that must all be found, bound as `low_0`, `high_0` and so on.
    """

    statuses: frozenset[ClientStatus] = frozenset()
    member: bool = False
    words: int = 0
    tags: TagFilter = NO_TAGS

    def conditions(self, client: Any, reach: Reachable) -> list[ColumnElement[bool]]:
        """The conditions on the clients, kept to what the viewer reaches."""
        found: list[ColumnElement[bool]] = [of_practice(client), reach.client(client)]
        if self.statuses:
            found.append(any_of(client.c.status, self.statuses))
        if self.member:
            found.append(_has_member(client, reach))
        found += self.tags.conditions(client, reach)
        return found + [_has_word(client, number) for number in range(self.words)]


def page_of(reach: Reachable, chosen: Filter, part: Slice, wanted: Columns | None) -> Select[Any]:
    """A page of the clients in reach."""
    client = table_of(Client)
    needed = None if wanted is None else wanted | set(part.order.names)
    return page(client, columns(client, ClientRow, needed), chosen.conditions(client, reach), part)


def count_of(reach: Reachable, chosen: Filter) -> Select[Any]:
    """How many clients in reach, counted no further than `most`."""
    client = table_of(Client)
    return count(client, chosen.conditions(client, reach))


def parts_of(row: type, model: type) -> Select[Any]:
    """One kind of part of the profiles `ids`, in the order they were given."""
    part = table_of(model)
    return (
        select(*columns(part, row))
        .where(of_practice(part), among(part.c.client_id, "ids"))
        .order_by(part.c.position, part.c.id)
    )


def parts_by_ids(row: type, model: type, reach: Reachable) -> Select[Any]:
    """One kind of part of the profiles in reach, by `ids`."""
    part = table_of(model)
    return select(*columns(part, row)).where(of_practice(part), among(part.c.id, "ids"), reach.profile(part))


def resembling(reach: Reachable) -> Select[Any]:
    """The clients in reach who have one of `words` exactly, or were born on `born_on`, archived ones too."""
    client = table_of(Client)
    word, born = table_of(SearchWord), client.alias("born")
    having = select(word.c.client_id).where(of_practice(word), word.c.word.in_(bindparam("words", expanding=True)))
    born_then = select(born.c.id).where(of_practice(born), born.c.birth_date == bindparam("born_on"))
    return (
        select(client.c.id, client.c.names, client.c.birth_date)
        .where(of_practice(client), reach.client(client), client.c.id.in_(union(having, born_then)))
        .order_by(client.c.id)
    )


def having_words(reach: Reachable) -> Select[Any]:
    """The clients in reach who have one of `words` exactly, as `(word, client_id)`."""
    word, client = table_of(SearchWord), table_of(Client)
    return (
        select(word.c.word, word.c.client_id)
        .join(client, (client.c.practice_id == word.c.practice_id) & (client.c.id == word.c.client_id))
        .where(of_practice(word), word.c.word.in_(bindparam("words", expanding=True)), reach.client(client))
    )


def born_on(reach: Reachable) -> Select[Any]:
    """The clients in reach who were born on one of `days`, as `(birth_date, id)`."""
    client = table_of(Client)
    days: Any = bindparam("days", expanding=True)
    return select(client.c.birth_date, client.c.id).where(
        of_practice(client), client.c.birth_date.in_(days), reach.client(client)
    )


def named() -> Select[Any]:
    """The clients `ids`, as `(id, names, birth_date)`."""
    client = table_of(Client)
    return select(client.c.id, client.c.names, client.c.birth_date).where(
        of_practice(client), among(client.c.id, "ids")
    )


def known_points() -> Select[Any]:
    """The contact points of the clients `ids`, as `(client_id, channel, value)`."""
    point = table_of(ContactPoint)
    return select(point.c.client_id, point.c.channel, point.c.value).where(
        of_practice(point), among(point.c.client_id, "ids")
    )


def known_identifiers() -> Select[Any]:
    """The identifiers of the clients `ids`, as `(client_id, system, value)`."""
    held = table_of(Identifier)
    return select(held.c.client_id, held.c.system, held.c.value).where(
        of_practice(held), among(held.c.client_id, "ids")
    )


def _has_member(client: Any, reach: Reachable) -> ColumnElement[bool]:
    held = table_of(ClientGrant).alias("team")
    moment = bindparam("moment", type_=Moment())
    return exists().where(
        of_practice(held),
        held.c.client_id == client.c.id,
        held.c.membership_id == bindparam("team_member"),
        held.c.from_at <= moment,
        or_(held.c.to_at.is_(None), held.c.to_at > moment),
        reach.shown(held),
    )


def _has_word(client: Any, number: int) -> ColumnElement[bool]:
    word = table_of(SearchWord).alias(f"word_{number}")
    found: ColumnElement[bool] = client.c.id.in_(
        select(word.c.client_id).where(
            of_practice(word),
            word.c.word >= bindparam(f"low_{number}", type_=Folded),
            word.c.word < bindparam(f"high_{number}", type_=Folded),
        )
    )
    return found
