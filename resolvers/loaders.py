"""Every question by key: one short property each, asked once for all the keys of a level."""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any
from uuid import UUID

from aiodataloader import DataLoader

import storage.database.api_keys
import storage.database.break_glass
import storage.database.clients
import storage.database.documents
import storage.database.folders
import storage.database.imports
import storage.database.invitations
import storage.database.journeys
import storage.database.notes
import storage.database.notifications
import storage.database.people
import storage.database.tags
import storage.database.timeline
import storage.database.uploads
from auth.permissions import May
from storage.database.api_keys import ApiKeyRow
from storage.database.break_glass import BreakGlassRow
from storage.database.clients import (
    Address,
    AddressRow,
    ClientRow,
    ContactPoint,
    ContactPointRow,
    Identifier,
    IdentifierRow,
    KnownRow,
    RelatedPerson,
    RelatedPersonRow,
    SafetyFlag,
    SafetyFlagRow,
)
from storage.database.documents import BlobRow, DocumentRow, DocumentVersionRow, KnownVersionRow
from storage.database.folders import FolderRow
from storage.database.imports import ImportRow
from storage.database.invitations import InvitationRow
from storage.database.journeys import JourneyRow
from storage.database.notes import AddendumRow, NoteRow
from storage.database.notifications import NotificationRow
from storage.database.people import GrantRow, MemberRow
from storage.database.tags import ClientTagRow, TagRow
from storage.database.timeline import EntryRow, HeadRow
from storage.database.uploads import UploadRow

if TYPE_CHECKING:
    from resolvers.asking import Ask


async def loaded(loader: DataLoader[UUID, Any], keys: Sequence[UUID | None]) -> list[Any]:
    """What the loader finds for each key, all asked at once; None where there is no key."""
    found = iter(await loader.load_many([key for key in keys if key is not None]))
    return [None if key is None else next(found) for key in keys]


class Loaders:
    """The by-key questions of one Ask. Keys out of reach give None, as if they did not exist."""

    def __init__(self, ask: "Ask") -> None:
        self._ask = ask

    def forget(self) -> None:
        """Let go of what was loaded, at the end: the loaders know this object and it knows them, a ring that would stay
        until the collector of rings comes by."""
        self.__dict__.clear()

    @cached_property
    def member_by_id(self) -> DataLoader[UUID, MemberRow | None]:
        """Who works here, past members included."""
        return self._by_id(MemberRow, storage.database.people.members_by_id)

    @cached_property
    def client_by_id(self) -> DataLoader[UUID, ClientRow | None]:
        """Clients in reach. Those of the practice that are not are noted as refused, and look as if they were none."""

        async def ask_for(ids: list[UUID]) -> list[ClientRow | None]:
            ask = self._ask
            rows = await ask.rows(ClientRow, storage.database.clients.by_ids, ask.reach, ids=ids)
            found = {row.id: row for row in rows}
            missing = [each for each in ids if each not in found]
            if missing:
                ask.refuse(row.id for row in await ask.rows(KnownRow, storage.database.clients.ids_known, ids=missing))
            return [found.get(each) for each in ids]

        return DataLoader(ask_for)

    @cached_property
    def journey_by_id(self) -> DataLoader[UUID, JourneyRow | None]:
        """Journeys in reach."""
        return self._by_id(JourneyRow, storage.database.journeys.by_ids, self._ask.reach)

    @cached_property
    def note_by_id(self) -> DataLoader[UUID, NoteRow | None]:
        """Notes in reach."""
        return self._by_id(NoteRow, storage.database.notes.by_ids, self._ask.reach)

    @cached_property
    def addendum_by_id(self) -> DataLoader[UUID, AddendumRow | None]:
        """Addenda to notes in reach."""
        return self._by_id(AddendumRow, storage.database.notes.addenda_by_ids, self._ask.reach)

    @cached_property
    def notification_by_id(self) -> DataLoader[UUID, NotificationRow | None]:
        """What the viewer is told of."""
        return self._by_id(NotificationRow, storage.database.notifications.by_ids, self._ask.reach)

    @cached_property
    def entry_by_id(self) -> DataLoader[UUID, EntryRow | None]:
        """Timeline entries in reach."""
        return self._by_id(EntryRow, storage.database.timeline.by_ids, self._ask.reach)

    @cached_property
    def folder_by_id(self) -> DataLoader[UUID, FolderRow | None]:
        """Folders of profiles in reach."""
        return self._by_id(FolderRow, storage.database.folders.by_ids, self._ask.reach)

    @cached_property
    def document_by_id(self) -> DataLoader[UUID, DocumentRow | None]:
        """Documents in reach."""
        return self._by_id(DocumentRow, storage.database.documents.by_ids, self._ask.reach)

    @cached_property
    def document_version_by_id(self) -> DataLoader[UUID, DocumentVersionRow | None]:
        """Versions of documents in reach. Those of the practice that are not are noted as refused."""

        async def ask_for(ids: list[UUID]) -> list[DocumentVersionRow | None]:
            ask = self._ask
            statement = storage.database.documents.versions_by_ids
            found = {row.id: row for row in await ask.rows(DocumentVersionRow, statement, ask.reach, ids=ids)}
            missing = [each for each in ids if each not in found]
            if missing:
                known = await ask.rows(KnownVersionRow, storage.database.documents.owners_known, ids=missing)
                ask.refuse(row.owner for row in known)
            return [found.get(each) for each in ids]

        return DataLoader(ask_for)

    @cached_property
    def blob_by_id(self) -> DataLoader[UUID, BlobRow | None]:
        """Where bytes are, of versions that were found in reach before."""
        return self._by_id(BlobRow, storage.database.documents.blobs_by_ids)

    @cached_property
    def upload_by_id(self) -> DataLoader[UUID, UploadRow | None]:
        """Uploads in reach."""
        return self._by_id(UploadRow, storage.database.uploads.by_ids, self._ask.reach)

    @cached_property
    def import_by_id(self) -> DataLoader[UUID, ImportRow | None]:
        """Imports of the practice, for whoever may bring in clients."""
        return self._by_id(
            ImportRow, storage.database.imports.by_ids, self._ask.reach.permission(May.IMPORT_CLIENTS).is_none
        )

    @cached_property
    def grant_by_id(self) -> DataLoader[UUID, GrantRow | None]:
        """Places on care teams in reach."""
        return self._by_id(GrantRow, storage.database.people.grants_by_id, self._ask.reach)

    @cached_property
    def invitation_by_id(self) -> DataLoader[UUID, InvitationRow | None]:
        """Invitations, for who manages people."""
        return self._allowed_by_id(May.MANAGE_PEOPLE, InvitationRow, storage.database.invitations.by_ids)

    @cached_property
    def api_key_by_id(self) -> DataLoader[UUID, ApiKeyRow | None]:
        """API keys, for who manages them."""
        return self._allowed_by_id(May.MANAGE_KEYS, ApiKeyRow, storage.database.api_keys.by_ids)

    @cached_property
    def break_glass_by_id(self) -> DataLoader[UUID, BreakGlassRow | None]:
        """Files opened in an emergency: the viewer's own, and all for who reads the audit log."""
        may_read = not self._ask.reach.permission(May.READ_AUDIT).is_none

        async def ask_for(ids: list[UUID]) -> list[BreakGlassRow | None]:
            found = {}
            for row in await self._ask.rows(BreakGlassRow, storage.database.break_glass.by_ids, ids=ids):
                if may_read or row.membership_id == self._ask.viewer.membership_id:
                    found[row.id] = row
            return [found.get(each) for each in ids]

        return DataLoader(ask_for)

    @cached_property
    def tag_by_id(self) -> DataLoader[UUID, TagRow | None]:
        """Tags that the viewer may see."""
        return self._by_id(TagRow, storage.database.tags.by_ids, self._ask.reach)

    @cached_property
    def client_tag_by_id(self) -> DataLoader[UUID, ClientTagRow | None]:
        """That clients in reach have tags that the viewer may see."""
        return self._by_id(ClientTagRow, storage.database.tags.client_tags_by_ids, self._ask.reach)

    @cached_property
    def contact_point_by_id(self) -> DataLoader[UUID, ContactPointRow | None]:
        """Contact points of profiles in reach."""
        return self._part_by_id(ContactPointRow, ContactPoint)

    @cached_property
    def address_by_id(self) -> DataLoader[UUID, AddressRow | None]:
        """Addresses of profiles in reach."""
        return self._part_by_id(AddressRow, Address)

    @cached_property
    def related_person_by_id(self) -> DataLoader[UUID, RelatedPersonRow | None]:
        """Related people of profiles in reach."""
        return self._part_by_id(RelatedPersonRow, RelatedPerson)

    @cached_property
    def identifier_by_id(self) -> DataLoader[UUID, IdentifierRow | None]:
        """Identifiers of profiles in reach."""
        return self._part_by_id(IdentifierRow, Identifier)

    @cached_property
    def safety_flag_by_id(self) -> DataLoader[UUID, SafetyFlagRow | None]:
        """Safety flags of profiles in reach."""
        return self._part_by_id(SafetyFlagRow, SafetyFlag)

    @cached_property
    def head_of_practice(self) -> DataLoader[UUID, HeadRow]:
        """Where the practice's sequence stands in this snapshot; asked once, however many lists say where they end."""

        async def ask_for(ids: list[UUID]) -> list[HeadRow]:
            return await self._ask.rows(HeadRow, storage.database.timeline.head)

        return DataLoader(ask_for)

    @cached_property
    def clinical_client(self) -> DataLoader[UUID, bool]:
        """Whether the viewer may read the clinical part of a client's profile."""

        async def ask_for(ids: list[UUID]) -> list[bool]:
            clinical = self._ask.reach.clinical_client
            rows = await self._ask.rows(ClientRow, storage.database.clients.ids_within, clinical, ids=ids)
            reached = {row.id for row in rows}
            return [each in reached for each in ids]

        return DataLoader(ask_for)

    def _allowed_by_id(self, may: May, row: type[Any], statement: Callable[..., Any]) -> DataLoader[UUID, Any]:
        """Rows that belong to no client, for who has the permission; for others it is as if there were none."""
        if not self._ask.reach.permission(may).is_none:
            return self._by_id(row, statement)

        async def nothing(ids: list[UUID]) -> list[Any]:
            return [None for _ in ids]

        return DataLoader(nothing)

    def _part_by_id(self, row: type[Any], model: type) -> DataLoader[UUID, Any]:
        return self._by_id(row, storage.database.clients.parts_by_ids, row, model, self._ask.reach)

    def _by_id(self, row: type[Any], statement: Callable[..., Any], *shape: Any) -> DataLoader[UUID, Any]:
        async def ask_for(ids: list[UUID]) -> list[Any]:
            found = {each.id: each for each in await self._ask.rows(row, statement, *shape, ids=ids)}
            return [found.get(each) for each in ids]

        return DataLoader(ask_for)
