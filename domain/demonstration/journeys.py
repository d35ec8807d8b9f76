"""Journeys of the demonstration practice: which one, who cares, and how its status goes, by our own rules."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from domain.clients import ClinicalSex, age
from domain.demonstration import banks, beginnings, courses
from domain.demonstration.facts import GrantFacts, JourneyFacts, MemberFacts
from domain.demonstration.stories import Story
from domain.demonstration.telling import Telling
from domain.journeys import ArchiveOptions, Course, JourneyStatus, LifeEvent, archived, status_changed
from domain.people import Level
from domain.timeline import EntryKind

STORIES: Mapping[LifeEvent, Story] = {
    LifeEvent.FERTILITY: beginnings.FERTILITY,
    LifeEvent.BIRTH: beginnings.BIRTH,
    LifeEvent.POSTPARTUM: beginnings.POSTPARTUM,
    LifeEvent.LOSS: beginnings.LOSS,
    LifeEvent.ADOPTION: beginnings.ADOPTION,
    LifeEvent.ABORTION: beginnings.ABORTION,
    LifeEvent.PALLIATIVE: courses.PALLIATIVE,
    LifeEvent.REHABILITATION: courses.REHABILITATION,
    LifeEvent.WOUND_CARE: courses.WOUND_CARE,
    LifeEvent.CHRONIC_CARE: courses.CHRONIC_CARE,
    LifeEvent.THERAPY: courses.THERAPY,
    LifeEvent.OTHER: courses.OTHER,
}
_OF_A_WOMAN = (
    (LifeEvent.BIRTH, 40),
    (LifeEvent.POSTPARTUM, 22),
    (LifeEvent.FERTILITY, 9),
    (LifeEvent.LOSS, 6),
    (LifeEvent.ABORTION, 4),
    (LifeEvent.ADOPTION, 2),
    (LifeEvent.THERAPY, 12),
    (LifeEvent.CHRONIC_CARE, 5),
)
_OF_ANYBODY = (
    (LifeEvent.THERAPY, 40),
    (LifeEvent.REHABILITATION, 25),
    (LifeEvent.CHRONIC_CARE, 25),
    (LifeEvent.ADOPTION, 6),
    (LifeEvent.OTHER, 4),
)
_OF_OLD_AGE = (
    (LifeEvent.WOUND_CARE, 34),
    (LifeEvent.CHRONIC_CARE, 26),
    (LifeEvent.REHABILITATION, 20),
    (LifeEvent.PALLIATIVE, 14),
    (LifeEvent.OTHER, 6),
)
_NEVER_BEGINS, _IS_PAUSED, _GOES_ON, _IS_PUT_AWAY, _HAS_A_SECOND = 0.06, 0.09, 0.12, 0.25, 0.55
_HAD_A_STUDENT, _SHOWN_TO_A_STUDENT = 0.15, 0.8


@dataclass(slots=True)
class Run:
    """A journey in the making."""

    facts: JourneyFacts
    story: Story
    lead: MemberFacts
    team: list[MemberFacts]
    begins_at: datetime
    ends_at: datetime
    """When it is over, if that has come already; else when it will be."""


def life_event(telling: Telling, today: date, *, beside: bool) -> LifeEvent:
    """What the next journey of the client is about; nothing twice. `beside`: others are still under way."""
    client = telling.plan.client
    years = age(client.birth_date, today)
    may_bear = client.clinical_sex is ClinicalSex.FEMALE and years < 46 and not beside
    choices = _OF_OLD_AGE if years > 58 else _OF_A_WOMAN if may_bear else _OF_ANYBODY
    told = {journey.life_event for journey in telling.plan.journeys}
    # Nothing may go on after a death, so the end of life is told only when nothing else is under way.
    told |= {LifeEvent.PALLIATIVE} if beside else set()
    left = [(event, weight) for event, weight in choices if event not in told]
    return telling.chance.weighted(left) if left else LifeEvent.OTHER


def open_journey(telling: Telling, event: LifeEvent, at: datetime) -> Run:
    """Open a journey, with its team."""
    chance, story = telling.chance, STORIES[event]
    lead = telling.staff.carer(chance, story.professions)
    ends_at = at + timedelta(days=chance.number(*story.days))
    facts = JourneyFacts(
        id=chance.id_at(at),
        title=chance.one(story.titles),
        life_event=event,
        expected_on=ends_at.date() + timedelta(days=chance.number(-9, 6)) if story.expects else None,
        started_on=None,
        ended_on=None,
        outcome=None,
        status=JourneyStatus.PROSPECT,
        status_before_archive=None,
        status_changed_at=at,
        status_changed_by=lead.id,
        status_reason=None,
        created_at=at,
        updated_at=at,
    )
    telling.plan.journeys.append(facts)
    opened = {"title": facts.title, "lifeEvent": event.value}
    telling.tell_now(EntryKind.JOURNEY_STARTED, at, lead, opened, facts.id, facts.id)
    run = Run(facts, story, lead, [lead], at, ends_at)
    _gather_team(telling, run)
    return run


def _gather_team(telling: Telling, run: Run) -> None:
    chance, opened = telling.chance, run.facts.created_at
    whole_client = not telling.plan.grants and chance.happens(0.5)
    _grant(telling, run, run.lead, Level.SHARE, opened + timedelta(minutes=1), None, whole_client=whole_client)
    if chance.happens(_HAS_A_SECOND):
        second = telling.staff.carer(chance, run.story.professions)
        joins = opened + timedelta(days=chance.number(1, 20), minutes=5)
        if second is not run.lead and joins < telling.latest:
            _grant(telling, run, second, Level.EDIT, joins, None)
            run.team.append(second)
    is_under_way = run.ends_at >= telling.latest  # students are mostly shown what goes on now
    if telling.staff.students and chance.happens(_SHOWN_TO_A_STUDENT if is_under_way else _HAD_A_STUDENT):
        joins = opened + timedelta(days=chance.number(5, 25))
        leaves = joins + timedelta(days=chance.number(40, 160))
        if joins < telling.latest:
            # A placement that is not over is open: its end is written down when it comes.
            ended = leaves if leaves < telling.latest else None
            _grant(telling, run, chance.one(telling.staff.students), Level.VIEW, joins, ended)


def _grant(
    telling: Telling, run: Run, member: MemberFacts, level: Level, from_at: datetime, to_at: datetime | None,
    *, whole_client: bool = False,
) -> None:  # fmt: skip
    journey = None if whole_client else run.facts.id
    reason = "Placement ended" if to_at else None
    grant = GrantFacts(
        telling.chance.id_at(from_at), journey, member.id, level, member.title, from_at, to_at, reason, run.lead.id
    )
    telling.plan.grants.append(grant)
    place: dict[str, str | int | None] = {"person": member.name, "role": member.title}
    place |= {} if whole_client else {"journey": run.facts.title}
    joined = {**place, "level": level.value}
    telling.tell_now(EntryKind.CARE_TEAM_JOINED, from_at, run.lead, joined, journey, grant.id)
    if to_at:
        telling.tell_now(EntryKind.CARE_TEAM_LEFT, to_at, run.lead, {**place, "reason": reason}, journey, grant.id)


def go_through(telling: Telling, run: Run) -> None:
    """Lead the journey through its statuses, as far as they have come by now; `run.ends_at` becomes the real end."""
    chance = telling.chance
    if chance.happens(_NEVER_BEGINS):
        run.ends_at = run.begins_at
        return
    run.begins_at += timedelta(days=chance.number(0, 6), minutes=35)
    if not _change(telling, run, JourneyStatus.ACTIVE, run.begins_at, None):
        run.ends_at = run.facts.created_at
        return
    if chance.happens(_IS_PAUSED):
        paused_at = run.begins_at + (run.ends_at - run.begins_at) * 0.5
        _change(telling, run, JourneyStatus.PAUSED, paused_at, chance.one(run.story.pauses))
        _change(telling, run, JourneyStatus.ACTIVE, paused_at + (run.ends_at - paused_at) * 0.4, None)
    if not chance.happens(_GOES_ON) and _change(telling, run, JourneyStatus.COMPLETED, run.ends_at, None):
        run.facts.outcome = chance.one(run.story.outcomes)
        if chance.happens(_IS_PUT_AWAY):
            _put_away(telling, run, run.ends_at + timedelta(days=chance.number(15, 90)))


def _change(telling: Telling, run: Run, wanted: JourneyStatus, at: datetime, reason: str | None) -> bool:
    """Whether the change has come by now."""
    journey = run.facts
    if at > telling.latest or wanted is journey.status:
        return False
    before = Course(journey.status, journey.expected_on, journey.started_on, journey.ended_on)
    after = status_changed(before, wanted, on=at.date(), reason=reason)
    journey.started_on, journey.ended_on = after.started_on, after.ended_on
    _stand(telling, run, wanted, at, reason)
    told = {"title": journey.title, "from": before.status.value, "to": wanted.value, "reason": reason}
    telling.tell_now(EntryKind.JOURNEY_STATUS_CHANGED, at, run.lead, told, journey.id, journey.id)
    return True


def _put_away(telling: Telling, run: Run, at: datetime) -> None:
    journey = run.facts
    if at > telling.latest:
        return
    course = Course(journey.status, journey.expected_on, journey.started_on, journey.ended_on)
    _, trace = archived(course, ArchiveOptions())
    journey.status_before_archive = trace.status_before
    reason = telling.chance.one(banks.ARCHIVE_REASONS[1:2])
    _stand(telling, run, JourneyStatus.ARCHIVED, at, reason)
    told = {"title": journey.title, "reason": reason}
    telling.tell_now(EntryKind.JOURNEY_ARCHIVED, at, run.lead, told, journey.id, journey.id)


def _stand(telling: Telling, run: Run, status: JourneyStatus, at: datetime, reason: str | None) -> None:
    journey = run.facts
    journey.status, journey.status_reason = status, reason
    journey.status_changed_at = journey.updated_at = at
    journey.status_changed_by = run.lead.id


def is_over(run: Run) -> bool:
    """Whether the journey came to its end, or never began."""
    return run.facts.status in (JourneyStatus.COMPLETED, JourneyStatus.ARCHIVED)


def ended_in_death(run: Run) -> bool:
    """Whether the client died in the course of the journey."""
    return (run.facts.outcome or "").startswith("Died")
