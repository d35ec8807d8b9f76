"""Replacing the parts of a profile by whole lists: what has an id is kept and changed, the rest is new or goes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import select

from domain.refusals import NotFound
from resolvers.clients.checking import AT, Checking, Columns, PartKind
from resolvers.writing import Write


@dataclass(slots=True)
class Replacement:
    """How a list becomes another. `apply` changes what is kept; `carry_out` removes and adds."""

    kind: PartKind
    client_id: UUID
    kept: list[tuple[Any, Columns]] = field(default_factory=list)
    added: list[Any] = field(default_factory=list)
    removed: list[Any] = field(default_factory=list)

    def apply(self, write: Write) -> bool:
        """Change the parts that are kept; says whether the list is to read differently at all."""
        for row, columns in self.kept:
            for name, value in columns.items():
                setattr(row, name, value)
        changed = any(write.session.is_modified(row) for row, _ in self.kept)
        return changed or bool(self.added or self.removed)

    async def carry_out(self, write: Write) -> None:
        """Remove and add."""
        await write.remove(*self.removed)
        await write.add(*self.added)


async def planned(
    write: Write, client_id: UUID, kind: PartKind, given: Sequence[Any], checking: Checking
) -> Replacement:
    """How the list of the client becomes what is given; what is wrong goes to the findings."""
    plan = Replacement(kind, client_id)
    rows = await write.session.scalars(
        select(kind.model).where(kind.model.practice_id == write.practice_id, kind.model.client_id == client_id)
    )
    known = {row.id: row for row in rows}
    seen: set[UUID] = set()
    for place, (item, columns) in enumerate(zip(given, kind.judged(given, checking), strict=False)):
        at = (*AT, kind.name, str(place), "id")
        if item.id is None:
            plan.added.append(kind.made(client_id, place, columns))
        elif item.id in seen:
            checking.findings.invalid(at, "must not be given twice")
        elif item.id not in known:
            checking.findings.add(NotFound(kind.word, at))
        else:
            seen.add(item.id)
            plan.kept.append((known.pop(item.id), {**columns, "position": place}))
    plan.removed = list(known.values())
    return plan
