"""The words of a change, as live feeds speak of it."""

from enum import StrEnum


class Change(StrEnum):
    """What happened to what an update names."""

    ADDED = "ADDED"
    """It is new, or newly to be seen."""
    CHANGED = "CHANGED"
    """It reads differently now."""
    REMOVED = "REMOVED"
    """It is gone, or no longer to be seen."""


class ResyncReason(StrEnum):
    """Why a feed cannot go on from where it stood."""

    REACH_CHANGED = "REACH_CHANGED"
    """The viewer reaches more or less than before: what is shown must be read anew."""
    RESTORED = "RESTORED"
    """The database was restored: the cursor is of another life of it."""
    FORGOTTEN = "FORGOTTEN"
    """The cursor is too old: what came after it can no longer be told event by event."""


class Subject(StrEnum):
    """What a change is about."""

    ENTRY = "ENTRY"
    """A timeline entry."""
    CLIENT = "CLIENT"
    """A client's profile."""
    JOURNEY = "JOURNEY"
    """A journey."""
    NOTE = "NOTE"
    """A note."""
    NOTIFICATION = "NOTIFICATION"
    """What a member is told of."""
    DOCUMENT = "DOCUMENT"
    """A document."""
    FOLDER = "FOLDER"
    """A folder of documents."""
    TAG = "TAG"
    """A tag of the practice."""
    REACH = "REACH"
    """Who reaches what: a grant or a membership."""
    SETTINGS = "SETTINGS"
    """The practice's settings."""
