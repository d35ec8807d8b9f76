"""Letters: what carries them out of the house, and the addresses of the pages that their links lead to."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from domain.letters import Letter

if TYPE_CHECKING:
    from resolvers.jobs import Work


class Carrier(Protocol):
    """What takes letters out of the house; `server/outgoing/mail.py` has the adapters."""

    async def carry(self, letter: Letter, id: UUID) -> None:
        """Send a letter. One that is sent again under its id is the same letter."""


class NoPost(Exception):
    """This process was opened without anything that carries letters; another one's worker may have it."""


@dataclass(frozen=True, slots=True)
class Post:
    """A carrier, and where people's pages are: the beginning of the links in letters."""

    carrier: Carrier
    site: str

    def link(self, page: str, secret: str) -> str:
        """The address of a page for a secret. It stands behind `#`, so that no server, log or referrer sees it."""
        return f"{self.site}/{page}#{secret}"


def post_of(work: "Work") -> Post:
    """The post of a job's process."""
    if work.casegraph.post is None:
        raise NoPost
    return work.casegraph.post
