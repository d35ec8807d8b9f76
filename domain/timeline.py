"""The words of the timeline, and the sentence for each kind of entry."""

from collections.abc import Callable, Mapping
from enum import StrEnum

from domain.notes import shortened
from domain.refusals import Findings, Path
from domain.texts import is_visible


class EntryKind(StrEnum):
    """What a timeline entry tells. A record follows its subject's time; a happening never changes."""

    NOTE = "NOTE"
    """Record: a note was written."""
    DOCUMENT = "DOCUMENT"
    """Record: a document was filed."""
    DOCUMENT_VERSION = "DOCUMENT_VERSION"
    """Record: a newer version of a document was filed."""
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


Facts = Mapping[str, str | int | None]
"""The few values that an entry's sentence needs, as they were when it happened; plain JSON."""

FACTS: Mapping[EntryKind, tuple[str, ...]] = {
    EntryKind.NOTE: ("title", "removed", "moved", "by"),
    EntryKind.DOCUMENT: ("name", "kind", "removed", "by"),
    EntryKind.DOCUMENT_VERSION: ("name", "kind", "number", "removed", "by"),
    EntryKind.CLIENT_CREATED: ("name", "fileNumber", "source"),
    EntryKind.CLIENT_ARCHIVED: ("reason",),
    EntryKind.CLIENT_RESTORED: ("to", "reason"),
    EntryKind.CLIENT_STATUS_CHANGED: ("from", "to", "reason"),
    EntryKind.JOURNEY_STARTED: ("title", "lifeEvent"),
    EntryKind.JOURNEY_STATUS_CHANGED: ("title", "from", "to", "reason"),
    EntryKind.JOURNEY_ARCHIVED: ("title", "reason"),
    EntryKind.JOURNEY_RESTORED: ("title", "to", "reason"),
    EntryKind.CARE_TEAM_JOINED: ("person", "role", "level", "journey"),
    EntryKind.CARE_TEAM_CHANGED: ("person", "role", "level", "journey"),
    EntryKind.CARE_TEAM_LEFT: ("person", "role", "journey", "reason"),
    EntryKind.CALL: ("direction", "whom", "minutes", "text"),
    EntryKind.FOLLOW_UP: ("whom", "text"),
    EntryKind.OBSERVATION: ("what", "value", "unit", "text"),
    EntryKind.ADMINISTRATION: ("text",),
    EntryKind.ENCOUNTER: ("what", "status", "reason", "practitioner", "place", "minutes"),
}
"""The facts that each kind's sentence knows; any of them may be missing."""

ABOUT_DOCUMENTS = frozenset({EntryKind.DOCUMENT, EntryKind.DOCUMENT_VERSION})
"""Kinds whose subject is a document."""
RECORDS = frozenset({EntryKind.NOTE}) | ABOUT_DOCUMENTS
"""Kinds that follow their subject's time and leave a tombstone; all others are happenings and never change."""
ADDABLE = frozenset({EntryKind.CALL, EntryKind.FOLLOW_UP, EntryKind.OBSERVATION, EntryKind.ADMINISTRATION})
"""Kinds that a person may write straight to the timeline."""
ABOUT_JOURNEYS = frozenset(
    {
        EntryKind.JOURNEY_STARTED,
        EntryKind.JOURNEY_STATUS_CHANGED,
        EntryKind.JOURNEY_ARCHIVED,
        EntryKind.JOURNEY_RESTORED,
    }
)
"""Kinds whose subject is the journey that the entry belongs to."""
_CLINICAL = ABOUT_DOCUMENTS | frozenset(
    {EntryKind.NOTE, EntryKind.FOLLOW_UP, EntryKind.OBSERVATION, EntryKind.ENCOUNTER}
)

SUMMARY_CHARACTERS = 300
LONGEST_MINUTES = 24 * 60
TEXT_CHARACTERS = 5_000
"""The most that somebody may write into an entry added by hand; more belongs into a note."""


class CallDirection(StrEnum):
    """Who rang whom."""

    INCOMING = "INCOMING"
    """The practice was rung."""
    OUTGOING = "OUTGOING"
    """The practice rang."""


def default_visibility(kind: EntryKind) -> Visibility:
    """Who may read an entry of the kind when nothing else was said: what tells of somebody's health is clinical."""
    return Visibility.CLINICAL if kind in _CLINICAL else Visibility.GENERAL


def check_added(kind: EntryKind, facts: Facts, findings: Findings, at: Path = ("input",)) -> None:
    """What a person writes straight to the timeline is of a kind meant for that, says something, and only what the
    kind's sentence can tell."""
    if kind not in ADDABLE:
        findings.invalid((*at, "kind"), "must be one of " + ", ".join(sorted(ADDABLE)))
        return
    for name in facts.keys() - set(FACTS[kind]):
        findings.invalid((*at, name), f"does not belong to an entry of the kind {kind}")
    _check_minutes(facts.get("minutes"), findings, at)
    if kind is EntryKind.OBSERVATION and _said(facts, "what"):
        return
    if not _said(facts, "text"):
        findings.invalid((*at, "text"), "must not be empty")


def _check_minutes(minutes: str | int | None, findings: Findings, at: Path) -> None:
    if isinstance(minutes, int) and not 0 <= minutes <= LONGEST_MINUTES:
        findings.invalid((*at, "minutes"), f"must be between 0 and {LONGEST_MINUTES:,}")


def tombstone(name: str | None) -> Facts:
    """What is left of a removed record's facts: that it was removed, and by whom; nothing of what it said."""
    return {"removed": 1, "by": name}


def moved_away(name: str | None) -> Facts:
    """What is left of the facts of a record that was moved to another place: that, and by whom; not where it is."""
    return {"moved": 1, "by": name}


def summary(kind: EntryKind, facts: Facts) -> str:
    """One English sentence that tells the entry by itself: never empty, on one line, whichever facts are missing."""
    sentence = " ".join(_SENTENCES[kind](facts).split())
    shown = shortened(sentence, SUMMARY_CHARACTERS - 1)
    return shown if shown[-1] in ".!?…。？！" else f"{shown}."


def _note(facts: Facts) -> str:
    if facts.get("removed"):
        return f"A note was removed{_said(facts, 'by', ' by {}')}"
    if facts.get("moved"):
        return f"A note was moved to where it belongs{_said(facts, 'by', ' by {}')}"
    return f"Note{_quoted(facts, 'title')}"


def _document(facts: Facts) -> str:
    if facts.get("removed"):
        return f"A document was removed{_said(facts, 'by', ' by {}')}"
    return f"{_kind_of_document(facts)}{_quoted(facts, 'name')} was filed"


def _document_version(facts: Facts) -> str:
    if facts.get("removed"):
        return f"A version of a document was removed{_said(facts, 'by', ' by {}')}"
    number = _said(facts, "number", "Version {}") or "A newer version"
    return f"{number} of {_kind_of_document(facts).lower()}{_quoted(facts, 'name')} was filed"


def _kind_of_document(facts: Facts) -> str:
    kind = _word(facts, "kind")
    return (kind if kind not in ("", "other") else "document").capitalize()


def _client_created(facts: Facts) -> str:
    number = _said(facts, "fileNumber", " as {}")
    source = _said(facts, "source", ", brought in from {}")
    return f"The file{_said(facts, 'name', ' of {}')} was opened{number}{source}"


def _client_archived(facts: Facts) -> str:
    return f"The file was put away{_because(facts)}"


def _client_restored(facts: Facts) -> str:
    return f"The file was taken up again{_word(facts, 'to', ', {}')}{_because(facts)}"


def _client_status_changed(facts: Facts) -> str:
    return f"The client's status changed{_from_to(facts)}{_because(facts)}"


def _journey_started(facts: Facts) -> str:
    return f"Journey{_quoted(facts, 'title')}{_word(facts, 'lifeEvent', ' ({})')} was opened"


def _journey_status_changed(facts: Facts) -> str:
    return f"Journey{_quoted(facts, 'title')} changed{_from_to(facts) or ' its status'}{_because(facts)}"


def _journey_archived(facts: Facts) -> str:
    return f"Journey{_quoted(facts, 'title')} was put away{_because(facts)}"


def _journey_restored(facts: Facts) -> str:
    return f"Journey{_quoted(facts, 'title')} was taken up again{_word(facts, 'to', ', {}')}{_because(facts)}"


def _care_team_joined(facts: Facts) -> str:
    return f"{_person(facts)}{_said(facts, 'role', ' ({})')} joined the care team{_of_journey(facts)}{_may(facts)}"


def _care_team_changed(facts: Facts) -> str:
    role = _said(facts, "role", ", now {}")
    return f"The place of {_person(facts, 'a member')} on the care team{_of_journey(facts)} changed{role}{_may(facts)}"


def _care_team_left(facts: Facts) -> str:
    role = _said(facts, "role", " ({})")
    return f"{_person(facts)}{role} left the care team{_of_journey(facts)}{_because(facts)}"


def _call(facts: Facts) -> str:
    directed = _DIRECTED.get(_said(facts, "direction"), "Call with")
    whom = _said(facts, "whom")
    head = f"{directed} {whom}" if whom else "Telephone call"
    return f"{head}{_said(facts, 'minutes', ', {} min')}{_said(facts, 'text', ': {}')}"


_DIRECTED: Mapping[str, str] = {CallDirection.INCOMING: "Call from", CallDirection.OUTGOING: "Call to"}


def _follow_up(facts: Facts) -> str:
    return f"Follow-up{_said(facts, 'whom', ' with {}')}{_said(facts, 'text', ': {}')}"


def _observation(facts: Facts) -> str:
    what, text = _said(facts, "what"), _said(facts, "text")
    value = f"{_said(facts, 'value')}{_said(facts, 'unit', ' {}')}" if _said(facts, "value") else ""
    told = [part for part in (what, value) if part]
    return (" ".join(told) or "Observation") + (f": {text}" if text else "")


def _administration(facts: Facts) -> str:
    return _said(facts, "text") or "Something was done at the desk"


def _encounter(facts: Facts) -> str:
    place, with_whom = _said(facts, "place", " at {}"), _said(facts, "practitioner", " with {}")
    length = _said(facts, "minutes", ", {} min")
    status = _word(facts, "status", " ({})")
    return f"{_said(facts, 'what') or 'Encounter'}{with_whom}{place}{length}{status}{_said(facts, 'reason', ': {}')}"


_SENTENCES: Mapping[EntryKind, Callable[[Facts], str]] = {
    EntryKind.NOTE: _note,
    EntryKind.DOCUMENT: _document,
    EntryKind.DOCUMENT_VERSION: _document_version,
    EntryKind.CLIENT_CREATED: _client_created,
    EntryKind.CLIENT_ARCHIVED: _client_archived,
    EntryKind.CLIENT_RESTORED: _client_restored,
    EntryKind.CLIENT_STATUS_CHANGED: _client_status_changed,
    EntryKind.JOURNEY_STARTED: _journey_started,
    EntryKind.JOURNEY_STATUS_CHANGED: _journey_status_changed,
    EntryKind.JOURNEY_ARCHIVED: _journey_archived,
    EntryKind.JOURNEY_RESTORED: _journey_restored,
    EntryKind.CARE_TEAM_JOINED: _care_team_joined,
    EntryKind.CARE_TEAM_CHANGED: _care_team_changed,
    EntryKind.CARE_TEAM_LEFT: _care_team_left,
    EntryKind.CALL: _call,
    EntryKind.FOLLOW_UP: _follow_up,
    EntryKind.OBSERVATION: _observation,
    EntryKind.ADMINISTRATION: _administration,
    EntryKind.ENCOUNTER: _encounter,
}


def _said(facts: Facts, name: str, around: str = "{}") -> str:
    """The fact within its words, or nothing at all when it is missing or blank."""
    value = facts.get(name)
    text = "" if value is None else str(value).strip()
    return around.replace("{}", text) if is_visible(text) else ""


def _word(facts: Facts, name: str, around: str = "{}") -> str:
    """An enum's value as a word: `WOUND_CARE` is "wound care"."""
    value = _said(facts, name).replace("_", " ").lower()
    return around.replace("{}", value) if value else ""


def _quoted(facts: Facts, name: str) -> str:
    return _said(facts, name, " “{}”")


def _because(facts: Facts) -> str:
    return _said(facts, "reason", ": {}")


def _from_to(facts: Facts) -> str:
    return f"{_word(facts, 'from', ' from {}')}{_word(facts, 'to', ' to {}')}"


def _person(facts: Facts, otherwise: str = "A member") -> str:
    return _said(facts, "person") or otherwise


def _of_journey(facts: Facts) -> str:
    return _said(facts, "journey", " of “{}”")


def _may(facts: Facts) -> str:
    doing = {"VIEW": "view", "EDIT": "view and edit", "SHARE": "edit and share"}.get(_said(facts, "level"))
    return f", may {doing}" if doing else ""
