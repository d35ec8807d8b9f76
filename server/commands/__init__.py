"""The command line: one module for each group of commands, each thin over what the other rooms do."""

import sys

import typer

from auth.keys import KeyFileRefused
from server.commands import audit, bringing, demo, doctor, files, keys, migrate, person, sdl, serve, worker
from server.commands.mistakes import Mistaken
from server.listening import CannotListen
from server.preparing import NotPrepared
from server.settings import SettingsRefused

MISTAKES = (SettingsRefused, KeyFileRefused, NotPrepared, CannotListen, Mistaken)
"""What the person at the keyboard can mend: told in words, without a traceback."""

application = typer.Typer(
    name="casegraph", help="Casegraph: the case files of a care practice.", no_args_is_help=True, add_completion=False,
    pretty_exceptions_enable=False, rich_markup_mode=None,
)  # fmt: skip
application.command()(serve.serve)
application.command()(worker.worker)
application.command()(migrate.migrate)
application.command()(demo.demo)
application.command()(sdl.sdl)
application.command()(doctor.doctor)
application.add_typer(bringing.commands, name="import")
application.add_typer(person.commands, name="person")
application.add_typer(keys.commands, name="keys")
application.add_typer(audit.commands, name="audit")
application.add_typer(files.commands, name="files")


def run() -> None:
    """Run the command that the arguments name."""
    try:
        application(prog_name="casegraph")
    except MISTAKES as mistake:
        typer.echo(mistake, err=True)
        sys.exit(2)
