"""`casegraph sdl`: the graph as a text."""

import difflib
from typing import Annotated

import typer

from server.variables import ROOT

PATH = ROOT / "schema.graphql"


def sdl(
    check: Annotated[bool, typer.Option("--check", help="Fail when schema.graphql says something else.")] = False,
    write: Annotated[bool, typer.Option("--write", help="Write schema.graphql.")] = False,
) -> None:
    """Print the graph in GraphQL's schema definition language."""
    # Building the graph takes a moment that the other commands need not wait.
    from schema.graph import schema

    printed = schema.as_str().rstrip("\n") + "\n"
    if write:
        PATH.write_text(printed, encoding="utf-8")
    elif check:
        compare(printed, PATH.read_text(encoding="utf-8") if PATH.exists() else "")
    else:
        typer.echo(printed, nl=False)


def compare(printed: str, kept: str) -> None:
    """Fail with the difference unless both are the same, byte for byte."""
    if printed != kept:
        lines = difflib.unified_diff(kept.splitlines(), printed.splitlines(), "schema.graphql", "the code", lineterm="")
        typer.echo("\n".join([*lines, "schema.graphql is not what the code says: run `make sdl`."]), err=True)
        raise typer.Exit(1)
