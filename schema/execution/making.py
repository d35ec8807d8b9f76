"""Response objects made of rows and columns, by a function that is written for the selection.

Plain fields have no column of their own: the function takes them off each row as it makes the row's object. It gives
up as soon as a value is out of the ordinary (leaves.py); the plain fields are then read column by column, which reports
what is wrong at its place. The first time they are read so too: most documents that are not kept come once only, and
writing a function costs more than it then saves.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from schema.execution.executing import Run
    from schema.execution.groups import Group
    from schema.execution.steps import Plain, Step

Columns = Sequence[Sequence[Any]]
Function = Callable[[Sequence[Any], Columns], list[Any] | None]


class Maker:
    """Makes the objects of one selection."""

    __slots__ = ("_function", "_keys", "_plain", "_steps", "_used")

    def __init__(self, steps: "Sequence[Step]", plain: "Sequence[Plain]") -> None:
        self._steps = steps
        self._plain = plain
        self._keys = [step.key for step in steps]
        self._function: Function | None = None
        self._used = False

    def objects(self, run: "Run", group: "Group", columns: list[Any]) -> list[Any]:
        """One object for each row; `columns` are those of the other steps, and get those that are read here."""
        if self._used and self._function is None:
            self._function = _function(self._steps, self._plain)
        self._used = True
        if self._function is not None:
            objects = self._function(group.rows, columns)
            if objects is not None:
                return objects
        for step in self._plain:
            columns[step.slot] = step.read(run, group)
        keys = self._keys
        if not keys:
            return [{} for _ in group.rows]
        return [dict(zip(keys, cells, strict=True)) for cells in zip(*columns, strict=True)]


def _function(steps: "Sequence[Step]", plain: "Sequence[Plain]") -> Function:
    """Rows and columns in, one dict a row out."""
    known: dict[str, Any] = {}
    body: list[str] = []
    taken = {"row": "rows"} if plain or not steps else {}
    for step in plain:
        body += step.lines(f"cell{step.slot}", known)
    taken |= {f"cell{step.slot}": f"columns[{step.slot}]" for step in steps if step not in plain}
    pairs = ", ".join(f"{step.key!r}: cell{step.slot}" for step in steps)
    lines = [
        "def made(rows, columns):",
        " objects = []",
        " try:",
        f"  for {', '.join(taken)}, in zip({', '.join(taken.values())}):",
        *(f"   {line}" for line in body),
        f"   objects.append({{{pairs}}})",
        " except Exception:",
        "  return None",
        " return objects",
    ]
    exec("\n".join(lines), known)  # noqa: S102 - GraphQL's names are plain words, those of attributes are our own
    made: Function = known.pop("made")  # or it and what it knows would be a ring
    return made
