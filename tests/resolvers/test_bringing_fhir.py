import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from typing import Any

import pytest
from sqlalchemy import event, func, select, update

from domain.clients import ClientStatus, FlagSeverity
from domain.people import Role
from resolvers.bringing.fhir import Importer
from resolvers.bringing.reports import Report, Tally
from resolvers.verifying import verify
from storage.database.audit import AuditDetail, AuditEvent
from storage.database.clients import Address, Client, ContactPoint, Identifier, RelatedPerson, SafetyFlag
from storage.database.notes import Note
from storage.database.sources import known_by_source
from storage.database.timeline import PracticeEvent, PracticeNumber, PracticeSeq, TimelineEntry
from tests.makers import PracticeUnderTest
from tests.whole_files import ALL_STATUSES, WHOLE_FILES

Json = dict[str, Any]


def patient(number: int = 1, **changes: Any) -> Json:
    return {
        "resourceType": "Patient",
        "id": f"p{number}",
        "identifier": [{"system": "http://clinic.example", "value": f"A-{number}"}],
        "name": [
            {"use": "official", "given": ["Katherine"], "family": "Moore"},
            {"use": "usual", "given": ["Kit"]},
        ],
        "gender": "female",
        "birthDate": "1990-02-28",
        "telecom": [
            {"system": "phone", "value": "555-814-8772", "use": "home"},
            {"system": "email", "value": f"kit{number}@example.org"},
            {"system": "phone", "value": "ask at the desk"},
        ],
        "address": [{"line": ["1 High Street"], "city": "Woburn", "postalCode": "01801", "country": "US"}],
        "contact": [
            {
                "relationship": [{"coding": [{"code": "C"}]}],
                "name": {"given": ["Robin"], "family": "Moore"},
                "telecom": [{"system": "phone", "value": "+1 555 814 8773"}],
            }
        ],
        "communication": [{"language": {"coding": [{"code": "en-us"}]}}],
        **changes,
    }


def document(number: int = 1, of: int = 1, **changes: Any) -> Json:
    text = base64.b64encode(f"# Visit {number}\n\nAll is well.".encode()).decode()
    return {
        "resourceType": "DocumentReference",
        "identifier": [{"system": "http://clinic.example/documents", "value": f"{of}-{number}"}],
        "subject": {"reference": f"Patient/p{of}"},
        "date": f"2019-05-{number:02d}T10:00:00+02:00",
        "author": [{"display": "Dr. Grey"}],
        "description": f"Visit {number}",
        "content": [{"attachment": {"contentType": "text/plain", "data": text}}],
        **changes,
    }


def encounter(number: int = 1, of: int = 1, **changes: Any) -> Json:
    return {
        "resourceType": "Encounter",
        "identifier": [{"system": "http://clinic.example/encounters", "value": f"{of}-{number}"}],
        "status": "finished",
        "type": [{"text": "Check-up"}],
        "subject": {"reference": f"Patient/p{of}"},
        "participant": [{"individual": {"display": "Dr. Grey"}}],
        "period": {"start": f"2019-05-{number:02d}T10:00:00+02:00", "end": f"2019-05-{number:02d}T10:30:00+02:00"},
        **changes,
    }


def bundle(*resources: Json) -> Json:
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": one} for one in resources]}


async def imported(practice: PracticeUnderTest, *documents: Json) -> Report:
    """The report of bringing these documents in with one command."""
    importer = Importer(practice.casegraph.database, practice.id)
    for number, one in enumerate(documents):
        async for _ in importer.bring(one, f"file-{number}.json"):
            pass
    return importer.report


async def rows(practice: PracticeUnderTest, model: Any) -> list[Any]:
    async with practice.casegraph.database.write(practice.id) as session:
        found = await session.scalars(select(model).where(model.practice_id == practice.id))
        return list(found)


async def standing(practice: PracticeUnderTest) -> tuple[int, ...]:
    """How many rows there are of everything that an import could write, and where the counters stand."""
    counted = [len(await rows(practice, model)) for model in (Client, Note, TimelineEntry, AuditEvent, PracticeEvent)]
    seq, number = await rows(practice, PracticeSeq), await rows(practice, PracticeNumber)
    return (*counted, seq[0].seq, number[0].last)


WHOLE = bundle(patient(), document(1), document(2), encounter(1), {"resourceType": "Claim"}, {"resourceType": "Claim"})


async def test_a_bundle_becomes_a_client_with_notes_and_happenings(practice: PracticeUnderTest) -> None:
    report = await imported(practice, WHOLE)

    assert dict(report.rows()) == {
        "Patient": Tally(imported=1),
        "DocumentReference": Tally(imported=2),
        "Encounter": Tally(imported=1),
        "Claim": Tally(counted=2),
    }
    assert report.is_whole
    assert report.reported == []


async def test_the_profile_is_kept_as_our_rules_want_it(practice: PracticeUnderTest) -> None:
    await imported(practice, WHOLE)

    (client,) = await rows(practice, Client)
    points = {(each.channel, each.value, each.label) for each in await rows(practice, ContactPoint)}
    assert (client.display_name, client.file_number, client.status) == ("Kit Moore", "C-000001", ClientStatus.ACTIVE)
    assert (client.language, client.source) == ("en-US", "http://clinic.example|A-1")
    assert points == {
        ("PHONE", "+15558148772", None),
        ("EMAIL", "kit1@example.org", None),
        ("OTHER", "ask at the desk", "phone"),
    }
    assert [(each.lines, each.locality) for each in await rows(practice, Address)] == [(["1 High Street"], "Woburn")]
    assert [(each.name, each.phone, each.emergency_contact) for each in await rows(practice, RelatedPerson)] == [
        ("Robin Moore", "+15558148773", True)
    ]
    assert [each.value for each in await rows(practice, Identifier)] == ["A-1"]


async def test_notes_and_encounters_stand_on_the_timeline_at_their_date(practice: PracticeUnderTest) -> None:
    await imported(practice, WHOLE)

    notes, entries = await rows(practice, Note), await rows(practice, TimelineEntry)
    told = sorted((each.kind.value, each.occurred_at.isoformat(), each.actor_name) for each in entries)
    assert told[1:] == [
        ("ENCOUNTER", "2019-05-01T08:00:00+00:00", "Dr. Grey"),
        ("NOTE", "2019-05-01T08:00:00+00:00", "Dr. Grey"),
        ("NOTE", "2019-05-02T08:00:00+00:00", "Dr. Grey"),
    ]
    assert told[0][0] == "CLIENT_CREATED"
    assert {(each.imported, each.author_id, each.author_name) for each in notes} == {(True, None, "Dr. Grey")}
    assert {each.subject_id for each in entries if each.kind == "NOTE"} == {each.id for each in notes}
    facts = next(each.facts for each in entries if each.kind == "ENCOUNTER")
    assert facts == {"what": "Check-up", "practitioner": "Dr. Grey", "minutes": 30}


async def test_who_was_brought_in_is_found_by_name_number_and_phone(practice: PracticeUnderTest) -> None:
    await imported(practice, WHOLE)
    owner = await practice.member(Role.OWNER)

    for text in ("moore kath", "C-000001", "8148772", "kit1@example.org", "A-1"):
        data = await practice.get(
            owner,
            "query ($text: String) { clients(filter: {text: $text}) { edges { node { displayName } } } }",
            text=text,
        )
        assert data == {"clients": {"edges": [{"node": {"displayName": "Kit Moore"}}]}}, text


async def test_the_whole_file_reads_right_through_the_graph(practice: PracticeUnderTest) -> None:
    await imported(practice, WHOLE)
    owner = await practice.member(Role.OWNER)

    data = await practice.get(owner, WHOLE_FILES, status=ALL_STATUSES)

    (file,) = [edge["node"] for edge in data["clients"]["edges"]]
    lines = [(edge["node"]["summary"], edge["node"]["actor"]["name"]) for edge in file["timeline"]["edges"]]
    notes = [(edge["node"]["heading"], edge["node"]["text"]) for edge in file["notes"]["edges"]]
    assert (file["displayName"], file["legalName"], file["gender"]) == ("Kit Moore", "Katherine Moore", "female")
    assert lines[1] == ("Note “Visit 2”.", "Dr. Grey")
    assert ("Check-up with Dr. Grey, 30 min.", "Dr. Grey") in lines
    assert notes[0] == ("Visit 2", "# Visit 2\n\nAll is well.")


async def test_again_changes_nothing_and_takes_no_number(practice: PracticeUnderTest) -> None:
    await imported(practice, WHOLE)
    before = await standing(practice)

    report = await imported(practice, deepcopy(WHOLE))

    assert await standing(practice) == before
    assert [tally.present for _, tally in report.rows()] == [1, 2, 1, 0]
    assert [tally.imported for _, tally in report.rows()] == [0, 0, 0, 0]


async def test_what_came_since_is_added_to_the_same_client(practice: PracticeUnderTest) -> None:
    await imported(practice, WHOLE)

    report = await imported(practice, bundle(patient(), document(1), document(3), encounter(2)))

    assert report.tallies["DocumentReference"] == Tally(imported=1, present=1)
    assert report.tallies["Encounter"] == Tally(imported=1)
    assert len(await rows(practice, Client)) == 1
    assert {each.client_id for each in await rows(practice, Note)} == {(await rows(practice, Client))[0].id}


async def test_a_later_file_of_the_same_command_may_name_the_patient_by_its_id_there(
    practice: PracticeUnderTest,
) -> None:
    known = "0d9c0b54-3a0c-4a4f-9d3b-0c2f8f1f4a10"
    alone = document(1, subject={"reference": f"Patient/{known}"})

    report = await imported(practice, bundle(patient(id=known)), bundle(alone))

    assert report.tallies["DocumentReference"] == Tally(imported=1)
    assert len(await rows(practice, Client)) == 1


async def test_what_stands_twice_in_a_bundle_is_taken_once(practice: PracticeUnderTest) -> None:
    report = await imported(practice, bundle(patient(), patient(), document(), document(), encounter(), encounter()))

    assert [report.tallies[name] for name in ("Patient", "DocumentReference", "Encounter")] == [
        Tally(imported=1, present=1)
    ] * 3


async def test_a_broken_resource_is_reported_with_its_place_and_the_rest_is_brought_in(
    practice: PracticeUnderTest,
) -> None:
    timeless = encounter(2)
    del timeless["period"]

    report = await imported(practice, bundle(patient(), timeless, encounter(1), {"no": "resource"}))

    assert report.tallies["Encounter"] == Tally(imported=1, refused=1)
    assert not report.is_whole
    assert [str(one) for one in report.reported] == [
        "file-0.json: Bundle.entry[3].resource (?) is no FHIR resource; not brought in",
        "file-0.json: Bundle.entry[1].resource (Encounter) period has no time; not brought in",
    ]
    assert sum(tally.total for _, tally in report.rows()) == 4


async def test_records_of_somebody_who_is_not_here_are_reported(practice: PracticeUnderTest) -> None:
    before = await standing(practice)

    stranger = {"identifier": {"system": "http://clinic.example", "value": "A-9"}}
    report = await imported(practice, bundle(document(subject=stranger), encounter(subject=stranger)))

    assert [(one.place, one.reason) for one in report.reported] == [
        ("Bundle.entry[0].resource", "belongs to somebody who is not here"),
        ("Bundle.entry[1].resource", "belongs to somebody who is not here"),
    ]
    assert await standing(practice) == before


async def test_what_has_not_happened_yet_is_reported(practice: PracticeUnderTest) -> None:
    planned = encounter(status="planned", period={"start": "2999-01-01T10:00:00Z"})

    report = await imported(practice, bundle(patient(), planned))

    assert report.tallies["Encounter"] == Tally(refused=1)
    assert report.reported[0].reason == "is of a time that must not be in the future"


async def test_a_birth_date_that_no_life_can_have_is_left_out_and_said(practice: PracticeUnderTest) -> None:
    report = await imported(practice, bundle(patient(birthDate="1790-01-01")))

    (client,) = await rows(practice, Client)
    assert client.birth_date is None
    assert [(one.part, one.taken) for one in report.reported] == [("birthDate", True)]
    assert report.is_whole


async def test_a_death_without_a_day_is_told_by_a_flag(practice: PracticeUnderTest) -> None:
    await imported(practice, bundle(patient(deceasedBoolean=True)))

    (client,) = await rows(practice, Client)
    (flag,) = await rows(practice, SafetyFlag)
    assert (client.status, client.deceased_on) == (ClientStatus.INACTIVE, None)
    assert (flag.severity, flag.text) == (FlagSeverity.CAUTION, "Has died; the day is not known.")


async def test_nothing_is_added_to_a_file_that_was_put_away(practice: PracticeUnderTest) -> None:
    await imported(practice, WHOLE)
    async with practice.casegraph.database.write(practice.id) as session:
        await session.execute(
            update(Client).where(Client.practice_id == practice.id).values(status=ClientStatus.ARCHIVED)
        )
        await session.commit()
    before = await standing(practice)

    same = await imported(practice, WHOLE)
    more = await imported(practice, bundle(patient(), document(1), document(3)))

    assert await standing(practice) == before
    assert same.is_whole
    assert more.tallies["DocumentReference"] == Tally(present=1, refused=1)
    assert "take it up again first" in more.reported[0].reason


async def test_a_write_that_breaks_off_leaves_nothing_of_that_patient(practice: PracticeUnderTest) -> None:
    before = await standing(practice)

    with breaking_off_at("INSERT INTO timeline_entry", practice), pytest.raises(ConnectionError):
        await imported(practice, WHOLE)

    assert await standing(practice) == before
    assert (await imported(practice, WHOLE)).tallies["Patient"] == Tally(imported=1)


async def test_an_import_that_stops_keeps_the_patients_before_and_goes_on_later(practice: PracticeUnderTest) -> None:
    both = bundle(patient(1), document(1), patient(2), encounter(1, of=2), document(1, of=2))
    shares = Importer(practice.casegraph.database, practice.id).bring(both, "file.json")
    assert await anext(shares) == 0.5
    await shares.aclose()

    assert [each.source for each in await rows(practice, Client)] == ["http://clinic.example|A-1"]
    report = await imported(practice, both)
    assert report.tallies["Patient"] == Tally(imported=1, present=1)
    assert report.tallies["DocumentReference"] == Tally(imported=1, present=1)
    assert report.tallies["Encounter"] == Tally(imported=1)


@contextmanager
def breaking_off_at(beginning: str, practice: PracticeUnderTest) -> Iterator[None]:
    """The connection is lost before the first statement that begins like this."""
    engine = practice.casegraph.database.engine.sync_engine

    def lose(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith(beginning):
            raise ConnectionError

    event.listen(engine, "before_cursor_execute", lose)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", lose)


async def test_the_audit_log_and_the_feeds_know_of_every_row(practice: PracticeUnderTest) -> None:
    await imported(practice, WHOLE)

    audited = [(each.subject, each.actor_kind, each.operation) for each in await rows(practice, AuditEvent)]
    announced = sorted(each.subject.value for each in await rows(practice, PracticeEvent))
    assert audited.count(("client", "SYSTEM", "records.bring_record")) == 1
    assert audited.count(("note", "SYSTEM", "records.bring_record")) == 2
    assert audited.count(("contact_point", "SYSTEM", "records.bring_record")) == 3
    assert (await verify(practice.casegraph.database, practice.id, None)).faults == []
    assert announced == ["CLIENT", "ENTRY", "ENTRY", "ENTRY", "ENTRY", "NOTE", "NOTE"]


@pytest.mark.parametrize(
    ("system", "told"),
    [
        ("http://Clinic.example/ids", "clinic.example"),
        ("urn:oid:1.2.3", "another system"),
        ("http://[", "another system"),
    ],
)
async def test_the_opening_of_a_file_tells_where_it_came_from(
    practice: PracticeUnderTest, system: str, told: str
) -> None:
    await imported(practice, bundle(patient(identifier=[{"system": system, "value": "A-1"}])))
    owner = await practice.member(Role.OWNER)

    text = "{ clients { edges { node { timeline { edges { node { summary actor { kind } } } } } } } }"
    data = await practice.get(owner, text)

    line = data["clients"]["edges"][0]["node"]["timeline"]["edges"][0]["node"]
    assert line["summary"] == f"The file of Kit Moore was opened as C-000001, brought in from {told}."
    assert line["actor"] == {"kind": "SYSTEM"}


async def test_no_text_of_a_note_stands_in_the_audit_log(practice: PracticeUnderTest) -> None:
    await imported(practice, WHOLE)

    kept = json.dumps([each.values for each in await rows(practice, AuditDetail)])
    assert "All is well" not in kept
    assert "Visit 1" in kept


async def test_a_name_of_any_length_can_be_kept(practice: PracticeUnderTest) -> None:
    long = patient(identifier=[{"system": "http://x.example/" + "é" * 400, "value": "v" * 400}])

    await imported(practice, bundle(long))
    report = await imported(practice, bundle(long))

    (client,) = await rows(practice, Client)
    assert client.source.startswith("sha-256|")
    assert report.tallies["Patient"] == Tally(present=1)


async def test_another_practice_brings_in_the_same_patient_for_itself(practice: PracticeUnderTest) -> None:
    await imported(practice, WHOLE)
    other = await PracticeUnderTest.founded(practice.casegraph)

    report = await imported(other, WHOLE)

    assert report.tallies["Patient"] == Tally(imported=1)
    async with practice.casegraph.database.write(other.id) as session:
        values = {"practice": other.id, "sources": ["http://clinic.example|A-1"]}
        assert len((await session.execute(known_by_source(Client), values)).all()) == 1
        of_other = select(func.count()).select_from(Client).where(Client.practice_id == other.id)
        assert await session.scalar(of_other) == 1
