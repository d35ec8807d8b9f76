"""Finding clients, and what their profiles are made of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from typing_extensions import Doc

import storage.database.clients
from auth.errors import Forbidden
from auth.permissions import Extent, May
from domain import clients, names, searching, texts
from domain.clients import ClientStatus, ClinicalSex, Consequences
from domain.identity import Kind, written
from resolvers.asking import Ask
from resolvers.clients.parts import ClientName, ContactPermissions, names_of
from resolvers.given import ClientId, MemberId, TagId, reads
from resolvers.nodes import MOST_NODES, TooManyIds
from resolvers.paging import After, Before, First, Last, Page, Window
from resolvers.sorting_out import sorted_out
from storage.database.clients import (
    Address,
    AddressRow,
    ClientRow,
    ContactPoint,
    ContactPointRow,
    Filter,
    Identifier,
    IdentifierRow,
    RelatedPerson,
    RelatedPersonRow,
    SafetyFlag,
    SafetyFlagRow,
)
from storage.database.ordering import Order
from storage.database.tags import TagFilter


class ClientOrderField(StrEnum):
    """What a list of clients can be ordered by."""

    NAME = "NAME"
    """Family name, then given name, as the person goes by."""
    CREATED = "CREATED"
    """When the file was opened."""
    FILE_NUMBER = "FILE_NUMBER"
    """The file number's counter."""


class Direction(StrEnum):
    """Which way a list runs."""

    ASCENDING = "ASCENDING"
    """From the first, the oldest or the lowest on."""
    DESCENDING = "DESCENDING"
    """From the last, the newest or the highest back."""


@dataclass(frozen=True)
class ClientOrder:
    """How a list of clients is ordered."""

    field: ClientOrderField = ClientOrderField.NAME
    """What to order by; the name if left out."""
    direction: Direction = Direction.ASCENDING
    """Which way; ascending if left out."""


@dataclass(frozen=True)
class ClientTagFilter:
    """Which clients are listed by their tags. A tag that the viewer may not see is one that nobody has; a list that is
    empty leaves nobody out."""

    all: list[TagId] | None = None
    """Those who have every one of these."""
    any: list[TagId] | None = None
    """Those who have one of these at least."""
    none: list[TagId] | None = None
    """Those who have none of these."""


@dataclass(frozen=True)
class ClientFilter:
    """Which clients are listed; every filter that is given must be met."""

    status: list[ClientStatus] | None = None
    """Those of any of these statuses; all but the archived if left out."""
    team_member_id: MemberId | None = None
    """Those on whose care team this member is now."""
    text: str | None = None
    """Those found by every word: the beginning of a name, file number, contact point or identifier."""
    tags: ClientTagFilter | None = None
    """Those who have these tags, and not those."""


COLUMNS = {
    ClientOrderField.NAME: (("sort_name", "id"), (str, UUID)),
    ClientOrderField.CREATED: (("created_at", "id"), (datetime, UUID)),
    ClientOrderField.FILE_NUMBER: (("file_counter", "id"), (int, UUID)),
}
MOST_TYPED = 1_000
PRESENT = frozenset(set(ClientStatus) - {ClientStatus.ARCHIVED})

FilterBy = Annotated[ClientFilter | None, Doc("Which clients; all but the archived if left out.")]
OrderBy = Annotated[ClientOrder | None, Doc("The order; by name if left out.")]


async def client(ask: Ask, *, id: Annotated[ClientId, Doc("The client's id.")]) -> ClientRow | None:
    """A client by id; null when there is none within reach."""
    return await ask.loaders.client_by_id.load(id)


async def clients_found(
    ask: Ask,
    *,
    filter: FilterBy = None,
    order_by: OrderBy = None,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Page[ClientRow]:
    """The clients within reach."""
    chosen, values = _chosen(filter or ClientFilter())
    order = _ordered(order_by or ClientOrder())
    window = Window.of(ask.seal("clients", order, chosen, values), order, first, after, last, before)
    rows = await ask.rows(
        ClientRow, storage.database.clients.page_of, ask.reach, chosen, window.slice, ask.wanted,
        **values, **window.values,
    )  # fmt: skip

    async def counted(owners: Sequence[Any], most: int) -> Sequence[int]:
        found = await ask.rows(
            storage.database.clients.NumberRow, storage.database.clients.count_of, ask.reach, chosen,
            **values, most=most,
        )  # fmt: skip
        return [found[0].number]

    return window.page(rows, counted)


def _chosen(wanted: ClientFilter) -> tuple[Filter, dict[str, Any]]:
    # What a store would refuse (NUL, lone surrogates) finds nobody, so it is left out rather than refused.
    text = texts.scrubbed((wanted.text or "")[:MOST_TYPED], texts.SEARCH)
    prefixes = searching.prefixes(text)
    statuses = frozenset(wanted.status) if wanted.status is not None else PRESENT
    values: dict[str, Any] = {}
    for number, prefix in enumerate(prefixes):
        values[f"low_{number}"], values[f"high_{number}"] = searching.prefix_range(prefix)
    if wanted.team_member_id is not None:
        values["team_member"] = wanted.team_member_id
    tags, ids = _tagged(wanted.tags or ClientTagFilter())
    return Filter(statuses, wanted.team_member_id is not None, len(prefixes), tags), values | ids


def _tagged(wanted: ClientTagFilter) -> tuple[TagFilter, dict[str, Any]]:
    lists = {name: sorted(set(getattr(wanted, name) or ())) for name in ("all", "any", "none")}
    if sum(map(len, lists.values())) > MOST_NODES:
        raise TooManyIds
    values: dict[str, Any] = {f"tags_{name}": ids for name, ids in lists.items() if ids}
    values["tags_all_number"] = len(lists["all"])
    return TagFilter(**{name: bool(ids) for name, ids in lists.items()}), values


def _ordered(wanted: ClientOrder) -> Order:
    columns, types = COLUMNS[wanted.field]
    return Order(columns, types, wanted.direction is Direction.DESCENDING)


@reads()
def ids(ask: Ask, clients: Sequence[ClientRow]) -> Sequence[str]:
    """The client's id."""
    return [written(Kind.CLIENT, client.id) for client in clients]


@reads("names")
def legal_names(ask: Ask, clients: Sequence[ClientRow]) -> Sequence[str]:
    """The name on official papers, such as claims; the used name where no legal one is known."""
    return [names.legal_name(names_of(client)) for client in clients]


@reads("names")
def person_names(ask: Ask, clients: Sequence[ClientRow]) -> Sequence[list[ClientName]]:
    """Every name of the client, with what it is used for."""
    return [names_of(client) for client in clients]


@reads("status", "deceased_on")
def consequences(ask: Ask, rows: Sequence[ClientRow]) -> Sequence[Consequences]:
    """What follows from the client's status, and from a death."""
    return [clients.consequences(row.status, deceased=row.deceased_on is not None) for row in rows]


@reads("clinical_sex")
async def clinical_sexes(ask: Ask, clients: Sequence[ClientRow]) -> Sequence[ClinicalSex | None]:
    """Sex for clinical use."""
    return await _clinical(ask, clients, "clinical_sex")


@reads("gender")
async def genders(ask: Ask, clients: Sequence[ClientRow]) -> Sequence[str | None]:
    """Gender, in the client's own words."""
    return await _clinical(ask, clients, "gender")


KINDS: dict[type[Any], Kind] = {
    ContactPointRow: Kind.CONTACT_POINT,
    AddressRow: Kind.ADDRESS,
    RelatedPersonRow: Kind.RELATED_PERSON,
    IdentifierRow: Kind.IDENTIFIER,
    SafetyFlagRow: Kind.SAFETY_FLAG,
}


@reads()
def part_ids(ask: Ask, parts: Sequence[Any]) -> Sequence[str]:
    """The id; stays the same as long as the part is kept."""
    return [written(KINDS[type(part)], part.id) for part in parts]


@reads("permissions")
def permissions(ask: Ask, points: Sequence[ContactPointRow]) -> Sequence[ContactPermissions]:
    """What the client has said it may be used for."""
    return [ContactPermissions(**point.permissions) for point in points]


@reads()
async def contact_points(ask: Ask, clients: Sequence[ClientRow]) -> Sequence[list[ContactPointRow]]:
    """How the client can be reached, in the order given."""
    return await _parts(ask, clients, ContactPointRow, ContactPoint)


@reads()
async def addresses(ask: Ask, clients: Sequence[ClientRow]) -> Sequence[list[AddressRow]]:
    """Where the client lives, works or can be visited."""
    return await _parts(ask, clients, AddressRow, Address)


@reads()
async def related_people(ask: Ask, clients: Sequence[ClientRow]) -> Sequence[list[RelatedPersonRow]]:
    """The people in the client's life."""
    return await _parts(ask, clients, RelatedPersonRow, RelatedPerson)


@reads()
async def identifiers(ask: Ask, clients: Sequence[ClientRow]) -> Sequence[list[IdentifierRow]]:
    """The numbers others know the client by."""
    return await _parts(ask, clients, IdentifierRow, Identifier)


@reads()
async def safety_flags(ask: Ask, clients: Sequence[ClientRow]) -> Sequence[list[SafetyFlagRow]]:
    """What whoever meets the client must know first; not a place for anything else that is clinical."""
    return await _parts(ask, clients, SafetyFlagRow, SafetyFlag)


async def _parts(ask: Ask, clients: Sequence[ClientRow], row: type[Any], model: type) -> Sequence[list[Any]]:
    ids = [client.id for client in clients]
    return sorted_out(await ask.rows(row, storage.database.clients.parts_of, row, model, ids=ids), ids, "client_id")


async def _clinical(ask: Ask, clients: Sequence[ClientRow], attribute: str) -> Sequence[Any]:
    if ask.reach.permission(May.READ_CLINICAL).extent is Extent.ALL:
        return [getattr(client, attribute) for client in clients]
    allowed = await ask.loaders.clinical_client.load_many([client.id for client in clients])
    refused = Forbidden(May.READ_CLINICAL)
    return [getattr(row, attribute) if may else refused for row, may in zip(clients, allowed, strict=True)]
