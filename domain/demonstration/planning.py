"""The plan of the demonstration practice: its members, then its clients in the order in which they came."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from domain.clients import ClientStatus, Relation
from domain.demonstration import banks, households, journeys, writing
from domain.demonstration.chance import Chance
from domain.demonstration.facts import ClientPlan, MemberFacts, PracticePlan
from domain.demonstration.journeys import Run
from domain.demonstration.telling import Staff, Telling
from domain.demonstration.words import Words
from domain.journeys import LifeEvent
from domain.people import Role
from domain.settings import Settings
from domain.timeline import EntryKind

NAME = "Harbour Street Practice"
DOMAIN = "harbour-street.example"
OPEN_FOR = timedelta(days=1_000)
"""How long the practice has been open; its clients came one after another since then."""
CLIENTS_PER_CARER = 60
MOST_CARERS = 60
MOST_JOURNEYS = 4
INACTIVE_AFTER = timedelta(days=90)
ARCHIVED_AFTER = timedelta(days=300)
_PROFESSIONS = (
    "Midwife", "Doula", "Palliative nurse", "Psychotherapist", "Physiotherapist", "Wound care nurse", "Community nurse",
    "Counsellor", "Lactation consultant", "Occupational therapist", "Dietitian", "Podiatrist",
)  # fmt: skip
_OTHERS = (
    (Role.ADMIN, "Practice manager"),
    (Role.ASSISTANT, "Front desk"),
    (Role.ASSISTANT, "Front desk"),
    (Role.BILLING, "Accounts"),
    (Role.READ_ONLY, "Student midwife"),
    (Role.READ_ONLY, "Student nurse"),
)


def practice(seed: int, clients: int, today: date) -> PracticePlan:
    """The practice and its members: an owner, the office, two students, and as many carers as so many clients need."""
    chance = Chance(seed, "practice")
    opened_at = _midnight(today) - OPEN_FOR
    carers = min(MOST_CARERS, max(len(_PROFESSIONS), clients // CLIENTS_PER_CARER))
    posts = [(Role.OWNER, "Midwife"), *_OTHERS]
    posts += [(Role.PRACTITIONER, _PROFESSIONS[number % len(_PROFESSIONS)]) for number in range(carers)]
    names = _names(chance, len(posts))
    members = tuple(
        _member(chance, name, role, title, opened_at) for name, (role, title) in zip(names, posts, strict=True)
    )
    settings = Settings(time_zone="Europe/London", locale="en-GB")
    return PracticePlan(chance.id_at(opened_at), NAME, opened_at, settings, members)


def plan(seed: int, clients: int, today: date) -> Iterator[ClientPlan]:
    """So many clients, each with the whole file; nothing in it happens on `today` or later."""
    staff, latest = Staff(practice(seed, clients, today).members), _midnight(today)
    first_came, families = latest - OPEN_FOR + timedelta(days=1), Chance(seed, "families")
    made = 0
    while made < clients:
        came_at = first_came + (OPEN_FOR - timedelta(days=2)) * (made / clients)
        house = households.household(families, families.working_moment(came_at.date()))
        for place in range(min(households.size_of(families), clients - made)):
            chance = Chance(seed, f"client {made}")
            telling = Telling(households.member_of(house, place, chance, today), chance, staff, latest)
            _tell(telling, today)
            yield telling.plan
            made += 1


def _tell(telling: Telling, today: date) -> None:
    client, chance = telling.plan.client, telling.chance
    desk = chance.one(telling.staff.desk)
    told = {"name": client.display_name}
    telling.tell_now(EntryKind.CLIENT_CREATED, client.created_at, desk, told, subject=client.id)
    runs = _journeys(telling, today)
    for run in runs:
        words = Words(chance, _called(telling.plan), _partner(telling.plan))
        writing.write_notes(telling, run, words)
        writing.write_days(telling, run)
    _settle_status(telling, runs, desk)
    telling.plan.entries.sort(key=lambda entry: (entry.recorded_at, entry.id))


def _journeys(telling: Telling, today: date) -> list[Run]:
    """One journey after another, a few of them side by side, as long as there was time for them."""
    chance, runs = telling.chance, list[Run]()
    opens_at = telling.plan.client.created_at + timedelta(minutes=chance.number(10, 4_000))
    while opens_at < telling.latest and len(runs) < MOST_JOURNEYS:
        run = journeys.open_journey(telling, _next_event(telling, runs, opens_at, today), opens_at)
        journeys.go_through(telling, run)
        runs.append(run)
        if journeys.ended_in_death(run) or not chance.happens(0.6):
            break
        opens_at = _next_opening(chance, run)
    return runs


def _next_opening(chance: Chance, run: Run) -> datetime:
    """When the next journey is opened: soon after a birth, else after a while, now and then already beside this one."""
    if chance.happens(0.1):
        return run.begins_at + (run.ends_at - run.begins_at) * 0.5
    is_birth = run.facts.life_event is LifeEvent.BIRTH
    return run.ends_at + timedelta(days=chance.number(1, 20) if is_birth else chance.number(30, 300))


def _next_event(telling: Telling, runs: list[Run], opens_at: datetime, today: date) -> LifeEvent:
    """After a birth comes the time after it; else whatever life brings."""
    all_over = all(journeys.is_over(run) and run.ends_at <= opens_at for run in runs)
    told = [run.facts.life_event for run in runs]
    if told and told[-1] is LifeEvent.BIRTH and LifeEvent.POSTPARTUM not in told and all_over:
        return LifeEvent.POSTPARTUM
    return journeys.life_event(telling, today, beside=not all_over)


def _settle_status(telling: Telling, runs: list[Run], desk: MemberFacts) -> None:
    """The client's status follows the journeys, with a line of the timeline for each change."""
    begun = [run.begins_at for run in runs if run.facts.started_on]
    if not begun:
        return
    _change_status(telling, ClientStatus.ACTIVE, min(begun), runs[0].lead)
    if not all(journeys.is_over(run) for run in runs):
        return
    last = max(run.ends_at for run in runs)
    if journeys.ended_in_death(runs[-1]):
        telling.plan.client.deceased_on = runs[-1].facts.ended_on
        _change_status(telling, ClientStatus.INACTIVE, last, runs[-1].lead)
    else:
        _change_status(telling, ClientStatus.INACTIVE, last + INACTIVE_AFTER, desk)
    if telling.chance.happens(0.5):
        _archive(telling, last + ARCHIVED_AFTER, desk)


def _change_status(telling: Telling, wanted: ClientStatus, at: datetime, actor: MemberFacts) -> None:
    client = telling.plan.client
    if at <= telling.latest:
        told = {"from": client.status.value, "to": wanted.value}
        telling.tell_now(EntryKind.CLIENT_STATUS_CHANGED, at, actor, told, subject=client.id)
        client.status, client.updated_at = wanted, at


def _archive(telling: Telling, at: datetime, desk: MemberFacts) -> None:
    client = telling.plan.client
    if at <= telling.latest:
        told = {"reason": telling.chance.one(banks.ARCHIVE_REASONS)}
        telling.tell_now(EntryKind.CLIENT_ARCHIVED, at, desk, told, subject=client.id)
        client.status_before_archive, client.status = client.status, ClientStatus.ARCHIVED
        client.archived_at = client.updated_at = at


def _called(told: ClientPlan) -> str:
    """How the notes call the client: by the given name that is shown."""
    return next((name.given for name in told.client.names if name.given), told.client.display_name)


def _partner(told: ClientPlan) -> str | None:
    partner = next((person for person in told.related if person.relation is Relation.PARTNER), None)
    return partner.name.split(" ")[0] if partner else None


def _member(chance: Chance, name: str, role: Role, title: str, opened_at: datetime) -> MemberFacts:
    address = f"{households.address_part(name.split(' ')[0])}.{households.address_part(name.split(' ', 1)[1])}"
    started_at = opened_at if role is Role.OWNER else opened_at + timedelta(minutes=chance.number(5, 300))
    return MemberFacts(
        chance.id_at(started_at), chance.id_at(started_at), f"{address}@{DOMAIN}", name, role, title, started_at
    )


def _names(chance: Chance, count: int) -> list[str]:
    """So many different names, in Latin letters, as everybody in the practice writes them."""
    found: dict[str, None] = {}
    while len(found) < count:
        origin = chance.weighted([(origin, origin.weight) for origin in banks.ORIGINS])
        given = chance.one(origin.women if chance.happens(0.75) else origin.men)
        found[f"{households.latin(given)} {households.latin(chance.one(origin.families))}"] = None
    return list(found)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
