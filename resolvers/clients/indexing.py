"""The words by which a client is found: kept beside the profile, renewed with it in the same transaction."""

from collections.abc import Callable, Iterable, Mapping
from uuid import UUID

from sqlalchemy import delete, insert, select

from domain import names, searching
from domain.clients import Channel
from domain.names import Name
from resolvers.clients.parts import names_in
from resolvers.writing import Write
from storage.database.clients import Client, SearchWord, known_identifiers, known_points
from storage.database.selecting import table_of

WORDS_OF: Mapping[Channel, Callable[[str], set[str]]] = {
    Channel.EMAIL: searching.words_of_email,
    Channel.PHONE: searching.words_of_phone,
    Channel.OTHER: searching.words_of_code,
}


def words_of(
    file_number: str, named: Iterable[Name], points: Iterable[tuple[Channel, str]], identifiers: Iterable[str]
) -> set[str]:
    """The folded words of a profile: every name, the file number, contact points and identifiers."""
    found = names.search_words(named) | searching.words_of_code(file_number)
    for channel, value in points:
        found |= WORDS_OF[channel](value)
    for value in identifiers:
        found |= searching.words_of_code(value)
    return found


async def renew(write: Write, client: Client) -> None:
    """Make the client's words what its profile now says."""
    values = {"practice": write.practice_id, "ids": [client.id]}
    points = (await write.session.execute(known_points(), values)).all()
    identifiers = (await write.session.execute(known_identifiers(), values)).all()
    wanted = words_of(
        client.file_number,
        names_in(client.names),
        [(point.channel, point.value) for point in points],
        [identifier.value for identifier in identifiers],
    )
    word = table_of(SearchWord)
    of_client = (word.c.practice_id == write.practice_id, word.c.client_id == client.id)
    known = set(await write.session.scalars(select(word.c.word).where(*of_client)))
    if known - wanted:
        await write.session.execute(delete(word).where(*of_client, word.c.word.in_(known - wanted)))
    await add(write, client.id, wanted - known)


async def add(write: Write, client_id: UUID, words: Iterable[str]) -> None:
    """Keep these words for the client."""
    key = {"practice_id": write.practice_id, "client_id": client_id}
    rows = [{**key, "word": each} for each in sorted(words)]
    if rows:
        await write.session.execute(insert(table_of(SearchWord)), rows)
