"""Bringing in what another system's FHIR record says: a patient's whole file as one write, and nothing twice."""

from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import domain.fhir
import domain.notes
from auth.viewers import System
from domain.fhir import Contents, ImportedClient, ImportedEncounter, ImportedNote, SourceIdentity
from domain.refusals import Findings
from resolvers.bringing.profiles import written
from resolvers.bringing.records import Record, RecordBrought, bring_record
from resolvers.bringing.reports import Report
from resolvers.bringing.spooling import Spool
from resolvers.writing import carry_out
from storage.database.opening import Database


class Importer:
    """Brings documents into one practice, one after another, and keeps count."""

    def __init__(self, database: Database, practice_id: UUID, *, dry_run: bool = False) -> None:
        self._database = database
        self._dry_run = dry_run
        self._expected: set[str] = set()
        """Of a dry run: the patients whose files would be open by now."""
        self._viewer = System(practice_id, "import")
        self._known_as: dict[SourceIdentity, tuple[SourceIdentity, ...]] = {}
        self.report = Report()

    async def bring(self, document: object, origin: str) -> AsyncGenerator[float, None]:
        """Bring in the parsed JSON of a Bundle or of one resource; gives the share done after each patient.

        `origin` says in the report where the document came from.
        """
        contents = domain.fhir.read(document)
        self.report.counted(contents.counted)
        records = self._records_of(contents, origin)
        for number, record in enumerate(records, 1):
            await self._bring_record(record, origin)
            yield number / len(records)

    async def bring_spooled(self, spool: Spool, origin: str, after: int = 0) -> AsyncGenerator[float, None]:
        """Bring in what a spool holds, patient by patient, after the first so many; gives the share done."""
        number = max(1, spool.patients)
        for place, contents in enumerate(spool.by_patient(after), after + 1):
            for record in self._records_of(contents, origin):
                await self._bring_record(record, origin)
            yield place / number

    def _learn_names(self, found: Iterable[ImportedClient]) -> None:
        """A later document may call the same patient by another of their names."""
        for client in found:
            known_as = (client.source, *client.other_sources)
            for name in known_as:
                self._known_as.setdefault(name, known_as)

    def _records_of(self, contents: Contents, origin: str) -> list[Record]:
        """What is said of each patient; whatever stands there twice is taken once."""
        self.report.troubled(origin, contents.troubles)
        self._learn_names(contents.clients)
        found: dict[SourceIdentity, Record] = {}
        for client in contents.clients:
            known_as = self._known_as[client.source]
            self.report.tallies["Patient"].present += known_as[0] in found
            found.setdefault(known_as[0], Record(known_as, client))
        notes = _by_client(contents.notes, self._known_as)
        encounters = _by_client(contents.encounters, self._known_as)
        for known_as in (*notes, *encounters):
            found.setdefault(known_as[0], Record(known_as, None))
        return [
            replace(
                record,
                notes=self._once("DocumentReference", notes.get(record.known_as, [])),
                encounters=self._once("Encounter", encounters.get(record.known_as, [])),
            )
            for record in found.values()
        ]

    def _once(self, resource_type: str, found: Sequence[Any]) -> tuple[Any, ...]:
        distinct = {one.source: one for one in reversed(found)}
        self.report.tallies[resource_type].present += len(found) - len(distinct)
        return tuple(reversed(distinct.values()))

    async def _bring_record(self, record: Record, origin: str) -> None:
        fitting = replace(
            record,
            notes=self._happened(record.notes, "DocumentReference", origin),
            encounters=self._happened(record.encounters, "Encounter", origin),
            dry_run=self._dry_run,
            is_expected=not self._expected.isdisjoint(map(written, record.known_as)),
        )
        if self._dry_run and record.client is not None:
            self._expected.update(map(written, record.known_as))
        brought, _ = await carry_out(self._database, self._viewer, bring_record, fitting, RecordBrought)
        if fitting.client is not None:
            self._count("Patient", fitting.client.place, brought.client_is_new, None, origin)
            for part, reason in brought.left_out:
                self.report.part_left_out(origin, fitting.client.place, part, "Patient", reason)
        for note in fitting.notes:
            is_new = written(note.source) in brought.new_notes
            self._count("DocumentReference", note.place, is_new, brought.hindrance, origin)
        for encounter in fitting.encounters:
            is_new = written(encounter.source) in brought.new_encounters
            self._count("Encounter", encounter.place, is_new, brought.hindrance, origin)

    def _happened(self, found: Sequence[Any], resource_type: str, origin: str) -> tuple[Any, ...]:
        """Those that lie in the past: the timeline tells what has happened, and within a lifetime."""
        fitting = []
        for one in found:
            findings = Findings()
            domain.notes.check_occurred(_occurred_at(one), datetime.now(UTC), findings)
            if findings:
                self.report.refuse(origin, one.place, resource_type, f"is of a time that {findings.reasons[0]}")
            else:
                fitting.append(one)
        return tuple(fitting)

    def _count(self, resource_type: str, place: str, is_new: bool, hindrance: str | None, origin: str) -> None:
        tally = self.report.tallies[resource_type]
        if not is_new:
            tally.present += 1
        elif hindrance is None:
            tally.imported += 1
        else:
            self.report.refuse(origin, place, resource_type, hindrance)


def _by_client(
    found: Iterable[Any], known_as: Mapping[SourceIdentity, tuple[SourceIdentity, ...]]
) -> dict[tuple[SourceIdentity, ...], list[Any]]:
    grouped: dict[tuple[SourceIdentity, ...], list[Any]] = {}
    for one in found:
        grouped.setdefault(known_as.get(one.client, (one.client,)), []).append(one)
    return grouped


def _occurred_at(one: ImportedNote | ImportedEncounter) -> datetime:
    return one.occurred_at if isinstance(one, ImportedNote) else one.started_at
