"""The helpers refuse what must not be written."""

from collections.abc import Sequence

import pytest

from auth.permissions import May
from resolvers.asking import Ask
from resolvers.writing import Write
from schema.fields import answered_by, carried_out_by
from storage.database.clients import ClientRow


async def of_one_client(ask: Ask, client: ClientRow) -> str:
    """A resolver of a single parent."""
    return client.display_name


async def with_one_answer(ask: Ask, clients: Sequence[ClientRow]) -> str:
    """A resolver that gives one answer for all."""
    return clients[0].display_name


async def undescribed(ask: Ask, clients: Sequence[ClientRow]) -> Sequence[str]:
    return [client.display_name for client in clients]


async def without_ask(clients: Sequence[ClientRow]) -> Sequence[str]:
    """A resolver that does not ask."""
    return []


async def root(ask: Ask) -> str:
    """A root."""
    return ""


async def act(write: Write, input: str) -> str:
    """A mutation without an outcome."""
    return input


@pytest.mark.parametrize("resolver", [of_one_client, with_one_answer, undescribed, without_ask, root])
def test_a_resolver_of_another_shape_is_refused_at_import(resolver: object) -> None:
    with pytest.raises(TypeError):
        answered_by(resolver)  # type: ignore[arg-type] # that is the point


def test_a_root_that_says_what_it_needs_is_taken() -> None:
    assert answered_by(root, allow=May.ANYONE)


def test_a_mutation_gives_an_outcome() -> None:
    with pytest.raises(TypeError, match="Outcome"):
        carried_out_by(act)
