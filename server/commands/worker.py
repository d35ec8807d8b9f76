"""`casegraph worker`: runs jobs beside the server."""

import asyncio
import signal

import typer

import server.logs
import server.preparing
from server.settings import Settings


def worker() -> None:
    """Run the jobs of every practice until SIGTERM or Ctrl-C. For servers started with CASEGRAPH_WORKER=beside."""
    settings = Settings.of_environment()
    server.logs.set_up(settings.log, settings.log_level)
    asyncio.run(work(settings))
    typer.echo("stopped")


async def work(settings: Settings) -> None:
    """Work until a signal asks to stop."""
    from server.assembling import opened
    from server.worker import Worker

    ring = await server.preparing.prepare(settings)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with opened(settings, ring) as casegraph:
        working = asyncio.create_task(Worker(casegraph).run())
        typer.echo("The worker waits for jobs. Ctrl-C stops it.")
        await stop.wait()
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)
