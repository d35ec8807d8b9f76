"""Running an import of a table from where it stands to its end, whether a job or a command runs it."""

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from uuid import UUID

from auth.viewers import System
from domain import bringing
from domain.bringing import Layout
from domain.tables import Record
from resolvers.bringing import unpacking
from resolvers.bringing.profiles import written
from resolvers.bringing.tables import Batch, BatchBrought, Row, bring_batch
from resolvers.bringing.unpacking import Pieces, Unreadable
from resolvers.writing import carry_out
from storage.database.imports import ClientImport
from storage.database.opening import Database

ROWS_IN_A_WRITE = 500
"""One statement for many rows costs little more than for one, and a write of this size is still a moment."""

Told = Callable[[int, int], None]
"""Called with the rows behind and the thousandths of the file behind."""


class Table:
    """Brings the rows of one table in, some in each write."""

    def __init__(self, database: Database, held: ClientImport, told: Told = lambda rows, permille: None) -> None:
        self._database = database
        self._viewer = System(held.practice_id, "import")
        self._import_id: UUID = held.id
        self._layout = Layout.read(held.layout or {})
        self._done = held.done
        # A dry run writes nothing down that a later row could be compared with.
        self._seen: set[int] | None = set() if held.dry_run else None
        self._told = told

    async def bring(self, pieces: Pieces) -> None:
        """Bring in whatever is not behind it yet. Raises `Unreadable`; then the rows before stay."""
        async with aclosing(unpacking.records(pieces)) as records:
            headings = await self._headings(records)
            behind, batch = 0, list[Record]()
            async for record in records:
                behind += 1
                if behind <= self._done and self._seen is None:
                    continue
                batch.append(record)
                if len(batch) == ROWS_IN_A_WRITE:
                    await self._bring(headings, batch, behind - len(batch))
                    batch = []
            if batch:
                await self._bring(headings, batch, behind - len(batch))

    async def _headings(self, records: AsyncGenerator[Record, None]) -> Sequence[str]:
        first = await anext(records, None)
        if first is None:
            raise Unreadable("is empty")
        headings = [each.strip() for each in first.cells]
        missing = bringing.missing_headings(self._layout, headings)
        if missing:
            raise Unreadable("has no column " + ", ".join(f"“{each}”" for each in missing))
        return headings

    async def _bring(self, headings: Sequence[str], batch: Sequence[Record], first: int) -> None:
        places = [f"line {record.line}" for record in batch]
        rows = [
            Row(place, bringing.read_row(self._layout, headings, record.cells, place))
            for place, record in zip(places, batch, strict=True)
        ]
        seen = self._seen_of(rows)
        if first + len(batch) <= self._done:
            return
        given = Batch(self._import_id, first, rows, batch[-1].permille, self._layout.country, seen)
        await carry_out(self._database, self._viewer, bring_batch, given, BatchBrought)
        self._done = first + len(batch)
        self._told(self._done, batch[-1].permille)

    def _seen_of(self, rows: Sequence[Row]) -> frozenset[str]:
        if self._seen is None:
            return frozenset()
        sources = {written(row.found.source) for row in rows if not isinstance(row.found, list)}
        again = frozenset(source for source in sources if hash(source) in self._seen)
        self._seen.update(map(hash, sources))
        return again
