"""The executor that is judged."""

from typing import Any

from tests.schema.execution.running import STOCK

JUDGED: type[Any] = STOCK
