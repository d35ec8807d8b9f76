"""Reading rows for the graph: Core statements compiled to SQL text once, run on the driver's own connection.

A statement is a function that returns a Core select; its arguments are its *shape* (hashable: which reach, which
order, which columns). Each shape is compiled once; values are bound by name on every run. Rows come back as our
slotted dataclasses, because SQLAlchemy's Row reads many times slower and cannot tell types apart.
A column that was not asked for stays unset, so reading it by mistake fails loudly.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import CodeType
from typing import Any, Protocol
from uuid import UUID

from asyncpg.pgproto.pgproto import UUID as FastUuid
from sqlalchemy import Dialect, Select, Uuid

from storage.database.columns import Ids, Moment

Statement = Callable[..., Select[Any]]
Record = Sequence[Any]
Binder = tuple[str, Any, Callable[[Any], Any] | None]
Known = dict[bytes, UUID]
"""Ids that were met before, by their bytes."""
OWNER = "client_id"
"""The attribute by which rows are sorted out, and looked at by the access log."""
Maker = Callable[[Iterable[Record], Known], list[Any]]


class Snapshot(Protocol):
    """One open, read-only transaction of the driver, seeing one moment of one practice."""

    async def begun(self) -> None:
        """Return when the moment that it sees is fixed; else its first question fixes it."""
        ...

    async def fetch(self, sql: str, arguments: Sequence[Any]) -> Sequence[Record]:
        """The records the statement finds."""
        ...

    async def close(self) -> None:
        """End the transaction and give the connection back."""
        ...


class Reader(Protocol):
    """Where snapshots come from: one per database and process."""

    dialect: Dialect

    async def snapshot(self, practice_id: UUID | None, person_id: UUID | None = None) -> Snapshot:
        """Open a snapshot that may see the practice, and the person's own memberships."""
        ...

    async def close(self) -> None:
        """Close every connection."""
        ...


@dataclass(slots=True)
class Compiled:
    """A statement as SQL text, with what turns values into arguments and records into rows."""

    sql: str
    binders: tuple[Binder, ...]
    names: tuple[str, ...]
    processors: tuple[Callable[[Any], Any] | None, ...]
    makers: dict[type, Maker]

    def arguments(self, values: Mapping[str, Any]) -> list[Any]:
        """The bound values in the order of the SQL text."""
        found = []
        for name, default, process in self.binders:
            value = values.get(name, default)
            found.append(value if process is None else process(value))
        return found

    def rows(self, row: type, records: Iterable[Record], known: Known | None = None) -> list[Any]:
        """The records as rows of the class; of ids that are `known`, the very objects that are known."""
        maker = self.makers.get(row)
        if maker is None:
            maker = self.makers[row] = _maker(row, self.names, self.processors)
        return maker(records, {} if known is None else known)


class Statements:
    """Every statement that was compiled for one dialect."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self._compiled: dict[tuple[Any, ...], Compiled] = {}

    def compiled(self, statement: Statement, shape: tuple[Any, ...]) -> Compiled:
        """The statement of this shape, compiled at its first use."""
        key = (statement, *shape)
        found = self._compiled.get(key)
        if found is None:
            found = self._compiled[key] = _compile(statement(*shape), self.dialect)
        return found


def _compile(select: Select[Any], dialect: Dialect) -> Compiled:
    compiled: Any = select.compile(dialect=dialect)
    order: Sequence[str] = compiled.positiontup
    defaults = compiled.construct_params(_check=False)
    binders = tuple((name, defaults.get(name), _processor(compiled, name)) for name in order)
    columns = list(select.selected_columns)
    processors = tuple(_reader(column.type, dialect) for column in columns)
    return Compiled(str(compiled), binders, tuple(column.key or "" for column in columns), processors, {})


def _reader(kind: Any, dialect: Dialect) -> Callable[[Any], Any] | None:
    """What turns the driver's value into ours."""
    if isinstance(kind, Moment) and dialect.name == "postgresql":
        return None  # the driver gives UTC
    if isinstance(kind, Uuid) and dialect.name == "postgresql":
        return FastUuid
    process: Callable[[Any], Any] | None = kind._cached_result_processor(dialect, None)
    return process


def _processor(compiled: Any, name: str) -> Callable[[Any], Any] | None:
    """What turns a bound value into the driver's."""
    if isinstance(compiled.binds[name].type, Ids) and compiled.dialect.name == "postgresql":
        return None  # the driver takes a list of UUIDs as it is; SQLAlchemy would look at each of them
    process: Callable[[Any], Any] | None = compiled._bind_processors.get(name)
    return process


def _maker(row: type, names: Sequence[str], processors: Sequence[Callable[[Any], Any] | None]) -> Maker:
    """A function written for exactly these columns: one loop, no lookups by name for each record."""
    cells = ", ".join(f"cell{number}" for number in range(len(names)))
    lines = ["def make(records, known):", " made = []", f" for ({cells},) in records:", "  one = new(row)"]
    scope: dict[str, Any] = {"row": row, "new": object.__new__}
    for number, (name, process) in enumerate(zip(names, processors, strict=True)):
        scope[f"process{number}"] = process
        lines.append(f"  one.{name} = {_value(name, number, process)}")
    lines += ["  made.append(one)", " return made"]
    code: CodeType = compile("\n".join(lines), f"<rows of {row.__name__}>", "exec")
    exec(code, scope)  # noqa: S102 - the text is made of attribute names of our own classes only
    maker: Maker = scope["make"]
    return maker


def _value(name: str, number: int, process: Callable[[Any], Any] | None) -> str:
    """What an attribute is set to: the driver's value, processed if need be."""
    cell = f"cell{number}"
    if process is None:
        return cell
    if process is not FastUuid:
        return f"process{number}({cell})"  # a processor of SQLAlchemy's knows of null; a class does not
    made = f"process{number}({cell})"
    if name == OWNER:
        # Most rows name one of a few clients. An id's hash is made of a long number: one object of each makes it once.
        made = f"(known.get({cell}) or known.setdefault({cell}, {made}))"
    return f"{cell} and {made}"
