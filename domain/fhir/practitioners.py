"""FHIR's Practitioner as the name of an author (https://hl7.org/fhir/R4/practitioner.html); nobody gets a login."""

from collections.abc import Callable
from typing import Any

from domain import names
from domain.fhir import patients
from domain.fhir.values import Json, object_at, objects_at, text_at

KINDS = frozenset({"Practitioner", "PractitionerRole"})


def name_of(resource: Json) -> str | None:
    """What a Practitioner is called, None when nothing says it."""
    for name in objects_at(resource, "name"):
        if said := text_at(name, "text"):
            return said
        read = patients.read_name(name)
        if read is not None:
            prefix = text_at(name, "prefix")
            return " ".join(filter(None, [prefix, names.display_name([read])]))
    return text_at(resource, "practitioner", "display")


def references_in(resource: Json) -> list[Json]:
    """The references of a record that may point at a professional."""
    return [
        *objects_at(resource, "author"),
        object_at(resource, "authenticator"),
        *(object_at(each, "individual") for each in objects_at(resource, "participant")),
    ]


def named(resource: Json, known: Callable[[Json], str | None]) -> Json:
    """The record with the names of the professionals whom it points at; who is not known keeps the name it says."""
    for reference in references_in(resource):
        said: Any = known(reference) if reference else None
        if said:
            reference["display"] = said
    return resource
