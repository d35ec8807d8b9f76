"""Orders that a list can be paged by, and the slice of it a statement is to find."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    Uuid,
    bindparam,
    column,
    func,
    literal_column,
    select,
    true,
    tuple_,
)

from storage.database.columns import Ids


@dataclass(frozen=True, slots=True)
class Order:
    """Columns that order rows without ties, all in one direction; the last one is the id."""

    names: tuple[str, ...]
    types: tuple[type, ...]
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Slice:
    """Which part of an ordered list: from its end (`backwards`), after and before which positions."""

    order: Order
    backwards: bool = False
    after: bool = False
    before: bool = False

    def conditions(self, source: FromClause) -> list[ColumnElement[bool]]:
        """The rows between the positions bound as `after_0 …` and `before_0 …`."""
        keys = tuple_(*(source.c[name] for name in self.order.names))
        found: list[ColumnElement[bool]] = []
        for name, asked, above in (
            ("after", self.after, not self.order.descending),
            ("before", self.before, self.order.descending),
        ):
            if asked:
                position = tuple_(*self._position(source, name))
                found.append(keys > position if above else keys < position)
        return found

    def _position(self, source: FromClause, name: str) -> list[Any]:
        return [bindparam(f"{name}_{i}", type_=source.c[key].type) for i, key in enumerate(self.order.names)]

    def order_by(self, source: FromClause) -> list[ColumnElement[Any]]:
        """The order the statement reads in: the other way round when it starts from the end."""
        falling = self.order.descending is not self.backwards
        return [source.c[key].desc() if falling else source.c[key].asc() for key in self.order.names]


Where = Any


def page(source: FromClause, columns: Sequence[Any], where: Sequence[Any], part: Slice) -> Select[Any]:
    """One list's slice: at most `size` rows."""
    return (
        select(*columns)
        .where(*where, *part.conditions(source))
        .order_by(*part.order_by(source))
        .limit(bindparam("size"))
    )


Backend = Literal["postgresql", "sqlite"]


def page_per_parent(
    backend: Backend, table: Any, parent: str, names: Sequence[str], where: Where, part: Slice
) -> Select[Any]:
    """The slice of each parent's list, for all the ids bound to `parents`, in one statement.

    `names` are the columns to read, `where(source)` gives the conditions on the table. PostgreSQL walks the index
    once for each parent (LATERAL); SQLite does the same by a correlated LIMIT on rowid: a window function would read
    every parent's whole history.
    """
    if backend == "postgresql":
        return _lateral(table, parent, names, where, part)
    return _correlated(table, parent, names, where, part)


def _lateral(table: Any, parent: str, names: Sequence[str], where: Where, part: Slice) -> Select[Any]:
    ids = func.unnest(bindparam("parents", type_=Ids()))
    asked = ids.table_valued(column("parent", Uuid())).render_derived(name="asked")
    inner: Any = page(
        table, [table.c[name] for name in names], [*where(table), table.c[parent] == asked.c.parent], part
    ).lateral("listed")
    listed = [inner.c[name] for name in names]
    return select(*listed).select_from(asked.join(inner, true())).order_by(*part.order_by(inner))


def _correlated(table: Any, parent: str, names: Sequence[str], where: Where, part: Slice) -> Select[Any]:
    asked = func.json_each(bindparam("parents", type_=Ids())).table_valued(column("value", Uuid()), name="asked")
    inner = table.alias("listed")
    rowids = page(
        inner, [literal_column("listed.rowid")], [*where(inner), inner.c[parent] == asked.c.value], part
    ).correlate(asked)
    chosen = literal_column(f"{table.name}.rowid").in_(rowids.scalar_subquery())
    columns = [table.c[name] for name in names]
    return select(*columns).select_from(asked.join(table, chosen)).order_by(*part.order_by(table))


@dataclass(slots=True)
class CountedRow:
    """How many rows a parent's list has."""

    parent: UUID
    number: int


def counts_per_parent(backend: Backend, table: Any, parent: str, where: Where) -> Select[Any]:
    """How many rows each of `parents` has, counted no further than `most`."""
    if backend == "postgresql":
        ids: Any = func.unnest(bindparam("parents", type_=Ids()))
        asked: Any = ids.table_valued(column("parent", Uuid())).render_derived(name="asked")
        each = asked.c.parent
    else:
        ids = func.json_each(bindparam("parents", type_=Ids()))
        asked = ids.table_valued(column("value", Uuid()), name="asked")
        each = asked.c.value
    inner: Any = select(literal_column("1")).where(*where(table), table.c[parent] == each)
    inner = inner.correlate(asked).limit(bindparam("most"))
    counted = select(func.count()).select_from(inner.subquery("counted")).scalar_subquery()
    return select(each.label("parent"), counted.label("number")).select_from(asked)


def count(table: Any, where: Sequence[Any]) -> Select[Any]:
    """How many rows there are, counted no further than `most`."""
    inner: Any = select(literal_column("1")).select_from(table).where(*where).limit(bindparam("most"))
    return select(func.count().label("number")).select_from(inner.subquery("counted"))
