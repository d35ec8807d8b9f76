"""Folders as the graph shows them."""

from datetime import datetime

import strawberry

import resolvers.documents.finding
import resolvers.folders.changing
import resolvers.folders.finding
import schema.given
from domain.documents import DeletedContents
from resolvers.folders.changing import FolderChanged, FolderDeleted
from schema.actors import Actor
from schema.client_documents import Document
from schema.fields import answered_by, presents
from schema.nodes import Node
from schema.paging import Connection
from schema.problems import Problem
from schema.references import ClientRef, FolderRef
from storage.database.folders import FolderRow

schema.given.one_of(DeletedContents)


@presents(FolderRow)
class Folder(Node):
    """A folder of a client's documents. Whoever reaches the client sees its name, and of its documents those within
    reach."""

    id: strawberry.ID = answered_by(resolvers.folders.finding.ids)
    client: ClientRef = answered_by(resolvers.folders.finding.clients)
    parent: FolderRef | None = answered_by(resolvers.folders.finding.parents)
    name: str
    "What it is called. Show it as text only."
    folders: Connection[FolderRef] = answered_by(resolvers.folders.finding.of_folders)
    documents: Connection[Document] = answered_by(resolvers.documents.finding.of_folders)
    version: int
    "Grows by one with every change of its name or place; may be given back as `expectedVersion`."
    created_at: datetime
    "When it was made."
    created_by: Actor = answered_by(resolvers.folders.finding.creators)
    updated_at: datetime
    "When its name or place last changed."


@presents(FolderChanged)
class FolderCreatePayload:
    """What came of making a folder."""

    folder: Folder | None = answered_by(resolvers.folders.changing.folders_changed)
    problems: list[Problem]
    "What kept it from being made; empty when it was."


@presents(FolderChanged)
class FolderRenamePayload:
    """What came of giving a folder another name."""

    folder: Folder | None = answered_by(resolvers.folders.changing.folders_changed)
    current: Folder | None = answered_by(resolvers.folders.changing.folders_in_conflict)
    problems: list[Problem]
    "What kept it from being done; empty when it was."


@presents(FolderChanged)
class FolderMovePayload:
    """What came of moving a folder."""

    folder: Folder | None = answered_by(resolvers.folders.changing.folders_changed)
    current: Folder | None = answered_by(resolvers.folders.changing.folders_in_conflict)
    problems: list[Problem]
    "What kept it from being done; empty when it was."


@presents(FolderDeleted)
class FolderDeletePayload:
    """What came of deleting a folder."""

    client: ClientRef | None = answered_by(resolvers.folders.changing.clients_left)
    problems: list[Problem]
    "What kept it from being done; empty when it was."
