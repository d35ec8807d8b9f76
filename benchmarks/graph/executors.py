"""The executors that the benchmark's graph can be run by."""

from importlib import import_module
from importlib.util import find_spec
from typing import Any

import strawberry

from benchmarks.graph.schema import build_schema

STOCK = "stock"
BREADTH_FIRST = "breadth-first"


def available() -> tuple[str, ...]:
    """Their names."""
    return (BREADTH_FIRST, STOCK) if find_spec("schema.execution") else (STOCK,)


def schema_for(executor: str) -> strawberry.Schema:
    """The benchmark's schema, run by an executor."""
    return build_schema(**_options(executor))


def _options(executor: str) -> dict[str, Any]:
    if executor == STOCK:
        return {}
    return {"execution_context_class": import_module("schema.execution.executing").BreadthFirst}
