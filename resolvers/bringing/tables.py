"""Bringing in a table of clients: some rows in each write, each row once, and nobody twice.

A row's client is known by the record number in the other system, or by what the row says; so the same table twice gives
nothing new. A row that looks like somebody who is here is held back and reported, unless the import allows it. How far
the import has come moves in the same transaction as the rows: whatever kills it, the next run goes on behind them.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from domain import clients, duplicates
from domain.bringing import Fault
from domain.clients import Channel
from domain.duplicates import Likeness
from domain.fhir import ImportedClient
from domain.identity import Kind, new_id
from domain.identity import written as id_written
from domain.timeline import EntryKind, default_visibility
from resolvers import practices, settings
from resolvers.bringing import profiles, progress
from resolvers.bringing.profiles import Columns, ProfileColumns, written
from resolvers.bringing.progress import Counted, Said
from resolvers.clients.duplicates import known_alike
from resolvers.outcomes import Outcome
from resolvers.writing import Write
from storage.database.clients import Address, Client, ContactPoint, Identifier, SearchWord
from storage.database.sources import known_by_source
from storage.database.timeline import TimelineEntry

CLIENT = "Client"


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table, and where it stands."""

    place: str
    found: ImportedClient | list[Fault]


@dataclass(frozen=True, slots=True)
class Batch:
    """Some rows of an import, in the order of the table."""

    import_id: UUID
    first: int
    """How many rows stand before them."""
    rows: Sequence[Row]
    permille: int
    """How much of the file is behind them."""
    country: str | None = None
    seen: frozenset[str] = frozenset()
    """Of a dry run: sources of this batch that stood in the table before."""


@dataclass(slots=True, kw_only=True)
class BatchBrought(Outcome):
    """What came of some rows."""

    clients: int = 0


@dataclass(slots=True)
class _Opening:
    """A file about to be opened."""

    row: Row
    found: ImportedClient
    profile: ProfileColumns
    likeness: Likeness


async def bring_batch(write: Write, given: Batch) -> BatchBrought:
    """Open the files of those rows whose clients are not here yet."""
    held = await progress.held(write, given.import_id, given.first)
    counted = Counted()
    understood = _understood(given, counted)
    # The number's lock lets one file be opened at a time: whoever opens the same file waits, and hears of this one.
    await write.take_number(practices.FILES, 0)
    fresh = await _fresh(write, understood, given, counted)
    opening = await _told_apart(write, fresh, given, held.allow_duplicates, counted)
    if not held.dry_run and opening:
        await _open_files(write, opening)
    counted.add(CLIENT, imported=len(opening))
    await progress.advance(write, held, given.first + len(given.rows), given.permille, counted)
    return BatchBrought(clients=len(opening))


def _understood(given: Batch, counted: Counted) -> list[tuple[Row, ImportedClient]]:
    understood = []
    for row in given.rows:
        if isinstance(row.found, list):
            counted.add(CLIENT, refused=1)
            counted.say(*(Said(row.place, CLIENT, fault.column, fault.reason, taken=False) for fault in row.found))
        else:
            understood.append((row, row.found))
    return understood


async def _fresh(
    write: Write, understood: Sequence[tuple[Row, ImportedClient]], given: Batch, counted: Counted
) -> list[tuple[Row, ImportedClient]]:
    """Those whose clients are not here, each once."""
    first = {written(found.source): (row, found) for row, found in reversed(understood)}
    values = {"practice": write.practice_id, "sources": list(first)}
    rows = await write.session.execute(known_by_source(Client), values) if first else ()
    known = {source for source, _ in rows} | given.seen
    fresh = [pair for source, pair in reversed(first.items()) if source not in known]
    counted.add(CLIENT, present=len(understood) - len(fresh))
    return fresh


async def _told_apart(
    write: Write, fresh: Sequence[tuple[Row, ImportedClient]], given: Batch, allowed: bool, counted: Counted
) -> list[_Opening]:
    """Those to be opened: all but the ones that look like somebody here, or in a row before."""
    today = await settings.today(write)
    candidates = [_candidate(row, found, profiles.profile_of(found, today, given.country)) for row, found in fresh]
    if allowed:
        _say_left_out(candidates, counted)
        return candidates
    threshold = (await settings.in_force(write)).duplicate_threshold
    known = await known_alike(write, [each.likeness for each in candidates], threshold)
    opening: list[_Opening] = []
    near = _Near(threshold)
    for each, others in zip(candidates, known, strict=True):
        compared: list[tuple[UUID | str, Likeness]] = [*others, *near.of(each.likeness)]
        alike = duplicates.possible_duplicates(each.likeness, compared, threshold)
        if alike:
            counted.add(CLIENT, refused=1)
            counted.say(_alike(each.row.place, *alike[0]))
        else:
            opening.append(each)
            near.add(each.row.place, each.likeness)
    _say_left_out(opening, counted)
    return opening


class _Near:
    """The rows of this batch that are to be opened, by what a possible duplicate shares with them."""

    def __init__(self, threshold: int) -> None:
        self._threshold = threshold
        self._by_key: dict[Any, list[tuple[str, Likeness]]] = defaultdict(list)

    def add(self, place: str, likeness: Likeness) -> None:
        """Remember a row."""
        for key in self._keys(likeness):
            self._by_key[key].append((place, likeness))

    def of(self, likeness: Likeness) -> list[tuple[str, Likeness]]:
        """The rows to compare with."""
        found = {place: other for key in self._keys(likeness) for place, other in self._by_key.get(key, ())}
        return list(found.items())

    def _keys(self, likeness: Likeness) -> list[Any]:
        born = [likeness.birth_date] if likeness.birth_date else []
        return [*duplicates.exact_words(likeness, self._threshold), *born]


def _candidate(row: Row, found: ImportedClient, profile: ProfileColumns) -> _Opening:
    points = [(each["channel"], each["value"]) for each in profile.contacts]
    likeness = duplicates.likeness(
        found.names,
        profile.client["birth_date"],
        emails=[value for channel, value in points if channel is Channel.EMAIL],
        phones=[value for channel, value in points if channel is Channel.PHONE],
        identifiers=[(each["system"], each["value"]) for each in profile.identifiers],
    )
    return _Opening(row, found, profile, likeness)


def _say_left_out(opening: Sequence[_Opening], counted: Counted) -> None:
    for each in opening:
        counted.say(*(Said(each.row.place, CLIENT, part, why, taken=True) for part, why in each.profile.left_out))


def _alike(place: str, key: UUID | str, found: duplicates.Resemblance) -> Said:
    reasons = ", ".join(found.reasons)
    if isinstance(key, UUID):
        client = id_written(Kind.CLIENT, key)
        return Said(place, CLIENT, "", f"looks like {client} ({found.score}: {reasons})", taken=False, alike=client)
    return Said(place, CLIENT, "", f"looks like the row at {key} ({found.score}: {reasons})", taken=False)


async def _open_files(write: Write, opening: Sequence[_Opening]) -> None:
    prefix = (await settings.in_force(write)).file_number_prefix
    first = await write.take_number(practices.FILES, len(opening))
    times = {"created_at": write.moment, "updated_at": write.moment}
    rows: dict[Any, list[Columns]] = {
        model: [] for model in (Client, ContactPoint, Address, Identifier, SearchWord, TimelineEntry)
    }
    for counter, each in enumerate(opening, first):
        number, profile = clients.file_number(prefix, counter), each.profile
        numbered = {"file_counter": counter, "file_number": number, "source": written(each.found.source)}
        rows[Client].append({**profile.client, **times, **numbered})
        _gather_parts(rows, each, number)
        rows[TimelineEntry].append(_opened(write, each, number))
    for model, found in rows.items():
        await write.add_many(model, found)


def _gather_parts(rows: dict[Any, list[Columns]], each: _Opening, number: str) -> None:
    profile, client_id = each.profile, each.profile.client["id"]
    parts = ((ContactPoint, profile.contacts), (Address, profile.addresses), (Identifier, profile.identifiers))
    for model, found in parts:
        rows[model] += profiles.placed(found, client_id)
    words = profiles.words_of(each.found.names, number, profile.contacts, profile.identifiers)
    rows[SearchWord] += [{"word": word, "client_id": client_id} for word in sorted(words)]


def _opened(write: Write, each: _Opening, number: str) -> Columns:
    client = each.profile.client
    facts = {"name": client["display_name"], "fileNumber": number, "source": profiles.origin_of(each.found.source)}
    return {
        "id": new_id(), "client_id": client["id"], "kind": EntryKind.CLIENT_CREATED, "subject_id": client["id"],
        "occurred_at": write.moment, "recorded_at": write.moment, "actor_name": None,
        "visibility": default_visibility(EntryKind.CLIENT_CREATED), "facts": facts,
    }  # fmt: skip
