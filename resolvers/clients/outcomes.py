"""What comes of changing a client's file, and how its payload is answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from domain.duplicates import LikenessReason
from resolvers.asking import Ask
from resolvers.outcomes import Outcome
from storage.database.clients import ClientRow


@dataclass(frozen=True, slots=True)
class Lookalike:
    """A client within the caller's reach who may be the same person."""

    client_id: UUID
    score: int
    reasons: tuple[LikenessReason, ...]


@dataclass(slots=True, kw_only=True)
class ClientCreated(Outcome):
    """What came of opening a file. `possible_duplicates` kept it from being opened."""

    client_id: UUID | None = None
    possible_duplicates: tuple[Lookalike, ...] = ()


@dataclass(slots=True, kw_only=True)
class ClientChanged(Outcome):
    """What came of changing a file. `current_id` is the client's when somebody else changed it meanwhile."""

    client_id: UUID | None = None
    current_id: UUID | None = None


@dataclass(slots=True, kw_only=True)
class ClientUpdated(ClientChanged):
    """What came of changing a profile."""


@dataclass(slots=True, kw_only=True)
class ClientArchived(ClientChanged):
    """What came of putting a file away."""


@dataclass(slots=True, kw_only=True)
class ClientRestored(ClientChanged):
    """What came of taking a file up again."""


@dataclass(slots=True)
class PossibleDuplicateRow:
    """A lookalike, with the client."""

    client: ClientRow
    score: int
    reasons: tuple[LikenessReason, ...]


async def clients_created(ask: Ask, outcomes: Sequence[ClientCreated]) -> Sequence[ClientRow | None]:
    """The new client; null when the file was not opened."""
    return await _clients(ask, [outcome.client_id for outcome in outcomes])


async def clients_changed(ask: Ask, outcomes: Sequence[ClientChanged]) -> Sequence[ClientRow | None]:
    """The client as it stands now; null when nothing was changed."""
    return await _clients(ask, [outcome.client_id for outcome in outcomes])


async def clients_as_they_stand(ask: Ask, outcomes: Sequence[ClientChanged]) -> Sequence[ClientRow | None]:
    """The client as somebody else left it meanwhile, when that is the problem."""
    return await _clients(ask, [outcome.current_id for outcome in outcomes])


async def possible_duplicates(ask: Ask, outcomes: Sequence[ClientCreated]) -> Sequence[list[PossibleDuplicateRow]]:
    """Clients within reach who may be the same person, the most alike first; why the file was not opened."""
    return [await _lookalikes(ask, outcome.possible_duplicates) for outcome in outcomes]


async def _lookalikes(ask: Ask, found: Sequence[Lookalike]) -> list[PossibleDuplicateRow]:
    rows = await _clients(ask, [each.client_id for each in found])
    # Whoever went out of reach since they were found is left out.
    return [PossibleDuplicateRow(row, each.score, each.reasons) for row, each in zip(rows, found, strict=True) if row]


async def _clients(ask: Ask, ids: Sequence[UUID | None]) -> list[ClientRow | None]:
    asked = [each for each in ids if each is not None]
    found = dict(zip(asked, await ask.loaders.client_by_id.load_many(asked), strict=True))
    return [None if each is None else found[each] for each in ids]
