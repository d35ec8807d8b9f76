"""Giving the notes and entries that are there already the words by which they are found from now on."""

from collections.abc import Iterator
from typing import Any

import orjson
import sqlalchemy as sa

from domain import searching, timeline
from domain.timeline import EntryKind

AT_ONCE = 1_000


def _table(name: str, *columns: str) -> Any:
    keys = (sa.column("practice_id", sa.Uuid()), sa.column("id", sa.Uuid()))
    return sa.table(name, *keys, *(sa.column(column) for column in columns), sa.column("search_words"))


NOTE = _table("note", "title", "text")
ENTRY = _table("timeline_entry", "kind", "facts")


def keep_words(connection: sa.Connection) -> None:
    """Write down the words of every note and entry, practice by practice: each stands behind a wall of its own."""
    practice = sa.table("practice", sa.column("id", sa.Uuid()))
    for practice_id in connection.execute(sa.select(practice.c.id)).scalars().all():
        if connection.dialect.name == "postgresql":
            connection.execute(sa.select(sa.func.set_config("app.practice", str(practice_id), True)))
        for rows in _pages(connection, NOTE, practice_id):
            words = [searching.words_kept(row.title, row.text) for row in rows]
            _keep(connection, NOTE, practice_id, [row.id for row in rows], words)
        for rows in _pages(connection, ENTRY, practice_id):
            told = [timeline.summary(EntryKind(row.kind), orjson.loads(row.facts)) for row in rows]
            _keep(connection, ENTRY, practice_id, [row.id for row in rows], [searching.words_kept(one) for one in told])


def _pages(connection: sa.Connection, table: Any, practice_id: Any) -> Iterator[Any]:
    last = None
    while True:
        chosen = sa.select(table).where(table.c.practice_id == practice_id).order_by(table.c.id).limit(AT_ONCE)
        rows = connection.execute(chosen if last is None else chosen.where(table.c.id > last)).all()
        if not rows:
            return
        yield rows
        last = rows[-1].id


def _keep(connection: sa.Connection, table: Any, practice_id: Any, ids: list[Any], words: list[str]) -> None:
    changed = sa.update(table).where(table.c.practice_id == practice_id, table.c.id == sa.bindparam("row"))
    values = [{"row": id, "words": kept} for id, kept in zip(ids, words, strict=True)]
    connection.execute(changed.values(search_words=sa.bindparam("words")), values)
