"""A practice to show."""

import itertools
import time
from collections import Counter
from datetime import UTC, date, datetime
from functools import cache
from uuid import UUID

import pytest

from domain import care_team, clients, duplicates, journeys, settings, texts, timeline
from domain.clients import ClientStatus, NameUse
from domain.demonstration import ClientPlan, PracticePlan, plan, practice
from domain.demonstration.chance import Chance
from domain.demonstration.journeys import STORIES
from domain.demonstration.words import Words, places
from domain.journeys import Course, JourneyStatus, LifeEvent
from domain.people import Level, Role
from domain.refusals import Findings
from domain.timeline import EntryKind

TODAY = date(2026, 3, 1)
MIDNIGHT = datetime(2026, 3, 1, tzinfo=UTC)
CLIENTS = 300


@cache
def planned() -> tuple[ClientPlan, ...]:
    return tuple(plan(7, CLIENTS, TODAY))


@cache
def staff() -> PracticePlan:
    return practice(7, CLIENTS, TODAY)


def ids_of(told: ClientPlan) -> list[UUID]:
    parts = (told.contacts, told.addresses, told.related, told.identifiers, told.flags)
    more = (told.journeys, told.grants, told.notes, told.entries)
    return [told.client.id, *(one.id for many in (*parts, *more) for one in many)]


def test_the_same_seed_gives_the_same_plan_ids_included() -> None:
    assert list(plan(3, 12, TODAY)) == list(plan(3, 12, TODAY))
    assert practice(3, 12, TODAY) == practice(3, 12, TODAY)


def test_another_seed_gives_another_plan() -> None:
    assert [told.client.display_name for told in plan(3, 12, TODAY)] != [
        told.client.display_name for told in plan(4, 12, TODAY)
    ]


@pytest.mark.parametrize("count", [0, 1, 2, 7])
def test_a_plan_has_as_many_clients_as_were_asked_for(count: int) -> None:
    assert len(list(plan(1, count, TODAY))) == count


def test_clients_come_one_by_one() -> None:
    began = time.process_time()
    first = next(plan(1, 10_000_000, TODAY))
    assert first.entries
    assert time.process_time() - began < 1


def test_ten_thousand_entries_take_less_than_a_second() -> None:
    began = time.process_time()
    entries = sum(len(told.entries) for told in plan(11, 200, TODAY))
    assert entries / (time.process_time() - began) > 10_000


def test_every_id_is_there_once() -> None:
    ids = [one for told in planned() for one in ids_of(told)]
    ids += [one for member in staff().members for one in (member.id, member.person_id)]
    assert len(ids) == len(set(ids))
    assert {one.version for one in ids} == {7}


def test_nothing_has_happened_today_or_later() -> None:
    for told in planned():
        moments = [entry.recorded_at for entry in told.entries] + [note.updated_at for note in told.notes]
        moments += [told.client.updated_at, *(journey.updated_at for journey in told.journeys)]
        moments += [grant.from_at for grant in told.grants] + [revision.replaced_at for revision in told.revisions]
        assert max(moments) <= MIDNIGHT


def test_nothing_is_recorded_before_it_happens_or_before_the_client_came() -> None:
    for told in planned():
        assert all(told.client.created_at <= entry.occurred_at <= entry.recorded_at for entry in told.entries)


def test_entries_stand_in_the_order_of_recording() -> None:
    for told in planned():
        recorded = [entry.recorded_at for entry in told.entries]
        assert recorded == sorted(recorded)


def test_every_entry_tells_facts_that_its_kind_knows() -> None:
    for entry in itertools.chain.from_iterable(told.entries for told in planned()):
        assert set(entry.facts) <= set(timeline.FACTS[entry.kind])
        assert len(timeline.summary(entry.kind, entry.facts)) > 4


def test_what_is_said_of_an_entry_is_right() -> None:
    members = {member.id: member for member in staff().members}
    for told in planned():
        of_client = {journey.id for journey in told.journeys}
        for entry in told.entries:
            assert members[entry.actor_id].name == entry.actor_name
            assert entry.journey_id is None or entry.journey_id in of_client
            assert entry.visibility is timeline.default_visibility(entry.kind)


def test_every_note_has_its_line_of_the_timeline_and_the_other_way_round() -> None:
    for told in planned():
        lines = {entry.subject_id: entry for entry in told.entries if entry.kind is EntryKind.NOTE}
        assert set(lines) == {note.id for note in told.notes}
        for note in told.notes:
            line = lines[note.id]
            assert (line.occurred_at, line.recorded_at) == (note.occurred_at, note.recorded_at)
            assert (line.removed_at, bool(line.facts.get("removed"))) == (note.archived_at, bool(note.archived_at))


def test_versions_of_a_note_are_counted() -> None:
    revisions = Counter(revision.note_id for told in planned() for revision in told.revisions)
    notes = [note for told in planned() for note in told.notes]
    assert {note.id: note.version - 1 for note in notes if note.version > 1} == dict(revisions)
    assert revisions


def test_profiles_keep_the_rules() -> None:
    findings = Findings()
    for told in planned():
        clients.check_life_dates(told.client.birth_date, told.client.deceased_on, TODAY, findings)
        for name in told.client.names:
            texts.taken_or_none(name.given, texts.NAME, ("given",), findings)
            texts.taken_or_none(name.family, texts.NAME, ("family",), findings)
        for contact in told.contacts:
            check = texts.email if contact.channel is clients.Channel.EMAIL else texts.phone
            assert check(contact.value, ("value",), findings) == contact.value
    assert findings.problems == ()


def test_journeys_keep_the_rules() -> None:
    findings = Findings()
    for journey in itertools.chain.from_iterable(told.journeys for told in planned()):
        course = Course(journey.status, journey.expected_on, journey.started_on, journey.ended_on)
        journeys.check_dates(course, TODAY, findings)
        assert (journey.started_on is None) == (journey.status is JourneyStatus.PROSPECT)
        assert (journey.status_before_archive is None) == (journey.status is not JourneyStatus.ARCHIVED)
    assert findings.problems == ()


def test_the_history_of_a_journey_leads_to_where_it_stands() -> None:
    for told in planned():
        for journey in told.journeys:
            status = JourneyStatus.PROSPECT
            for entry in told.entries:
                if entry.journey_id == journey.id and entry.kind is EntryKind.JOURNEY_STATUS_CHANGED:
                    after = JourneyStatus(str(entry.facts["to"]))
                    assert entry.facts["from"] == status
                    assert after in journeys.allowed_changes(status)
                    assert entry.facts["reason"] or not journeys.needs_reason(status, after)
                    status = after
            assert status is (journey.status_before_archive or journey.status)


def test_the_history_of_a_client_leads_to_where_they_stand() -> None:
    for told in planned():
        changes = [entry for entry in told.entries if entry.kind is EntryKind.CLIENT_STATUS_CHANGED]
        last = ClientStatus(str(changes[-1].facts["to"])) if changes else ClientStatus.PROSPECT
        assert last is (told.client.status_before_archive or told.client.status)


def test_nothing_happens_after_a_death() -> None:
    deaths = [told for told in planned() if told.client.deceased_on]
    assert deaths
    for told in deaths:
        kinds = {EntryKind.CALL, EntryKind.FOLLOW_UP, EntryKind.OBSERVATION, EntryKind.NOTE}
        last = max(entry.occurred_at.date() for entry in told.entries if entry.kind in kinds)
        assert told.client.deceased_on
        assert last <= told.client.deceased_on


def test_places_on_care_teams_keep_the_rules() -> None:
    findings = Findings()
    for told in planned():
        grants = [
            care_team.Grant(one.membership_id, told.client.id, one.journey_id, one.level, one.from_at, one.to_at)
            for one in told.grants
        ]
        for number, grant in enumerate(grants):
            care_team.check(grant, grants[:number], findings)
    assert findings.problems == ()


def test_whoever_opened_a_journey_may_share_it() -> None:
    for told in planned():
        grants = [
            care_team.Grant(one.membership_id, told.client.id, one.journey_id, one.level, one.from_at, one.to_at)
            for one in told.grants
        ]
        for entry in told.entries:
            if entry.kind is EntryKind.JOURNEY_STARTED and entry.journey_id:
                level = care_team.level_on_journey(grants, entry.actor_id, told.client.id, entry.journey_id, MIDNIGHT)
                assert level is Level.SHARE


def test_a_practice_has_every_role_and_valid_settings() -> None:
    findings = Findings()
    settings.checked(staff().settings, {"Europe/London"}, findings)
    assert findings.problems == ()
    assert {member.role for member in staff().members} == set(Role)
    assert staff().members[0].role is Role.OWNER
    assert len({member.email for member in staff().members}) == len(staff().members)


def test_no_real_person_can_be_reached() -> None:
    values = [contact.value for told in planned() for contact in told.contacts]
    values += [str(person.email) for told in planned() for person in told.related if person.email]
    values += [str(person.phone) for told in planned() for person in told.related]
    values += [member.email for member in staff().members]
    for value in values:
        assert value.endswith((".example", "@example.org")) or value.startswith("+447700900") or value[6:10] == "4960"


def test_people_are_of_many_kinds() -> None:
    people = [told.client for told in planned()]
    names = [name for client in people for name in client.names]
    assert {name.use for name in names} == set(NameUse)
    assert {client.status for client in people} == set(ClientStatus)
    assert any(not name.given.isascii() for name in names if name.given)
    assert any("а" <= letter <= "я" for name in names for letter in (name.given or ""))
    emails = Counter(one.value for told in planned() for one in told.contacts if "@" in one.value)
    assert emails.most_common(1)[0][1] > 1  # families share an address
    assert len({client.display_name for client in people}) > CLIENTS * 0.8


def test_every_life_event_and_every_status_is_there() -> None:
    found = [journey for told in plan(7, 1_000, TODAY) for journey in told.journeys]
    assert {journey.life_event for journey in found} == set(LifeEvent)
    assert {journey.status for journey in found} == set(JourneyStatus)


def test_hardly_anybody_looks_like_somebody_else() -> None:
    seen = [
        (
            told.client.id,
            duplicates.likeness(
                told.client.names,
                told.client.birth_date,
                emails=[one.value for one in told.contacts if "@" in one.value],
                phones=[one.value for one in told.contacts if "@" not in one.value],
            ),
        )
        for told in planned()
    ]
    alike = sum(bool(duplicates.possible_duplicates(one, seen[:number])) for number, (_, one) in enumerate(seen))
    assert alike < CLIENTS * 0.05


@pytest.mark.parametrize("event", LifeEvent)
def test_every_place_in_a_story_is_filled(event: LifeEvent) -> None:
    words = Words(Chance(1, "words"), "Kit", None)
    for beat in STORIES[event].beats:
        filled = words.fill(beat.text)
        assert not places(filled)
        assert texts.clean(filled, texts.MARKDOWN, ()) == filled


def test_entries_are_about_as_many_as_in_real_life() -> None:
    entries = sum(len(told.entries) for told in planned())
    assert 30 < entries / CLIENTS < 120
