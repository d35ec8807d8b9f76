"""Writes one client's file: keeps the plan, the people and the moment beyond which nothing has happened yet."""

from datetime import datetime
from uuid import UUID

from domain import timeline
from domain.demonstration.chance import Chance
from domain.demonstration.facts import ClientPlan, EntryFacts, MemberFacts
from domain.people import Role
from domain.timeline import EntryKind, Facts


class Staff:
    """The members of the practice by what they do."""

    __slots__ = ("_by_profession", "_carers", "desk", "students")

    def __init__(self, members: tuple[MemberFacts, ...]) -> None:
        self._carers = [member for member in members if member.role in (Role.PRACTITIONER, Role.OWNER)]
        self._by_profession: dict[str, list[MemberFacts]] = {}
        for member in self._carers:
            self._by_profession.setdefault(member.title, []).append(member)
        self.desk = [member for member in members if member.role in (Role.ASSISTANT, Role.ADMIN)]
        self.students = [member for member in members if member.role is Role.READ_ONLY]

    def carer(self, chance: Chance, professions: tuple[str, ...]) -> MemberFacts:
        """Somebody of one of these professions, or whoever cares for clients at all."""
        fitting = [member for profession in professions for member in self._by_profession.get(profession, ())]
        return chance.one(fitting or self._carers)


class Telling:
    """One client's file in the making."""

    __slots__ = ("chance", "latest", "plan", "staff")

    def __init__(self, plan: ClientPlan, chance: Chance, staff: Staff, latest: datetime) -> None:
        self.plan = plan
        self.chance = chance
        self.staff = staff
        self.latest = latest

    def tell(
        self, kind: EntryKind, at: datetime, actor: MemberFacts, facts: Facts,
        journey: UUID | None = None, subject: UUID | None = None,
    ) -> EntryFacts:  # fmt: skip
        """Write a line of the timeline."""
        entry = EntryFacts(
            id=self.chance.id_at(at),
            journey_id=journey,
            kind=kind,
            subject_id=subject,
            occurred_at=at,
            recorded_at=self.chance.soon_after(at, self.latest),
            actor_id=actor.id,
            actor_name=actor.name,
            visibility=timeline.default_visibility(kind),
            facts=dict(facts),
        )
        self.plan.entries.append(entry)
        return entry

    def tell_now(
        self, kind: EntryKind, at: datetime, actor: MemberFacts, facts: Facts,
        journey: UUID | None = None, subject: UUID | None = None,
    ) -> None:  # fmt: skip
        """Write a line about something done in the system itself: recorded as it happens."""
        self.plan.entries.append(
            EntryFacts(
                self.chance.id_at(at), journey, kind, subject, at, at, actor.id, actor.name,
                timeline.default_visibility(kind), dict(facts),
            )
        )  # fmt: skip
