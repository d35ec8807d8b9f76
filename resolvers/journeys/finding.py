"""Finding journeys."""

from collections.abc import Sequence

from domain.identity import Kind, written
from resolvers.asking import Ask
from resolvers.given import reads
from resolvers.loaders import loaded
from storage.database.clients import ClientRow
from storage.database.journeys import JourneyRow


@reads()
def ids(ask: Ask, rows: Sequence[JourneyRow]) -> Sequence[str]:
    """The journey's id."""
    return [written(Kind.JOURNEY, row.id) for row in rows]


@reads()
async def clients(ask: Ask, rows: Sequence[JourneyRow]) -> Sequence[ClientRow | None]:
    """The client whose journey it is."""
    return await loaded(ask.loaders.client_by_id, [row.client_id for row in rows])
