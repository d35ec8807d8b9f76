"""`casegraph keys`: the key ring."""

import typer

from auth.keys import KeyRing
from server.settings import Settings

commands = typer.Typer(help="The key ring that cursors, links and fingerprints rest on.", no_args_is_help=True)


@commands.command("list")
def list_keys() -> None:
    """Name the keys, newest first. Their secrets are not shown."""
    for place, key in enumerate(KeyRing.read(Settings.of_environment().keys).keys):
        typer.echo(f"{key.name}  {'seals and signs' if place == 0 else 'still opens'}")


@commands.command()
def add() -> None:
    """Add a new key, which seals and signs as soon as the servers start again. What older keys sealed stays valid."""
    path = Settings.of_environment().keys
    ring = KeyRing.read(path).with_new_key() if path.exists() else KeyRing.made()
    ring.write(path)
    typer.echo(f"{ring.keys[0].name} is the newest of {len(ring.keys)} in {path}. Start the servers again to use it.")
