"""A small practice where every record carries a token of its own, and an oracle of who may see which token.

The oracle goes over plain lists, by the permission table; the product answers by SQL. Where they differ, one is wrong.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

from auth.permissions import Extent, May, permission_of
from auth.viewers import Member, Viewer
from domain import tags
from domain.clients import Channel, ClientStatus, FlagSeverity, PlaceUse, Relation
from domain.identity import Kind, new_id, written
from domain.journeys import JourneyStatus, LifeEvent
from domain.people import Level, Role
from domain.timeline import EntryKind, Visibility
from resolvers import writing
from resolvers.practices import FILES
from storage.database.base import OfPractice
from storage.database.clients import Address, Client, ContactPoint, Identifier, RelatedPerson, SafetyFlag
from storage.database.journeys import Journey
from storage.database.notes import Note
from storage.database.people import ClientGrant
from storage.database.tags import ClientTag, Tag
from storage.database.timeline import TimelineEntry
from tests.makers import PracticeUnderTest

EARLIER = datetime(2026, 1, 5, 9, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Record:
    """Something with a token, and what the rules need to know of it."""

    token: str
    may: May
    client: UUID | None
    journey: UUID | None = None
    profile: bool = False
    """Part of the profile, which any grant opens."""
    roles: frozenset[Role] = frozenset(Role)
    """Who may see it at all; it belongs to no client when it is only a matter of roles."""


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

    def word(self, roles: frozenset[Role]) -> str:
        """A new token that is a matter of roles alone."""
        record = Record(f"tkn{new_id().hex[-12:]}", May.READ_CLIENTS, None, roles=roles)
        self.records.append(record)
        return record.token

    def seen_by(self, viewer: Viewer) -> set[str]:
        """The tokens the viewer may see."""
        if viewer.practice_id != self.practice.id:
            return set()
        return {record.token for record in self.records if self._may(viewer, record)}

    def _may(self, viewer: Viewer, record: Record) -> bool:
        if record.client is None:
            return viewer.role in record.roles
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
        tags = await _tags(world, write)
        for name in ("near", "half", "far"):
            await _client(world, write, name)
            await _tagged(world, write, name, tags)
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
    for journey in (f"{name} one", f"{name} two"):
        await _journey(world, write, client_id, journey)


async def _tags(world: World, write: writing.Write) -> list[Tag]:
    """A tag for everybody, one for each role that keeps no tags, and one for who keeps them."""
    audiences = [frozenset(Role), tags.MANAGERS, *(tags.MANAGERS | {role} for role in set(Role) - tags.MANAGERS)]
    made = []
    for position, roles in enumerate(audiences):
        name = world.word(roles)
        made.append(
            Tag(
                id=new_id(), name=name, name_key=name, description=world.word(roles), position=position,
                visible_to=tags.visible_to(roles), created_at=EARLIER, updated_at=EARLIER,
            )
        )  # fmt: skip
    await write.add(*made)
    world.ids += [written(Kind.TAG, tag.id) for tag in made]
    return made


async def _tagged(world: World, write: writing.Write, name: str, tags: list[Tag]) -> None:
    held = [ClientTag(id=new_id(), client_id=world.clients[name], tag_id=tag.id, added_at=EARLIER) for tag in tags]
    await write.add(*held)
    world.ids += [written(Kind.CLIENT_TAG, each.id) for each in held]


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
