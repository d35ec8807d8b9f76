"""`casegraph files`: whether all documents are there, and moving them to another place."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from server.commands.mistakes import Mistaken
from server.commands.opening import PracticeOption, practice_named, with_casegraph
from server.settings import Settings
from server.variables import a_file_store

if TYPE_CHECKING:
    from resolvers.casegraph import Casegraph
    from resolvers.files.comparing import Compared
    from resolvers.files.moving import Moved
    from storage.database.people import Practice

MOST_SHOWN = 50
commands = typer.Typer(help="The files of documents: whether all are there, and where.", no_args_is_help=True)


@commands.command()
def check(
    practice: PracticeOption = "",
    digests: Annotated[bool, typer.Option(help="Read every file, and compare its SHA-256.")] = True,
) -> None:
    """Compare rows, files and digests. Ends with 1 when something is missing, damaged, or belongs to nothing."""
    settings = Settings.of_environment()

    async def work(casegraph: "Casegraph") -> "list[tuple[str, Compared]]":
        from resolvers.files.comparing import compare

        found = []
        for one in await chosen(casegraph, practice):
            with typer.progressbar(length=1, label=one.name, file=sys.stderr, show_eta=False) as bar:
                compared = await compare(casegraph.database, one.id, casegraph.opened_stores, digests=digests)
                bar.update(1)
            found.append((one.name, compared))
        return found

    reports = with_casegraph(settings, work, files=True)
    for name, compared in reports:
        tell(name, compared)
    raise typer.Exit(0 if all(compared.is_sound for _, compared in reports) else 1)


def tell(name: str, compared: "Compared") -> None:
    """Say what was found."""
    seen = f"{compared.files:,} files, {compared.bytes:,} bytes, {compared.pending:,} under way"
    typer.echo(f"{name}: {seen}, {compared.copies:,} second copies: {'sound' if compared.is_sound else 'NOT SOUND'}")
    for fault in compared.faults[:MOST_SHOWN]:
        typer.echo(f"  {fault}")
    if len(compared.faults) > MOST_SHOWN:
        typer.echo(f"  … and {len(compared.faults) - MOST_SHOWN:,} more")


@commands.command()
def move(
    from_: Annotated[str, typer.Option("--from", help="The store to empty: file:///folder or s3://bucket?…")],
    to: Annotated[str, typer.Option("--to", help="The store to fill.")],
    practice: PracticeOption = "",
) -> None:
    """Move every document from one store to another, while servers go on serving and taking in.

    Servers must know both: CASEGRAPH_FILES is the new one, CASEGRAPH_FILES_ALSO the old. Every file is verified by its
    digest. It can be broken off and begun again, or begun the other way round.
    """
    settings = Settings.of_environment()

    async def work(casegraph: "Casegraph") -> "Moved":
        from resolvers.files import moving
        from storage.files.opening import open_store

        source, target = open_store(store_url(from_, "--from")), open_store(store_url(to, "--to"))
        if source.name == target.name:
            raise Mistaken(f"Both stores are called {source.name!r}: name one otherwise, with ?name=… behind its URL.")
        ids = [one.id for one in await chosen(casegraph, practice)]
        try:
            length = await moving.to_be_moved(casegraph.database, ids, source)
            with typer.progressbar(length=length, label="Moving", file=sys.stderr) as bar:
                return await moving.move(casegraph.database, ids, source, target, bar.update)
        finally:
            await source.close()
            await target.close()

    moved = with_casegraph(settings, work)
    typer.echo(f"{moved.files:,} files moved, {moved.bytes:,} bytes, verified; {moved.removed:,} old copies removed.")
    for says, keys in (("missing in the old store", moved.missing), ("damaged, left where it is", moved.damaged)):
        for key in keys[:MOST_SHOWN]:
            typer.echo(f"  {key}: {says}", err=True)
    raise typer.Exit(1 if moved.missing or moved.damaged else 0)


def store_url(text: str, option: str) -> str:
    """The URL of a store; `Mistaken` for anything else."""
    try:
        return a_file_store(text)
    except ValueError as error:
        raise Mistaken(f"{option} {error}. For example: {option} file:///var/lib/casegraph/files") from None


async def chosen(casegraph: "Casegraph", practice: str) -> "list[Practice]":
    """The practice that is named, or all of them."""
    from resolvers import practices

    return [await practice_named(casegraph, practice)] if practice else list(
        await practices.every_practice(casegraph.database)
    )  # fmt: skip
