"""Looking for clients who may be the person a new file is opened for: only among those within the caller's reach."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
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
