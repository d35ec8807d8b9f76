"""API keys: how long they last, and what they may be given."""

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum

from domain.refusals import Findings, Path

USUAL = timedelta(days=365)
LONGEST = timedelta(days=2 * 365)


class ApiKeyState(StrEnum):
    """Where an API key stands."""

    ACTIVE = "ACTIVE"
    """It opens what it was made for."""
    EXPIRED = "EXPIRED"
    """Its time has run out."""
    REVOKED = "REVOKED"
    """It was revoked, or its maker has left."""


def ending(wanted: datetime | None, moment: datetime, path: Path, findings: Findings) -> datetime:
    """Until when a key lasts: a year unless said otherwise, two at most."""
    ends_at = wanted or moment + USUAL
    if not moment < ends_at <= moment + LONGEST:
        findings.invalid(path, f"must be in the future, at most {LONGEST.days} days from now")
    return ends_at


def check_scopes(
    wanted: Collection[str], possible: Collection[str], own: Collection[str], path: Path, findings: Findings
) -> None:
    """A key has at least one scope, each of them something that can be given, and nothing its maker does not have."""
    if not wanted:
        findings.invalid(path, "must name at least one permission")
    elif not set(wanted) <= set(possible):
        findings.invalid(path, "must name permissions that can be given to a key")
    elif not set(wanted) <= set(own):
        findings.invalid(path, "must not name a permission that you do not have yourself")
