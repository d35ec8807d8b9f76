"""Every field of every type, by every path that leads to it, as every role: against an oracle over plain lists."""

from collections.abc import Iterator
from typing import Any

import pytest
from graphql import GraphQLObjectType

from auth.permissions import TABLE, Extent, May, permission_of
from auth.viewers import Anonymous, Viewer
from domain.people import Role
from resolvers.nodes import MOST_NODES
from schema.graph import schema
from schema.limits import Limits
from schema.operations import Operations
from tests.makers import PracticeUnderTest
from tests.walking import Walk, values_in
from tests.worlds import World, everyone, made

GRAPH = schema._schema
WALKED = Operations(
    schema,
    Limits(document_bytes=10**8, tokens=10**6, depth=100, aliases=10**6, root_fields=10**6, cost=10**9),
    kept_bytes=10**9,
)
LISTED, NAMED = 4, 2
"""How deep walks go that begin at a list, and at one thing by its id."""


@pytest.fixture
async def world(practice: PracticeUnderTest) -> World:
    return await made(practice)


def roots(world: World) -> Iterator[str]:
    """A walk from every root field of Query; those that take an id, with every id of the world."""
    query = GRAPH.query_type
    assert query is not None
    for name, field in query.fields.items():
        if "id" in field.args:
            for given in world.ids:
                if name == "node" or given.startswith(f"{name}_"):
                    yield Walk(GRAPH, lambda *_, given=given: f'(id: "{given}")', NAMED).of_root(name)
        elif "ids" in field.args:
            for some in batched(world.ids, MOST_NODES):
                yield Walk(GRAPH, lambda *_, some=some: f"(ids: {some})".replace("'", '"'), LISTED).of_root(name)
        else:
            yield Walk(GRAPH, lambda *_: "", LISTED).of_root(name)


def batched(ids: list[str], most: int) -> Iterator[list[str]]:
    """The ids, at most so many at once."""
    yield from (ids[start : start + most] for start in range(0, len(ids), most))


async def walk(world: World, viewer: Viewer) -> tuple[str, list[tuple[str, Any]], set[str]]:
    """Everything a viewer is answered on the whole walk: its text, its fields and the codes of its errors."""
    text, fields, codes = "", [], set()
    for selection in roots(world):
        prepared = WALKED.prepare(f"{{ {selection} }}")
        async with world.practice.casegraph.operation(viewer, request_id="walk") as operation:
            result = await WALKED.answer(prepared, None, operation)
        text += str(result.data)
        fields += list(values_in(result.data))
        codes |= {str((error.extensions or {}).get("code")) for error in result.errors or ()}
    return text, fields, codes


def tokens_in(world: World, text: str) -> set[str]:
    """The tokens of the world's records that stand in a text."""
    return {record.token for record in world.records if record.token in text}


async def test_every_role_sees_exactly_what_the_table_and_its_grants_say(world: World) -> None:
    narrow = {f"{kind}_{name}": may for kind, name, may in allowances()}
    for name, viewer in (await everyone(world)).items():
        text, fields, codes = await walk(world, viewer)

        assert tokens_in(world, text) == world.seen_by(viewer), name
        assert codes <= {"FORBIDDEN"}, name
        for alias, value in fields:
            if alias in narrow and permission_of(viewer, narrow[alias]).extent is Extent.NONE:
                assert value is None, (name, alias)


async def test_another_practice_and_nobody_see_nothing(world: World) -> None:
    stranger = await (await PracticeUnderTest.founded(world.practice.casegraph)).member(Role.OWNER)

    for viewer in (stranger, Anonymous()):
        text, _, codes = await walk(world, viewer)

        assert tokens_in(world, text) == set()
        assert world.practice.id.hex not in text
        assert codes == ({"NOT_SIGNED_IN"} if isinstance(viewer, Anonymous) else set())


def allowances() -> Iterator[tuple[str, str, May]]:
    """Every field of the graph that says what it needs."""
    for named in GRAPH.type_map.values():
        if isinstance(named, GraphQLObjectType) and not named.name.startswith("__"):
            for name, field in named.fields.items():
                said = field.extensions["strawberry-definition"].metadata
                question = next((said[each] for each in ("question", "mutation", "subscription") if each in said), None)
                if question is not None and question.allow is not May.ANYONE:
                    yield named.name, name, question.allow


def test_a_field_that_may_be_denied_is_nullable() -> None:
    assert GRAPH.subscription_type is None or GRAPH.subscription_type.name == "Subscription"
    for kind, name, _ in allowances():
        if kind != "Subscription":
            named = GRAPH.type_map[kind]
            assert isinstance(named, GraphQLObjectType)
            assert not str(named.fields[name].type).endswith("!"), f"{kind}.{name}"


def test_the_table_has_a_row_for_every_permission_and_a_column_for_every_role() -> None:
    assert set(TABLE) == set(May) - {May.ANYONE, May.SIGNED_IN}
    assert all(set(row) == set(Role) for row in TABLE.values())
