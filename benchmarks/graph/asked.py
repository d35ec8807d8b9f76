"""What is asked: the queries, each in the words of every rival, and when two answers are the same."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from benchmarks.graph.cluster import Loaded

HERE = Path(__file__).parent
PER_CLIENT = ("page", "small", "timeline")
QUERIES = ("page", "list", "small", "timeline")
OPERATIONS = {"page": "Q1", "list": "Q2", "small": "Q3", "timeline": "Timeline", "growth": "Growth"}

MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d(:?\d\d)?)")
WHOLE_NUMBERS = ("totalCents", "unitPriceCents", "openBalanceCents")
OWN_CURSORS = ("cursor", "startCursor", "endCursor")


@dataclass(frozen=True, slots=True)
class Dialect:
    """The words of a rival: its documents, and what it wants to know beside them."""

    folder: str
    practice_named: bool


OURS = Dialect("queries", practice_named=False)
POSTGRAPHILE = Dialect("postgraphile", practice_named=True)


def bodies(query: str, dialect: Dialect, loaded: Loaded) -> list[bytes]:
    """The requests that are sent in turn, one for each client where the query names one."""
    if query not in PER_CLIENT:
        return [body(query, dialect, {})]
    named = {"practice": str(loaded.viewer.practice_id)} if dialect.practice_named else {}
    return [body(query, dialect, named | {"id": str(client_id)}) for client_id in loaded.client_ids]


def body(query: str, dialect: Dialect, variables: dict[str, Any]) -> bytes:
    """One request."""
    text = (HERE / dialect.folder / f"{query}.graphql").read_text()
    return orjson.dumps({"query": text, "operationName": OPERATIONS[query], "variables": variables})


def alike(answer: bytes) -> Any:
    """The data of an answer without the differences of form.

    PostgreSQL's JSON and PostGraphile write moments and large numbers in their own way; PostGraphile reaches a tag
    through the row that hangs it on the client, and tells of a line's subject in two fields. Cursors are anybody's own.
    """
    content = orjson.loads(answer)
    if content.get("errors") or not content.get("data"):
        raise RuntimeError(f"an answer with errors: {answer[:2000]!r}")
    return alike_data(content["data"])


def alike_data(value: Any) -> Any:
    """The same of data that are no JSON yet."""
    return _plain(value)


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        if value.keys() == {"tag"}:
            return _plain(value["tag"])
        if "invoice" in value and "note" in value:
            value = value | {"subject": value["invoice"] or value["note"]}
            del value["invoice"], value["note"]
        return {name: _member(name, each) for name, each in sorted(value.items())}
    if isinstance(value, str) and MOMENT.fullmatch(value):
        return datetime.fromisoformat(value).astimezone(UTC).isoformat()
    return value


def _member(name: str, value: Any) -> Any:
    if name in WHOLE_NUMBERS:
        return int(value)
    return name if name in OWN_CURSORS and value is not None else _plain(value)


def refuse_unlike(query: str, answers: dict[str, bytes]) -> None:
    """Raise when the rivals do not say the same."""
    said = {name: alike(answer) for name, answer in answers.items()}
    (first, expected), *others = said.items()
    for name, found in others:
        if found != expected:
            raise RuntimeError(f"{query}: {name} says something else than {first}:\n{_difference(found, expected)}")


def _difference(found: Any, expected: Any, place: str = "") -> str:
    if isinstance(found, dict) and isinstance(expected, dict) and found.keys() == expected.keys():
        pairs = [(f"{place}.{name}", found[name], expected[name]) for name in found]
    elif isinstance(found, list) and isinstance(expected, list) and len(found) == len(expected):
        pairs = [(f"{place}[{i}]", one, other) for i, (one, other) in enumerate(zip(found, expected, strict=True))]
    else:
        return f"at {place or 'the root'}: {str(found)[:300]} instead of {str(expected)[:300]}"
    return next(_difference(one, other, where) for where, one, other in pairs if one != other)
