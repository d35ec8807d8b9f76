"""Arguments that are variables are looked up from the second request on, and come to the same."""

from typing import Any

import pytest

from schema.execution.executing import Run
from schema.execution.steps import Asked
from schema.graph import build_schema
from schema.limits import Limits
from schema.operations import Operations

ASKED = """
query ($id: ID!, $first: Int, $after: String, $exact: Boolean! = false) {
  client(id: $id) { id }
  clients(first: $first, after: $after) { totalCount(exact: $exact) { value } }
}
"""
GIVEN: tuple[dict[str, Any], ...] = (
    {"id": "client_" + "1" * 32},
    {"id": "client_" + "2" * 32, "first": 3},
    {"id": "no id", "first": None, "after": "cursor"},
    {"id": "3", "first": 4, "after": None, "exact": True},
    {"id": "client_" + "1" * 32},
)


@pytest.fixture(scope="module")
def operations() -> Operations:
    return Operations(build_schema(), Limits())


def test_what_is_looked_up_is_what_is_converted(operations: Operations) -> None:
    prepared = operations.prepare(ASKED)
    query = operations.graph.query_type
    assert query is not None
    for given in GIVEN:
        executor: Any = operations._executor(prepared, given, None)
        run, steps = Run(executor), prepared.plans.plan(executor).root(query).asked
        asked = [step.arguments for step in steps if isinstance(step, Asked)]
        assert len(asked) == 2
        for arguments in asked:
            assert arguments.given(run) == arguments._converted(run)
    assert all(arguments._by_variable is not None for arguments in asked)
