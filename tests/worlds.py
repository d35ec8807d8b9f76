"""A small practice where every record carries a token of its own, and an oracle of who may see which token.

The oracle goes over plain lists, by the permission table; the product answers by SQL. Where they differ, one is wrong.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

from auth.permissions import Extent, May, permission_of
from auth.viewers import Member, Viewer
from domain.bringing import ImportKind, ImportState
from domain.clients import Channel, ClientStatus, FlagSeverity, PlaceUse, Relation
from domain.identity import Kind, new_id, written
from domain.journeys import JourneyStatus, LifeEvent
from domain.people import Level, Role
from domain.timeline import EntryKind, Visibility
from resolvers import writing
from resolvers.practices import FILES
from storage.database.base import OfPractice
from storage.database.clients import Address, Client, ContactPoint, Identifier, RelatedPerson, SafetyFlag
from storage.database.imports import ClientImport
from storage.database.journeys import Journey
from storage.database.notes import Note
from storage.database.people import ClientGrant
from storage.database.timeline import TimelineEntry
from tests.makers import PracticeUnderTest

EARLIER = datetime(2026, 1, 5, 9, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Record:
    """Something with a token, and what the rules need to know of it."""

    token: str
    may: May
    client: UUID
    journey: UUID | None = None
    profile: bool = False
    """Part of the profile, which any grant opens."""


@dataclass(frozen=True)
class Held:
    """A grant."""

    member: UUID
    client: UUID
    journey: UUID | None


@dataclass
class World:
    """The records and grants of a practice."""

    practice: PracticeUnderTest
    records: list[Record] = field(default_factory=list)
    grants: list[Held] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    clients: dict[str, UUID] = field(default_factory=dict)
    journeys: dict[str, UUID] = field(default_factory=dict)

    def token(self, may: May, client: UUID, journey: UUID | None = None, *, profile: bool = False) -> str:
        """A new token and the record it stands for."""
        record = Record(f"tkn{new_id().hex[-12:]}", may, client, journey, profile)
        self.records.append(record)
        return record.token

    def seen_by(self, viewer: Viewer) -> set[str]:
        """The tokens the viewer may see."""
        if viewer.practice_id != self.practice.id:
            return set()
        return {record.token for record in self.records if self._may(viewer, record)}

    def _may(self, viewer: Viewer, record: Record) -> bool:
        reads = [May.READ_CLIENTS] if record.may is May.READ_CLIENTS else [May.READ_CLIENTS, record.may]
        return all(self._reaches(viewer, record, may) for may in reads)

    def _reaches(self, viewer: Viewer, record: Record, may: May) -> bool:
        allowed = permission_of(viewer, may)
        if allowed.extent is not Extent.GRANTED:
            return allowed.extent is Extent.ALL
        mine = [held for held in self.grants if held.member == viewer.membership_id and held.client == record.client]
        return any(record.profile or held.journey in (None, record.journey) for held in mine)


async def made(practice: PracticeUnderTest) -> World:
    """Three clients: `near`, `half` and `far`, each with two journeys and records of every kind in and out of them."""
    world = World(practice)
    async with writing.opened(practice.casegraph.database, practice.system, "test.world") as write:
        for name in ("near", "half", "far"):
            await _client(world, write, name)
    return world


async def grant(world: World, member: Member, client: str, journey: str | None = None) -> None:
    """Give a member a VIEW on a client, or on one of its journeys."""
    client_id, journey_id = world.clients[client], world.journeys[journey] if journey else None
    title = world.token(May.READ_CLIENTS, client_id, journey_id, profile=journey is None)
    async with writing.opened(world.practice.casegraph.database, world.practice.system, "test.grant") as write:
        held = ClientGrant(
            id=new_id(), client_id=client_id, journey_id=journey_id, membership_id=member.membership_id,
            rank=Level.VIEW.rank, role_title=title, from_at=EARLIER, created_at=EARLIER,
        )  # fmt: skip
        await write.add(held)
    world.ids.append(written(Kind.GRANT, held.id))
    world.grants.append(Held(member.membership_id, client_id, journey_id))


async def everyone(world: World) -> dict[str, Viewer]:
    """A viewer of each role with grants on `near` and on one journey of `half`, and of each role without any."""
    viewers: dict[str, Viewer] = {}
    for role in Role:
        viewers[f"{role} without grants"] = await world.practice.member(role)
        granted = await world.practice.member(role)
        await grant(world, granted, "near")
        await grant(world, granted, "half", "half one")
        viewers[f"{role} with grants"] = granted
    return viewers


async def _client(world: World, write: writing.Write, name: str) -> None:
    client_id = world.clients[name] = new_id()

    def general() -> str:
        return world.token(May.READ_CLIENTS, client_id, profile=True)

    number = await write.take_number(FILES)
    client = Client(
        id=client_id, file_counter=number, file_number=general(), status=ClientStatus.ACTIVE,
        names=[{"use": "LEGAL", "given": general(), "family": "Example"}], display_name=general(), sort_name=name,
        pronouns=general(), gender=world.token(May.READ_CLINICAL, client_id, profile=True),
        created_at=EARLIER, updated_at=EARLIER,
    )  # fmt: skip
    part = {"client_id": client_id, "position": 0}
    parts: list[OfPractice] = [
        ContactPoint(id=new_id(), channel=Channel.OTHER, use=PlaceUse.HOME, value=general(), permissions={},
                     preferred=True, **part),
        Address(id=new_id(), use=PlaceUse.HOME, lines=[general()], **part),
        RelatedPerson(id=new_id(), relation=Relation.PARTNER, name=general(), emergency_contact=False, **part),
        Identifier(id=new_id(), system="urn:test", value=general(), **part),
        SafetyFlag(id=new_id(), severity=FlagSeverity.CAUTION, text=general(), **part),
    ]  # fmt: skip
    await write.add(client, *parts)
    world.ids.append(written(Kind.CLIENT, client_id))
    await _records(world, write, client_id, None)
    await _import(world, write, client_id)
    for journey in (f"{name} one", f"{name} two"):
        await _journey(world, write, client_id, journey)


async def _import(world: World, write: writing.Write, client_id: UUID) -> None:
    held = ClientImport(
        id=new_id(), kind=ImportKind.CSV, state=ImportState.AWAITING_FILE, dry_run=True, allow_duplicates=False,
        file_name=world.token(May.IMPORT_CLIENTS, client_id, profile=True), received=0, done=0, permille=0, tallies={},
        reported=[], reported_in_all=0, created_at=EARLIER,
    )  # fmt: skip
    await write.add(held)
    world.ids.append(written(Kind.CLIENT_IMPORT, held.id))


async def _journey(world: World, write: writing.Write, client_id: UUID, name: str) -> None:
    journey_id = world.journeys[name] = new_id()
    title = world.token(May.READ_CLIENTS, client_id, journey_id)
    await write.add(
        Journey(
            id=journey_id, client_id=client_id, title=title, life_event=LifeEvent.BIRTH, status=JourneyStatus.ACTIVE,
            status_changed_at=EARLIER, created_at=EARLIER, updated_at=EARLIER,
        )
    )  # fmt: skip
    world.ids.append(written(Kind.JOURNEY, journey_id))
    await _records(world, write, client_id, journey_id)


async def _records(world: World, write: writing.Write, client_id: UUID, journey_id: UUID | None) -> None:

    def token(may: May) -> str:
        return world.token(may, client_id, journey_id)

    whose = {"client_id": client_id, "journey_id": journey_id}
    note = Note(
        id=new_id(), title=token(May.READ_CLINICAL), text=token(May.READ_CLINICAL), occurred_at=EARLIER,
        recorded_at=EARLIER, updated_at=EARLIER, author_name=token(May.READ_CLINICAL), **whose,
    )  # fmt: skip
    entries = [
        TimelineEntry(
            id=new_id(), kind=kind, subject_id=subject, occurred_at=EARLIER + timedelta(hours=hour),
            recorded_at=EARLIER, actor_name=token(may), visibility=visibility, facts={fact: token(may)}, **whose,
        )
        for hour, (kind, subject, visibility, may, fact) in enumerate((
            (EntryKind.ADMINISTRATION, None, Visibility.GENERAL, May.READ_CLIENTS, "text"),
            (EntryKind.FOLLOW_UP, None, Visibility.CLINICAL, May.READ_CLINICAL, "text"),
            (EntryKind.NOTE, note.id, Visibility.CLINICAL, May.READ_CLINICAL, "title"),
        ))
    ]  # fmt: skip
    await write.add(note, *entries)
    world.ids += [written(Kind.NOTE, note.id), *(written(Kind.ENTRY, entry.id) for entry in entries)]
