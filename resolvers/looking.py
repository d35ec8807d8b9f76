"""Whose records a request has looked at, gathered from the rows it read."""

from collections.abc import Sequence
from functools import cache
from operator import attrgetter
from typing import Any
from uuid import UUID

from storage.database.clients import ClientRow
from storage.database.notifications import NotificationRow

# Beyond this many clients in one request, the access event holds the number instead of every name.
MOST_NAMED = 100


class Looked:
    """The clients whose rows were read, or refused, during one request."""

    __slots__ = ("clients", "refused")

    def __init__(self) -> None:
        self.clients: set[UUID] = set()
        self.refused: set[UUID] = set()

    def forget(self) -> None:
        """Begin anew: what was looked at so far is kept."""
        self.clients.clear()
        self.refused.clear()

    def at(self, row: type, rows: Sequence[Any]) -> None:
        """Note the clients that these rows belong to."""
        attribute = _client_attribute(row)
        if attribute is not None and rows:
            self.clients.update(map(attrgetter(attribute), rows))
            self.clients.discard(None)


@cache
def _client_attribute(row: type) -> str | None:
    """The attribute of a row class that names its client."""
    if row is ClientRow:
        return "id"
    if row is NotificationRow:  # it names a client and says nothing of them
        return None
    return "client_id" if "client_id" in getattr(row, "__slots__", ()) else None
