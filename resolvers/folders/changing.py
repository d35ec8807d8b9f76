"""Changing a client's tree of folders. Who changes it holds the client's row, so no two changes can make a circle."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select, update

from auth.permissions import May
from domain import documents, folders
from domain.documents import DeletedContents
from domain.identity import new_id
from domain.refusals import Conflict, Findings, NotFound
from resolvers.asking import Ask
from resolvers.documents.archiving import put_away
from resolvers.given import ClientId, FolderId
from resolvers.loaders import loaded
from resolvers.outcomes import Outcome
from resolvers.places import hold_place
from resolvers.writing import Write
from storage.database.clients import Client, ClientRow
from storage.database.documents import Document
from storage.database.folders import Folder, FolderRow
from storage.database.selecting import among, table_of
from storage.database.uploads import Upload


@dataclass(frozen=True)
class FolderCreateInput:
    """A new folder."""

    client_id: ClientId
    """The client whose documents it is for."""
    name: str
    """What it is called, at most 200 characters."""
    parent_id: FolderId | None = None
    """The folder it is made in; left out, it is an outermost one."""


@dataclass(frozen=True)
class FolderRenameInput:
    """Another name for a folder."""

    id: FolderId
    """The folder."""
    name: str
    """What it is called, at most 200 characters."""
    expected_version: int | None = None
    """The version the caller saw; when it is not the current one, nothing is changed."""


@dataclass(frozen=True)
class FolderMoveInput:
    """Where a folder goes."""

    id: FolderId
    """The folder; everything in it goes along."""
    parent_id: FolderId | None
    """The folder it moves into, of the same client; null to make it an outermost one."""
    expected_version: int | None = None
    """The version the caller saw; when it is not the current one, nothing is changed."""


@dataclass(frozen=True)
class FolderDeleteInput:
    """Which folder goes, and what becomes of what is in it."""

    id: FolderId
    """The folder."""
    contents: DeletedContents
    """What becomes of the documents and folders in it."""


@dataclass(slots=True, kw_only=True)
class FolderChanged(Outcome):
    """What came of changing a folder."""

    folder_id: UUID | None = None
    current_id: UUID | None = None


@dataclass(slots=True, kw_only=True)
class FolderDeleted(Outcome):
    """What came of deleting a folder."""

    client_id: UUID | None = None


async def create(write: Write, input: FolderCreateInput) -> FolderChanged:
    """Make a folder for a client's documents. Needs reach of the whole client."""
    findings = Findings()
    name = documents.folder_name(input.name, findings)
    findings.settle()
    await hold_place(write, input.client_id, None, May.WRITE_CLIENTS)
    if input.parent_id is not None:
        await held(write, input.parent_id, input.client_id, "parentId")
    folders.check_new(input.parent_id, await tree(write, input.client_id))
    row = Folder(
        id=new_id(), client_id=input.client_id, parent_id=input.parent_id, name=name,
        sort_name=documents.sort_name(name), version=1,
        created_at=write.moment, created_by=write.viewer.membership_id, updated_at=write.moment,
    )  # fmt: skip
    await write.add(row)
    return FolderChanged(folder_id=row.id)


async def rename(write: Write, input: FolderRenameInput) -> FolderChanged:
    """Give a folder another name."""
    findings = Findings()
    name = documents.folder_name(input.name, findings)
    findings.settle()
    folder = await _find(write, input.id, input.expected_version)
    if folder.name != name:
        folder.name, folder.sort_name = name, documents.sort_name(name)
        _touch(write, folder)
    return FolderChanged(folder_id=folder.id)


async def move(write: Write, input: FolderMoveInput) -> FolderChanged:
    """Move a folder, with everything in it, into another of the same client: not into itself or what it holds."""
    folder = await _find(write, input.id, input.expected_version)
    if input.parent_id is not None:
        await held(write, input.parent_id, folder.client_id, "parentId")
    folders.check_move(folder.id, input.parent_id, await tree(write, folder.client_id))
    if folder.parent_id != input.parent_id:
        folder.parent_id = input.parent_id
        _touch(write, folder)
    return FolderChanged(folder_id=folder.id)


async def delete(write: Write, input: FolderDeleteInput) -> FolderDeleted:
    """Delete a folder. What is in it moves to the folder around it, or is archived, as is said; nothing is lost."""
    folder = await _find(write, input.id, None)
    known = await tree(write, folder.client_id)
    gone = {folder.id} if input.contents is DeletedContents.MOVE_UP else folders.within(folder.id, known)
    await _empty(write, folder, gone, archive=input.contents is DeletedContents.ARCHIVE)
    rows = {row.id: row for row in await _folders_of(write, folder.client_id)}
    for row in rows.values():
        if row.parent_id == folder.id and row.id not in gone:
            row.parent_id = folder.parent_id
            _touch(write, row)
    await write.flush()
    for id in folders.innermost_first(gone, known):
        await write.remove(rows[id])
    return FolderDeleted(client_id=folder.client_id)


async def _empty(write: Write, folder: Folder, gone: set[UUID], *, archive: bool) -> None:
    """Take every document and upload out of the folders that go; archive those documents the caller may."""
    table = table_of(Document)
    may = write.reach.filed(table, May.WRITE_CLIENTS)
    found = (
        select(Document, may.label("allowed"))
        .where(Document.practice_id == write.practice_id, among(table.c.folder_id, "folders"))
        .order_by(Document.id)
        .with_for_update(key_share=True, of=table)
    )
    for document, allowed in (await write.session.execute(found, {**write.values, "folders": list(gone)})).all():
        document.folder_id = folder.parent_id
        document.updated_at = write.moment
        document.version += 1
        if archive and allowed and document.archived_at is None:
            await put_away(write, document, None)
    await write.flush()
    uploads = table_of(Upload)
    moved = update(uploads).where(uploads.c.practice_id == write.practice_id, among(uploads.c.folder_id, "folders"))
    await write.session.execute(moved.values(folder_id=folder.parent_id), {"folders": list(gone)})


async def held(write: Write, folder_id: UUID, client_id: UUID, at: str) -> Folder:
    """A folder of the client's, locked; `NotFound` for any other, named by the input field `at`."""
    folder = await write.find(Folder, folder_id, May.READ_CLIENTS, "folder", at=at)
    if folder.client_id != client_id:
        raise NotFound("folder", ("input", at))
    return folder


async def tree(write: Write, client_id: UUID) -> dict[UUID, UUID | None]:
    """Every folder of the client, and the one around it."""
    found = select(Folder.id, Folder.parent_id).where(
        Folder.practice_id == write.practice_id, Folder.client_id == client_id
    )
    return {row.id: row.parent_id for row in await write.session.execute(found)}


async def _folders_of(write: Write, client_id: UUID) -> Sequence[Folder]:
    found = select(Folder).where(Folder.practice_id == write.practice_id, Folder.client_id == client_id)
    return (await write.session.scalars(found)).all()


async def _find(write: Write, id: UUID, expected_version: int | None) -> Folder:
    """The folder to be changed, with its client's row held first: the order in which every change takes its locks."""
    known = await write.session.scalar(
        select(Folder.client_id).where(Folder.practice_id == write.practice_id, Folder.id == id)
    )
    if known is None or not await _reaches(write, known):
        raise NotFound("folder", ("input", "id"))
    await hold_place(write, known, None, May.WRITE_CLIENTS)
    folder = await write.find(Folder, id, May.WRITE_CLIENTS, "folder")
    if expected_version not in (None, folder.version):
        raise Conflict(folder.version, ("input", "expectedVersion")).with_beside(current_id=folder.id)
    return folder


async def _reaches(write: Write, client_id: UUID) -> bool:
    try:
        await write.find(Client, client_id, May.READ_CLIENTS, "client")
    except NotFound:
        return False
    return True


def _touch(write: Write, folder: Folder) -> None:
    folder.version += 1
    folder.updated_at = write.moment


async def folders_changed(ask: Ask, outcomes: Sequence[FolderChanged]) -> Sequence[FolderRow | None]:
    """The folder as it stands now; null when it was not changed."""
    return await loaded(ask.loaders.folder_by_id, [outcome.folder_id for outcome in outcomes])


async def folders_in_conflict(ask: Ask, outcomes: Sequence[FolderChanged]) -> Sequence[FolderRow | None]:
    """The folder as it stands now, when the caller had seen another version."""
    return await loaded(ask.loaders.folder_by_id, [outcome.current_id for outcome in outcomes])


async def clients_left(ask: Ask, outcomes: Sequence[FolderDeleted]) -> Sequence[ClientRow | None]:
    """The client whose folder it was; null when it was not deleted."""
    return await loaded(ask.loaders.client_by_id, [outcome.client_id for outcome in outcomes])
