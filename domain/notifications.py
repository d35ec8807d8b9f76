"""What members are told of: the kinds of notifications, and the sentence for each.

A feature adds a kind here with its facts and its sentence, and tells it in the transaction of its cause.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum

from domain.notes import shortened

SUMMARY_CHARACTERS = 300

Facts = Mapping[str, str | int | None]
"""The few values that a notification's sentence needs, as they were; plain JSON. Never words of a record."""


class NotificationKind(StrEnum):
    """What a member is told of."""

    CARE_TEAM_JOINED = "CARE_TEAM_JOINED"
    """They were put on a care team."""
    MENTIONED = "MENTIONED"
    """They were mentioned in a note, or in an addendum to one."""
    COSIGNED = "COSIGNED"
    """A colleague cosigned a note of theirs."""
    GLASS_BROKEN = "GLASS_BROKEN"
    """A client's file was opened in an emergency."""


FACTS: Mapping[NotificationKind, tuple[str, ...]] = {
    NotificationKind.CARE_TEAM_JOINED: ("by", "role", "level"),
    NotificationKind.MENTIONED: ("by",),
    NotificationKind.COSIGNED: ("by",),
    NotificationKind.GLASS_BROKEN: ("by", "minutes"),
}
"""The facts that each kind's sentence knows; any of them may be missing."""

ABOUT_NOTES = frozenset({NotificationKind.MENTIONED, NotificationKind.COSIGNED})
"""Kinds whose subject is a note: shown to who reaches that note, wherever it is filed now."""


def summary(kind: NotificationKind, facts: Facts) -> str:
    """One English sentence, never empty, on one line, whichever facts are missing."""
    sentence = " ".join(_SENTENCES[kind](facts).split())
    return f"{shortened(sentence, SUMMARY_CHARACTERS - 1)}."


def _care_team_joined(facts: Facts) -> str:
    role = f" as {facts['role']}" if facts.get("role") else ""
    doing = {"VIEW": ", may view", "EDIT": ", may view and edit", "SHARE": ", may edit and share"}
    return f"{_who(facts)} put you on a care team{role}{doing.get(str(facts.get('level')), '')}"


def _mentioned(facts: Facts) -> str:
    return f"{_who(facts)} mentioned you in a note"


def _cosigned(facts: Facts) -> str:
    return f"{_who(facts)} cosigned a note of yours"


def _glass_broken(facts: Facts) -> str:
    lasting = f" for {facts['minutes']} minutes" if facts.get("minutes") else ""
    return f"{_who(facts)} opened a client's file in an emergency{lasting}; it waits for review"


def _who(facts: Facts) -> str:
    return str(facts.get("by") or "Casegraph")


_SENTENCES: Mapping[NotificationKind, Callable[[Facts], str]] = {
    NotificationKind.CARE_TEAM_JOINED: _care_team_joined,
    NotificationKind.MENTIONED: _mentioned,
    NotificationKind.COSIGNED: _cosigned,
    NotificationKind.GLASS_BROKEN: _glass_broken,
}
