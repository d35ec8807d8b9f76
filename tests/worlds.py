"""A small practice where every record carries a token of its own, and an oracle of who may see which token.

The oracle goes over plain lists, by the permission table; the product answers by SQL. Where they differ, one is wrong.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from auth.permissions import Extent, May, permission_of
from auth.viewers import Key, Member, Viewer
from domain import tags
from domain.bringing import ImportKind, ImportState
from domain.clients import Channel, ClientStatus, FlagSeverity, PlaceUse, Relation
from domain.documents import DocumentKind, UploadState
from domain.identity import Kind, new_id, written
from domain.journeys import JourneyStatus, LifeEvent
from domain.notifications import NotificationKind
from domain.people import Level, Role
from domain.timeline import EntryKind, Visibility
from resolvers import writing
from resolvers.practices import FILES
from storage.database.api_keys import ApiKey
from storage.database.base import OfPractice
from storage.database.break_glass import BreakGlass
from storage.database.clients import Address, Client, ContactPoint, Identifier, RelatedPerson, SafetyFlag
from storage.database.documents import Blob, Document, DocumentVersion
from storage.database.folders import Folder
from storage.database.imports import ClientImport
from storage.database.invitations import Invitation
from storage.database.journeys import Journey
from storage.database.notes import Addendum, Note, NoteLabel, NoteRevision
from storage.database.notifications import Notification
from storage.database.people import ClientGrant
from storage.database.tags import ClientTag, Tag
from storage.database.timeline import TimelineEntry
from storage.database.uploads import Upload
from tests.makers import PracticeUnderTest

OF_THE_PRACTICE = frozenset({May.MANAGE_PEOPLE, May.MANAGE_KEYS, May.READ_AUDIT, May.IMPORT_CLIENTS})
"""What these open belongs to the practice: no client needs to be reached for it."""
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
    only: UUID | None = None
    """The one member who sees it at all, and only within their reach."""
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
    glass: set[tuple[UUID | None, UUID]] = field(default_factory=set)
    """Who has opened whose file by breaking the glass."""
    own: dict[UUID, Record] = field(default_factory=dict)
    """The reason they gave, which they see themselves."""
    clients: dict[str, UUID] = field(default_factory=dict)
    journeys: dict[str, UUID] = field(default_factory=dict)
    folders: dict[UUID, UUID] = field(default_factory=dict)

    def token(
        self, may: May, client: UUID, journey: UUID | None = None, *, profile: bool = False, only: UUID | None = None
    ) -> str:
        """A new token and the record it stands for."""
        record = Record(f"tkn{new_id().hex[-12:]}", may, client, journey, profile, only)
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
        own = self.own.get(viewer.membership_id) if viewer.membership_id else None
        return {record.token for record in self.records if record is own or self._may(viewer, record)}

    def _may(self, viewer: Viewer, record: Record) -> bool:
        breaking = viewer.role is Role.OWNER and self._is_open(viewer, record, record.may)
        if record.only not in (None, viewer.membership_id) and not breaking:
            return False
        if record.client is None and record.may not in OF_THE_PRACTICE:
            reads_clients = permission_of(viewer, May.READ_CLIENTS).extent is not Extent.NONE
            return viewer.role in record.roles and reads_clients
        reads = {record.may} if record.may in OF_THE_PRACTICE else {May.READ_CLIENTS, record.may}
        return all(self._reaches(viewer, record, may) for may in reads)

    def _is_open(self, viewer: Viewer, record: Record, may: May) -> bool:
        """Whether the client's file is open to the viewer by breaking the glass."""
        return may in (May.READ_CLIENTS, May.READ_CLINICAL) and (viewer.membership_id, record.client) in self.glass

    def _reaches(self, viewer: Viewer, record: Record, may: May) -> bool:
        allowed = permission_of(viewer, may)
        if allowed.extent is not Extent.GRANTED:
            return allowed.extent is Extent.ALL
        if allowed.extent is Extent.GRANTED and self._is_open(viewer, record, may):
            return True
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
    await _people(world)
    return world


async def _people(world: World) -> None:
    """An invitation, an API key, and a file opened in an emergency by somebody who is not asked about."""
    practice, anybody = world.practice, world.clients["far"]
    maker, former = await practice.member(Role.OWNER), await practice.member(Role.PRACTITIONER)
    async with writing.opened(practice.casegraph.database, practice.system, "test.people") as write:
        later = write.moment + timedelta(days=1)
        invited = Invitation(
            id=new_id(), email=f"{world.token(May.MANAGE_PEOPLE, anybody)}@example.org", role=Role.ASSISTANT,
            name=world.token(May.MANAGE_PEOPLE, anybody), created_at=EARLIER, ends_at=later,
        )  # fmt: skip
        key = ApiKey(
            id=new_id(), membership_id=maker.membership_id, name=world.token(May.MANAGE_KEYS, anybody),
            prefix=world.token(May.MANAGE_KEYS, anybody), scopes=[May.READ_CLIENTS], created_at=EARLIER, ends_at=later,
        )  # fmt: skip
        glass = BreakGlass(
            id=new_id(), client_id=anybody, membership_id=former.membership_id, from_at=EARLIER, to_at=EARLIER,
            reason=world.token(May.READ_AUDIT, anybody),
        )  # fmt: skip
        await write.add(invited, key, glass)
    for kind, row in ((Kind.INVITATION, invited), (Kind.API_KEY, key), (Kind.BREAK_GLASS, glass)):
        world.ids.append(written(kind, row.id))
    world.ids.append(written(Kind.MEMBERSHIP, former.membership_id))


async def break_glass(world: World, member: Member, client: str) -> Member:
    """Open a client's file to a member by breaking the glass; the member as they are from then on."""
    client_id = world.clients[client]
    async with writing.opened(world.practice.casegraph.database, world.practice.system, "test.glass") as write:
        row = BreakGlass(
            id=new_id(), client_id=client_id, membership_id=member.membership_id, from_at=EARLIER,
            to_at=write.moment + timedelta(hours=1), reason=world.token(May.READ_AUDIT, client_id),
        )  # fmt: skip
        await write.add(row)
    # Whoever did it sees why.
    world.own[member.membership_id] = world.records.pop()
    world.records.append(world.own[member.membership_id])
    world.ids.append(written(Kind.BREAK_GLASS, row.id))
    world.glass.add((member.membership_id, client_id))
    return replace(member, glass=frozenset({client_id}))


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
        for member, client, journey in (
            (viewers[f"{role} without grants"], "far", None),
            (granted, "near", None),
            (granted, "half", "half one"),
            (granted, "half", "half two"),
        ):
            await own_records(world, member, client, journey)
        viewers[f"{role} with grants"] = granted
    breaker = await world.practice.member(Role.PRACTITIONER)
    await grant(world, breaker, "half", "half one")
    viewers["PRACTITIONER under broken glass"] = await break_glass(world, breaker, "far")
    maker = await world.practice.member(Role.OWNER)
    for scopes in ({May.READ_CLIENTS}, {May.READ_CLIENTS, May.READ_CLINICAL, May.MANAGE_KEYS}, {May.MANAGE_PEOPLE}):
        named = " ".join(sorted(scopes))
        viewers[f"KEY for {named}"] = Key(
            world.practice.id, new_id(), maker.membership_id, Role.OWNER, frozenset(scopes)
        )
    return viewers


async def own_records(world: World, member: Viewer, client: str, journey: str | None = None) -> None:
    """A private note of a member with everything on it, and what they alone are told of: there and of that note."""
    client_id, journey_id = world.clients[client], world.journeys[journey] if journey else None
    own = member.membership_id
    assert own is not None

    def token(may: May) -> str:
        return world.token(may, client_id, journey_id, only=own)

    whose = {"client_id": client_id, "journey_id": journey_id}
    note = _note(token(May.READ_CLINICAL), token, author_id=own, private_to=own, **whose)
    entry = TimelineEntry(
        id=new_id(), kind=EntryKind.NOTE, subject_id=note.id, occurred_at=EARLIER, recorded_at=EARLIER,
        visibility=Visibility.CLINICAL, facts={"title": token(May.READ_CLINICAL)}, private_to=own, **whose,
    )  # fmt: skip
    told = [
        Notification(
            id=new_id(), membership_id=own, kind=kind, subject_id=subject, facts={"by": token(may)},
            created_at=EARLIER, **whose,
        )
        for kind, subject, may in (
            (NotificationKind.CARE_TEAM_JOINED, None, May.READ_CLIENTS),
            (NotificationKind.MENTIONED, note.id, May.READ_CLINICAL),
        )
    ]  # fmt: skip
    async with writing.opened(world.practice.casegraph.database, world.practice.system, "test.own") as write:
        await write.add(note, entry, *told)
        added = await _added(write, note, token)
    world.ids += [
        written(Kind.NOTE, note.id), written(Kind.ENTRY, entry.id), added,
        *(written(Kind.NOTIFICATION, one.id) for one in told),
    ]  # fmt: skip


def _note(title: str, token: Callable[[May], str], **given: Any) -> Note:
    return Note(
        id=new_id(), title=title, text=token(May.READ_CLINICAL), occurred_at=EARLIER, recorded_at=EARLIER,
        updated_at=EARLIER, **given,
    )  # fmt: skip


async def _added(write: writing.Write, note: Note, token: Callable[[May], str]) -> str:
    """An addendum, a label and an earlier version of a note; gives the addendum's id in the graph."""
    addendum = Addendum(id=new_id(), note_id=note.id, text=token(May.READ_CLINICAL), recorded_at=EARLIER)
    label = token(May.READ_CLINICAL)
    earlier = NoteRevision(
        note_id=note.id, version=0, text=token(May.READ_CLINICAL), occurred_at=EARLIER, replaced_at=EARLIER
    )
    await write.add(addendum, NoteLabel(note_id=note.id, folded=label, label=label), earlier)
    return written(Kind.ADDENDUM, addendum.id)


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
    outer = Folder(
        id=new_id(), client_id=client_id, name=general(), sort_name="outer", created_at=EARLIER, updated_at=EARLIER
    )
    inner = Folder(
        id=new_id(), client_id=client_id, parent_id=outer.id, name=general(), sort_name="inner",
        created_at=EARLIER, updated_at=EARLIER,
    )  # fmt: skip
    await write.add(outer)
    await write.add(inner)
    world.folders[client_id] = inner.id
    world.ids += [written(Kind.FOLDER, outer.id), written(Kind.FOLDER, inner.id)]
    await _records(world, write, client_id, None)
    await _import(world, write, client_id)
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
    note = _note(token(May.READ_CLINICAL), token, author_name=token(May.READ_CLINICAL), **whose)
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
    added = await _added(write, note, token)
    world.ids += [written(Kind.NOTE, note.id), added, *(written(Kind.ENTRY, entry.id) for entry in entries)]
    for kind, may in ((DocumentKind.INSURANCE, May.READ_CLIENTS), (DocumentKind.LAB_RESULT, May.READ_CLINICAL)):
        await _papers(world, write, kind, may, client_id, journey_id)


async def _papers(
    world: World, write: writing.Write, kind: DocumentKind, may: May, client_id: UUID, journey_id: UUID | None
) -> None:
    """A document with two versions in the client's inner folder, its line on the timeline, and an open upload."""

    def token() -> str:
        return world.token(may, client_id, journey_id)

    visibility = Visibility.GENERAL if may is May.READ_CLIENTS else Visibility.CLINICAL
    whose = {"client_id": client_id, "journey_id": journey_id, "folder_id": world.folders[client_id]}
    blob = Blob(
        id=uuid4(), store="memory", key="none", media_type="text/plain", size=1, sha256=bytes(32), created_at=EARLIER
    )
    document = Document(
        id=new_id(), name=token(), sort_name="paper", kind=kind, visibility=visibility, description=token(),
        current_number=2, created_at=EARLIER, updated_at=EARLIER, **whose,
    )  # fmt: skip
    versions = [
        DocumentVersion(
            id=uuid4(), client_id=client_id, document_id=document.id, number=number, file_name=token(),
            media_type="text/plain", size=1, sha256=bytes(32), blob_id=blob.id, created_at=EARLIER,
        )
        for number in (1, 2)
    ]  # fmt: skip
    upload = Upload(
        id=uuid4(), document_id=document.id, adds_version=True, name=token(), kind=kind, visibility=visibility,
        published=False, media_type="text/plain", size=1, sha256=bytes(32), state=UploadState.WAITING, store="memory",
        blob_id=uuid4(), thumbnail_id=uuid4(), created_at=EARLIER, expires_at=EARLIER, **whose,
    )  # fmt: skip
    entry = TimelineEntry(
        id=new_id(), client_id=client_id, journey_id=journey_id, kind=EntryKind.DOCUMENT, subject_id=document.id,
        occurred_at=EARLIER, recorded_at=EARLIER, visibility=visibility, facts={"name": token()},
    )  # fmt: skip
    await write.add(blob, document, *versions, upload, entry)
    world.ids.append(written(Kind.DOCUMENT, document.id))
    world.ids += [written(Kind.UPLOAD, upload.id), written(Kind.ENTRY, entry.id)]
    if may is May.READ_CLINICAL:  # what the two differ in shows in the lists, too
        world.ids.append(written(Kind.DOCUMENT_VERSION, versions[0].id))
