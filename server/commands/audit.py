"""`casegraph audit`: whether anybody touched what must never be touched."""

from typing import TYPE_CHECKING

import typer

from server.commands.opening import PracticeOption, practice_named, with_casegraph
from server.settings import Settings

if TYPE_CHECKING:
    from resolvers.casegraph import Casegraph
    from resolvers.verifying import Report

commands = typer.Typer(help="The audit log: who changed what, and who looked.", no_args_is_help=True)


@commands.callback()
def group() -> None:
    """Keeps `verify` a command of its own while it is the only one."""


@commands.command()
def verify(practice: PracticeOption = "") -> None:
    """Walk the chains of every practice, or of the one that is named, and compare them with the anchor.

    Ends with 1 when something was edited, deleted, inserted, reordered or cut off.
    """
    settings = Settings.of_environment()

    async def work(casegraph: "Casegraph") -> list[tuple[str, "Report"]]:
        from resolvers import practices, verifying
        from resolvers.anchoring import Anchor

        named = [await practice_named(casegraph, practice)] if practice else []
        chosen = named or await practices.every_practice(casegraph.database)
        anchor = Anchor(settings.anchor, casegraph.ring)
        return [(one.name, await verifying.verify(casegraph.database, one.id, anchor)) for one in chosen]

    reports = with_casegraph(settings, work)
    for name, report in reports:
        tell(name, report)
    raise typer.Exit(0 if all(report.is_sound for _, report in reports) else 1)


def tell(name: str, report: "Report") -> None:
    """Say what was looked at, and every fault found."""
    seen = (
        f"{report.writes:,} writes with {report.facts:,} facts, "
        f"{report.accesses:,} accesses, {report.anchored:,} anchored heads"
    )
    typer.echo(f"{name}: {seen}: {'sound' if report.is_sound else 'NOT SOUND'}")
    for fault in report.faults:
        typer.echo(f"  {fault}")
