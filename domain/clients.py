"""The words and rules of a client's profile: names, contact, consents, status and what follows from it."""

from enum import StrEnum


class ClientStatus(StrEnum):
    """Where a client stands with the practice, and what follows from it."""

    PROSPECT = "PROSPECT"
    """Has asked, is not yet in care: receives no automated message."""
    ACTIVE = "ACTIVE"
    """In care."""
    INACTIVE = "INACTIVE"
    """Not in care at present; the file stays at hand."""
    ARCHIVED = "ARCHIVED"
    """Put away: leaves the active lists, no portal, no automated message; everything stays readable."""


class NameUse(StrEnum):
    """What a name is used for (after FHIR's name use)."""

    LEGAL = "LEGAL"
    """The name on official papers."""
    USED = "USED"
    """The name the person goes by; shown wherever the law does not ask for the legal one."""
    FORMER = "FORMER"
    """A name of the past, such as a birth name; kept so that the person can be found by it."""


class ClinicalSex(StrEnum):
    """Sex for clinical use: what reference ranges and dosing go by (after FHIR's sex parameter for clinical use)."""

    FEMALE = "FEMALE"
    """Female ranges apply."""
    MALE = "MALE"
    """Male ranges apply."""
    SPECIFIED = "SPECIFIED"
    """Neither simply applies; see the clinical notes."""
    UNKNOWN = "UNKNOWN"
    """Not known."""


class Channel(StrEnum):
    """A way to reach somebody."""

    EMAIL = "EMAIL"
    """An e-mail address."""
    PHONE = "PHONE"
    """A telephone number, in E.164 form."""
    OTHER = "OTHER"
    """Anything else, such as a messenger name or a pager."""


class PlaceUse(StrEnum):
    """What an address or a contact point is for."""

    HOME = "HOME"
    """Where the person lives."""
    WORK = "WORK"
    """Where the person works."""
    TEMPORARY = "TEMPORARY"
    """For a while, such as the days around a birth."""
    BILLING = "BILLING"
    """Where invoices go."""
    OTHER = "OTHER"
    """Anything else."""


class Relation(StrEnum):
    """Who a related person is to the client."""

    PARTNER = "PARTNER"
    """Spouse or partner."""
    PARENT = "PARENT"
    """Mother or father."""
    CHILD = "CHILD"
    """Son or daughter, a newborn included."""
    SIBLING = "SIBLING"
    """Brother or sister."""
    GUARDIAN = "GUARDIAN"
    """Legal guardian."""
    CAREGIVER = "CAREGIVER"
    """Cares for the client day to day."""
    EMERGENCY = "EMERGENCY"
    """To be called in an emergency."""
    PROVIDER = "PROVIDER"
    """Another professional, such as the family doctor."""
    OTHER = "OTHER"
    """Anyone else."""


class FlagSeverity(StrEnum):
    """How loudly a safety flag speaks."""

    INFORMATION = "INFORMATION"
    """Good to know."""
    CAUTION = "CAUTION"
    """Read before the visit."""
    DANGER = "DANGER"
    """Somebody could come to harm."""
