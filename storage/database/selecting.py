"""Small pieces that statements are made of, spelled for SQLite and PostgreSQL alike."""

from collections.abc import Iterable, Sequence
from dataclasses import fields
from typing import Any, Protocol

from sqlalchemy import Boolean, ColumnElement, Table, bindparam, or_
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler

from storage.database.columns import Ids

Columns = frozenset[str]


class among(ColumnElement[bool]):
    """`column` is one of the ids bound to `name`: one bound value, so the SQL text is the same for any number."""

    inherit_cache = False
    type = Boolean()

    def __init__(self, column: Any, name: str) -> None:
        self.column = column
        self.ids = bindparam(name, type_=Ids())

    def self_group(self, against: Any = None) -> "among":
        """Already a condition: keeps SQLAlchemy from writing `… = 1` behind it on SQLite."""
        return self


@compiles(among, "postgresql")
def _any(element: among, compiler: SQLCompiler, **options: Any) -> str:
    return f"{compiler.process(element.column, **options)} = ANY ({compiler.process(element.ids, **options)})"


@compiles(among, "sqlite")
def _each(element: among, compiler: SQLCompiler, **options: Any) -> str:
    ids = compiler.process(element.ids, **options)
    values = f"(SELECT value FROM json_each({ids}))"  # noqa: S608 - made of a bound parameter's placeholder
    return f"{compiler.process(element.column, **options)} IN {values}"


def table_of(model: Any) -> Table:
    """The table behind a model."""
    table = model.__table__
    assert isinstance(table, Table)  # noqa: S101 - tells the type checker what declarative models always have
    return table


def any_of(column: Any, values: Iterable[Any]) -> ColumnElement[bool]:
    """`column` is one of a few values that are part of the statement's shape: each is bound on its own."""
    return or_(*(column == value for value in sorted(values)))


class Reachable(Protocol):
    """Conditions that keep a statement to what its viewer may reach; `auth/reach.py` makes them.

    Hashable, because it is part of a statement's shape: equal ones give equal conditions.
    """

    def client(self, client: Any, /) -> ColumnElement[bool]: ...

    def profile(self, part: Any, /) -> ColumnElement[bool]: ...

    def journey(self, journey: Any, /) -> ColumnElement[bool]: ...

    def shown(self, held: Any, /) -> ColumnElement[bool]: ...

    def clinical(self, record: Any, /) -> ColumnElement[bool]: ...

    def clinical_writing(self, record: Any, /) -> ColumnElement[bool]: ...

    def record(self, record: Any, /) -> ColumnElement[bool]: ...

    def entry(self, entry: Any, /) -> ColumnElement[bool]: ...

    def filed(self, document: Any, /) -> ColumnElement[bool]: ...

    def tag(self, tag: Any, /) -> ColumnElement[bool]: ...


def columns(source: Any, row: type, wanted: Iterable[str] | None = None) -> Sequence[ColumnElement[Any]]:
    """The columns of `source` (a model, a table or an alias) that fill a row class; only the `wanted` ones if given."""
    from_table = source.c if hasattr(source, "c") else table_of(source).c
    return [from_table[name] for name in names_of(row, wanted)]


def names_of(row: type, wanted: Iterable[str] | None = None) -> list[str]:
    """The attributes of a row class to be read: the wanted ones, and always its ids but those in its `ON_DEMAND`, which
    all who need them name among what they read."""
    names = [field.name for field in fields(row)]
    if wanted is None:
        return names
    on_demand: Iterable[str] = getattr(row, "ON_DEMAND", ())
    always = {name for name in names if name == "id" or name.endswith("_id")}.difference(on_demand)
    return [name for name in names if name in always or name in wanted]


def of_practice(source: Any) -> ColumnElement[bool]:
    """The rows of the caller's practice: said in every statement, also where row-level security says it again."""
    condition: ColumnElement[bool] = source.c.practice_id == bindparam("practice")
    return condition
