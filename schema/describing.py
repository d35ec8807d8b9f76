"""Descriptions for the SDL, taken from where the code says it once: docstrings, and the string under a field."""

import ast
import inspect
import textwrap
from functools import cache
from typing import Annotated, Any, get_args, get_origin

from typing_extensions import Doc

from auth.permissions import May

UNSAID = frozenset({May.ANYONE, May.SIGNED_IN, May.READ_CLIENTS})


def of(thing: Any) -> str:
    """A docstring as one paragraph a line, without the indentation of the source."""
    text = inspect.cleandoc(thing.__doc__ or "")
    if not text:
        raise TypeError(f"{thing!r} needs a docstring: it is printed into the SDL.")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in text.split("\n\n"))


def with_permission(text: str, may: May) -> str:
    """The description of a field, with the permission it needs where that is more than reaching the client."""
    return text if may in UNSAID else f"{text} Needs {may.value}."


@cache
def members(thing: type) -> dict[str, str]:
    """The string literal under each attribute of a class, inherited ones included: what editors show too."""
    found: dict[str, str] = {}
    for base in reversed(thing.__mro__):
        if base.__module__ not in ("builtins", "enum", "typing"):
            found |= _literals(base)
    return found


def _literals(thing: type) -> dict[str, str]:
    tree = ast.parse(textwrap.dedent(inspect.getsource(thing))).body[0]
    assert isinstance(tree, ast.ClassDef)  # noqa: S101 - getsource of a class is a class
    found = {}
    for here, under in zip(tree.body, tree.body[1:], strict=False):
        if isinstance(under, ast.Expr) and isinstance(under.value, ast.Constant) and isinstance(under.value.value, str):
            name = _name(here)
            if name is not None:
                found[name] = " ".join(under.value.value.split())
    return found


def _name(node: ast.stmt) -> str | None:
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        return node.target.id
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
        return node.targets[0].id
    return None


def said(annotation: Any) -> str | None:
    """The `Doc("…")` in an annotation."""
    if get_origin(annotation) is Annotated:
        return next((each.documentation for each in get_args(annotation)[1:] if isinstance(each, Doc)), None)
    return None
