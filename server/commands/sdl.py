"""`casegraph sdl`: the graph as a text."""

import difflib
from typing import Annotated

import typer

from auth import permissions
from server.variables import ROOT

PATH = ROOT / "schema.graphql"
PERMISSIONS = ROOT / "docs" / "permissions.md"


def sdl(
    check: Annotated[bool, typer.Option("--check", help="Fail when what was printed says something else.")] = False,
    write: Annotated[bool, typer.Option("--write", help="Write schema.graphql and docs/permissions.md.")] = False,
) -> None:
    """Print the graph in GraphQL's schema definition language."""
    # Building the graph takes a moment that the other commands need not wait.
    from schema.graph import schema

    printed = schema.as_str().rstrip("\n") + "\n"
    pages = {PATH: printed, PERMISSIONS: permissions.in_words()}
    if write:
        for path, text in pages.items():
            path.write_text(text, encoding="utf-8")
    elif check:
        for path, text in pages.items():
            compare(path.name, text, path.read_text(encoding="utf-8") if path.exists() else "")
    else:
        typer.echo(printed, nl=False)


def compare(name: str, printed: str, kept: str) -> None:
    """Fail with the difference unless both are the same, byte for byte."""
    if printed != kept:
        lines = difflib.unified_diff(kept.splitlines(), printed.splitlines(), name, "the code", lineterm="")
        typer.echo("\n".join([*lines, f"{name} is not what the code says: run `make sdl`."]), err=True)
        raise typer.Exit(1)
