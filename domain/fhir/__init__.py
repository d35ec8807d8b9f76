"""What another system's FHIR R4 record says, as plain facts (https://hl7.org/fhir/R4/).

`read(document)` takes the parsed JSON of a Bundle, or of one resource, and gives `Contents`: clients, notes and
encounters, how many there were of everything else, and for whatever could not be understood its place
and the reason. Nothing is dropped in silence, and nothing in the input makes it fail.
"""

from domain.fhir.bundles import Contents, Entry, entries_of, read, read_entries, ways_in, ways_to
from domain.fhir.documents import ImportedNote
from domain.fhir.encounters import ImportedEncounter
from domain.fhir.patients import (
    ImportedAddress,
    ImportedClient,
    ImportedContact,
    ImportedIdentifier,
    ImportedRelated,
)
from domain.fhir.times import Precision
from domain.fhir.values import Place, SourceIdentity, Trouble

__all__ = [
    "Contents",
    "Entry",
    "ImportedAddress",
    "ImportedClient",
    "ImportedContact",
    "ImportedEncounter",
    "ImportedIdentifier",
    "ImportedNote",
    "ImportedRelated",
    "Place",
    "Precision",
    "SourceIdentity",
    "Trouble",
    "entries_of",
    "read",
    "read_entries",
    "ways_in",
    "ways_to",
]
