"""Faults of one line each, put into a copy of the executor: what the oracle is worth is how many of them it notices."""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import ModuleType

ROOM = Path(__file__).resolve().parents[3] / "schema"
COPIED = ("execution", "preparing.py", "operations.py")
"""The executor, and what holds its plans."""


@dataclass(frozen=True)
class Fault:
    """One line of the executor, and what stands there instead."""

    says: str
    file: str
    line: str
    instead: str


FAULTS = (
    Fault("groups are built from the root on down", "execution/executing.py",
          "for below in reversed(groups):", "for below in groups:"),
    Fault("mutations go on after the data are null", "execution/executing.py",
          "if serially and self.errors and _fails(", "if False and _fails("),
    Fault("mutations run together", "execution/executing.py",
          "self.operation.operation is OperationType.MUTATION if serially is None else serially", "bool(serially)"),
    Fault("an error points at the first node only", "execution/executing.py",
          "located_error(error, field.nodes, path)", "located_error(error, field.nodes[:1], path)"),
    Fault("every group is given the first answers", "execution/executing.py",
          "answers[start:end]", "answers[: end - start]"),
    Fault("a row's place among nulls is miscounted", "execution/groups.py",
          "number if self.numbers is None else self.numbers[number]", "number"),
    Fault("a null goes up from the first sure field only", "execution/groups.py",
          "for slot in self.selection.required:", "for slot in self.selection.required[:1]:"),
    Fault("an item's path lacks its number", "execution/groups.py",
          "return [*self._lists.path(outer), inner]", "return self._lists.path(outer)"),
    Fault("a null stays where it may not", "execution/shapes.py",
          "return FAILED if self.required and run.propagates else None", "return None"),
    Fault("an exception in a value's place is a value", "execution/shapes.py",
          "if isinstance(value, Exception):", "if False:"),
    Fault("every list begins at the first item", "execution/shapes.py",
          "piece = items[start : start + size]", "piece = items[:size]"),
    Fault("a text is a list", "execution/shapes.py",
          "if not is_iterable(value):", "if not hasattr(value, '__iter__'):"),
    Fault("a failed object is skipped instead of standing as null", "execution/shapes.py",
          "objects = [null if each is FAILED else each for each in objects]",
          "objects = [each for each in objects if each is not FAILED]"),
    Fault("whole numbers go one too far in a column", "execution/leaves.py",
          "max(values) <= GRAPHQL_MAX_INT", "max(values) <= GRAPHQL_MAX_INT + 1"),
    Fault("whole numbers go one too far in a row", "execution/leaves.py",
          "<= {{cell}} <= {GRAPHQL_MAX_INT}", "<= {{cell}} <= {GRAPHQL_MAX_INT + 1}"),
    Fault("a null in a row passes where none may be", "execution/leaves.py",
          "    if not required:\n        odd =", "    if True:\n        odd ="),
    Fault("what is written is not looked at again", "execution/leaves.py",
          'lines += ["if type({cell}) in {own}absent:", GIVE_UP]', "lines += []"),
    Fault("a column that was read is given to the wrong field", "execution/making.py",
          "columns[step.slot] = step.read(run, group)", "columns[-1 - step.slot] = step.read(run, group)"),
    Fault("infinity is a number", "execution/leaves.py",
          "all(map(isfinite, values))", "all(value == value for value in values)"),
    Fault("what is more to ask is not asked of a row", "execution/leaves.py",
          "if values_that.condition:", "if False:"),
    Fault("a type's condition is not asked", "execution/abstract.py",
          "return self._where is None and issubclass(kind, self._row)", "return issubclass(kind, self._row)"),
    Fault("arguments are kept although they name variables", "execution/arguments.py",
          "if not self._has_variables and all(", "if all("),
    Fault("a question is asked once whatever its arguments", "execution/steps.py",
          "self.joint = id(field.node), id(question)", "self.joint = id(question)"),
    Fault("a plan is taken whatever @include says", "execution/plans.py",
          'if directive.name.value in ("skip", "include"):', 'if directive.name.value in ("skip",):'),
    Fault("a merged field is planned by its first part", "execution/planning.py",
          "key = (of.name, *(id(each.node) for each in details))", "key = (of.name, id(details[0].node))"),
    Fault("types share the selection of the first of them", "execution/planning.py",
          "found = self._selections.get(of.name)", "found = next(iter(self._selections.values()), None)"),
    Fault("only the last of the wanted attributes are read", "execution/wanting.py",
          "found = None if found is None or each is None else found | each", "found = each"),
)  # fmt: skip


class FaultGone(AssertionError):
    """The executor has no such line any more: write the fault anew."""


def faulty(text: str, fault: Fault) -> str:
    """The text of a file with the fault in it."""
    if text.count(fault.line) != 1:
        raise FaultGone(f"{fault.file} holds {text.count(fault.line)} times: {fault.line}")
    return text.replace(fault.line, fault.instead)


@contextmanager
def loaded(folder: Path, name: str, fault: Fault | None) -> Iterator[ModuleType]:
    """A copy of the executor as a package of this name, with the fault; gives its `operations`."""
    for path in sorted(each for part in COPIED for each in _files(ROOM / part)):
        inside = path.relative_to(ROOM)
        text = path.read_text(encoding="utf-8")
        if fault is not None and str(inside) == fault.file:
            text = faulty(text, fault)
        text = re.sub(r"\bschema\.(execution|preparing|operations)\b", rf"{name}.\1", text)
        text = text.replace("from schema import execution", f"from {name} import execution")
        (folder / name / inside).parent.mkdir(parents=True, exist_ok=True)
        (folder / name / inside).write_text(text, encoding="utf-8")
    (folder / name / "__init__.py").touch()
    sys.path.insert(0, str(folder))
    try:
        yield import_module(f"{name}.operations")
    finally:
        sys.path.remove(str(folder))
        for module in [each for each in sys.modules if each.split(".")[0] == name]:
            del sys.modules[module]


def _files(path: Path) -> Iterator[Path]:
    yield from path.rglob("*.py") if path.is_dir() else (path,)
