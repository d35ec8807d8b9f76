"""The one way to write: act, close, commit, ring the bell.

A write runs read-committed (SQLite: BEGIN IMMEDIATE, one at a time). It first share-locks what its caller acts by, so a
revocation is strictly before or after it; then the rows it changes; and takes the practice's sequence as its last lock.
After that number come only inserts that carry it: the audit facts and the events of the feeds. Whatever the database
calls off (dead-lock, lost race) runs again from the start, so a write has no effect outside the database.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

import resolvers.auditing
import resolvers.outcomes
from auth.errors import Forbidden, NotSignedIn
from auth.permissions import May
from auth.reach import Reach, reach_of
from auth.viewers import Key, Member, Viewer, actor_of, practice_of
from domain.events import Change, Subject
from domain.identity import new_id
from domain.refusals import NotFound
from domain.timeline import EntryKind, Visibility, default_visibility
from resolvers.announcing import announced, event_of
from resolvers.auditing import Author, Fact
from resolvers.outcomes import Outcome
from resolvers.repeating import Repeatable
from storage.database.api_keys import ApiKey
from storage.database.audit import AuditDetail, AuditEvent
from storage.database.base import OfPractice
from storage.database.opening import Database, unbroken
from storage.database.people import Membership
from storage.database.selecting import among, table_of
from storage.database.sequence import next_link, next_number
from storage.database.timeline import PracticeEvent, TimelineEntry

SomeOutcome = TypeVar("SomeOutcome", bound=Outcome)
Model = TypeVar("Model", bound=OfPractice)
Result = TypeVar("Result")
Act = Callable[["Write", Any], Awaitable[SomeOutcome]]

TRIES = 4
STANDING = frozenset({"membership", "api_key", "break_glass", "person"})
"""What viewers stand on, beside their session."""
CALLED_OFF = frozenset({"40P01", "40001", "23505", "55P03"})
TAKING: set[Callable[..., Any]] = set()
"""The acts that take from somebody's reach."""


def takes_from_members(act: Act[SomeOutcome]) -> Act[SomeOutcome]:
    """Mark an act that holds memberships (`Write.hold_members`).

    In a practice such acts take turns: each share-locks its own caller first, so two of them that hold one another's
    callers would wait for each other for ever.
    """
    TAKING.add(act)
    return act


@dataclass(frozen=True, slots=True)
class Written:
    """What a committed write left: the practice and the number to ring the bell with; None when it changed nothing.

    `standing_changed`: somebody is something else than before, or nobody any more: viewers must be looked at again.
    """

    practice_id: UUID | None = None
    number: int | None = None
    standing_changed: bool = False


@dataclass
class Write:
    """One write under way. Resolvers find, add and change rows with it; they never commit."""

    session: AsyncSession
    viewer: Viewer
    practice_id: UUID
    operation: str
    request_id: str | None = None
    moment: datetime = field(default_factory=lambda: datetime.now(UTC))
    facts: list[Fact] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    number: int | None = None
    refused: set[UUID] = field(default_factory=set)
    """Clients whose records the caller wanted to change and may not."""
    taking: bool = False
    """Whether it may hold memberships: it is its turn among those that do."""

    @property
    def reach(self) -> Reach:
        """What the caller may reach."""
        return reach_of(self.viewer)

    @property
    def values(self) -> dict[str, Any]:
        """What conditions of reach bind."""
        return {"practice": self.practice_id, "member": self.viewer.membership_id, "moment": self.moment}

    def require(self, may: May) -> None:
        """Turn away a caller who has the permission over no client at all."""
        if self.reach.permission(may).is_none:
            raise Forbidden(may)

    async def find(
        self, model: type[Model], id: UUID, may: May, kind: str, *, read: May = May.READ_CLIENTS, at: str = "id"
    ) -> Model:
        """The row, locked. `NotFound` when out of reach, exactly as if it did not exist; `Forbidden` when in sight
        but not the caller's to change. `at` is the input field that named it."""
        table = table_of(model)
        statement = (
            select(model, self.reach.row(table, may).label("allowed"))
            .where(table.c.practice_id == self.practice_id, table.c.id == id, self.reach.row(table, read))
            .with_for_update(key_share=True, of=table)
        )
        found = (await self.session.execute(statement, self.values)).one_or_none()
        if found is None:
            await self.note_refused(model, id)
            raise NotFound(kind, ("input", at))
        row: Model = found[0]
        if not found.allowed:
            self._refuse(table.name, row)
            raise Forbidden(may)
        return row

    async def note_refused(self, model: type[OfPractice], id: UUID) -> None:
        """Remember whose record was out of reach, if the practice has it: it stands in the access log as refused."""
        row = await self.session.get(model, (self.practice_id, id))
        if row is not None:
            self._refuse(table_of(model).name, row)

    def _refuse(self, table: str, row: Any) -> None:
        client_id = row.id if table == "client" else getattr(row, "client_id", None)
        if client_id is not None:
            self.refused.add(client_id)

    async def hold_members(self, ids: Collection[UUID]) -> None:
        """Lock memberships exclusively, before anything else: what takes from their reach comes strictly before or
        after every write of theirs, which share-lock them. The moment of this write is after theirs."""
        assert self.taking, "an act that holds members is marked by `takes_from_members`"  # noqa: S101
        if not ids:
            return
        held = table_of(Membership)
        chosen = select(held.c.id).where(held.c.practice_id == self.practice_id, among(held.c.id, "ids"))
        await self.session.execute(chosen.order_by(held.c.id).with_for_update(), {"ids": list(ids)})
        self.moment = datetime.now(UTC)

    async def add(self, *rows: OfPractice) -> None:
        """Add rows of one or several tables, in this order. They are inserted at once."""
        for row in rows:
            row.practice_id = self.practice_id
        for _, alike in groupby(rows, key=type):
            self.session.add_all(alike)
            await self.flush()

    async def add_many(self, model: type[OfPractice], rows: Sequence[Mapping[str, Any]]) -> None:
        """Add many rows of one table at once, each as its columns; all of them name the same ones.

        For what is brought in by the thousand: facts and events are noted as by `add`, at a fraction of its cost.
        """
        if rows:
            self.facts += resolvers.auditing.facts_of_new(table_of(model), rows) if model.audited else []
            if model.announces is not None:
                self.events += [announced(Change.ADDED, model.announces, row.get) for row in rows]
            stamp = {"practice_id": self.practice_id}
            await self.session.execute(insert(table_of(model)), [{**row, **stamp} for row in rows])

    async def change_many(
        self, model: type[OfPractice], rows: Sequence[tuple[UUID, UUID, Mapping[str, Any]]], values: Mapping[str, Any]
    ) -> None:
        """Give many rows of one table the same values at once. Each row is its id, its client's id, and what it holds
        so far of what is changed."""
        if rows:
            table = table_of(model)
            self.facts += resolvers.auditing.facts_of_changed(table.name, rows, values)
            chosen = update(table).where(table.c.practice_id == self.practice_id, among(table.c.id, "ids"))
            await self.session.execute(chosen.values(**values), {"ids": [id for id, _, _ in rows]})

    async def remove(self, *rows: OfPractice) -> None:
        """Remove rows. Only parts of a whole are ever removed; what they held stays in the audit log."""
        for row in rows:
            await self.session.delete(row)
        await self.flush()

    async def flush(self) -> None:
        """Send what changed so far to the database, and note its facts and events."""
        pending = self.session.sync_session
        for row in pending.dirty:
            if isinstance(row, TimelineEntry) and pending.is_modified(row):
                row.keep_words()
        self.facts += resolvers.auditing.facts_of(pending)
        added = [(Change.ADDED, row) for row in pending.new]
        changed = [(Change.CHANGED, row) for row in pending.dirty if pending.is_modified(row)]
        self.events += [event_of(change, row) for change, row in (*added, *changed) if getattr(row, "announces", None)]
        await self.session.flush()

    async def keep_quiet(self) -> None:
        """Send what changed so far, and neither write it down nor tell anybody: for what a later write will tell with
        its own change, such as the next words of a text that is still being typed."""
        await self.flush()
        self.facts.clear()
        self.events.clear()

    def announce(self, change: Change, row: OfPractice) -> None:
        """Tell live feeds of a row that reads differently although it was not changed itself."""
        self.events.append(event_of(change, row))

    def announce_clients(self, ids: Iterable[UUID]) -> None:
        """Tell live feeds of clients who read differently although their own rows were not changed."""
        self.events += [announced(Change.CHANGED, Subject.CLIENT, {"id": id}.get) for id in ids]

    def record(self, action: str, row: Any, *names: str) -> None:
        """Write down a row that is not audited by itself."""
        values = {name: [None, getattr(row, name)] for name in names}
        client_id = getattr(row, "client_id", None)
        self.facts.append(Fact(action, row.__tablename__, str(row.id), client_id, values))

    async def take_number(self, series: str, count: int = 1) -> int:
        """The first of `count` numbers of a series without gaps; the counter stays locked until the write ends."""
        return await next_number(self.session, self.practice_id, series, count)

    async def name_of_caller(self) -> str | None:
        """The name colleagues know the caller by; None for the practice's own machinery."""
        held = select(Membership.name).where(
            Membership.practice_id == self.practice_id, Membership.id == self.viewer.membership_id
        )
        name: str | None = await self.session.scalar(held)
        return name

    async def happened(
        self,
        kind: EntryKind,
        client_id: UUID,
        facts: dict[str, Any],
        *,
        journey_id: UUID | None = None,
        subject_id: UUID | None = None,
        occurred_at: datetime | None = None,
        visibility: Visibility | None = None,
        private_to: UUID | None = None,
        actor_id: UUID | None = None,
    ) -> TimelineEntry:
        """Write a line of the client's timeline. `actor_id` is who did it, when that is not who writes it down."""
        entry = TimelineEntry(
            id=new_id(),
            client_id=client_id,
            journey_id=journey_id,
            kind=kind,
            subject_id=subject_id,
            occurred_at=occurred_at or self.moment,
            recorded_at=self.moment,
            actor_id=actor_id or self.viewer.membership_id,
            visibility=visibility or default_visibility(kind),
            facts=facts,
            private_to=private_to,
        )
        await self.add(entry)
        return entry

    @property
    def left(self) -> Written:
        """What the write leaves, once it is committed."""
        standing_changed = any(fact.subject in STANDING for fact in self.facts)
        return Written(self.practice_id, self.number, standing_changed)

    async def close(self) -> None:
        """The closing step: the last lock, then the audit rows and events that carry its number."""
        await self.flush()
        self.facts = self.facts or resolvers.auditing.facts_of_events(self.events)
        if not self.facts:
            return
        author = Author(self.viewer.kind, actor_of(self.viewer), self.operation, self.request_id)
        audited, details = resolvers.auditing.rows_of(self.practice_id, self.facts, author, self.moment)
        digest = resolvers.auditing.digest_of_write(event["digest"] for event in audited)
        self.number, link = await next_link(self.session, self.practice_id, digest)
        audited[0]["link"] = link
        carried = {"seq": self.number}
        for table, rows in ((AuditEvent, audited), (AuditDetail, details), (PracticeEvent, self._numbered_events())):
            if rows:
                await self.session.execute(insert(table_of(table)), [{**row, **carried} for row in rows])

    def _numbered_events(self) -> list[dict[str, Any]]:
        stamp = {"practice_id": self.practice_id, "recorded_at": self.moment}
        return [{**event, **stamp, "ordinal": ordinal} for ordinal, event in enumerate(self.events)]


@asynccontextmanager
async def opened(
    database: Database,
    viewer: Viewer,
    operation: str,
    request_id: str | None = None,
    refused: set[UUID] | None = None,
    *,
    taking: bool = False,
) -> AsyncIterator[Write]:
    """A write that share-locks what its caller acts by; what the body did is closed and committed at its end.

    `refused` hears of the clients whose records the caller may not change. One that holds memberships is `taking`.
    """
    practice_id, heard = practice_of(viewer), set() if refused is None else refused
    async with database.write(practice_id, viewer.person_id) as session:
        write = Write(session, viewer, practice_id, operation, request_id, refused=heard, taking=taking)
        if taking:
            await database.take_turn(session, practice_id)
        await _hold_caller(write)
        yield write
        await write.close()
        await session.commit()


async def _hold_caller(write: Write) -> None:
    """Share-lock what the caller acts by; whoever ends it must wait for this write, or this write sees it ended."""
    viewer = write.viewer
    if not isinstance(viewer, Member | Key):
        return
    chosen = select(Membership.role, Membership.from_at, Membership.to_at).where(
        Membership.practice_id == write.practice_id, Membership.id == viewer.membership_id
    )
    held = (await write.session.execute(chosen.with_for_update(read=True))).one_or_none()
    key_lasts = await _hold_key(write, viewer) if isinstance(viewer, Key) else None
    # The write's time begins here: while it waited for the lock, the membership or a grant may have ended.
    write.moment = datetime.now(UTC)
    if held is None or held.role is not viewer.role:
        raise NotSignedIn
    if held.from_at > write.moment or (held.to_at is not None and held.to_at <= write.moment):
        raise NotSignedIn
    if key_lasts is not None and key_lasts <= write.moment:
        raise NotSignedIn


async def _hold_key(write: Write, viewer: Key) -> datetime:
    """Share-lock the key, behind its maker's membership; until when it lasts."""
    chosen = select(ApiKey.ends_at).where(
        ApiKey.practice_id == write.practice_id, ApiKey.id == viewer.key_id, ApiKey.revoked_at.is_(None)
    )
    lasts: datetime | None = await write.session.scalar(chosen.with_for_update(read=True))
    if lasts is None:
        raise NotSignedIn
    return lasts


async def carry_out(
    database: Database,
    viewer: Viewer,
    act: Act[SomeOutcome],
    given: Any,
    outcome: type[SomeOutcome],
    *,
    repeatable: Repeatable | None = None,
    request_id: str | None = None,
    refused: set[UUID] | None = None,
) -> tuple[SomeOutcome, Written]:
    """Carry out an act as one transaction and give what came of it. Refusals pass through, with nothing written.

    Once begun it runs to its end, whoever leaves meanwhile.
    """
    operation = f"{act.__module__.rpartition('.')[2]}.{act.__name__}"

    async def run() -> tuple[SomeOutcome, Written]:
        async with opened(database, viewer, operation, request_id, refused, taking=act in TAKING) as write:
            earlier = await repeatable.earlier(write, operation, given) if repeatable else None
            if earlier is not None:
                return resolvers.outcomes.read(outcome, earlier), Written()
            found = await act(write, given)
            if repeatable:
                await repeatable.remember(write, resolvers.outcomes.kept(found))
        return found, write.left

    return await unbroken(run_again(run))


async def run_again(run: Callable[[], Awaitable[Result]]) -> Result:
    """Run a write; when the database calls it off, run it again from the start, a few times."""
    for tried in range(1, TRIES + 1):
        try:
            return await run()
        except DBAPIError as error:
            if tried == TRIES or not is_called_off(error):
                raise
    raise AssertionError("the last try either returns or raises")


def is_called_off(error: DBAPIError) -> bool:
    """Whether the database called the transaction off for reasons that a second run may not meet."""
    if getattr(error.orig, "sqlstate", None) in CALLED_OFF:
        return True
    return any(words in str(error.orig) for words in ("UNIQUE constraint failed", "database is locked"))
