"""What can go wrong with a file. Each carries what happened as attributes; no text here is for a caller of the graph.

StorageError
├── NotStored           nothing lies under the key: key
├── AlreadyStored       other bytes lie under the key: key
├── NotAsPromised       other bytes came than were promised; nothing was stored
│   ├── SizeMismatch    more or fewer: key, expected, found (at least that many, if it was cut off)
│   └── DigestMismatch  as many, but others: key, expected, found
├── SpanOutside         the span begins behind the last byte: key, start, size
├── UploadGone          the upload in parts was joined, dropped or never begun: key, upload_id
├── PartsMissing        some parts have not arrived: key, numbers
├── LinkRefused         a link of ours cannot be used
│   ├── LinkExpired     its time is over: expired
│   ├── LinkTampered    it was not signed here, or was changed since
│   └── LinkMisused     it permits something else: method
├── InvalidKey          not a key
├── InvalidName         not a name that may stand in a link
├── InvalidAddress      not the URL of a store: says
├── NotOffered          the store cannot do this: ability
└── StoreUnwell         the store itself, not the file: store, why
    ├── OutOfSpace      no room is left; nothing was stored
    ├── Unreachable     it does not answer; may pass
    └── Denied          it does not accept who we are, or that we may do this
"""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from storage.files.interface import Key


class StorageError(Exception):
    """Something about a file or its store."""


class NotStored(StorageError):
    """Nothing lies under the key."""

    def __init__(self, key: "Key") -> None:
        super().__init__(f"nothing is stored under {key}")
        self.key = key


class AlreadyStored(StorageError):
    """Other bytes lie under the key; they were not touched."""

    def __init__(self, key: "Key") -> None:
        super().__init__(f"other bytes are stored under {key}")
        self.key = key


class NotAsPromised(StorageError):
    """Other bytes came than were promised; nothing was stored."""


class SizeMismatch(NotAsPromised):
    """More or fewer bytes came than promised. `found` is a lower bound when the rest was not waited for."""

    def __init__(self, key: "Key", expected: int, found: int) -> None:
        super().__init__(f"{found} bytes instead of {expected} for {key}")
        self.key, self.expected, self.found = key, expected, found


class DigestMismatch(NotAsPromised):
    """The bytes have another SHA-256 than promised."""

    def __init__(self, key: "Key", expected: bytes, found: bytes | None = None) -> None:
        super().__init__(f"the digest of what came for {key} is not the promised one")
        self.key, self.expected, self.found = key, expected, found


class SpanOutside(StorageError):
    """The span begins behind the last byte of the file."""

    def __init__(self, key: "Key", start: int, size: int) -> None:
        super().__init__(f"{key} has {size} bytes, none at {start}")
        self.key, self.start, self.size = key, start, size


class UploadGone(StorageError):
    """The upload in parts was joined, dropped or never begun."""

    def __init__(self, key: "Key", upload_id: str) -> None:
        super().__init__(f"there is no such upload for {key}")
        self.key, self.upload_id = key, upload_id


class PartsMissing(StorageError):
    """Some parts have not arrived."""

    def __init__(self, key: "Key", numbers: Sequence[int]) -> None:
        super().__init__(f"{len(numbers)} parts are missing for {key}")
        self.key, self.numbers = key, tuple(numbers)


class LinkRefused(StorageError):
    """A link of ours cannot be used."""


class LinkExpired(LinkRefused):
    """The link's time is over."""

    def __init__(self, expired: datetime) -> None:
        super().__init__(f"the link expired at {expired.isoformat()}")
        self.expired = expired


class LinkTampered(LinkRefused):
    """The link was not signed here, or was changed since."""

    def __init__(self) -> None:
        super().__init__("the link was not signed here, or was changed since")


class LinkMisused(LinkRefused):
    """The link permits something else; `method` is what it permits."""

    def __init__(self, method: str) -> None:
        super().__init__(f"the link permits {method} only")
        self.method = method


class InvalidKey(StorageError, ValueError):
    """Not a key. The text is not repeated: it may hold anything."""


class InvalidName(StorageError, ValueError):
    """Not a name that may stand in a link."""


class InvalidAddress(StorageError, ValueError):
    """Not the URL of a store; the message says what is wrong and how to mend it, and repeats no secret."""


class NotOffered(StorageError):
    """The store cannot do this."""

    def __init__(self, ability: str) -> None:
        super().__init__(f"this store does not offer {ability}")
        self.ability = ability


class StoreUnwell(StorageError):
    """The store itself is not well, whatever the file."""

    def __init__(self, store: str, why: str) -> None:
        super().__init__(f"the file store {store!r} {why}")
        self.store, self.why = store, why


class OutOfSpace(StoreUnwell):
    """No room is left; nothing was stored."""


class Unreachable(StoreUnwell):
    """The store does not answer, or not sensibly; trying again may help."""


class Denied(StoreUnwell):
    """The store does not accept who we are, or that we may do this."""
