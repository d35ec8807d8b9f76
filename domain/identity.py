"""What a thing is called: a time-ordered UUID in its row, a kind and that UUID in the graph."""

import os
import time
from enum import StrEnum
from uuid import UUID


class Kind(StrEnum):
    """The kinds of things that have an id of their own in the graph."""

    PRACTICE = "practice"
    PERSON = "person"
    MEMBERSHIP = "membership"
    INVITATION = "invitation"
    API_KEY = "key"
    BREAK_GLASS = "glass"
    CLIENT = "client"
    CONTACT_POINT = "contact"
    ADDRESS = "address"
    RELATED_PERSON = "related"
    IDENTIFIER = "identifier"
    SAFETY_FLAG = "flag"
    GRANT = "grant"
    JOURNEY = "journey"
    NOTE = "note"
    ADDENDUM = "addendum"
    ENTRY = "entry"
    NOTIFICATION = "notification"
    FOLDER = "folder"
    DOCUMENT = "document"
    DOCUMENT_VERSION = "version"
    UPLOAD = "upload"
    TAG = "tag"
    CLIENT_TAG = "clienttag"
    CLIENT_IMPORT = "import"


class NotAnId(ValueError):
    """The text is not an id that this graph gives out."""


def new_id() -> UUID:
    """A UUIDv7 (RFC 9562): ordered by the millisecond it was made in, otherwise random."""
    milliseconds = time.time_ns() // 1_000_000
    number = (milliseconds << 80) | int.from_bytes(os.urandom(10))
    number = (number & ~(0xF << 76)) | (7 << 76)
    number = (number & ~(0x3 << 62)) | (2 << 62)
    return UUID(int=number)


def written(kind: Kind, value: UUID) -> str:
    """The id as the graph shows it: `client_0192…`, 32 hex digits behind the kind."""
    return f"{kind.value}_{value.hex}"


def read(text: str) -> tuple[Kind, UUID]:
    """The kind and the UUID behind an id; `NotAnId` for any other text."""
    kind, _, digits = text.partition("_")
    if len(digits) != 32 or not digits.isascii() or not digits.isalnum() or digits != digits.lower():
        raise NotAnId(text[:80])
    try:
        return Kind(kind), UUID(hex=digits)
    except ValueError:
        raise NotAnId(text[:80]) from None
