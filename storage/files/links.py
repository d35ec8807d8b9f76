"""Links of our own, for stores that have none: a signed ticket behind the address of our endpoint.

A ticket says all there is to say: store, key, method, how long, how much, which digest. It holds no name of a person or
a file. Whoever keeps the endpoint reads the ticket (`Links.read`) and lets `receive` carry it out, or reads the file.
"""

import base64
import json
from collections.abc import AsyncIterable, Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from storage.files.errors import InvalidKey, LinkExpired, LinkMisused, LinkTampered
from storage.files.interface import ANY_TYPE, FileStore, Key, Link, Part, Stored, Upload, checked_name

PURPOSE = "file link"
READ, WRITE = "GET", "PUT"


class Signer(Protocol):
    """Who signs and verifies for one purpose and practice; the key ring does."""

    def sign(self, purpose: str, practice_id: UUID | None, message: bytes) -> str:
        """A signature of `message`, in characters that a URL may hold (no slash)."""
        ...

    def verify(self, purpose: str, practice_id: UUID | None, message: bytes, signature: str) -> bool:
        """Whether this is a signature of ours for this use."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """What a link permits."""

    store: str
    """The name of the store."""
    key: Key
    method: str
    expires: int
    """Seconds since 1970."""
    size: int | None = None
    """How many bytes must come, for PUT."""
    sha256: bytes | None = None
    """Their digest, for PUT of a whole file."""
    media_type: str = ANY_TYPE
    inline: bool = False
    """Whether a browser may show it instead of saving it, for GET."""
    upload_id: str | None = None
    part: int | None = None
    """Which part of which upload is sent, for PUT of a part."""


class Links:
    """Makes and reads links behind `base`, the address of our endpoint without its last slash."""

    def __init__(self, signer: Signer, base: str, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._signer, self._base, self._now = signer, base.rstrip("/"), now

    def made(self, ticket: Ticket) -> Link:
        """The link for a ticket. Whoever follows it needs no other permission."""
        body = written(ticket)
        token = f"{body}~{self._signer.sign(PURPOSE, ticket.key.practice_id, body.encode())}"
        headers = {"Content-Type": ticket.media_type} if ticket.method == WRITE else {}
        expires = datetime.fromtimestamp(ticket.expires, UTC)
        return Link(f"{self._base}/{token}", ticket.method, headers, expires)

    def until(self, lifetime: timedelta) -> int:
        """When a link of this lifetime expires."""
        return int((self._now() + lifetime).timestamp())

    def read(self, token: str, method: str) -> Ticket:
        """What the last part of a link's path permits. Raises `LinkTampered`, `LinkExpired`, `LinkMisused`."""
        body, _, signature = token.partition("~")
        ticket = read_ticket(body)
        if not self._signer.verify(PURPOSE, ticket.key.practice_id, body.encode(), signature):
            raise LinkTampered
        if self._now().timestamp() >= ticket.expires:
            raise LinkExpired(datetime.fromtimestamp(ticket.expires, UTC))
        if method != ticket.method and (method, ticket.method) != ("HEAD", READ):
            raise LinkMisused(ticket.method)
        return ticket


async def receive(store: FileStore, ticket: Ticket, chunks: AsyncIterable[bytes]) -> Stored | Part:
    """Store what somebody sent to an upload link. Raises what `put` and `parts_put` raise."""
    if ticket.method != WRITE or ticket.size is None or ticket.store != store.name:
        raise LinkMisused(ticket.method)
    if ticket.upload_id is not None and ticket.part is not None:
        upload = Upload(ticket.key, ticket.upload_id)
        return await store.parts_put(upload, ticket.part, chunks, size=ticket.size)
    return await store.put(ticket.key, chunks, size=ticket.size, expect=ticket.sha256, media_type=ticket.media_type)


class WithOurLinks:
    """The three links of a store that has none of its own."""

    name: str
    links: Links | None

    async def link(
        self, key: Key, *, lifetime: timedelta, filename: str, media_type: str = ANY_TYPE, inline: bool = False
    ) -> Link:
        """A link to read the file through our endpoint, which finds the file's name in its rows."""
        checked_name(filename)
        return self._made(key, READ, lifetime, media_type=media_type, inline=inline)

    async def upload_link(
        self, key: Key, *, lifetime: timedelta, size: int, expect: bytes, media_type: str = ANY_TYPE
    ) -> Link:
        """A link to store a file through our endpoint."""
        return self._made(key, WRITE, lifetime, size=size, sha256=expect, media_type=media_type)

    async def parts_link(self, upload: Upload, number: int, *, lifetime: timedelta, size: int) -> Link:
        """A link to send a part through our endpoint."""
        return self._made(upload.key, WRITE, lifetime, size=size, upload_id=upload.id, part=number)

    def _made(self, key: Key, method: str, lifetime: timedelta, **permits: Any) -> Link:
        if self.links is None:
            raise RuntimeError(f"the file store {self.name!r} was opened without links")
        expires = self.links.until(lifetime)
        return self.links.made(Ticket(store=self.name, key=key, method=method, expires=expires, **permits))


def written(ticket: Ticket) -> str:
    """A ticket in characters that a URL may hold."""
    said = {name: value for name, value in asdict(ticket).items() if value is not None}
    said["key"] = str(ticket.key)
    if ticket.sha256 is not None:
        said["sha256"] = ticket.sha256.hex()
    return base64.urlsafe_b64encode(json.dumps(said, separators=(",", ":")).encode()).rstrip(b"=").decode()


def read_ticket(body: str) -> Ticket:
    """The ticket that was written, before anybody has looked at its signature; `LinkTampered` if there is none."""
    try:
        said = json.loads(base64.b64decode(body + "=" * (-len(body) % 4), altchars=b"-_", validate=True))
        digest = bytes.fromhex(said.pop("sha256")) if "sha256" in said else None
        return Ticket(key=Key.read(said.pop("key")), sha256=digest, **said)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, InvalidKey):
        raise LinkTampered from None
