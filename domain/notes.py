"""The rules of a note: what it is called in a list, when it happened, what makes a new version, what is pinned."""

import hashlib
import json
import re
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from domain.clients import OLDEST_AGE, years_before
from domain.refusals import AlreadyDone, Findings, NotAllowedNow, NoteSigned, NotYours, Path
from domain.texts import TITLE

EXCERPT_CHARACTERS = 280
CLOCK_SLACK = timedelta(minutes=5)
"""How far the clock of the caller's machine may run ahead of ours."""
UNTITLED = "Note"
"""The title of a note whose text holds not one word."""

SITTING = timedelta(minutes=5)
"""For so long the autosaves of one member keep one version together."""


class NoteStatus(StrEnum):
    """Where a note stands between being written and being part of the record for good."""

    DRAFT = "DRAFT"
    """Written here and not signed yet: it can be changed, and every version is kept."""
    AWAITING_COSIGNATURE = "AWAITING_COSIGNATURE"
    """Signed by somebody who works under supervision: fixed, but not complete until a colleague has signed too."""
    SIGNED = "SIGNED"
    """Signed and complete: only addenda can be added."""
    COSIGNED = "COSIGNED"
    """Signed by somebody under supervision and then by a colleague: complete."""
    IMPORTED = "IMPORTED"
    """Brought in from another system as it was: never signed here, never changed here."""


_FENCE = re.compile(r"^\s{0,3}(```|~~~).*$", re.MULTILINE)
_IMAGE_OR_LINK = re.compile(r"!?\[([^\]\[]*)\](?:\([^()\n]*\)|\[[^\]\[\n]*\])")
_LINE_START = re.compile(
    r"^[ \t]{0,3}(?:>[ \t]?)*(?:#{1,6}(?=[ \t]|$)|[-*+](?=[ \t])|\d{1,9}[.)](?=[ \t]))?[ \t]*", re.MULTILINE
)
_TASK_BOX = re.compile(r"^\[[ xX]\][ \t]+", re.MULTILINE)
_RULE = re.compile(r"^[ \t]*(?:[-*_=][ \t]*){3,}$", re.MULTILINE)
_EMPHASIS = re.compile(r"(\*{1,3}|_{1,3}|~~|`{1,3})(?=\S)([^\n]{1,200}?)(?<=\S)\1")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_HEADING = re.compile(r"^[ \t]{0,3}#{1,6}[ \t]+(\S.*)$", re.MULTILINE)


def plain(markdown: str) -> str:
    """The words of a Markdown text without its marks, line by line."""
    text = _RULE.sub("", _FENCE.sub("", markdown))
    text = _TASK_BOX.sub("", _LINE_START.sub("", _IMAGE_OR_LINK.sub(r"\1", text)))
    text = _ESCAPED.sub(r"\1", _EMPHASIS.sub(r"\2", text))
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def title(given: str | None, body: str) -> str:
    """The title: as given, else the first heading, else the first line of the text; never empty."""
    if given and given.strip():
        return given.strip()
    head = body[:2_000]  # a title stands at the beginning, and the rest may be long
    heading = _HEADING.search(head)
    words = plain(heading.group(1)) if heading else ""
    return shortened((words or plain(head)).partition("\n")[0], TITLE.most) or UNTITLED


def excerpt(body: str, most: int = EXCERPT_CHARACTERS) -> str:
    """The beginning of the text without marks, on one line, cut between words; ends in an ellipsis when cut."""
    return shortened(" ".join(plain(body[: most * 20]).split()), most)


def shortened(text: str, most: int) -> str:
    """The text, or its beginning up to a blank and an ellipsis, at most so many characters."""
    if len(text) <= most:
        return text
    head = text[: most - 1]
    at_blank = head.rpartition(" ")[0]
    return f"{(at_blank if len(at_blank) > most // 2 else head).rstrip()}…"


def is_new_version(before: tuple[object, ...], after: tuple[object, ...]) -> bool:
    """Whether anything that a version keeps (title, body, time) differs; saving the same again makes no version."""
    return before != after


def check_occurred(occurred_at: datetime, now: datetime, findings: Findings, at: Path = ("input",)) -> None:
    """What a note or an entry tells of has happened: not in the future, and within a lifetime."""
    if occurred_at > now + CLOCK_SLACK:
        findings.invalid((*at, "occurredAt"), "must not be in the future")
    elif occurred_at.astimezone(UTC).date() < years_before(now.astimezone(UTC).date(), OLDEST_AGE):
        findings.invalid((*at, "occurredAt"), f"must not be more than {OLDEST_AGE} years ago")


def status(*, imported: bool, signed: bool, needs_cosignature: bool, cosigned: bool) -> NoteStatus:
    """Where a note stands. A signature alone is not complete where a second one is needed."""
    if imported:
        return NoteStatus.IMPORTED
    if not signed:
        return NoteStatus.DRAFT
    if not needs_cosignature:
        return NoteStatus.SIGNED
    return NoteStatus.COSIGNED if cosigned else NoteStatus.AWAITING_COSIGNATURE


def digest(title: str | None, text: str, occurred_at: datetime) -> bytes:
    """SHA-256 of what a signature is under: title, text and the time the note tells of, to the microsecond.

    Not of where it is filed, so that a note put into the wrong file can be moved with its signature.
    """
    content = [title, text, occurred_at.astimezone(UTC).isoformat(timespec="microseconds")]
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()).digest()


def is_of_one_sitting(begun_at: datetime | None, moment: datetime, *, same_member: bool) -> bool:
    """Whether an autosave goes on with the sitting that an earlier one began, and so keeps no version of its own."""
    return begun_at is not None and same_member and moment - begun_at < SITTING


def check_changeable(*, archived: bool, imported: bool = False) -> None:
    """Raise `NotAllowedNow` for an archived note, which stays as it was when it was put away, and for an imported one,
    which says what somebody else wrote."""
    if archived:
        raise NotAllowedNow("ARCHIVED", "be changed")
    if imported:
        raise NotAllowedNow("IMPORTED", "be changed")


def check_content(*, signed: bool) -> None:
    """Raise `NoteSigned` where what the note says is fixed by a signature."""
    if signed:
        raise NoteSigned()


def check_shared(wanted: bool, *, private: bool) -> None:
    """A private note can be shown to the others; what they could read before cannot be taken from them."""
    if wanted and not private:
        raise NotAllowedNow("SHARED", "be made private", ("input", "private"))


def check_signing(at: NoteStatus, *, by_author: bool) -> None:
    """A draft is signed by who wrote it."""
    if at is NoteStatus.IMPORTED:
        raise NotAllowedNow(at, "be signed")
    if at is not NoteStatus.DRAFT:
        raise AlreadyDone("signed")
    if not by_author:
        raise NotYours("who wrote the note", "sign it")


def check_cosigning(at: NoteStatus, *, by_author: bool, supervised: bool) -> None:
    """A note that waits for a second signature gets it from a colleague who needs none themselves."""
    if at is NoteStatus.COSIGNED:
        raise AlreadyDone("cosigned")
    if at is not NoteStatus.AWAITING_COSIGNATURE:
        raise NotAllowedNow(at, "be cosigned")
    if by_author or supervised:
        raise NotYours("a colleague who works without supervision", "cosign it")


def check_adding(at: NoteStatus, *, archived: bool) -> None:
    """An addendum belongs to a note that is fixed; a draft is changed instead."""
    if archived:
        raise NotAllowedNow("ARCHIVED", "get an addendum")
    if at is NoteStatus.DRAFT:
        raise NotAllowedNow(at, "get an addendum")


def pinned(wanted: bool, *, archived: bool) -> bool:
    """Whether the note is pinned afterwards: an archived note is not, and cannot be (`NotAllowedNow`)."""
    if wanted and archived:
        raise NotAllowedNow("ARCHIVED", "be pinned")
    return wanted
