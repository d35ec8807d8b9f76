"""Finding what was brought in from another system by what it is called there."""

from typing import Any

from sqlalchemy import Select, bindparam, select

from storage.database.selecting import of_practice, table_of


def known_by_source(model: Any) -> Select[Any]:
    """`(source, id)` of the rows whose source is among `sources`, which may be a few thousand."""
    table = table_of(model)
    sources: Any = bindparam("sources", expanding=True)
    return select(table.c.source, table.c.id).where(of_practice(table), table.c.source.in_(sources))
