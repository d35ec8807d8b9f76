"""Whether the parts that have arrived make up the whole."""

from collections.abc import Sequence

from storage.files.errors import PartsMissing, SizeMismatch
from storage.files.interface import Part, Upload, part_sizes


def all_there(upload: Upload, parts: Sequence[Part], size: int) -> None:
    """Raises `PartsMissing` for what has not arrived, `SizeMismatch` for what has and should be larger or smaller."""
    arrived = {part.number: part.size for part in parts}
    expected = dict(enumerate(part_sizes(size), 1))
    missing = sorted(expected.keys() - arrived.keys())
    if missing:
        raise PartsMissing(upload.key, missing)
    if arrived != expected:
        raise SizeMismatch(upload.key, size, sum(arrived.values()))
