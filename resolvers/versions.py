"""What a caller saw of a row, held against how it stands now."""

from typing import Any

from domain import versions
from domain.refusals import Conflict


def agree(expected: int | None, row: Any) -> None:
    """Raise `Conflict`, with the row's id beside it, when the caller saw another version of it."""
    try:
        versions.agree(expected, row.version, ("input", "expectedVersion"))
    except Conflict as refusal:
        raise refusal.with_beside(current_id=row.id) from None
