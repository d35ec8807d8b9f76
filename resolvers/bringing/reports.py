"""What became of everything that an import was given: every resource is counted once, every trouble has its place."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from domain.fhir import Trouble

BROUGHT = ("Patient", "DocumentReference", "Encounter")
"""The types that are brought in; all others are counted only."""


@dataclass(slots=True)
class Tally:
    """What became of the resources of one type."""

    imported: int = 0
    present: int = 0
    """There already, from an earlier import or twice in the input."""
    counted: int = 0
    """Of a type that is not brought in yet."""
    refused: int = 0
    """Not brought in, for a reason that the report gives."""

    @property
    def total(self) -> int:
        """How many there were in the input."""
        return self.imported + self.present + self.counted + self.refused


@dataclass(frozen=True, slots=True)
class Reported:
    """Something that could not be brought in, or not wholly."""

    origin: str
    """The file or feed that it stands in."""
    place: str
    part: str
    resource_type: str
    reason: str
    taken: bool
    """Whether the resource was brought in all the same, without this part."""

    def __str__(self) -> str:
        where = ": ".join(filter(None, (self.origin, self.place)))
        what = f" ({self.resource_type})" if self.resource_type else ""
        outcome = "brought in without it" if self.taken else "not brought in"
        return f"{where}{what}{f' {self.part}' if self.part else ''} {self.reason}; {outcome}"


@dataclass(slots=True)
class Report:
    """What an import came to."""

    tallies: defaultdict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    """By type of resource."""
    reported: list[Reported] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        """Whether everything that could be brought in was."""
        return all(one.taken for one in self.reported)

    def counted(self, numbers: Mapping[str, int]) -> None:
        """So many of each type were there, and are not brought in."""
        for resource_type, number in numbers.items():
            self.tallies[resource_type].counted += number

    def unreadable(self, origin: str, reason: str) -> None:
        """A whole file could not be read."""
        self.reported.append(Reported(origin, "", "", "", reason, taken=False))

    def troubled(self, origin: str, troubles: Iterable[Trouble]) -> None:
        """What the reading of a document could not understand."""
        refused = set()
        for one in troubles:
            self.reported.append(Reported(origin, one.place, one.part, one.resource_type, one.reason, one.taken))
            if not one.taken and one.place not in refused:
                refused.add(one.place)
                self.tallies[one.resource_type].refused += 1

    def refuse(self, origin: str, place: str, resource_type: str, reason: str) -> None:
        """One resource was understood, but cannot be brought in."""
        self.reported.append(Reported(origin, place, "", resource_type, reason, taken=False))
        self.tallies[resource_type].refused += 1

    def part_left_out(self, origin: str, place: str, part: str, resource_type: str, reason: str) -> None:
        """One resource is brought in without a part of it."""
        self.reported.append(Reported(origin, place, part, resource_type, reason, taken=True))

    def rows(self) -> list[tuple[str, Tally]]:
        """The tallies: first what is brought in, then the others by name."""
        others = sorted(set(self.tallies) - set(BROUGHT))
        return [(name, self.tallies[name]) for name in (*BROUGHT, *others)]
