"""Filling a practice from the plan of the demonstration, client by client, each as one write."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import select

from auth.viewers import System
from domain import clients, demonstration, names, settings
from domain.clients import Channel, ContactPermission
from domain.demonstration import ClientPlan, ContactFacts, EntryFacts, GrantFacts, MemberFacts, PracticePlan
from domain.identity import new_id
from domain.refusals import NotAllowedNow
from domain.timeline import EntryKind
from resolvers import practices
from resolvers.bringing import searchable
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

Columns = dict[str, Any]

_PERMITTED = {
    Channel.EMAIL: [ContactPermission.EMAIL],
    Channel.PHONE: [ContactPermission.CALL, ContactPermission.TEXT],
    Channel.OTHER: [],
}


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


@dataclass(slots=True, kw_only=True)
class Opened(Outcome):
    """What came of opening the practice."""

    is_new: bool = False
    new_logins: tuple[str, ...] = ()


@dataclass(slots=True, kw_only=True)
class Told(Outcome):
    """What came of one client's plan: how many entries of the timeline are new; None if the client was there."""

    entries: int | None = None


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
    on_client: Callable[[], None] = lambda: None,
) -> Filled:
    """Fill the practice of a seed with so many clients, whose histories end before `today`.

    Again with the same numbers it changes nothing, and what broke off goes on where it stopped. Raises `NotAllowedNow`
    when the practice of this seed holds other clients already.
    """
    plan = demonstration.practice(seed, count, today)
    viewer = System(plan.id, "demonstration")
    opened, _ = await carry_out(database, viewer, open_practice, Opening(plan, password_hash), Opened)
    filled = Filled(plan.id, plan.name, list(plan.members), set(opened.new_logins))
    told = demonstration.plan(seed, count, today)
    if not opened.is_new:
        await _check_is_the_same(database, plan.id, demonstration.plan(seed, count, today))
    for client in told:
        outcome, _ = await carry_out(database, viewer, tell_client, Telling(client, plan), Told)
        if outcome.entries is not None:
            filled.clients += 1
            filled.entries += outcome.entries
        on_client()
    return filled


async def _check_is_the_same(database: Database, practice_id: UUID, told: Iterator[ClientPlan]) -> None:
    """Two plans in one practice would look like the same people twice."""
    first = next(told, None)
    some_client = select(Client.id).where(Client.practice_id == practice_id).limit(1)
    async with database.write(practice_id) as session:
        if first is None or await session.get(Client, (practice_id, first.client.id)) is not None:
            return
        if await session.scalar(some_client) is not None:
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
    await write.add(PracticeSettings(id=new_id(), recorded_at=write.moment, **in_force))
    return Opened(is_new=True, new_logins=tuple(new_logins))


@dataclass(frozen=True, slots=True)
class Telling:
    """A client to be brought in, and the practice that it comes to."""

    told: ClientPlan
    practice: PracticePlan


async def tell_client(write: Write, given: Telling) -> Told:
    """Write one client's whole file, unless it stands there already."""
    told = given.told
    if await write.session.get(Client, (write.practice_id, told.client.id)) is not None:
        return Told()
    file_number = await _write_profile(write, told, given.practice.settings.file_number_prefix)
    own = {"client_id": told.client.id}
    await write.add_many(Journey, [columns_of(one, **own, version=1) for one in told.journeys])
    await write.add_many(ClientGrant, [_grant(one, own) for one in told.grants])
    await write.add_many(Note, [columns_of(one, **own, imported=False, source=None) for one in told.notes])
    await write.add_many(NoteRevision, [columns_of(one) for one in told.revisions])
    await write.add_many(TimelineEntry, [_entry(one, own, file_number) for one in told.entries])
    return Told(entries=len(told.entries))


async def _write_profile(write: Write, told: ClientPlan, prefix: str) -> str:
    """Write the profile and its parts; gives the file number."""
    counter = await write.take_number(practices.FILES)
    file_number = clients.file_number(prefix, counter)
    numbered = {"file_counter": counter, "file_number": file_number, "version": 1, "source": None}
    await write.add_many(Client, [columns_of(told.client, **numbered) | {"names": names.kept(told.client.names)}])
    contacts = [_contact(one) for one in told.contacts]
    identifiers = [columns_of(one) for one in told.identifiers]
    parts: tuple[tuple[Any, list[Columns]], ...] = (
        (ContactPoint, contacts),
        (Address, [columns_of(one, lines=list(one.lines)) for one in told.addresses]),
        (RelatedPerson, [columns_of(one) for one in told.related]),
        (Identifier, identifiers),
        (SafetyFlag, [columns_of(one) for one in told.flags]),
    )
    for model, rows in parts:
        await write.add_many(model, placed(rows, told.client.id))
    words = searchable.words_of(told.client.names, file_number, contacts, identifiers)
    await write.add_many(SearchWord, [{"word": word, "client_id": told.client.id} for word in sorted(words)])
    return file_number


def placed(rows: list[Columns], client_id: UUID) -> list[Columns]:
    """The parts of a client's profile, each with its place in the list."""
    return [row | {"client_id": client_id, "position": position} for position, row in enumerate(rows)]


@cache
def _names_of(kind: type) -> tuple[str, ...]:
    return tuple(kind.__dataclass_fields__)  # type: ignore[attr-defined] # every fact of the plan is a dataclass


def columns_of(facts: object, **more: Any) -> Columns:
    """A fact of the plan as columns; `more` go over what it says."""
    return {name: getattr(facts, name) for name in _names_of(type(facts))} | more


def _contact(contact: ContactFacts) -> Columns:
    columns = columns_of(contact, permissions=_PERMITTED[contact.channel] if contact.permitted else [])
    del columns["permitted"]
    return columns


def _grant(grant: GrantFacts, own: Mapping[str, Any]) -> Columns:
    columns = columns_of(grant, **own, rank=grant.level.rank, version=1, created_at=grant.from_at)
    del columns["level"]
    return columns


def _entry(entry: EntryFacts, own: Mapping[str, Any], file_number: str) -> Columns:
    columns = columns_of(entry, **own, source=None)
    if entry.kind is EntryKind.CLIENT_CREATED:
        columns["facts"] = entry.facts | {"fileNumber": file_number}
    return columns
