"""Tags: what they may be called, how they look, who may see them, and their order."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from enum import StrEnum

from domain.people import Role
from domain.refusals import Findings, NotAllowedNow, Path
from domain.texts import TextKind

NAME = TextKind(most=60)
DESCRIPTION = TextKind(most=500, required=False)
MOST_TAGS = 500
"""So many tags a practice may have, archived ones included: every screen that tags shows them all."""
MOST_CLIENTS = 1_000
MOST_TAGS_AT_ONCE = 10

MANAGERS = frozenset({Role.OWNER, Role.ADMIN})
"""They see every tag: who keeps the list must know all its names, or a name that is taken would give one away."""

_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")
_FULL_FOLDS = 3


class TaggingResult(StrEnum):
    """What came of tagging one client, or of taking tags from one."""

    CHANGED = "CHANGED"
    """At least one tag was put on, or taken off."""
    UNCHANGED = "UNCHANGED"
    """It was so already: nothing was written."""
    NOT_FOUND = "NOT_FOUND"
    """There is no such client within the caller's reach."""
    FORBIDDEN = "FORBIDDEN"
    """The caller may see the client, and not change it."""
    ARCHIVED = "ARCHIVED"
    """The client's file was put away: it stays as it is until it is restored."""


def key_of(name: str) -> str:
    """What two names share that nobody could tell apart in a list: the name folded by compatibility (NFKC) and case,
    blanks as one, without invisible format characters.

    Unicode 15, 3.13 D146: folding and normalising again until nothing changes makes compatibility caseless matching.
    """
    text = name
    for _ in range(_FULL_FOLDS):
        text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    seen = "".join(each for each in text if unicodedata.category(each) not in ("Cf", "Cc") or each.isspace())
    return unicodedata.normalize("NFKC", " ".join(seen.split()))


def colour(value: str | None, path: Path, findings: Findings) -> str | None:
    """A colour as it is kept: `#` and six hex digits in lower case."""
    if value is not None and not _COLOUR.fullmatch(value):
        findings.invalid(path, "must be # and six hex digits, such as #2e7d32")
        return None
    return None if value is None else value.lower()


def visible_to(roles: Iterable[Role] | None) -> list[str] | None:
    """The roles that see a tag, as they are kept: those chosen and the managers; None is everybody."""
    if roles is None:
        return None
    seen = MANAGERS | set(roles)
    return None if seen == set(Role) else sorted(role.value for role in seen)


def check_room(number: int) -> None:
    """A practice has only so many tags."""
    if number >= MOST_TAGS:
        raise NotAllowedNow(f"there are {number:,} tags", "add another")


def check_many(ids: Sequence[object], most: int, path: Path, findings: Findings) -> None:
    """A list of ids holds one at least, and no more than so many."""
    if not ids:
        findings.invalid(path, "must not be empty")
    elif len(ids) > most:
        findings.invalid(path, f"must name at most {most:,}, not {len(ids):,}")
