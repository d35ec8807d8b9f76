"""FHIR's Encounter as a happening of the timeline (https://hl7.org/fhir/R4/encounter.html)."""

from dataclasses import dataclass, field
from datetime import datetime

from domain import timeline
from domain.fhir import times
from domain.fhir.times import Precision
from domain.fhir.values import Json, Place, SourceIdentity, Troubles, object_at, objects_at, text_at, words_of

_CLASSES = {
    "AMB": "ambulatory",
    "EMER": "emergency",
    "FLD": "field",
    "HH": "home health",
    "IMP": "inpatient",
    "ACUTE": "inpatient, acute",
    "NONAC": "inpatient, not acute",
    "OBSENC": "observation",
    "PRENC": "before admission",
    "SS": "short stay",
    "VR": "virtual",
}
"""HL7 v3 ActEncounterCode, in words."""


@dataclass(frozen=True, slots=True)
class ImportedEncounter:
    """A meeting with a professional, as the other system has it."""

    source: SourceIdentity
    client: SourceIdentity
    started_at: datetime
    ended_at: datetime | None
    precision: Precision
    setting: str | None
    """Ambulatory, inpatient, at home …"""
    type: str | None
    reason: str | None
    practitioner: str | None
    location: str | None
    status: str | None
    place: Place = field(default="", compare=False)
    """Where the input says it."""

    def facts(self) -> dict[str, str | int | None]:
        """The facts of its timeline entry."""
        return {
            "what": self.type or self.setting,
            "status": None if self.status == "finished" else self.status,
            "reason": self.reason,
            "practitioner": self.practitioner,
            "place": self.location,
            "minutes": self._minutes(),
        }

    def _minutes(self) -> int | None:
        if self.ended_at is None or self.precision is not Precision.MOMENT:
            return None
        minutes = int((self.ended_at - self.started_at).total_seconds() // 60)
        return minutes if 0 < minutes < 24 * 60 else None


def read(
    resource: Json, source: SourceIdentity, client: SourceIdentity, troubles: Troubles
) -> ImportedEncounter | None:
    """The encounter; None, with the reason among the troubles, without any time."""
    period = object_at(resource, "period")
    known, ended = times.read(period.get("start")), times.read(period.get("end"))
    if period.get("end") is not None and ended is None:
        troubles.partly("is no time", "period.end")
    known = known or ended
    if known is None:
        troubles.wholly("has no time", "period")
        return None
    if ended is not None and ended.moment < known.moment:
        troubles.partly("lies before the start", "period.end")
        ended = None
    return ImportedEncounter(
        source=source,
        client=client,
        started_at=known.moment,
        ended_at=ended.moment if ended else None,
        precision=known.precision,
        setting=_setting(object_at(resource, "class")),
        type=next(filter(None, map(words_of, objects_at(resource, "type"))), None),
        reason=_reason(resource),
        practitioner=_practitioner(resource),
        location=_location(resource),
        status=text_at(resource, "status"),
        place=troubles.place,
    )


def summary(encounter: ImportedEncounter) -> str:
    """The sentence of its timeline entry."""
    return timeline.summary(timeline.EntryKind.ENCOUNTER, encounter.facts())


def _setting(coding: Json) -> str | None:
    code = text_at(coding, "code")
    return _CLASSES.get(code or "") or text_at(coding, "display") or code


def _reason(resource: Json) -> str | None:
    said = [words_of(reason) for reason in objects_at(resource, "reasonCode")]
    said += [text_at(reason, "display") for reason in objects_at(resource, "reasonReference")]
    return "; ".join(filter(None, said)) or None


def _practitioner(resource: Json) -> str | None:
    names = [text_at(taking_part, "individual", "display") for taking_part in objects_at(resource, "participant")]
    return ", ".join(dict.fromkeys(filter(None, names))) or None


def _location(resource: Json) -> str | None:
    places = [text_at(place, "location", "display") for place in objects_at(resource, "location")]
    return next(filter(None, [*places, text_at(resource, "serviceProvider", "display")]), None)
