"""What live feeds are told of a write: which thing changed, whose it is, and who alone may hear of it."""

from collections.abc import Callable
from typing import Any

from domain.events import Change, Subject


def event_of(change: Change, row: Any) -> dict[str, Any]:
    """The event of a row that was changed, as its table announces it."""
    return announced(change, row.announces, lambda name: getattr(row, name, None))


def announced(change: Change, subject: Subject, told: Callable[[str], Any]) -> dict[str, Any]:
    """The event of a thing; `told` gives what it holds, by name, and None for what it does not have."""
    id = told("id")
    client_id = id if subject is Subject.CLIENT else told("client_id")
    journey_id = id if subject is Subject.JOURNEY else told("journey_id")
    if subject is Subject.NOTIFICATION:  # its member alone hears of it, not who follows the client
        client_id = journey_id = None
    # A change of reach names whose it is: their feeds must begin anew.
    subject_id = told("membership_id") or id if subject is Subject.REACH else id
    only_for = told("membership_id") if subject is Subject.NOTIFICATION else told("private_to")
    return {
        "change": change, "subject": subject, "subject_id": subject_id, "client_id": client_id,
        "journey_id": journey_id, "only_for": only_for,
    }  # fmt: skip
