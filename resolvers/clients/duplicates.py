"""Looking for clients who may be the person a new file is opened for: only among those within the caller's reach."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import storage.database.clients
from domain import duplicates
from domain.clients import Channel
from domain.duplicates import Likeness
from resolvers.clients.checking import Columns
from resolvers.clients.outcomes import Lookalike
from resolvers.clients.parts import names_in
from resolvers.writing import Write

Parts = dict[str, list[Columns]]
Point = tuple[Channel, str]

ASKED_AT_ONCE = 5_000
"""Databases take some 32,000 values in one statement."""


async def lookalikes(write: Write, columns: Columns, parts: Parts, threshold: int) -> tuple[Lookalike, ...]:
    """The clients in reach who look enough like the one described, the most alike first."""
    points = [(item["channel"], item["value"]) for item in parts.get("contact_points", ())]
    identifiers = [(item["system"], item["value"]) for item in parts.get("identifiers", ())]
    candidate = _likeness(columns["names"], columns.get("birth_date"), points, identifiers)
    known = await _known(write, candidate, threshold)
    found = duplicates.possible_duplicates(candidate, known, threshold)
    return tuple(Lookalike(client_id, alike.score, alike.reasons) for client_id, alike in found)


async def _known(write: Write, candidate: Likeness, threshold: int) -> list[tuple[UUID, Likeness]]:
    words = duplicates.exact_words(candidate, threshold)
    found = await write.session.execute(
        storage.database.clients.resembling(write.reach),
        {**write.values, "words": words, "born_on": candidate.birth_date},
    )
    rows = found.all()
    ids = [row.id for row in rows]
    points = await _gathered(write, storage.database.clients.known_points(), ids)
    identifiers = await _gathered(write, storage.database.clients.known_identifiers(), ids)
    return [(row.id, _likeness(row.names, row.birth_date, points[row.id], identifiers[row.id])) for row in rows]


async def _gathered(write: Write, statement: Any, ids: Sequence[UUID]) -> dict[UUID, list[tuple[Any, str]]]:
    """Pairs by client, from rows of `(client_id, what, value)`."""
    gathered: dict[UUID, list[tuple[Any, str]]] = defaultdict(list)
    if ids:
        for client_id, what, value in await write.session.execute(statement, {**write.values, "ids": ids}):
            gathered[client_id].append((what, value))
    return gathered


def _likeness(
    named: list[dict[str, Any]], born_on: Any, points: Iterable[Point], identifiers: Iterable[tuple[str, str]]
) -> Likeness:
    points = list(points)
    return duplicates.likeness(
        names_in(named),
        born_on,
        emails=[value for channel, value in points if channel is Channel.EMAIL],
        phones=[value for channel, value in points if channel is Channel.PHONE],
        identifiers=identifiers,
    )


async def known_alike(
    write: Write, candidates: Sequence[Likeness], threshold: int
) -> list[list[tuple[UUID, Likeness]]]:
    """For each of many candidates the clients in reach that it must be compared with, in four statements for all."""
    words = [set(duplicates.exact_words(each, threshold)) for each in candidates]
    having, born = await _sharing(write, set().union(*words), {each.birth_date for each in candidates} - {None})
    ids = sorted({id for found in (*having.values(), *born.values()) for id in found})
    known = await _likenesses(write, ids)
    return [
        [
            (id, known[id])
            for id in sorted({id for word in said for id in having.get(word, ())} | born.get(each.birth_date, set()))
            if id in known
        ]
        for each, said in zip(candidates, words, strict=True)
    ]


async def _sharing(
    write: Write, words: set[str], days: set[date | None]
) -> tuple[dict[str, set[UUID]], dict[date | None, set[UUID]]]:
    """The clients who have one of the words, by the word; and those born on one of the days, by the day."""
    having: dict[str, set[UUID]] = defaultdict(set)
    born: dict[date | None, set[UUID]] = defaultdict(set)
    asked = sorted(words)
    for start in range(0, len(asked), ASKED_AT_ONCE):
        values = {**write.values, "words": asked[start : start + ASKED_AT_ONCE]}
        for word, id in await write.session.execute(storage.database.clients.having_words(write.reach), values):
            having[word].add(id)
    if days:
        values = {**write.values, "days": sorted(day for day in days if day)}
        for day, id in await write.session.execute(storage.database.clients.born_on(write.reach), values):
            born[day].add(id)
    return having, born


async def _likenesses(write: Write, ids: Sequence[UUID]) -> dict[UUID, Likeness]:
    if not ids:
        return {}
    rows = (await write.session.execute(storage.database.clients.named(), {**write.values, "ids": ids})).all()
    points = await _gathered(write, storage.database.clients.known_points(), ids)
    identifiers = await _gathered(write, storage.database.clients.known_identifiers(), ids)
    return {row.id: _likeness(row.names, row.birth_date, points[row.id], identifiers[row.id]) for row in rows}
