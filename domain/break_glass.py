"""Breaking the glass: opening a file in an emergency, for a while, in everybody's sight."""

from datetime import timedelta
from enum import StrEnum

from domain.refusals import AlreadyDone, Findings, Path

SHORTEST_MINUTES, USUAL_MINUTES, LONGEST_MINUTES = 5, 60, 240


class BreakGlassState(StrEnum):
    """Where an opening stands."""

    OPEN = "OPEN"
    """The file is open by it now."""
    ENDED = "ENDED"
    """Its time is over; nobody has reviewed it yet."""
    REVIEWED = "REVIEWED"
    """Somebody who answers for the practice has looked at it."""


def lasting(minutes: int, path: Path, findings: Findings) -> timedelta:
    """How long the file stays open."""
    if not SHORTEST_MINUTES <= minutes <= LONGEST_MINUTES:
        findings.invalid(path, f"must be between {SHORTEST_MINUTES} and {LONGEST_MINUTES}")
    return timedelta(minutes=minutes)


def check_reviewer(is_own: bool, other_owners: int, reviewed: bool, path: Path, findings: Findings) -> None:
    """Somebody else looks at it; only where there is no other owner, the one who did it says so themselves."""
    if reviewed:
        raise AlreadyDone(BreakGlassState.REVIEWED)
    if is_own and other_owners:
        findings.invalid(path, "must be reviewed by another owner")
