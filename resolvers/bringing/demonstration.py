"""Filling a practice from the plan of the demonstration, a few clients in each write."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import select

import storage.database.clients
from auth.viewers import System
from domain import clients, demonstration, names, settings
from domain.clients import Channel
from domain.demonstration import ClientPlan, ContactFacts, EntryFacts, GrantFacts, MemberFacts, PracticePlan
from domain.people import Role
from domain.refusals import NotAllowedNow
from domain.timeline import EntryKind
from resolvers import practices
from resolvers.bringing import profiles
from resolvers.bringing.profiles import Columns
from resolvers.outcomes import Outcome
from resolvers.writing import Write, carry_out
from storage.database.clients import (
    Address,
    Client,
    ContactPoint,
    Identifier,
    RelatedPerson,
    SafetyFlag,
    SearchWord,
)
from storage.database.journeys import Journey
from storage.database.notes import Note, NoteRevision
from storage.database.opening import Database
from storage.database.people import ClientGrant, Membership, Practice, PracticeSettings
from storage.database.timeline import TimelineEntry

CLIENTS_IN_A_WRITE = 20
"""One statement for many rows costs little more than for one, and a write of this size is still a moment."""
IN_ORDER = (
    Client, ContactPoint, Address, RelatedPerson, Identifier, SafetyFlag, SearchWord,
    Journey, ClientGrant, Note, NoteRevision, TimelineEntry,
)  # fmt: skip
"""The tables in the order in which they depend on each other."""
_WAYS: Mapping[str | None, tuple[str, ...]] = {
    Channel.EMAIL: ("email",),
    Channel.PHONE: ("call", "text"),
    Channel.OTHER: (),
    "landline": ("call", "voicemail"),
}
"""What the client was asked about, by the channel or, where that says more, the label of the contact point."""


@dataclass(slots=True)
class Filled:
    """What filling a practice came to."""

    practice_id: UUID
    name: str
    members: list[MemberFacts]
    """Everybody who works there; the first is the owner."""
    new_logins: set[str] = field(default_factory=set)
    """The addresses that were given the password; others had a login already and keep theirs."""
    clients: int = 0
    entries: int = 0
    places: Counter[UUID] = field(default_factory=Counter)
    """On how many care teams each member is today; the key is the membership's id."""

    def somebody(self, role: Role) -> MemberFacts:
        """Of the members with a role, the one who has the most to see."""
        return max((one for one in self.members if one.role is role), key=lambda one: self.places[one.id])


@dataclass(slots=True, kw_only=True)
class Opened(Outcome):
    """What came of opening the practice."""

    is_new: bool = False
    new_logins: tuple[str, ...] = ()


@dataclass(slots=True, kw_only=True)
class Told(Outcome):
    """What came of some clients' plans: how much of them is new."""

    clients: int = 0
    entries: int = 0


@dataclass(frozen=True, slots=True)
class Opening:
    """The practice to be opened, and the password of its members."""

    plan: PracticePlan
    password_hash: str | None


async def fill(
    database: Database,
    seed: int,
    count: int,
    today: date,
    password_hash: str | None = None,
    on_clients: Callable[[int], None] = lambda number: None,
) -> Filled:
    """Fill the practice of a seed with so many clients, whose histories end before `today`.

    Again with the same numbers it changes nothing, and what broke off goes on where it stopped. Raises `NotAllowedNow`
    when the practice of this seed holds other clients already.
    """
    plan = demonstration.practice(seed, count, today)
    viewer = System(plan.id, "demonstration")
    opened, _ = await carry_out(database, viewer, open_practice, Opening(plan, password_hash), Opened)
    filled = Filled(plan.id, plan.name, list(plan.members), set(opened.new_logins))
    source = f"demonstration|{seed}/{count}/{today}/"
    await _check_is_the_same(database, plan.id, source)
    told = demonstration.plan(seed, count, today)
    while few := tuple(islice(told, CLIENTS_IN_A_WRITE)):
        outcome, _ = await carry_out(database, viewer, tell_clients, Telling(few, plan, source), Told)
        filled.clients += outcome.clients
        filled.entries += outcome.entries
        filled.places.update(grant.membership_id for one in few for grant in one.grants if grant.to_at is None)
        on_clients(len(few))
    return filled


async def _check_is_the_same(database: Database, practice_id: UUID, source: str) -> None:
    """Two plans in one practice would look like the same people twice."""
    brought = select(Client.source).where(Client.practice_id == practice_id, Client.source.startswith("demonstration|"))
    async with database.write(practice_id) as session:
        known = await session.scalar(brought.limit(1))
    if known is not None and not known.startswith(source):
        raise NotAllowedNow("holding the clients of another plan", "be filled")


async def open_practice(write: Write, given: Opening) -> Opened:
    """Open the practice with its settings and members, unless it stands there already."""
    plan = given.plan
    if await write.session.get(Practice, plan.id) is not None:
        return Opened()
    await practices.lay_out(write, plan.name, plan.created_at)
    new_logins = []
    for member in plan.members:
        person, is_new = await practices.login_of(
            write, member.email, member.name, given.password_hash, id=member.person_id
        )
        new_logins += [member.email] if is_new else []
        await write.add(
            Membership(
                id=member.id, person_id=person.id, role=member.role, name=member.name, title=member.title,
                from_at=member.from_at,
            )
        )  # fmt: skip
    in_force = {"effective_from": plan.created_at.date(), "version": 1, "values": settings.kept(plan.settings)}
    # Its only version has the practice's id, so that every row follows from the seed.
    await write.add(PracticeSettings(id=plan.id, recorded_at=write.moment, **in_force))
    return Opened(is_new=True, new_logins=tuple(new_logins))


@dataclass(frozen=True, slots=True)
class Telling:
    """Clients to be brought in, and the practice that they come to."""

    clients: tuple[ClientPlan, ...]
    practice: PracticePlan
    source: str
    """The beginning of what they are called in the plan."""


async def tell_clients(write: Write, given: Telling) -> Told:
    """Write down the whole files of those clients who do not stand there already."""
    ids = {"practice": write.practice_id, "ids": [one.client.id for one in given.clients]}
    known = set(await write.session.scalars(storage.database.clients.ids_known(), ids))
    fresh = [one for one in given.clients if one.client.id not in known]
    if not fresh:
        return Told()
    first = await write.take_number(practices.FILES, len(fresh))
    rows: dict[Any, list[Columns]] = {model: [] for model in IN_ORDER}
    for counter, told in enumerate(fresh, first):
        number = clients.file_number(given.practice.settings.file_number_prefix, counter)
        numbered = {"file_counter": counter, "file_number": number, "source": f"{given.source}{told.client.id}"}
        _gather_profile(rows, told, numbered)
        _gather_history(rows, told, number)
    for model, found in rows.items():
        await write.add_many(model, found)
    return Told(clients=len(fresh), entries=len(rows[TimelineEntry]))


def _gather_profile(rows: dict[Any, list[Columns]], told: ClientPlan, numbered: Columns) -> None:
    client_id, contacts = told.client.id, [_contact(one) for one in told.contacts]
    identifiers = [columns_of(one) for one in told.identifiers]
    rows[Client].append(columns_of(told.client, **numbered, version=1, names=names.kept(told.client.names)))
    parts: tuple[tuple[Any, list[Columns]], ...] = (
        (ContactPoint, contacts),
        (Address, [columns_of(one, lines=list(one.lines)) for one in told.addresses]),
        (RelatedPerson, [columns_of(one) for one in told.related]),
        (Identifier, identifiers),
        (SafetyFlag, [columns_of(one) for one in told.flags]),
    )
    for model, found in parts:
        rows[model] += profiles.placed(found, client_id)
    words = profiles.words_of(told.client.names, numbered["file_number"], contacts, identifiers)
    rows[SearchWord] += [{"word": word, "client_id": client_id} for word in sorted(words)]


def _gather_history(rows: dict[Any, list[Columns]], told: ClientPlan, file_number: str) -> None:
    own = {"client_id": told.client.id}
    rows[Journey] += [columns_of(one, **own, version=1) for one in told.journeys]
    rows[ClientGrant] += [_grant(one, own) for one in told.grants]
    rows[Note] += [columns_of(one, **own, imported=False, author_name=None) for one in told.notes]
    rows[NoteRevision] += [columns_of(one) for one in told.revisions]
    rows[TimelineEntry] += [_entry(one, own, file_number) for one in told.entries]


def columns_of(facts: Any, **more: Any) -> Columns:
    """A fact of the plan as columns; `more` go over what it says."""
    return {name: getattr(facts, name) for name in facts.__dataclass_fields__} | more


def _contact(contact: ContactFacts) -> Columns:
    asked = () if contact.permitted is None else _WAYS.get(contact.label, _WAYS[contact.channel])
    columns = columns_of(contact, permissions=dict.fromkeys(asked, contact.permitted))
    del columns["permitted"]
    return columns


def _grant(grant: GrantFacts, own: Mapping[str, Any]) -> Columns:
    columns = columns_of(grant, **own, rank=grant.level.rank, version=1, created_at=grant.from_at)
    del columns["level"]
    return columns


def _entry(entry: EntryFacts, own: Mapping[str, Any], file_number: str) -> Columns:
    # The line names its actor by id: a name beside it would be somebody of another system.
    columns = columns_of(entry, **own, actor_name=None)
    if entry.kind is EntryKind.CLIENT_CREATED:
        columns["facts"] = entry.facts | {"fileNumber": file_number}
    return columns
