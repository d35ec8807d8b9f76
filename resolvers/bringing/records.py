"""Writing down one patient's record out of another system: all that is new in it, or nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from domain import clients, timeline
from domain.clients import ClientStatus
from domain.fhir import ImportedClient, ImportedEncounter, ImportedNote, SourceIdentity
from domain.identity import new_id
from domain.timeline import EntryKind
from resolvers import practices, settings
from resolvers.bringing import profiles
from resolvers.bringing.profiles import Columns, written
from resolvers.clients import indexing
from resolvers.outcomes import Outcome
from resolvers.writing import Write
from storage.database.clients import (
    Address,
    Client,
    ContactPoint,
    Identifier,
    RelatedPerson,
    SafetyFlag,
)
from storage.database.notes import Note
from storage.database.sources import known_by_source
from storage.database.timeline import TimelineEntry

ASKED_AT_ONCE = 5_000
"""Databases take some 32,000 values in one statement."""
IS_NOT_HERE = "belongs to somebody who is not here"
IS_PUT_AWAY = "belongs to a client whose file is put away: take it up again first"


@dataclass(frozen=True, slots=True)
class Record:
    """What a document says of one patient. Without `client` the Patient itself stands elsewhere."""

    known_as: tuple[SourceIdentity, ...]
    client: ImportedClient | None
    notes: tuple[ImportedNote, ...] = ()
    encounters: tuple[ImportedEncounter, ...] = ()
    dry_run: bool = False
    """Only tell what would come of it."""
    is_expected: bool = False
    """Of a dry run: the file would have been opened before."""


@dataclass(slots=True, kw_only=True)
class RecordBrought(Outcome):
    """What came of bringing in a record."""

    client_is_new: bool = False
    new_notes: frozenset[str] = frozenset()
    """The sources of the notes that were not there before."""
    new_encounters: frozenset[str] = frozenset()
    hindrance: str | None = None
    """Why what is new could not be written; then nothing was."""
    left_out: tuple[tuple[str, str], ...] = ()
    """Parts of the profile that could not be kept, each with the reason."""


async def bring_record(write: Write, given: Record) -> RecordBrought:
    """Write down what is new in a patient's record: the client, notes, encounters. All of it, or nothing."""
    client_id, status = await _client_of(write, given.known_as)
    brought = RecordBrought(
        client_is_new=client_id is None and given.client is not None and not given.is_expected,
        new_notes=await _unknown(write, Note, given.notes),
        new_encounters=await _unknown(write, TimelineEntry, given.encounters),
    )
    if client_id is None and given.client is None and not given.is_expected:
        brought.hindrance = IS_NOT_HERE
    elif status is ClientStatus.ARCHIVED:
        brought.hindrance = IS_PUT_AWAY
    elif given.dry_run:
        if client_id is None and given.client is not None:
            profile = profiles.profile_of(given.client, await settings.today(write))
            brought.left_out = tuple(profile.left_out)
    else:
        if client_id is None and given.client is not None:
            client_id, brought.left_out = await _open_file(write, given.client)
        own = {"client_id": client_id}
        await _write_notes(write, own, [one for one in given.notes if written(one.source) in brought.new_notes])
        fresh = [one for one in given.encounters if written(one.source) in brought.new_encounters]
        await write.add_many(TimelineEntry, [_encounter(write, own, one) for one in fresh])
    return brought


async def _client_of(write: Write, known_as: Sequence[SourceIdentity]) -> tuple[UUID | None, ClientStatus | None]:
    """The client who was brought in under one of these names, locked; the best name counts first."""
    sources = [written(name) for name in known_as]
    values = {"practice": write.practice_id, "sources": sources}
    found = {row.source: row.id for row in await write.session.execute(known_by_source(Client), values)}
    chosen = next((found[source] for source in sources if source in found), None)
    if chosen is None:
        return None, None
    client = await write.session.get(Client, (write.practice_id, chosen), with_for_update={"key_share": True})
    return chosen, client.status if client else None


async def _unknown(write: Write, model: Any, found: Sequence[Any]) -> frozenset[str]:
    """The sources of those that are not there yet."""
    sources = [written(one.source) for one in found]
    known: set[str] = set()
    for start in range(0, len(sources), ASKED_AT_ONCE):
        values = {"practice": write.practice_id, "sources": sources[start : start + ASKED_AT_ONCE]}
        known.update(source for source, _ in await write.session.execute(known_by_source(model), values))
    return frozenset(sources) - known


async def _open_file(write: Write, found: ImportedClient) -> tuple[UUID, tuple[tuple[str, str], ...]]:
    """Open a file with the whole profile; gives the client's id and what of the profile was left out."""
    profile = profiles.profile_of(found, await settings.today(write))
    prefix = (await settings.in_force(write)).file_number_prefix
    counter = await write.take_number(practices.FILES)
    number = clients.file_number(prefix, counter)
    times = {"created_at": write.moment, "updated_at": write.moment}
    kept = {**profile.client, **times, "file_counter": counter, "file_number": number, "source": written(found.source)}
    await write.add_many(Client, [kept])
    client_id: UUID = kept["id"]
    parts: tuple[tuple[Any, list[Columns]], ...] = (
        (ContactPoint, profile.contacts),
        (Address, profile.addresses),
        (RelatedPerson, profile.related),
        (Identifier, profile.identifiers),
        (SafetyFlag, profile.flags),
    )
    for model, rows in parts:
        await write.add_many(model, profiles.placed(rows, client_id))
    words = profiles.words_of(found.names, number, profile.contacts, profile.identifiers)
    await indexing.add(write, client_id, words)
    facts = {"name": kept["display_name"], "fileNumber": number, "source": profiles.origin_of(found.source)}
    await write.happened(EntryKind.CLIENT_CREATED, client_id, facts, subject_id=client_id)
    return client_id, tuple(profile.left_out)


async def _write_notes(write: Write, own: Columns, found: Sequence[ImportedNote]) -> None:
    """Notes, and the line of the timeline for each, at the date that the other system gives."""
    rows = [
        {
            **own, "id": new_id(), "title": note.title, "text": note.text, "occurred_at": note.occurred_at,
            "recorded_at": write.moment, "updated_at": write.moment, "author_name": note.author or note.custodian,
            "imported": True, "source": written(note.source),
        }
        for note in found
    ]  # fmt: skip
    await write.add_many(Note, rows)
    lines = [
        _entry(write, own, EntryKind.NOTE, row["occurred_at"], {"title": row["title"]}, row["author_name"])
        | {"subject_id": row["id"]}
        for row in rows
    ]
    await write.add_many(TimelineEntry, lines)


def _encounter(write: Write, own: Columns, found: ImportedEncounter) -> Columns:
    facts = {name: said for name, said in found.facts().items() if said is not None}
    line = _entry(write, own, EntryKind.ENCOUNTER, found.started_at, facts, found.practitioner)
    return line | {"source": written(found.source)}


def _entry(
    write: Write, own: Columns, kind: EntryKind, occurred_at: datetime, facts: Mapping[str, Any], actor: str | None
) -> Columns:
    return {
        **own, "id": new_id(), "kind": kind, "occurred_at": occurred_at, "recorded_at": write.moment,
        "actor_name": actor, "visibility": timeline.default_visibility(kind), "facts": facts,
    }  # fmt: skip
