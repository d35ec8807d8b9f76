"""`casegraph demo`: a practice to look at and try things on."""

import sys
from dataclasses import dataclass
from datetime import UTC, date, datetime
from time import perf_counter
from typing import TYPE_CHECKING, Annotated

import typer

from auth import new_passwords
from domain.people import Role
from domain.refusals import NotAllowedNow
from server.commands.mistakes import Mistaken
from server.commands.opening import with_casegraph
from server.settings import Settings

if TYPE_CHECKING:
    from resolvers.bringing.demonstration import Filled
    from resolvers.casegraph import Casegraph

CLIENTS_OF_A_FIRST_LOOK = 40


@dataclass(frozen=True, slots=True)
class Demo:
    """A demo practice, and how to sign in to it."""

    filled: "Filled"
    password: str
    seconds: float

    @property
    def owner(self) -> str:
        """The address of who may see everything."""
        return self.filled.somebody(Role.OWNER).email


def demo(
    clients: Annotated[int, typer.Option(min=1, help="How many clients it has.")] = 100,
    seed: Annotated[int, typer.Option(help="Another seed is another practice; the same one gives the same rows.")] = 1,
    today: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Tell what happened before this day; today if left out."),
    ] = None,
) -> None:
    """Make a demo practice: invented people, believable histories, any size.

    Again with the same numbers on the same day it changes nothing, and what broke off goes on.
    """
    settings = Settings.of_environment()
    if not settings.demo:
        raise Mistaken(
            "Others can reach this server, so it takes no demo data. If it holds no real client: CASEGRAPH_DEMO=yes"
        )
    day = today.date() if today else datetime.now(UTC).date()

    async def work(casegraph: "Casegraph") -> Demo:
        return await filled(casegraph, seed, clients, day)

    tell(with_casegraph(settings, work))


def demo_when_empty(settings: Settings) -> Demo | None:
    """Make a small demo practice in a database that holds no practice at all."""

    async def work(casegraph: "Casegraph") -> Demo | None:
        from resolvers import practices

        if await practices.every_practice(casegraph.database):
            return None
        return await filled(casegraph, 1, CLIENTS_OF_A_FIRST_LOOK, datetime.now(UTC).date())

    return with_casegraph(settings, work) if settings.demo else None


async def filled(casegraph: "Casegraph", seed: int, clients: int, today: date) -> Demo:
    """Fill the practice of the seed, with a progress bar on standard error."""
    from resolvers.bringing import demonstration

    began, password = perf_counter(), new_passwords.invented()
    kept = await casegraph.passwords.hashed(password)
    with typer.progressbar(length=clients, label="Making a demo practice", file=sys.stderr) as bar:
        try:
            made = await demonstration.fill(casegraph.database, seed, clients, today, kept, bar.update)
        except NotAllowedNow:
            raise Mistaken(
                f"The demo practice of seed {seed} has another number of clients: take another --seed."
            ) from None
    return Demo(made, password, perf_counter() - began)


def tell(demo: Demo) -> None:
    """Say what was made, and how to sign in as each role."""
    filled = demo.filled
    if not filled.clients:
        typer.echo(f"{filled.name} stands there already, with every client: nothing was changed.")
        return
    made = f"{filled.clients:,} clients with {filled.entries:,} entries of their timelines"
    typer.echo(f"{filled.name} ({filled.practice_id}): {made}, in {demo.seconds:.1f} s.")
    if not filled.new_logins:
        typer.echo("Its members sign in with the passwords they have.")
        return
    typer.echo(f"Sign in with the password {demo.password} (shown only now) as one of these:")
    for role in Role:
        member = filled.somebody(role)
        keeps = "" if member.email in filled.new_logins else "  (keeps the password of before)"
        typer.echo(f"  {role.value:<13} {member.email}{keeps}")
    typer.echo(f"A new password: ./casegraph person password {demo.owner}")
