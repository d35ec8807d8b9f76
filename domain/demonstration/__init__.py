"""A practice to show: believable, of any size, the same for the same seed, and without any real person.

`practice(seed, clients, today)` gives the practice and its members, `plan(seed, clients, today)` its clients one after
another, each with everything that stands in the file. The facts have the shape of the tables they go to. Names are
drawn from lists, e-mail addresses end in `.example` or `example.org`, telephone numbers come from ranges for drama.
"""

from domain.demonstration.facts import (
    AddressFacts,
    ClientFacts,
    ClientPlan,
    ContactFacts,
    EntryFacts,
    FlagFacts,
    GrantFacts,
    IdentifierFacts,
    JourneyFacts,
    MemberFacts,
    NoteFacts,
    PracticePlan,
    RelatedFacts,
    RevisionFacts,
)
from domain.demonstration.planning import plan, practice

__all__ = [
    "AddressFacts",
    "ClientFacts",
    "ClientPlan",
    "ContactFacts",
    "EntryFacts",
    "FlagFacts",
    "GrantFacts",
    "IdentifierFacts",
    "JourneyFacts",
    "MemberFacts",
    "NoteFacts",
    "PracticePlan",
    "RelatedFacts",
    "RevisionFacts",
    "plan",
    "practice",
]
