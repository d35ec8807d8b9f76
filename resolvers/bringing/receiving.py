"""Taking in the bytes of an import: through a signed path, in pieces, each a short write of its own."""

import hashlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import delete, select

from auth.keys import KeyRing, NotSealedHere
from auth.viewers import System
from domain.bringing import ImportState
from resolvers import jobs, writing
from resolvers.bringing.unpacking import PIECE, Pieces
from resolvers.writing import Write
from storage.database.imports import ClientImport, ClientImportPart
from storage.database.opening import Database

if TYPE_CHECKING:
    from resolvers.casegraph import Casegraph

PATH = "/imports/"
LASTS = timedelta(hours=1)
MOST_BYTES = 2_000_000_000
JOB = "client-import"
_PURPOSE = "import upload"


class NotExpected(Exception):
    """No file is awaited there: the path is made up, too old, or the file has come."""


class TooMuch(Exception):
    """The file is larger than any that is taken."""


def path_of(ring: KeyRing, practice_id: UUID, import_id: UUID, begun_at: datetime) -> str:
    """Where the bytes of an import are sent."""
    until = int((begun_at + LASTS).timestamp()).to_bytes(8, "big")
    return PATH + ring.seal(_PURPOSE, None, practice_id.bytes + import_id.bytes + until)


def opened(ring: KeyRing, token: str, moment: datetime) -> tuple[UUID, UUID]:
    """The practice and the import that a path was signed for; `NotExpected` for any other text."""
    try:
        plain = ring.unseal(_PURPOSE, None, token)
    except NotSealedHere:
        raise NotExpected from None
    if int.from_bytes(plain[32:], "big") < moment.timestamp():
        raise NotExpected
    return UUID(bytes=plain[:16]), UUID(bytes=plain[16:32])


async def receive(casegraph: "Casegraph", token: str, chunks: AsyncIterator[bytes], size: int | None) -> int:
    """Keep the bytes, and ask for the job that brings them in; gives how many there were.

    What breaks off is sent again from its beginning. Of two who send at once the later one goes on.
    """
    practice_id, import_id = opened(casegraph.ring, token, datetime.now(UTC))
    receiving = _Receiving(casegraph.database, practice_id, import_id)
    await receiving.begin()
    held = bytearray()
    async for chunk in chunks:
        held += chunk
        if receiving.received + len(held) > MOST_BYTES:
            raise TooMuch
        while len(held) >= PIECE:
            await receiving.keep(bytes(held[:PIECE]))
            del held[:PIECE]
    if held:
        await receiving.keep(bytes(held))
    if size is not None and size != receiving.received:
        raise NotExpected
    await receiving.end()
    return receiving.received


class _Receiving:
    """One sending of an import's bytes."""

    def __init__(self, database: Database, practice_id: UUID, import_id: UUID) -> None:
        self._database = database
        self._viewer = System(practice_id, "import")
        self._import_id = import_id
        self._digest = hashlib.sha256()
        self.received = 0
        self._number = 0

    async def begin(self) -> None:
        """Forget what an earlier sending left."""
        async with writing.opened(self._database, self._viewer, "receiving.begin") as write:
            held = await self._held(write)
            held.received = 0
            part = ClientImportPart
            await write.session.execute(
                delete(part).where(part.practice_id == write.practice_id, part.import_id == self._import_id)
            )

    async def keep(self, content: bytes) -> None:
        """Keep a piece behind those that came before."""
        async with writing.opened(self._database, self._viewer, "receiving.keep") as write:
            held = await self._held(write)
            if held.received != self.received:
                raise NotExpected
            await write.add(ClientImportPart(import_id=self._import_id, number=self._number, content=content))
            held.received = self.received = self.received + len(content)
        self._digest.update(content)
        self._number += 1

    async def end(self) -> None:
        """All has come: from here on it waits for its job."""
        async with writing.opened(self._database, self._viewer, "receiving.end") as write:
            held = await self._held(write)
            if held.received != self.received:
                raise NotExpected
            held.state, held.digest = ImportState.WAITING, self._digest.hexdigest()
            write.record("IMPORT_RECEIVED", held, "received", "digest")
            await jobs.enqueue(write, JOB, str(self._import_id), payload={"import": str(self._import_id)})

    async def _held(self, write: Write) -> ClientImport:
        found = await write.session.get(
            ClientImport, (write.practice_id, self._import_id), with_for_update=True, populate_existing=True
        )
        if found is None or found.state is not ImportState.AWAITING_FILE:
            raise NotExpected
        return found


async def pieces_of(database: Database, practice_id: UUID, import_id: UUID, received: int) -> Pieces:
    """The bytes that were kept, piece by piece."""
    number = behind = 0
    while behind < received:
        part = ClientImportPart
        chosen = select(part.content).where(
            part.practice_id == practice_id, part.import_id == import_id, part.number == number
        )
        async with database.write(practice_id) as session:
            content = await session.scalar(chosen)
        if content is None:
            return
        number, behind = number + 1, behind + len(content)
        yield content, behind * 1000 // received
