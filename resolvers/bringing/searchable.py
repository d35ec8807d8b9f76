"""The words under which a client that is brought in can be found."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from domain import names, searching
from domain.clients import Channel
from domain.names import PersonName

_WORDS_OF: Mapping[Channel, Callable[[str], set[str]]] = {
    Channel.EMAIL: searching.words_of_email,
    Channel.PHONE: searching.words_of_phone,
    Channel.OTHER: searching.words_of_code,
}


def words_of(
    known: Iterable[PersonName],
    file_number: str,
    contacts: Iterable[Mapping[str, Any]],
    identifiers: Iterable[Mapping[str, Any]],
) -> set[str]:
    """The folded words of the names, the file number, and the contact points and identifiers as their columns."""
    found = names.search_words(known) | searching.words_of_code(file_number)
    for contact in contacts:
        found |= _WORDS_OF[contact["channel"]](contact["value"])
    for identifier in identifiers:
        found |= searching.words_of_code(identifier["value"])
    return found
