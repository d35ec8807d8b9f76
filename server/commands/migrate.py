"""`casegraph migrate`: the database's shape."""

import asyncio
from typing import Annotated

import typer

import server.preparing
from server.settings import Settings
from storage.database.drafting import draft, newest_revision


def migrate(
    write: Annotated[str, typer.Option(help="Write a new migration instead: what it does, as a sentence.")] = "",
) -> None:
    """Bring the database to the newest shape, as CASEGRAPH_DATABASE_OWNER."""
    if write:
        typer.echo(f"{asyncio.run(draft(write))}: read it, guard its new tables, and keep it.")
        return
    settings = Settings.of_environment()
    for folder in server.preparing.folders(settings):
        server.preparing.make_folder(folder)
    asyncio.run(server.preparing.migrate(settings))
    typer.echo(f"{settings.database_shown} stands at {newest_revision()}.")
