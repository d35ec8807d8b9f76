"""The names of a client, and the parts of a profile that are given and replaced as whole lists."""

from dataclasses import dataclass

from domain.clients import NameUse
from storage.database.clients import ClientRow


@dataclass(frozen=True)
class ClientName:
    """A name of a person."""

    use: NameUse
    """What the name is used for."""
    given: str | None = None
    """The given names."""
    family: str | None = None
    """The family name."""


def names_of(client: ClientRow) -> list[ClientName]:
    """The names that a profile keeps."""
    return [ClientName(NameUse(name["use"]), name["given"], name["family"]) for name in client.names]
