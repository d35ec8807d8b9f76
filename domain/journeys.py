"""The words and rules of a journey: a cycle of care around a life event."""

from enum import StrEnum


class LifeEvent(StrEnum):
    """What a journey is about."""

    FERTILITY = "FERTILITY"
    """Hoping for a child."""
    BIRTH = "BIRTH"
    """Pregnancy and birth."""
    POSTPARTUM = "POSTPARTUM"
    """The time after a birth."""
    LOSS = "LOSS"
    """Miscarriage, stillbirth or the death of a child."""
    ADOPTION = "ADOPTION"
    """A child joins the family."""
    ABORTION = "ABORTION"
    """Ending a pregnancy."""
    PALLIATIVE = "PALLIATIVE"
    """The end of life."""
    REHABILITATION = "REHABILITATION"
    """Getting back on one's feet."""
    WOUND_CARE = "WOUND_CARE"
    """Wounds, and feet at risk."""
    CHRONIC_CARE = "CHRONIC_CARE"
    """Living with a lasting condition."""
    THERAPY = "THERAPY"
    """A course of therapy or counselling."""
    OTHER = "OTHER"
    """Anything else; the title says what."""


class JourneyStatus(StrEnum):
    """Where a journey stands."""

    PROSPECT = "PROSPECT"
    """Asked for, not begun."""
    ACTIVE = "ACTIVE"
    """Under way."""
    PAUSED = "PAUSED"
    """Halted for a while."""
    COMPLETED = "COMPLETED"
    """Came to its end."""
    ARCHIVED = "ARCHIVED"
    """Put away; `journeyRestore` brings it back as it was."""
