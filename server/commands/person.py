"""`casegraph person`: who may sign in."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from auth import new_passwords
from domain import texts
from domain.people import Role
from domain.refusals import Findings
from server.commands.mistakes import Mistaken
from server.commands.opening import PracticeOption, practice_named, with_casegraph
from server.settings import Settings

if TYPE_CHECKING:
    from resolvers.casegraph import Casegraph

commands = typer.Typer(help="Who may sign in, and where they work.", no_args_is_help=True)
FromInput = Annotated[bool, typer.Option("--password-stdin", help="Read the password from standard input.")]


@commands.command()
def add(
    email: Annotated[str, typer.Option(help="The address to sign in with.")],
    name: Annotated[str, typer.Option(help="The name that colleagues know them by.")],
    role: Annotated[Role | None, typer.Option(case_sensitive=False, help="What they do in the practice.")] = None,
    title: Annotated[str, typer.Option(help="Their profession or post.")] = "",
    practice: PracticeOption = "",
    new_practice: Annotated[str, typer.Option(help="Found a practice of this name; they become its owner.")] = "",
    password_stdin: FromInput = False,
) -> None:
    """Let somebody work for a practice, with a login of their own."""
    if role is None and not new_practice:
        raise Mistaken("Say what they do: --role OWNER, ADMIN, PRACTITIONER, BILLING, ASSISTANT or READ_ONLY.")
    if practice and new_practice:
        raise Mistaken("Name a practice with --practice, or found one with --new-practice: not both.")
    address, called = _address(email), _text(name, texts.NAME, "--name")
    founded = _text(new_practice, texts.TITLE, "--new-practice") if new_practice else ""
    post = _text(title, texts.LABEL, "--title") or None
    given = _password_of_input() if password_stdin else None

    async def work(casegraph: "Casegraph") -> None:
        from resolvers import practices

        database = casegraph.database
        chosen = None if founded else await practice_named(casegraph, practice)
        has_login, is_member = await practices.standing_of(database, chosen.id if chosen else None, address)
        if is_member and chosen:
            raise Mistaken(f"{address} works for {chosen.name} already.")
        if has_login and given:
            raise Mistaken(f"{address} has a login already and keeps its password: leave out --password-stdin.")
        password = given or new_passwords.invented()
        practice_id = chosen.id if chosen else await practices.found(database, founded)
        await practices.let_in(
            database, practice_id, email=address, name=called, role=role or Role.OWNER, title=post,
            password_hash=None if has_login else await casegraph.passwords.hashed(password),
        )  # fmt: skip
        typer.echo(f"{called} <{address}> works for {chosen.name if chosen else founded} as {role or Role.OWNER}.")
        if has_login:
            typer.echo("They sign in with the password they have.")
        elif given is None:
            _show(password)

    with_casegraph(Settings.of_environment(), work)


@commands.command()
def password(
    email: Annotated[str, typer.Argument(help="The address they sign in with.")],
    password_stdin: FromInput = False,
) -> None:
    """Give somebody a new password, and end their sessions on all devices."""
    given = _password_of_input() if password_stdin else None

    async def work(casegraph: "Casegraph") -> None:
        from resolvers import practices

        new = given or new_passwords.invented()
        if not await practices.set_password(casegraph.database, email, await casegraph.passwords.hashed(new)):
            raise Mistaken(f"Nobody signs in as {email}: see `./casegraph person add`.")
        typer.echo(f"{email.strip().lower()} has a new password; their sessions have ended.")
        if given is None:
            _show(new)

    with_casegraph(Settings.of_environment(), work)


def _show(password: str) -> None:
    typer.echo(f"Password, shown only now: {password}")


def _password_of_input() -> str:
    password = sys.stdin.readline().rstrip("\r\n")
    if not new_passwords.is_long_enough(password):
        raise Mistaken(f"A password needs at least {new_passwords.SHORTEST} characters on one line of standard input.")
    return password


def _address(email: str) -> str:
    findings = Findings()
    address = texts.email(email, ("--email",), findings).lower()
    if findings:
        raise Mistaken(f"--email {findings.reasons[0]}, such as ama@example.org.")
    return address


def _text(value: str, kind: texts.TextKind, option: str) -> str:
    findings = Findings()
    taken = texts.taken(value, kind, (option,), findings)
    if findings:
        raise Mistaken(f"{option} {findings.reasons[0]}.")
    return taken
