"""Opening the application for one command, and finding the practice that it is about."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated, TypeVar
from uuid import UUID

import typer

import server.preparing
from server.commands.mistakes import Mistaken
from server.settings import Settings

if TYPE_CHECKING:
    from resolvers.casegraph import Casegraph
    from storage.database.people import Practice

Result = TypeVar("Result")
PracticeOption = Annotated[
    str, typer.Option("--practice", help="The practice: its name or id. The only one if left out.")
]


def with_casegraph(
    settings: Settings, work: Callable[["Casegraph"], Awaitable[Result]], *, files: bool = False
) -> Result:
    """Open the application, with its stores of files if they are needed, do the work, close it."""
    # It takes a moment to load: commands that never open it need not wait.
    from resolvers.casegraph import Casegraph
    from server.assembling import opened

    async def run() -> Result:
        ring = await server.preparing.prepare(settings)
        opening = opened(settings, ring) if files else Casegraph.opened(settings.database, ring)
        async with opening as casegraph:
            return await work(casegraph)

    return asyncio.run(run())


async def practice_named(casegraph: "Casegraph", named: str) -> "Practice":
    """The practice of that name or id, or the only one when nothing is named; `Mistaken` when it cannot be told."""
    from resolvers import practices

    known = await practices.every_practice(casegraph.database)
    if not known:
        raise Mistaken("There is no practice yet: found one with `./casegraph person add --new-practice NAME …`.")
    fitting = [one for one in known if not named or named in (one.name, str(one.id)) or _is_id(named, one.id)]
    if len(fitting) == 1:
        return fitting[0]
    listed = "\n".join(f"  {one.id}  {one.name}" for one in fitting or known)
    says = f"No practice is called {named!r}" if not fitting else "Several practices fit"
    raise Mistaken(f"{says}: name one with --practice.\n{listed}")


def _is_id(named: str, id: UUID) -> bool:
    """Whether the text is this id, with or without hyphens and as the graph writes it."""
    return named.lower().removeprefix("practice_").replace("-", "") == id.hex
