"""`casegraph serve`: the server."""

import asyncio
import signal
import sys

import typer

import server.assembling
import server.listening
import server.logs
import server.preparing
from server import collecting
from server.commands.demo import Demo, demo_when_empty
from server.settings import Settings


def serve() -> None:
    """Serve the graph until SIGTERM or Ctrl-C.

    What it needs under var/ it makes first; CASEGRAPH_… variables change where and how.
    """
    collecting.share_heap()
    settings = Settings.of_environment()
    server.logs.set_up(settings.log, settings.log_level)
    listening = server.listening.listen(settings.host, settings.port)
    ring = asyncio.run(server.preparing.prepare(settings))
    demo = demo_when_empty(settings)
    app, edge = server.assembling.create_app(settings, ring), server.assembling.edge_of(settings)
    address = server.listening.shown(settings.host, listening.getsockname()[1])
    # Uvicorn stops in order and then hands the signal on: an end in order is no error.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        server.listening.Server(app, edge, settings, lambda: welcome(address, settings, demo)).run(sockets=[listening])
    except KeyboardInterrupt:
        typer.echo("stopped")


def welcome(address: str, settings: Settings, demo: Demo | None) -> None:
    """Say where the server answers; once, when the demo practice was made, also how to sign in to it."""
    typer.echo(
        f"Casegraph answers at {address}/graphql{' (open it in a browser for GraphiQL)' if settings.graphiql else ''}"
    )
    if demo:
        typer.echo(f"Demo sign-in: {demo.owner} with the password {demo.password}")
        typer.echo(f"It is shown only now; a new one: ./casegraph person password {demo.owner}")
    typer.echo("Ctrl-C stops it.")
    sys.stdout.flush()
