"""What another system's FHIR R4 record says."""

import base64
import copy
import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from domain import fhir
from domain.clients import Channel, ClinicalSex, NameUse, PlaceUse, Relation
from domain.fhir import Precision, SourceIdentity, encounters, times
from domain.fhir.documents import plain_of_html
from domain.names import PersonName

Json = dict[str, Any]
PATIENT_ADDRESS = "urn:uuid:6f1b8a52-0c3d-4e5f-8a9b-1c2d3e4f5a6b"
ENCOUNTER_ADDRESS = "urn:uuid:0d9c8b7a-6f5e-4d3c-9b2a-1f0e9d8c7b6a"


def encoded(text: str, charset: str = "utf-8") -> str:
    return base64.b64encode(text.encode(charset)).decode()


def patient(**changes: Any) -> Json:
    return {
        "resourceType": "Patient",
        "id": "6f1b8a52-0c3d-4e5f-8a9b-1c2d3e4f5a6b",
        "extension": [
            {"url": "http://hl7.org/fhir/us/core/StructureDefinition/us-core-birthsex", "valueCode": "F"},
        ],
        "identifier": [
            {"system": "https://records.example", "value": "rec-17"},
            {
                "type": {"coding": [{"code": "MR"}], "text": "Medical Record Number"},
                "system": "http://hospital.example",
                "value": "17",
            },
            {
                "type": {"coding": [{"code": "SS"}], "text": "Social Security Number"},
                "system": "http://a.example/ssn",
                "value": "999-00-0000",
            },
        ],
        "name": [
            {"use": "official", "family": "Núñez71", "given": ["Beatriz12", "Inés"], "prefix": ["Mrs."]},
            {"use": "maiden", "family": "Lago3", "given": ["Beatriz12"]},
        ],
        "telecom": [{"system": "phone", "value": "555-010-4477", "use": "home"}],
        "gender": "female",
        "birthDate": "1961-04-09",
        "address": [{"line": ["8 Alder Row", "Flat 2"], "city": "Salem", "state": "MA", "postalCode": "01970"}],
        "communication": [{"language": {"coding": [{"system": "urn:ietf:bcp:47", "code": "es"}], "text": "Spanish"}}],
        **changes,
    }


def encounter(**changes: Any) -> Json:
    return {
        "resourceType": "Encounter",
        "id": "0d9c8b7a-6f5e-4d3c-9b2a-1f0e9d8c7b6a",
        "identifier": [{"use": "official", "system": "https://records.example", "value": "visit-1"}],
        "status": "finished",
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"},
        "type": [{"coding": [{"code": "162673000"}], "text": "General examination of patient"}],
        "subject": {"reference": PATIENT_ADDRESS, "display": "Mrs. Beatriz12 Núñez71"},
        "participant": [{"individual": {"reference": "Practitioner?identifier=npi|1", "display": "Dr. Ana5 Roy"}}],
        "period": {"start": "2019-05-04T09:30:00+02:00", "end": "2019-05-04T09:45:00+02:00"},
        "location": [{"location": {"display": "HARBOUR CLINIC"}}],
        **changes,
    }


def document(**changes: Any) -> Json:
    return {
        "resourceType": "DocumentReference",
        "id": "1a2b3c4d-0000-4000-8000-000000000001",
        "identifier": [{"system": "urn:ietf:rfc:3986", "value": "urn:uuid:aaaaaaaa-0000-4000-8000-000000000001"}],
        "status": "superseded",
        "type": {"coding": [{"system": "http://loinc.org", "code": "34117-2", "display": "History and physical note"}]},
        "subject": {"reference": PATIENT_ADDRESS},
        "date": "2019-05-04T07:30:00.123+00:00",
        "author": [{"reference": "Practitioner?identifier=npi|1", "display": "Dr. Ana5 Roy"}],
        "custodian": {"display": "HARBOUR CLINIC"},
        "content": [
            {
                "attachment": {
                    "contentType": "text/plain; charset=utf-8",
                    "data": encoded("\n2019-05-04\n\n# Chief Complaint\nNo complaints.\n\n"),
                }
            }
        ],
        "context": {"encounter": [{"reference": ENCOUNTER_ADDRESS}], "period": {"start": "2019-05-04T07:30:00+00:00"}},
        **changes,
    }


def bundle(*resources: Any) -> Json:
    addresses = {"Patient": PATIENT_ADDRESS, "Encounter": ENCOUNTER_ADDRESS}
    entries = [
        {"fullUrl": addresses.get(str(one["resourceType"]), f"urn:uuid:{number:032x}"), "resource": one}
        if isinstance(one, dict) and "resourceType" in one
        else {"resource": one}
        for number, one in enumerate(resources)
    ]
    return {"resourceType": "Bundle", "type": "transaction", "entry": entries}


def whole(*others: Any) -> Json:
    return bundle(patient(), encounter(), document(), *others)


def only_client(**changes: Any) -> fhir.ImportedClient:
    (client,) = fhir.read(bundle(patient(**changes))).clients
    return client


def only_note(**changes: Any) -> fhir.ImportedNote:
    (note,) = fhir.read(bundle(patient(), encounter(), document(**changes))).notes
    return note


def troubles_of(*resources: Any) -> list[tuple[str, str, str, bool]]:
    return [(one.place, one.part, one.reason, one.taken) for one in fhir.read(bundle(*resources)).troubles]


def test_a_patient_becomes_a_client() -> None:
    client = only_client()
    assert client.names == (
        PersonName(NameUse.LEGAL, "Beatriz12 Inés", "Núñez71", "Mrs."),
        PersonName(NameUse.FORMER, "Beatriz12", "Lago3"),
    )
    assert (client.birth_date, client.deceased, client.gender) == (date(1961, 4, 9), False, "female")
    assert (client.clinical_sex, client.language) == (ClinicalSex.FEMALE, "es")
    assert [(one.system, one.value, one.label) for one in client.identifiers] == [
        ("https://records.example", "rec-17", None),
        ("http://hospital.example", "17", "Medical Record Number"),
        ("http://a.example/ssn", "999-00-0000", "Social Security Number"),
    ]


def test_contacts_and_addresses_come_along() -> None:
    client = only_client()
    assert [(one.channel, one.value, one.use) for one in client.contacts] == [
        (Channel.PHONE, "555-010-4477", PlaceUse.HOME)
    ]
    (address,) = client.addresses
    assert (address.lines, address.city, address.region, address.postal_code, address.country) == (
        ("8 Alder Row", "Flat 2"), "Salem", "MA", "01970", None,
    )  # fmt: skip


def test_a_text_attachment_becomes_a_note_at_its_date() -> None:
    note = only_note()
    assert note.text == "2019-05-04\n\n# Chief Complaint\nNo complaints."
    assert note.occurred_at == datetime(2019, 5, 4, 7, 30, 0, 123_000, tzinfo=UTC)
    assert (note.title, note.author, note.custodian) == ("History and physical note", "Dr. Ana5 Roy", "HARBOUR CLINIC")
    assert note.encounter == SourceIdentity("https://records.example", "visit-1")


def test_an_encounter_becomes_a_happening() -> None:
    (found,) = fhir.read(whole()).encounters
    assert found.started_at == datetime(2019, 5, 4, 7, 30, tzinfo=UTC)
    assert found.ended_at == datetime(2019, 5, 4, 7, 45, tzinfo=UTC)
    assert encounters.summary(found) == "General examination of patient with Dr. Ana5 Roy at HARBOUR CLINIC, 15 min."


def test_everything_belongs_to_the_client_of_the_bundle() -> None:
    contents = fhir.read(whole())
    source = contents.clients[0].source
    assert [contents.notes[0].client, contents.encounters[0].client] == [source, source]


def test_everything_else_is_counted() -> None:
    contents = fhir.read(whole({"resourceType": "Claim"}, {"resourceType": "Observation"}, {"resourceType": "Claim"}))
    assert (contents.counted, contents.troubles) == ({"Claim": 2, "Observation": 1}, ())


def test_the_identity_does_not_depend_on_the_order_of_identifiers() -> None:
    backwards = list(reversed(patient()["identifier"]))
    assert only_client(identifier=backwards).source == only_client().source


def test_a_number_of_the_state_names_a_record_last() -> None:
    client = only_client()
    assert client.source == SourceIdentity("http://hospital.example", "17")
    assert client.other_sources[1] == SourceIdentity("http://a.example/ssn", "999-00-0000")


def test_an_id_that_every_system_gives_out_names_nobody() -> None:
    one = fhir.read(patient(id="1", identifier=[])).clients[0]
    other = fhir.read(patient(id="1", identifier=[], birthDate="1990-01-01")).clients[0]
    assert one.source != other.source
    assert one.source == fhir.read(patient(id="1", identifier=[])).clients[0].source


@pytest.mark.parametrize(
    "reference",
    [
        PATIENT_ADDRESS,
        "Patient/6f1b8a52-0c3d-4e5f-8a9b-1c2d3e4f5a6b",
        "Patient/6f1b8a52-0c3d-4e5f-8a9b-1c2d3e4f5a6b/_history/2",
        "https://old.example/fhir/Patient/6f1b8a52-0c3d-4e5f-8a9b-1c2d3e4f5a6b",
        "Patient?identifier=https://records.example|rec-17",
        "Patient?identifier=https%3A%2F%2Frecords.example%7Crec-17",
    ],
)
def test_references_of_every_form_find_the_client(reference: str) -> None:
    contents = fhir.read(bundle(patient(), encounter(subject={"reference": reference})))
    assert contents.encounters[0].client == contents.clients[0].source


def test_a_reference_by_identifier_alone_finds_the_client() -> None:
    subject = {"identifier": {"system": "https://records.example", "value": "rec-17"}}
    contents = fhir.read(bundle(patient(), encounter(subject=subject)))
    assert contents.encounters[0].client == contents.clients[0].source


def test_a_client_who_came_in_another_document_is_named_by_their_identifier() -> None:
    subject = {"reference": "Patient?identifier=https://records.example|rec-99"}
    (found,) = fhir.read(bundle(encounter(subject=subject))).encounters
    assert found.client == SourceIdentity("https://records.example", "rec-99")


def test_an_encounter_of_nobody_is_told() -> None:
    assert troubles_of(encounter(subject={})) == [
        ("Bundle.entry[0].resource", "subject", "does not say whose it is", False)
    ]
    assert troubles_of(encounter(subject={"reference": "Patient/1"})) == [
        ("Bundle.entry[0].resource", "subject", "belongs to Patient/1, who is not here", False)
    ]


@pytest.mark.parametrize(
    ("changes", "sex"),
    [
        ({"extension": []}, ClinicalSex.UNKNOWN),
        ({"gender": "male"}, ClinicalSex.UNKNOWN),
        ({"gender": "other", "extension": []}, ClinicalSex.UNKNOWN),
        ({"extension": [{"url": "x/us-core-birthsex", "valueCode": "UNK"}]}, ClinicalSex.UNKNOWN),
    ],
)
def test_the_administrative_gender_alone_says_nothing_clinical(changes: Json, sex: ClinicalSex) -> None:
    assert only_client(**changes).clinical_sex is sex


def test_what_was_recorded_for_clinical_use_counts_first() -> None:
    value = {"coding": [{"code": "male-typical"}]}
    parameter = {
        "url": "http://hl7.org/fhir/StructureDefinition/patient-sexParameterForClinicalUse",
        "extension": [{"url": "value", "valueCodeableConcept": value}],
    }
    assert only_client(extension=[parameter]).clinical_sex is ClinicalSex.MALE


def test_a_birth_date_known_by_its_year_is_left_out_and_told() -> None:
    assert only_client(birthDate="1961").birth_date is None
    assert troubles_of(patient(birthDate="1961")) == [
        ("Bundle.entry[0].resource", "birthDate", "is known by its year only: 1961", True)
    ]


def test_a_death_is_known_with_or_without_its_day() -> None:
    dead = only_client(deceasedDateTime="2020-12-31T23:30:00-05:00")
    assert (dead.deceased, dead.deceased_on) == (True, date(2020, 12, 31))
    assert (only_client(deceasedBoolean=True).deceased, only_client(deceasedBoolean=False).deceased) == (True, False)


def test_somebody_without_a_name_is_told() -> None:
    assert troubles_of(patient(name=[{"use": "official"}])) == [
        ("Bundle.entry[0].resource", "name", "has no name", False)
    ]


def test_somebody_with_former_names_only_goes_by_the_first_of_them() -> None:
    assert only_client(name=[{"use": "old", "family": "Lago"}]).names == (PersonName(NameUse.USED, None, "Lago"),)


def test_people_around_the_client_come_along() -> None:
    contact = {
        "relationship": [{"coding": [{"code": "MTH", "display": "mother"}]}],
        "name": {"family": "Lago", "given": ["Pilar"]},
        "telecom": [{"system": "email", "value": "pilar@example.org"}],
    }
    relative = {
        "resourceType": "RelatedPerson",
        "patient": {"reference": PATIENT_ADDRESS},
        "relationship": [{"text": "Neighbour"}],
        "name": [{"text": "Mr. Oak"}],
    }
    (client,) = fhir.read(bundle(patient(contact=[contact]), relative)).clients
    assert [(one.relation, one.label, one.name and one.name.family) for one in client.related] == [
        (Relation.PARENT, "mother", "Lago"),
        (Relation.OTHER, "Neighbour", "Mr. Oak"),
    ]
    assert client.related[0].contacts[0].channel is Channel.EMAIL


def with_attachment(**attachment: Any) -> Json:
    return document(content=[{"attachment": attachment}])


@pytest.mark.parametrize(
    ("attachment", "text"),
    [
        ({"data": encoded("Ärger")}, "Ärger"),
        ({"contentType": "text/plain", "data": encoded("Ärger", "cp1252")}, "Ärger"),
        ({"contentType": "text/plain;charset=ISO-8859-15", "data": encoded("5 €", "iso-8859-15")}, "5 €"),
        ({"contentType": 'text/plain; charset="utf-16"', "data": encoded("hello", "utf-16")}, "hello"),
        ({"contentType": "text/markdown", "data": encoded("\ufeff# Hi", "utf-8")}, "# Hi"),
        (
            {"contentType": "text/html", "data": encoded("<p>One &amp; two</p><script>x</script><p>3</p>")},
            "One & two\n3",
        ),
        ({"contentType": "text/plain", "data": encoded("NUL\x00 and\r\nmore")}, "NUL and\nmore"),
    ],
)
def test_texts_are_read_in_their_charset(attachment: Json, text: str) -> None:
    (note,) = fhir.read(bundle(patient(), with_attachment(**attachment))).notes
    assert note.text == text


@pytest.mark.parametrize(
    ("attachment", "reason"),
    [
        ({"contentType": "application/pdf", "data": encoded("%PDF")}, "is no text: application/pdf"),
        ({"contentType": "text/plain", "url": "https://old.example/Binary/1"}, "is kept elsewhere"),
        ({"contentType": "text/plain"}, "has no data"),
        ({"contentType": "text/plain", "data": "not base64!"}, "is not written in base64"),
        ({"contentType": "text/plain; charset=utf-8", "data": encoded("Ä", "cp1252")}, "is not written in utf-8"),
        ({"contentType": "text/plain; charset=klingon", "data": encoded("x")}, "is not written in klingon"),
    ],
)
def test_an_attachment_that_cannot_be_read_is_told(attachment: Json, reason: str) -> None:
    place = "Bundle.entry[1].resource"
    assert troubles_of(patient(), with_attachment(**attachment)) == [
        (place, "content[0].attachment", reason, True),
        (place, "content", "has no text that can be read", False),
    ]


def test_several_attachments_make_one_note_and_twins_count_once() -> None:
    pieces = [{"attachment": {"contentType": "text/plain", "data": encoded(text)}} for text in ("one", "two", "one")]
    assert only_note(content=pieces).text == "one\n\n---\n\ntwo"


def test_a_document_without_a_date_takes_that_of_its_encounter() -> None:
    note = only_note(date=None, context={"encounter": [{"reference": ENCOUNTER_ADDRESS}]})
    assert note.occurred_at == datetime(2019, 5, 4, 7, 30, tzinfo=UTC)


def test_a_document_without_any_date_is_told() -> None:
    assert troubles_of(patient(), document(date="soon", context={})) == [
        ("Bundle.entry[1].resource", "", "has no date", False)
    ]


def test_what_was_entered_in_error_is_not_brought_in_and_told() -> None:
    place = "Bundle.entry[1].resource"
    assert troubles_of(patient(), encounter(status="entered-in-error")) == [(place, "", "was entered in error", False)]


@pytest.mark.parametrize(
    ("written", "moment", "precision"),
    [
        ("2019", datetime(2019, 1, 1, tzinfo=UTC), Precision.YEAR),
        ("2019-05", datetime(2019, 5, 1, tzinfo=UTC), Precision.MONTH),
        ("2019-05-04", datetime(2019, 5, 4, tzinfo=UTC), Precision.DAY),
        ("2019-05-04T23:30:00-02:00", datetime(2019, 5, 5, 1, 30, tzinfo=UTC), Precision.MOMENT),
        ("2016-12-31T23:59:60Z", datetime(2016, 12, 31, 23, 59, 59, tzinfo=UTC), Precision.MOMENT),
        ("2019-05-04T10:00:00.123456789Z", datetime(2019, 5, 4, 10, 0, 0, 123456, tzinfo=UTC), Precision.MOMENT),
    ],
)
def test_times_may_be_known_in_part(written: str, moment: datetime, precision: Precision) -> None:
    assert times.read(written) == (moment, precision)


@pytest.mark.parametrize(
    "written", ["", "soon", "2019-13", "2019-02-30", "0000", "2019-05-04T25:00Z", 2019, None, "٢٠١٩"]
)
def test_what_is_no_time_is_none(written: object) -> None:
    assert times.read(written) is None


@given(some.text())
def test_any_text_is_a_time_or_none(written: str) -> None:
    times.read(written)
    times.read_day(written)


def test_html_becomes_its_words() -> None:
    assert plain_of_html("<h1>A</h1>5 &lt; 6<br/>b<!-- hidden -->c<style>x{}</style>") == "A\n5 < 6\nbc"


def test_a_single_resource_is_read_too() -> None:
    assert len(fhir.read(patient()).clients) == 1


@pytest.mark.parametrize("document", [None, 5, [], {}, {"resourceType": 7}, "Bundle"])
def test_what_is_no_resource_is_told(document: object) -> None:
    (trouble,) = fhir.read(document).troubles
    assert (trouble.place, trouble.reason) == ("document", "is no FHIR resource")


def test_a_bundle_without_entries_is_empty() -> None:
    assert fhir.read({"resourceType": "Bundle", "type": "searchset"}) == fhir.Contents((), (), (), {}, ())


def test_bundles_within_bundles_are_read() -> None:
    contents = fhir.read(bundle(whole(), {"resourceType": "Claim"}))
    assert (len(contents.clients), len(contents.notes), contents.counted) == (1, 1, {"Claim": 1})


def test_reading_again_says_the_same() -> None:
    assert fhir.read(json.loads(json.dumps(whole()))) == fhir.read(whole())


ANYTHING = some.recursive(
    some.none() | some.booleans() | some.integers() | some.text(max_size=8),
    lambda children: (
        some.lists(children, max_size=3)
        | some.dictionaries(
            some.sampled_from(["reference", "value", "system", "text", "coding", "start", "resourceType"]), children
        )
    ),
    max_leaves=6,
)


@given(some.data())
def test_whatever_stands_there_every_resource_is_brought_in_counted_or_told(data: some.DataObject) -> None:
    resources = [patient(), encounter(), document(), {"resourceType": "Claim"}]
    broken = copy.deepcopy(data.draw(some.lists(some.sampled_from(resources), max_size=5)))
    for resource in broken:
        for _ in range(data.draw(some.integers(0, 3))):
            break_somewhere(resource, data)
    contents = fhir.read(bundle(*broken, data.draw(ANYTHING.filter(is_no_bundle))))
    accounted = len(contents.clients) + len(contents.notes) + len(contents.encounters)
    assert accounted + sum(contents.counted.values()) + contents.refused == len(broken) + 1


def is_no_bundle(value: object) -> bool:
    return not (isinstance(value, dict) and value.get("resourceType") == "Bundle")


def break_somewhere(value: Any, data: some.DataObject) -> None:
    """Put anything in the place of something, somewhere within the resource, but leave its type."""
    keys = [key for key in value if key != "resourceType"] if isinstance(value, dict) else list(range(len(value)))
    if not keys:
        return
    key = data.draw(some.sampled_from(keys))
    if isinstance(value[key], dict | list) and value[key] and data.draw(some.booleans()):
        break_somewhere(value[key], data)
    else:
        value[key] = data.draw(ANYTHING)
