"""Who is on a care team, when, and how far that goes. A grant counts from its start until just before its end."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.people import Level
from domain.refusals import Findings, Path

ROLE_CHARACTERS = 100
"""The role on a team, in a person's own words: "Doula", "Second midwife"."""


@dataclass(frozen=True, slots=True)
class Grant:
    """A person's place on the care team of one journey, or of the whole client (`journey` is None)."""

    person: UUID
    client: UUID
    journey: UUID | None
    level: Level
    starts: datetime
    ends: datetime | None = None
    """None: until further notice."""

    @property
    def scope(self) -> tuple[UUID, UUID, UUID | None]:
        """Whose place on which team: within one scope two grants never hold at the same time."""
        return self.person, self.client, self.journey


def holds(grant: Grant, moment: datetime) -> bool:
    """Whether the grant counts at that moment: half open, so that a follow-up grant may start when this one ends."""
    return grant.starts <= moment and (grant.ends is None or moment < grant.ends)


def reaches(level: Level | None, wanted: Level) -> bool:
    """Whether a level (None: no grant at all) goes as far as the wanted one."""
    return level is not None and level.rank >= wanted.rank


def widest(levels: Iterable[Level]) -> Level | None:
    """The level that goes furthest; None of none."""
    return max(levels, key=lambda level: level.rank, default=None)


def level_on_client(grants: Iterable[Grant], person: UUID, client: UUID, moment: datetime) -> Level | None:
    """How far the person goes in the client's profile and in records that belong to no journey's team.

    Only grants for the whole client count here; see `sees_profile` for what a grant on a journey opens.
    """
    return widest(grant.level for grant in _of(grants, person, client, moment) if grant.journey is None)


def level_on_journey(
    grants: Iterable[Grant], person: UUID, client: UUID, journey: UUID, moment: datetime
) -> Level | None:
    """How far the person goes in the journey and its records: by grants on it, or for the whole client."""
    return widest(grant.level for grant in _of(grants, person, client, moment) if grant.journey in (None, journey))


def sees_profile(grants: Iterable[Grant], person: UUID, client: UUID, moment: datetime) -> bool:
    """Whether the person may read the client's profile: any grant opens it, one on a single journey too."""
    return any(True for _ in _of(grants, person, client, moment))


def overlap(one: Grant, other: Grant) -> bool:
    """Whether the two would hold at the same moment for the same person and scope."""
    if one.scope != other.scope:
        return False
    return _begins_before_end(one, other) and _begins_before_end(other, one)


def check(grant: Grant, others: Iterable[Grant], findings: Findings, at: Path = ("input",)) -> None:
    """A grant lasts for some time, and not beside another one of the same person for the same scope."""
    if grant.ends is not None and grant.ends <= grant.starts:
        findings.invalid((*at, "to"), "must be after its start")
    elif any(overlap(grant, other) for other in others):
        findings.invalid((*at, "from"), "must not fall into a time for which the person is on this team already")


def _begins_before_end(one: Grant, other: Grant) -> bool:
    return other.ends is None or one.starts < other.ends


def _of(grants: Iterable[Grant], person: UUID, client: UUID, moment: datetime) -> Iterable[Grant]:
    return (grant for grant in grants if grant.person == person and grant.client == client and holds(grant, moment))
