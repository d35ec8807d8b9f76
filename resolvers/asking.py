"""An Ask: one snapshot of the practice, as one viewer may see it, for as long as one answer takes."""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import UUID

import orjson

import auth.recognising
from auth.arriving import Arrival
from auth.errors import Forbidden
from auth.keys import KeyRing
from auth.permissions import Extent, May, permission_of
from auth.reach import Reach, reach_of
from auth.viewers import Viewer, practice_of
from resolvers.files.stores import Stores
from resolvers.loaders import Loaders
from resolvers.looking import Looked
from resolvers.paging import Counting, Seal
from storage.database.opening import Database
from storage.database.ordering import Backend, CountedRow
from storage.database.reading import Known, Snapshot, Statement

Row = TypeVar("Row")
Wanted = frozenset[str] | None


class Answering:
    """What all views of one Ask share: the snapshot, opened at the first question."""

    def __init__(
        self, database: Database, arrival: Arrival, looked: Looked, ring: KeyRing | None, stores: Stores | None = None
    ) -> None:
        self.database = database
        self.viewer = viewer = arrival.viewer
        self.looked = looked
        self.ring = ring
        self.stores = stores
        self.statements = 0
        self.reach = reach_of(viewer)
        self.moment = arrival.moment
        self.values: dict[str, Any] = {
            "practice": viewer.practice_id,
            "member": viewer.membership_id,
            "person": viewer.person_id,
            "moment": self.moment,
        }
        self.known: Known = {}
        self.snapshot = arrival.taken()
        self.loaders: Loaders | None = None
        self.closed = False
        # Several questions are put at once; the first opens the snapshot for all.
        self.opening = asyncio.Lock()


class Ask:
    """What a resolver asks with: rows of the viewer's practice in one snapshot, on one connection.

    `wanted` names the attributes its level of the query needs of each row; None means all of them.
    """

    def __init__(self, answering: Answering, wanted: Wanted = None) -> None:
        self._answering = answering
        self.wanted = wanted

    @classmethod
    def opened(
        cls, database: Database, asks: Viewer | Arrival, looked: Looked | None = None, ring: KeyRing | None = None,
        stores: Stores | None = None,
    ) -> "Ask":  # fmt: skip
        """An Ask that has not asked anything yet. It takes a connection at its first question, unless the viewer has
        just arrived with one."""
        arrival = asks if isinstance(asks, Arrival) else Arrival(asks, datetime.now(UTC))
        return cls(Answering(database, arrival, looked or Looked(), ring, stores))

    def wanting(self, wanted: Wanted) -> "Ask":
        """The same Ask for a question that needs only some attributes of its rows."""
        return Ask(self._answering, wanted)

    @property
    def viewer(self) -> Viewer:
        """Who is asking."""
        return self._answering.viewer

    @property
    def practice_id(self) -> UUID:
        """The viewer's practice; turns away who is in none."""
        return practice_of(self.viewer)

    @property
    def reach(self) -> Reach:
        """What the viewer may reach, as SQL conditions."""
        return self._answering.reach

    @property
    def moment(self) -> datetime:
        """The time this answer speaks of."""
        return self._answering.moment

    @property
    def backend(self) -> Backend:
        """Which database answers, for the few statements that are spelled differently."""
        return self._answering.database.backend

    @property
    def is_open(self) -> bool:
        """Whether it holds a connection."""
        return self._answering.snapshot is not None

    @property
    def statements(self) -> int:
        """How many statements were asked so far."""
        return self._answering.statements

    @property
    def ring(self) -> KeyRing:
        """The keys that cursors are sealed with."""
        if self._answering.ring is None:
            raise RuntimeError("This Ask was opened without keys, so it has no cursors.")
        return self._answering.ring

    @property
    def stores(self) -> Stores:
        """Where files are kept."""
        if self._answering.stores is None:
            raise RuntimeError("This Ask was opened without stores, so it gives no links to files.")
        return self._answering.stores

    def seal(self, listed: str, *binding: Any) -> Seal:
        """What seals the cursors of a list, so that they open nowhere else: under its name, order and filter."""
        text = orjson.dumps([listed, *binding], default=_plain, option=orjson.OPT_SORT_KEYS)
        return Seal(self.ring, self.practice_id, text, self._answering.looked)

    @property
    def loaders(self) -> Loaders:
        """The questions by key, each asked once for all its keys."""
        answering = self._answering
        if answering.loaders is None:
            answering.loaders = Loaders(self)
        return answering.loaders

    async def rows(self, row: type[Row], statement: Statement, *shape: Any, **values: Any) -> list[Row]:
        """The rows a statement finds. `shape` chooses its text, `values` are bound by name."""
        if "parents" in values:  # one that stands twice at a level has one list, and would get its rows twice
            values["parents"] = list(dict.fromkeys(values["parents"]))
        answering = self._answering
        compiled = answering.database.statements.compiled(statement, shape)
        snapshot = answering.snapshot or await self._snapshot()
        answering.statements += 1
        if answering.database.on_read is not None:
            answering.database.on_read(compiled.sql)
        records = await snapshot.fetch(compiled.sql, compiled.arguments({**answering.values, **values}))
        found: list[Row] = compiled.rows(row, records, answering.known)
        if "size" not in values:  # a page notes what it shows of them
            answering.looked.at(row, found)
        return found

    async def row(self, row: type[Row], statement: Statement, *shape: Any, **values: Any) -> Row | None:
        """The one row a statement finds, or None."""
        found = await self.rows(row, statement, *shape, **values)
        return found[0] if found else None

    def counting(self, statement: Statement, *shape: Any, **values: Any) -> Counting:
        """How each parent's list is counted, should somebody ask; `statement` is made by `counts_per_parent`."""

        async def counted(parents: Sequence[UUID], most: int) -> Sequence[int]:
            rows = await self.rows(CountedRow, statement, *shape, parents=parents, most=most, **values)
            numbers = {row.parent: row.number for row in rows}
            return [numbers[parent] for parent in parents]

        return counted

    async def viewer_again(self) -> Viewer:
        """The viewer as they stand in this snapshot; `NotSignedIn` when their session or membership has ended."""
        return await auth.recognising.viewer_again(self.rows, self.viewer, self.moment)

    def require(self, may: May) -> None:
        """Turn away a viewer who has the permission over no client at all."""
        if permission_of(self.viewer, may).extent is Extent.NONE:
            practice_of(self.viewer)
            raise Forbidden(may)

    def refuse(self, client_ids: Iterable[UUID]) -> None:
        """Remember that these clients' records were asked for and refused."""
        self._answering.looked.refused.update(client_ids)

    async def _snapshot(self) -> Snapshot:
        answering = self._answering
        async with answering.opening:
            if answering.closed:
                raise RuntimeError("This Ask has ended.")
            if answering.snapshot is None:
                answering.snapshot = await self._begun()
            return answering.snapshot

    async def _begun(self) -> Snapshot:
        """A new snapshot. Nobody may ask it before the moment is set, which must not be earlier than what it sees: a
        grant that ended while a connection was waited for must not count any more."""
        answering = self._answering
        snapshot = await answering.database.reader.snapshot(answering.viewer.practice_id, answering.viewer.person_id)
        try:
            await snapshot.begun()
        except BaseException:
            await snapshot.close()
            raise
        answering.moment = answering.values["moment"] = datetime.now(UTC)
        return snapshot

    async def close(self) -> None:
        """End the snapshot and give the connection back."""
        answering = self._answering
        if answering.opening.locked():
            async with answering.opening:
                pass  # whoever opens it comes first
        answering.closed = True
        if answering.loaders is not None:
            answering.loaders.forget()
            answering.loaders = None
        snapshot, answering.snapshot = answering.snapshot, None
        if snapshot is not None:
            await snapshot.close()


def _plain(value: Any) -> Any:
    return sorted(value) if isinstance(value, frozenset) else str(value)
