"""Whether the audit log says what it always said: both chains of a practice walked from their beginning.

Everything is read in one snapshot and by the page, so a log of any length needs little memory and nobody waits. What is
hashed into the chains cannot be changed without being found; what is cut off the end, or written anew to the end, is
found by the heads that were anchored outside the database.
"""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from itertools import groupby
from typing import Any
from uuid import UUID

import resolvers.accesses
import resolvers.auditing
import storage.database.audit
from domain.chains import Damage, Finding, Head, Item, Walk
from resolvers.anchoring import Anchor, AnchorDamaged
from storage.database.audit import AccessRow, BatchRow, FactRow, HeadsRow, NumberRow, SubjectRow
from storage.database.opening import Database
from storage.database.reading import Snapshot, Statement

PAGE = 1000
# A damaged row may claim any number of facts beside it; nobody writes more than this at once.
MOST_PLACES = 10_000
NOWHERE = UUID(int=0)


class Chain(StrEnum):
    """What a fault was found in."""

    AUDIT = "AUDIT"
    """The changes, numbered by the practice's sequence."""
    ACCESS = "ACCESS"
    """The accesses, numbered by the batch."""
    ANCHOR = "ANCHOR"
    """The anchor file, numbered by its lines."""


@dataclass(frozen=True, slots=True)
class Fault:
    """The first thing that is wrong with a chain. `until` is `number` unless it can only be narrowed down."""

    chain: Chain
    number: int
    damage: Damage
    until: int

    def __str__(self) -> str:
        place = str(self.number) if self.until == self.number else f"{self.number} to {self.until}"
        return f"{self.chain} {place}: {self.damage}"


@dataclass(slots=True)
class Report:
    """What a verification went through, and the first fault of each chain."""

    practice_id: UUID
    writes: int = 0
    facts: int = 0
    erased: int = 0
    batches: int = 0
    accesses: int = 0
    anchored: int = 0
    faults: list[Fault] = field(default_factory=list)

    @property
    def is_sound(self) -> bool:
        """Whether nothing was found."""
        return not self.faults


async def verify(database: Database, practice_id: UUID, anchor: Anchor | None) -> Report:
    """Walk both chains of the practice and compare them with their heads and with what was anchored.

    Names the first bad number of each chain and what was done there. An erased detail is no fault.
    """
    report = Report(practice_id)
    # Asked for first: what is anchored later may lie beyond the snapshot.
    size = anchor.size() if anchor is not None else 0
    snapshot = await database.reader.snapshot(practice_id)
    try:
        look = _Look(database, snapshot, practice_id)
        heads = await look.heads()
        audited = _Anchored(anchor, size, report, lambda kept: Head(kept.seq, kept.link))
        await _verify_audit(look, Head(heads.seq, heads.link), audited, report)
        accessed = _Anchored(anchor, size, report, lambda kept: Head(kept.batch, kept.batch_link))
        await _verify_accesses(look, Head(heads.batch, heads.batch_link), accessed, report)
    finally:
        await snapshot.close()
    return report


async def _verify_audit(look: "_Look", head: Head, anchored: "_Anchored", report: Report) -> None:
    found = await _walked(_writes(look, report), head, anchored)
    alone = await look.number(storage.database.audit.first_detail_alone)
    beyond = await look.number(storage.database.audit.first_event_beyond, head=head.number)
    inserted = [Finding(number, Damage.INSERTED, number) for number in (alone, beyond) if number is not None]
    _note(report, Chain.AUDIT, found, *inserted)


async def _verify_accesses(look: "_Look", head: Head, anchored: "_Anchored", report: Report) -> None:
    found = await _walked(_batches(look, report), head, anchored)
    alone = await look.number(storage.database.audit.first_subject_alone)
    _note(report, Chain.ACCESS, found, None if alone is None else Finding(alone, Damage.INSERTED, alone))


async def _walked(items: AsyncIterator[Item], head: Head, anchored: "_Anchored") -> Finding | None:
    walk = Walk(head)
    last = 0
    async for item in items:
        walk.take(item, await anchored.at(item.number))
        last = item.number
        if walk.is_settled:
            break
    return walk.end(await anchored.highest_beyond(last))


def _note(report: Report, chain: Chain, *found: Finding | None) -> None:
    first = min((each for each in found if each is not None), key=lambda each: each.number, default=None)
    if first is not None:
        report.faults.append(Fault(chain, first.number, first.damage, first.until))


class _Look:
    """Reads rows of the snapshot, by the page."""

    def __init__(self, database: Database, snapshot: Snapshot, practice_id: UUID) -> None:
        self._statements = database.statements
        self._snapshot = snapshot
        self._practice_id = practice_id

    async def rows(self, row: type, statement: Statement, **values: Any) -> list[Any]:
        """The rows that the statement finds."""
        compiled = self._statements.compiled(statement, ())
        arguments = compiled.arguments({"practice": self._practice_id, **values})
        return compiled.rows(row, await self._snapshot.fetch(compiled.sql, arguments))

    async def all(self, row: type, statement: Statement, *names: str, **first: Any) -> AsyncIterator[Any]:
        """All rows, each page beginning behind the last row's attributes `names`; `first` is before the first row."""
        position = first
        while rows := await self.rows(row, statement, size=PAGE, **position):
            for each in rows:
                yield each
            position = {name: getattr(rows[-1], name) for name in names}

    async def heads(self) -> HeadsRow:
        """Where the chains are said to end; a practice without that has no history to show."""
        found: list[HeadsRow] = await self.rows(HeadsRow, storage.database.audit.heads)
        return found[0] if found else HeadsRow(0, b"", 0, b"")

    async def number(self, statement: Statement, **values: Any) -> int | None:
        """The number that the statement finds, if any."""
        found: list[NumberRow] = await self.rows(NumberRow, statement, **values)
        return found[0].number if found else None


async def _writes(look: _Look, report: Report) -> AsyncIterator[Item]:
    """Each write of the audit log, as an item of its chain."""
    seen: _WriteSeen | None = None
    facts = look.all(
        FactRow, storage.database.audit.facts_after, "seq", "ordinal", seq=-(2**63), ordinal=-(2**31)
    )  # fmt: skip
    async for row in facts:
        if seen is not None and seen.number != row.seq:
            yield seen.item()
        if seen is None or seen.number != row.seq:
            seen = _WriteSeen(row)
            report.writes += 1
        seen.add(row)
        report.facts += 1
        report.erased += row.salt is None
    if seen is not None:
        yield seen.item()


class _WriteSeen:
    """The facts that stand at one number, met one after another."""

    def __init__(self, first: FactRow) -> None:
        self.number = first.seq
        self._link = b""
        self._digests = sha256()
        self._facts = 0
        self._declared = first.facts_in_write
        self._origin = _origin(first)
        self._damages: set[Damage] = set()

    def add(self, row: FactRow) -> None:
        """Look at the next fact by itself, and beside the others."""
        self._digests.update(row.digest)
        self._facts += 1
        told = {name: getattr(row, name) for name in resolvers.auditing.TOLD}
        if resolvers.auditing.digest_of(told) == row.digest:
            self._fits(row)
        elif _stood_elsewhere(told, row.digest):
            self._declared = min(self._declared, row.facts_in_write)
            self._damages.add(Damage.REORDERED)
        else:
            self._damages.add(Damage.EDITED)
        if row.salt is not None and not _detail_fits(row, row.salt):
            self._damages.add(Damage.EDITED)
        if row.ordinal == 0:
            self._link = row.link or b""

    def _fits(self, row: FactRow) -> None:
        self._declared = min(self._declared, row.facts_in_write)
        if _origin(row) != self._origin:
            self._damages.add(Damage.REORDERED)
        if row.ordinal != 0 and row.link is not None:
            self._damages.add(Damage.EDITED)

    def item(self) -> Item:
        """The write as an item of the chain."""
        return Item(self.number, self._digests.digest(), self._link, self._damage())

    def _damage(self) -> Damage | None:
        if self._facts > self._declared and Damage.EDITED not in self._damages:
            return Damage.INSERTED
        if self._facts < self._declared and Damage.EDITED not in self._damages:
            return Damage.DELETED
        return next((each for each in (Damage.EDITED, Damage.REORDERED) if each in self._damages), None)


def _origin(row: FactRow) -> tuple[Any, ...]:
    """What all facts of a write have in common."""
    return row.recorded_at, row.actor_kind, row.actor_id, row.request_id, row.operation


def _stood_elsewhere(told: dict[str, Any], digest: bytes) -> bool:
    places = range(min(told["facts_in_write"], MOST_PLACES))
    return any(resolvers.auditing.digest_of({**told, "ordinal": place}) == digest for place in places)


def _detail_fits(row: FactRow, salt: bytes) -> bool:
    """Whether what the detail still holds is what the chain holds hashes of."""
    kept = (row.values or {}).items()
    return all(row.changes.get(name) == resolvers.auditing.salted(salt, pair) for name, pair in kept)


async def _batches(look: _Look, report: Report) -> AsyncIterator[Item]:
    """Each batch of accesses, as an item of their chain."""
    batches = look.all(BatchRow, storage.database.audit.batches_after, "batch", batch=-(2**63))
    contents = _contents(look)
    batch: BatchRow | None = await anext(batches, None)
    content: _Content | None = await anext(contents, None)
    while batch is not None or content is not None:
        number = min(each.batch for each in (batch, content) if each is not None)
        linked = batch if batch is not None and batch.batch == number else None
        held = content if content is not None and content.batch == number else _Content(number)
        report.batches += 1
        report.accesses += held.accesses
        yield _item(linked, held)
        batch = await anext(batches, None) if linked is not None else batch
        content = await anext(contents, None) if held is content else content


@dataclass(slots=True)
class _Content:
    """The accesses of one batch."""

    batch: int
    accesses: int = 0
    are_sound: bool = True
    digest: bytes = field(default_factory=lambda: resolvers.accesses.digest_of_batch(()))


def _item(linked: BatchRow | None, held: _Content) -> Item:
    if linked is None:
        return Item(held.batch, held.digest, b"", Damage.DELETED)
    damage = None
    if held.accesses < linked.events:
        damage = Damage.DELETED
    elif held.accesses > linked.events:
        damage = Damage.INSERTED
    elif not held.are_sound:
        damage = Damage.EDITED
    return Item(held.batch, held.digest, linked.link, damage)


async def _contents(look: _Look) -> AsyncIterator[_Content]:
    """The accesses of each batch, checked by themselves."""
    held: _Content | None = None
    digests: list[bytes] = []
    async for row, is_sound in _accesses(look):
        if held is None or held.batch != row.batch:
            if held is not None:
                yield _summed(held, digests)
            held, digests = _Content(row.batch), []
        held.accesses += 1
        held.are_sound &= is_sound
        digests.append(row.digest)
    if held is not None:
        yield _summed(held, digests)


def _summed(held: _Content, digests: list[bytes]) -> _Content:
    held.digest = resolvers.accesses.digest_of_batch(digests)
    return held


async def _accesses(look: _Look) -> AsyncIterator[tuple[AccessRow, bool]]:
    """Each access in order, and whether it says what its digest says."""
    position: dict[str, Any] = {"batch": -(2**63), "id": NOWHERE}
    while rows := await look.rows(AccessRow, storage.database.audit.accesses_after, size=PAGE, **position):
        ids = [row.id for row in rows]
        subjects = await look.rows(SubjectRow, storage.database.audit.subjects_of, ids=ids)
        ordered = sorted(subjects, key=lambda subject: subject.access_id)
        seen = {
            access_id: [(str(each.client_id), bool(each.refused)) for each in its]
            for access_id, its in groupby(ordered, key=lambda subject: subject.access_id)
        }
        for row in rows:
            told = {name: getattr(row, name) for name in resolvers.accesses.TOLD}
            yield row, resolvers.accesses.digest_of(told, seen.get(row.id, [])) == row.digest
        position = {"batch": rows[-1].batch, "id": rows[-1].id}


class _Anchored:
    """The anchored heads of one chain, in the order in which they were anchored."""

    def __init__(self, anchor: Anchor | None, size: int, report: Report, head_of: Callable[[Any], Head]) -> None:
        self._heads = anchor.heads_of(report.practice_id, size) if anchor is not None else None
        self._head_of = head_of
        self._report = report
        self._next: Head | None = None
        self._met = 0

    async def at(self, number: int) -> bytes | None:
        """The link that was anchored for a number; to be asked with rising numbers."""
        while self._next is None or self._next.number < number:
            if not await self._advance():
                return None
        return self._next.link if self._next.number == number else None

    async def highest_beyond(self, number: int) -> int:
        """The highest anchored number behind the last one asked for, or 0."""
        highest = self._next.number if self._next is not None else 0
        while await self._advance():
            highest = max(highest, self._next.number if self._next is not None else 0)
        return highest if highest > number else 0

    async def _advance(self) -> bool:
        if self._heads is None:
            return False
        try:
            kept = await anext(self._heads, None)
        except AnchorDamaged as damaged:
            self._heads, kept = None, None
            fault = Fault(Chain.ANCHOR, damaged.line, damaged.damage, damaged.line)
            if fault not in self._report.faults:
                self._report.faults.append(fault)
        self._next = None if kept is None else self._head_of(kept)
        if kept is None:
            self._heads = None
        self._met += kept is not None
        self._report.anchored = max(self._report.anchored, self._met)
        return kept is not None
