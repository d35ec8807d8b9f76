"""The rules of documents: what they are called, what they are, who may read them, what may be sent in and how."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from domain import media, texts
from domain.refusals import AlreadyDone, Findings, NotAllowedNow, Path
from domain.searching import fold
from domain.texts import TextKind
from domain.timeline import Visibility

LARGEST = 1 << 40
"""The most that a practice may allow for one document: 1 TiB."""
LINK_LASTS = timedelta(hours=1)
"""How long a link to send bytes to may be used; fresh ones are given while the upload is open."""
UPLOAD_LASTS = timedelta(hours=24)
"""How long an upload may stay unfinished before it is removed."""
SWEEP_AFTER = timedelta(minutes=5)
"""How long after an upload's end its leftovers are looked for once more: by then no link to it works."""
FURTHEST_EXPIRY = timedelta(days=366 * 100)

NAME = TextKind(most=200)
DESCRIPTION = texts.PARAGRAPH
_FOLDERS_BEFORE = re.compile(r"^.*[/\\]", re.DOTALL)
_DIGEST = re.compile(r"[0-9a-fA-F]{64}")


class DocumentKind(StrEnum):
    """What a document is."""

    REFERRAL_FORM = "REFERRAL_FORM"
    """Somebody sends the client to the practice. Clinical."""
    INTAKE_FORM = "INTAKE_FORM"
    """What the client answered at the beginning. Clinical."""
    CONSENT = "CONSENT"
    """What the client agreed to. Clinical."""
    LAB_RESULT = "LAB_RESULT"
    """What a laboratory found. Clinical."""
    PHOTO = "PHOTO"
    """A picture of the client, or of part of them. Clinical."""
    INSURANCE = "INSURANCE"
    """Who pays, and for what. General unless it is said to be clinical."""
    OTHER = "OTHER"
    """Anything else. Clinical unless it is said to be general."""


EITHER = frozenset({DocumentKind.INSURANCE, DocumentKind.OTHER})
"""Kinds that may be clinical or general; all others are clinical, whatever is said."""


class UploadState(StrEnum):
    """Where an upload stands."""

    WAITING = "WAITING"
    """Its bytes are on their way."""
    CHECKING = "CHECKING"
    """All bytes are here and are looked at."""
    AVAILABLE = "AVAILABLE"
    """It became a document, or a version of one."""
    REFUSED = "REFUSED"
    """It was not taken; `refusal` says why."""
    EXPIRED = "EXPIRED"
    """It was never finished, and was removed."""


OPEN = frozenset({UploadState.WAITING, UploadState.CHECKING})


class UploadRefusal(StrEnum):
    """Why an upload was not taken after its bytes were looked at."""

    MISSING = "MISSING"
    """The bytes are not all there."""
    WRONG_SIZE = "WRONG_SIZE"
    """It has another size than was announced."""
    WRONG_DIGEST = "WRONG_DIGEST"
    """Its SHA-256 is another than was announced: it was damaged or exchanged on the way."""
    WRONG_TYPE = "WRONG_TYPE"
    """Its content is of another type than was announced, such as a web page that calls itself a PDF."""
    UNKNOWN_TYPE = "UNKNOWN_TYPE"
    """Its content is of no type that is taken."""
    INFECTED = "INFECTED"
    """The scanner found something harmful in it."""
    PUT_AWAY = "PUT_AWAY"
    """The file, the journey or the document it was meant for was put away meanwhile."""
    NOT_CHECKED = "NOT_CHECKED"
    """It could not be checked, though it was tried again and again."""


class DeletedContents(StrEnum):
    """What becomes of what is in a folder that is deleted."""

    MOVE_UP = "MOVE_UP"
    """Documents and folders move to the folder around it."""
    ARCHIVE = "ARCHIVE"
    """The documents in it and in all folders below are archived, and those folders deleted with it. Documents that
    the caller may not archive move to the folder around it."""


def name(given: str, findings: Findings, path: Path = ("input", "name")) -> str:
    """A document's name as it is kept: one line of at most 200 characters, without the folders it came from."""
    bare = _FOLDERS_BEFORE.sub("", given)
    if set(bare.strip()) <= {"."} or not bare.strip():
        findings.invalid(path, "must name a file")
        return ""
    return texts.taken(bare, NAME, path, findings)


def folder_name(given: str, findings: Findings, path: Path = ("input", "name")) -> str:
    """A folder's name as it is kept."""
    return texts.taken(given, NAME, path, findings)


def sort_name(name: str) -> str:
    """What lists by name go by: the same for capitals and accents."""
    return fold(name)[: NAME.most]


def visibility(
    kind: DocumentKind, wanted: Visibility | None, findings: Findings, path: Path = ("input", "visibility")
) -> Visibility:
    """Who, of those who reach the client, may read a document of this kind."""
    if kind not in EITHER:
        if wanted is Visibility.GENERAL:
            findings.invalid(path, f"must be CLINICAL for a document of the kind {kind}")
        return Visibility.CLINICAL
    if wanted is not None:
        return wanted
    return Visibility.GENERAL if kind is DocumentKind.INSURANCE else Visibility.CLINICAL


def check_expiry(day: date | None, today: date, findings: Findings, path: Path = ("input", "expiresOn")) -> None:
    """A document may have expired before it is filed, but no paper counts for centuries."""
    if day is not None and abs(day - today) > FURTHEST_EXPIRY:
        findings.invalid(path, "must be within a hundred years")


def digest(given: str, findings: Findings, path: Path = ("input", "sha256")) -> bytes:
    """The SHA-256 behind its 64 hexadecimal digits."""
    if _DIGEST.fullmatch(given):
        return bytes.fromhex(given)
    findings.invalid(path, "must be a SHA-256 of 64 hexadecimal digits")
    return b""


def media_type(given: str, findings: Findings, path: Path = ("input", "mediaType")) -> str:
    """The type that is announced, by the one name that it has here."""
    named = media.announced(given)
    if named is None:
        findings.invalid(path, "must be the media type of a document, such as application/pdf or image/jpeg")
    return named or ""


@dataclass(frozen=True, slots=True)
class Quota:
    """What a practice may keep, in bytes."""

    document: int
    practice: int

    def check(self, size: int, kept: int, findings: Findings, path: Path = ("input", "size")) -> None:
        """Whether a document of `size` may be sent in where `kept` bytes are kept or on their way already."""
        if size < 1:
            findings.invalid(path, "must be at least 1 byte")
        elif size > min(self.document, LARGEST):
            findings.invalid(path, f"must be at most {min(self.document, LARGEST):,} bytes")
        elif kept + size > self.practice:
            left = max(0, self.practice - kept)
            findings.invalid(path, f"must be at most {left:,} bytes, which are left of the practice's space")


def check_changeable(*, archived: bool) -> None:
    """Raise `NotAllowedNow` for an archived document: it stays as it was when it was put away."""
    if archived:
        raise NotAllowedNow("ARCHIVED", "be changed")


def check_archivable(*, archived: bool) -> None:
    """Raise `AlreadyDone` for a document that is archived."""
    if archived:
        raise AlreadyDone("archived")


def check_restorable(*, archived: bool) -> None:
    """Raise `AlreadyDone` for a document that is not archived."""
    if not archived:
        raise AlreadyDone("active")
