"""The words under which a client that is brought in can be found: the same as of one whose file is opened by hand."""

from collections.abc import Iterable, Mapping
from typing import Any

from domain.names import Name
from resolvers.clients import indexing


def words_of(
    known: Iterable[Name],
    file_number: str,
    contacts: Iterable[Mapping[str, Any]],
    identifiers: Iterable[Mapping[str, Any]],
) -> set[str]:
    """The folded words of the names, the file number, and the contact points and identifiers as their columns."""
    points = [(contact["channel"], contact["value"]) for contact in contacts]
    return indexing.words_of(file_number, known, points, [identifier["value"] for identifier in identifiers])
