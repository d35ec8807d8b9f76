"""The letters that leave the house, as those who get them see them."""

from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any, cast
from uuid import UUID

from sqlalchemy import event

from resolvers import jobs
from resolvers.casegraph import Casegraph
from resolvers.jobs import LOGINS
from resolvers.mailing import Post
from server.outgoing.mail import Outbox
from server.worker import HANDLERS
from tests.makers import PracticeUnderTest

SITE = "https://app.example.org"


def letter_box(folder: Path) -> Post:
    """A post that puts letters into a folder."""
    return Post(Outbox(folder, "casegraph@app.example.org"), SITE)


def folder_of(casegraph: Casegraph) -> Path:
    """Where the letters are."""
    assert casegraph.post is not None
    assert isinstance(casegraph.post.carrier, Outbox)
    return casegraph.post.carrier.folder


async def work_off(casegraph: Casegraph, *practices: UUID) -> None:
    """Run the jobs that wait: of these practices, and about logins."""
    for practice_id in (*practices, LOGINS):
        while (lease := await jobs.lease(casegraph.database, HANDLERS, practice_id)) is not None:
            await jobs.run(casegraph, HANDLERS, lease)


async def letters_to(casegraph: Casegraph, email: str, *practices: UUID) -> list[EmailMessage]:
    """Every letter to an address so far, in the order they were sent."""
    await work_off(casegraph, *practices)
    files = sorted(folder_of(casegraph).glob("*.eml"), key=lambda file: file.stat().st_mtime_ns)
    letters = [cast(EmailMessage, message_from_bytes(file.read_bytes(), policy=default)) for file in files]
    return [letter for letter in letters if letter["To"] == email]


def token_in(letter: EmailMessage) -> str:
    """The secret of the letter's link."""
    (link,) = [line for line in letter.get_content().splitlines() if line.startswith(SITE)]
    return str(link.partition("#")[2])


async def token_for(casegraph: Casegraph, email: str, *practices: UUID) -> str:
    """The secret in the newest letter to an address."""
    return token_in((await letters_to(casegraph, email, *practices))[-1])


@contextmanager
def sent(practice: PracticeUnderTest) -> Iterator[list[str]]:
    """The statements that writing connections send meanwhile."""
    statements: list[str] = []
    engine = practice.casegraph.database.engine.sync_engine

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)
