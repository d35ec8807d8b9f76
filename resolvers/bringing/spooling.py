"""A Bundle of any size laid down patient by patient, so that one file is in memory at a time.

A Bundle may say the patient last and their records in any order. What is brought in is therefore laid into a temporary
database that has no name and goes with the process, and nothing is written into the practice before the Bundle was
seen to its end: a Bundle that is cut off brings in nothing.
"""

import asyncio
import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import aclosing, closing
from typing import Any

import orjson

from domain import fhir, texts
from domain.fhir import Contents, Entry, Trouble, practitioners
from domain.fhir.streams import NotJson, Splitter
from domain.fhir.values import Json, object_at
from resolvers.bringing.unpacking import Pieces, Unreadable, unpacked

KEPT = frozenset({"Patient", "DocumentReference", "Encounter", "RelatedPerson"})
_TABLES = """
CREATE TABLE kept (number INTEGER PRIMARY KEY, place TEXT, address TEXT, type TEXT, ways TEXT, owner TEXT, body BLOB);
CREATE TABLE patient (way TEXT PRIMARY KEY, owner TEXT) WITHOUT ROWID;
CREATE TABLE professional (way TEXT PRIMARY KEY, name TEXT) WITHOUT ROWID;
"""
_FIND_OWNERS = """
UPDATE kept SET owner = coalesce(
  (SELECT patient.owner FROM json_each(kept.ways) AS way JOIN patient ON patient.way = way.value
   ORDER BY way.key LIMIT 1),
  'nobody here ' || ways)
WHERE owner IS NULL
"""


class Spool:
    """The records of one document, by patient. Close it in the end."""

    def __init__(self) -> None:
        self._kept = sqlite3.connect("", check_same_thread=False, isolation_level=None)
        self._kept.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-4000;" + _TABLES)
        self._number = 0
        self.counted: Counter[str] = Counter()
        """Of each type that is not brought in, how many there were."""
        self.troubles: list[Trouble] = []

    def close(self) -> None:
        """Let go of everything."""
        self._kept.close()

    async def fill(self, pieces: Pieces) -> None:
        """Lay down a whole document; `Unreadable` when it is none."""
        splitter = Splitter()
        try:
            async with aclosing(unpacked(pieces)) as found:
                async for piece, _ in found:
                    # Taking JSON apart takes a while: others are served meanwhile.
                    await asyncio.to_thread(self._lay_down, splitter, piece)
            await asyncio.to_thread(self._finish, splitter)
        except (NotJson, orjson.JSONDecodeError) as reason:
            said = str(reason) if isinstance(reason, NotJson) else f"is no JSON ({reason})"
            raise Unreadable(said) from None

    def _lay_down(self, splitter: Splitter, piece: bytes) -> None:
        self._kept.execute("BEGIN")
        for entry in splitter.feed(piece):
            self._take(orjson.loads(entry), self._number)
            self._number += 1
        self._kept.execute("COMMIT")

    def _take(self, held: Any, number: int) -> None:
        resource = held.get("resource") if isinstance(held, dict) else None
        address = held.get("fullUrl") if isinstance(held, dict) else None
        place = f"Bundle.entry[{number}].resource"
        self._keep(resource, address if isinstance(address, str) else None, place)

    def _keep(self, document: object, address: str | None, place: str) -> None:
        for entry in fhir.entries_of(document, address, place, self.troubles):
            if entry.type in practitioners.KINDS:
                self._learn(entry)
            if entry.type in KEPT:
                self._put(entry)
            if entry.type not in KEPT or entry.type == "RelatedPerson":
                self.counted[texts.scrubbed(entry.type, texts.LABEL) or "?"] += 1

    def _learn(self, entry: Entry) -> None:
        name = practitioners.name_of(entry.resource)
        if name:
            rows = [(way, name) for way in fhir.ways_to(entry)]
            self._kept.executemany("INSERT OR IGNORE INTO professional VALUES (?, ?)", rows)

    def _put(self, entry: Entry) -> None:
        ways, owner = [], None
        if entry.type == "Patient":
            # Two entries that share their best name are one patient; further names lead to whoever had them first.
            own = fhir.ways_to(entry)
            owner = own[0]
            self._kept.executemany("INSERT OR IGNORE INTO patient VALUES (?, ?)", [(way, owner) for way in own])
        else:
            named = object_at(entry.resource, "patient" if entry.type == "RelatedPerson" else "subject")
            ways = fhir.ways_in(named, "Patient")
        row = (entry.place, entry.address, entry.type, json.dumps(ways), owner, orjson.dumps(entry.resource))
        insert = "INSERT INTO kept (place, address, type, ways, owner, body) VALUES (?, ?, ?, ?, ?, ?)"
        self._kept.execute(insert, row)

    def _finish(self, splitter: Splitter) -> None:
        around = orjson.loads(splitter.end())
        self._kept.execute("BEGIN")
        if not isinstance(around, dict) or around.get("resourceType") != "Bundle":
            self._forget()
            self._keep(around, None, "")
        else:
            held = around.get("entry")
            for number, entry in enumerate(held if isinstance(held, list) else []):
                if entry != 0:
                    self._take(entry, number)
        self._kept.execute(_FIND_OWNERS)
        self._kept.execute("CREATE INDEX kept_by_owner ON kept (owner, number)")
        self._kept.execute("COMMIT")

    def _forget(self) -> None:
        """The entries were none of a Bundle, but of a List or the like."""
        for table in ("kept", "patient", "professional"):
            self._kept.execute(f"DELETE FROM {table}")  # noqa: S608 - three words of our own
        self.counted.clear()
        self.troubles.clear()

    @property
    def patients(self) -> int:
        """How many patients it tells of."""
        found = self._kept.execute("SELECT count(DISTINCT owner) FROM kept").fetchone()
        return int(found[0])

    def by_patient(self, after: int = 0) -> Iterator[Contents]:
        """What it says of each patient, in the order in which it first speaks of them, `after` so many."""
        owners = "SELECT owner FROM kept GROUP BY owner ORDER BY min(number) LIMIT -1 OFFSET ?"
        with closing(self._kept.execute(owners, (after,))) as found:
            for (owner,) in found:
                yield self._contents(owner)

    def _contents(self, owner: str) -> Contents:
        rows = self._kept.execute(
            "SELECT body, address, place FROM kept WHERE owner = ? ORDER BY number", (owner,)
        ).fetchall()
        entries = [Entry(orjson.loads(body), address, place) for body, address, place in rows]
        found = fhir.read_entries(entries, professionals=self._professionals(entries))
        # Those that are only counted were counted when they came.
        found.counted.clear()
        return found

    def _professionals(self, entries: list[Entry]) -> dict[str, str]:
        """The names of those whom these records point at."""
        ways = {way for entry in entries for reference in practitioners.references_in(entry.resource)
                for way in _ways(reference)}  # fmt: skip
        asked = "SELECT way, name FROM professional WHERE way IN (SELECT value FROM json_each(?))"
        return dict(self._kept.execute(asked, (json.dumps(sorted(ways)),)).fetchall())


def _ways(reference: Json) -> Iterator[str]:
    for kind in sorted(practitioners.KINDS):
        yield from fhir.ways_in(reference, kind)
