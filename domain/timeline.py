"""The words of the timeline, and the sentence for each kind of entry."""

from enum import StrEnum


class EntryKind(StrEnum):
    """What a timeline entry tells. A record follows its subject's time; a happening never changes."""

    NOTE = "NOTE"
    """Record: a note was written."""
    CLIENT_CREATED = "CLIENT_CREATED"
    """Happening: the client's file was opened."""
    CLIENT_ARCHIVED = "CLIENT_ARCHIVED"
    """Happening: the client's file was put away."""
    CLIENT_RESTORED = "CLIENT_RESTORED"
    """Happening: the client's file was taken up again."""
    CLIENT_STATUS_CHANGED = "CLIENT_STATUS_CHANGED"
    """Happening: the client's status became another."""
    JOURNEY_STARTED = "JOURNEY_STARTED"
    """Happening: a journey was opened."""
    JOURNEY_STATUS_CHANGED = "JOURNEY_STATUS_CHANGED"
    """Happening: a journey moved to another status."""
    JOURNEY_ARCHIVED = "JOURNEY_ARCHIVED"
    """Happening: a journey was put away."""
    JOURNEY_RESTORED = "JOURNEY_RESTORED"
    """Happening: a journey was taken up again."""
    CARE_TEAM_JOINED = "CARE_TEAM_JOINED"
    """Happening: somebody joined the care team."""
    CARE_TEAM_CHANGED = "CARE_TEAM_CHANGED"
    """Happening: somebody's place on the care team changed."""
    CARE_TEAM_LEFT = "CARE_TEAM_LEFT"
    """Happening: somebody left the care team."""
    CALL = "CALL"
    """Happening: a telephone call."""
    FOLLOW_UP = "FOLLOW_UP"
    """Happening: a follow-up with the client."""
    OBSERVATION = "OBSERVATION"
    """Happening: something seen or measured."""
    ADMINISTRATION = "ADMINISTRATION"
    """Happening: something done at the desk."""
    ENCOUNTER = "ENCOUNTER"
    """Happening: a meeting with a professional, brought in from another system's record."""


class Visibility(StrEnum):
    """Who, of those who reach the client, may read an entry."""

    GENERAL = "GENERAL"
    """Everybody who reaches the client or the entry's journey."""
    CLINICAL = "CLINICAL"
    """Those who may also read clinical records."""
