"""A hand-written case: an operation on the corpus graph, and what stock graphql-core is known to make of it."""

from dataclasses import dataclass, field
from typing import Any

from tests.schema.execution.corpus.rows import Fault


@dataclass(frozen=True)
class Case:
    """An operation; `errors` and `refused` say how often it fails, so that a case cannot lose its point unseen."""

    says: str
    text: str
    variables: dict[str, Any] = field(default_factory=dict)
    errors: int = 0
    refused: int = 0
    name: str | None = None
    faults: dict[str, Fault] = field(default_factory=dict)
    spoils: dict[str, Any] = field(default_factory=dict)
    """Bad values of plain fields: `animal 1 name` and what it holds."""
    anonymous: bool = False
    events: int = 100
