"""The facts of a write, as the audit log keeps them: gathered from what the write changed, salted, hashed, chained."""

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Table, inspect
from sqlalchemy.orm import Session

from storage.database.base import OfPractice

# These follow from the other columns, or stand on the audit row itself.
UNTOLD = frozenset(
    {
        "practice_id",
        "id",
        "version",
        "created_at",
        "updated_at",
        "sort_name",
        "search_words",
        "sitting_at",
        "sitting_by",
    }
)
Values = dict[str, list[Any]]


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that a write did: to which row, and what stood in each changed field before and after."""

    action: str
    subject: str
    subject_id: str
    client_id: UUID | None
    values: Values
    bodies: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Author:
    """Who a write is written down under."""

    kind: str
    id: UUID | None
    operation: str
    request_id: str | None


def facts_of(session: Session) -> list[Fact]:
    """The facts of all that the session would flush now, in a stable order."""
    pending = [("CREATED", row) for row in session.new]
    pending += [("CHANGED", row) for row in session.dirty if session.is_modified(row)]
    pending += [("REMOVED", row) for row in session.deleted]
    facts = [_fact(action, row) for action, row in pending if isinstance(row, OfPractice) and row.audited]
    return sorted((fact for fact in facts if fact.values), key=lambda fact: (fact.subject, fact.subject_id))


def facts_of_new(table: Table, rows: Iterable[Mapping[str, Any]]) -> list[Fact]:
    """The facts of rows that are inserted as plain columns, in the order of `facts_of`."""
    bodies = frozenset(column.key for column in table.c if column.info.get("body"))
    keys = [column.key for column in table.primary_key if column.key != "practice_id"]
    facts = []
    for row in rows:
        values = {name: [None, value] for name, value in row.items() if value is not None and name not in UNTOLD}
        client_id = row["id"] if table.name == "client" else row.get("client_id")
        facts.append(Fact("CREATED", table.name, "/".join(str(row[key]) for key in keys), client_id, values, bodies))
    return sorted(facts, key=lambda fact: fact.subject_id)


def facts_of_changed(
    subject: str, rows: Iterable[tuple[UUID, UUID, Mapping[str, Any]]], values: Mapping[str, Any]
) -> list[Fact]:
    """The facts of rows (id, client's id, values so far) that are all given the same values, as by `facts_of`."""
    facts = []
    for id, client_id, before in rows:
        pairs = {name: [before.get(name), value] for name, value in values.items() if before.get(name) != value}
        facts.append(Fact("CHANGED", subject, str(id), client_id, pairs))
    return sorted(facts, key=lambda fact: fact.subject_id)


def _fact(action: str, row: Any) -> Fact:
    state = inspect(row)
    columns = state.mapper.column_attrs
    values: Values = {}
    for attribute in columns:
        if attribute.key in UNTOLD:
            continue
        history = state.attrs[attribute.key].history
        before = history.deleted[0] if history.deleted else None
        after = history.added[0] if history.added else None
        if action == "REMOVED":
            before, after = getattr(row, attribute.key), None
        if before != after:
            values[attribute.key] = [before, after]
    bodies = frozenset(each.key for each in columns if each.columns[0].info.get("body"))
    if getattr(row, "private_to", None) is not None:  # the log holds hashes of it, and no word that others could read
        bodies = frozenset(values)
    client_id = row.id if row.__tablename__ == "client" else getattr(row, "client_id", None)
    keys = [str(getattr(row, column.key)) for column in state.mapper.primary_key if column.key != "practice_id"]
    return Fact(action, row.__tablename__, "/".join(keys) or str(row.practice_id), client_id, values, bodies)


def salted(salt: bytes, value: Any) -> str:
    """HMAC-SHA256 of a value before and after, as they stand in the details: what the chain holds instead of them."""
    return hmac.digest(salt, _canonical(value), "sha256").hex()


def digest_of(told: dict[str, Any]) -> bytes:
    """The digest of an audit row: over all it says, except its place in the chain."""
    return hashlib.sha256(_canonical([told[name] for name in TOLD])).digest()


TOLD = [
    "practice_id",
    "ordinal",
    "facts_in_write",
    "recorded_at",
    "actor_kind",
    "actor_id",
    "request_id",
    "operation",
    "action",
    "subject",
    "subject_id",
    "client_id",
    "changes",
]


def digest_of_write(digests: Iterable[bytes]) -> bytes:
    """The digest of a whole write: over the digests of its facts, in order."""
    return hashlib.sha256(b"".join(digests)).digest()


def facts_of_events(events: Sequence[dict[str, Any]]) -> list[Fact]:
    """The facts of a write that only announced something, so that every number of the sequence has its audit rows."""
    announced = {(event["subject"], event["subject_id"], event["client_id"]) for event in events}
    return [
        Fact("ANNOUNCED", subject.lower(), str(subject_id), client_id, {})
        for subject, subject_id, client_id in sorted(announced, key=str)
    ]


def rows_of(
    practice_id: UUID, facts: Sequence[Fact], author: Author, moment: datetime
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The audit rows of a write and the details beside them; they lack only the write's number and link."""
    events, details = [], []
    for ordinal, fact in enumerate(facts):
        salt = secrets.token_bytes(16)
        # Hashed in the form in which the details come back from the database, so that the hashes can be checked.
        values = {name: orjson.loads(_canonical(pair)) for name, pair in fact.values.items()}
        changes = {name: salted(salt, pair) for name, pair in values.items()}
        event: dict[str, Any] = {
            "practice_id": practice_id,
            "ordinal": ordinal,
            "facts_in_write": len(facts),
            "recorded_at": moment,
            "actor_kind": author.kind,
            "actor_id": author.id,
            "request_id": author.request_id,
            "operation": author.operation,
            "action": fact.action,
            "subject": fact.subject,
            "subject_id": fact.subject_id,
            "client_id": fact.client_id,
            "changes": changes,
        }
        events.append({**event, "digest": digest_of(event), "link": None})
        shown = {name: pair for name, pair in values.items() if name not in fact.bodies}
        details.append({"practice_id": practice_id, "ordinal": ordinal, "salt": salt, "values": shown})
    return events, details


def _canonical(value: Any) -> bytes:
    return orjson.dumps(value, default=_plain, option=orjson.OPT_SORT_KEYS | orjson.OPT_UTC_Z)


def _plain(value: Any) -> str:
    """Bytes, and the drivers' own kinds of UUID."""
    return value.hex() if isinstance(value, bytes) else str(value)
