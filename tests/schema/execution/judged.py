"""The executor that is judged."""

from typing import Any

from schema.execution.executing import BreadthFirst

JUDGED: type[Any] = BreadthFirst
