"""Opening a client's file."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.identity import Kind
from domain.people import Role
from domain.settings import Settings
from tests.clients import (
    CREATE,
    audited,
    found_by,
    named,
    opened,
    other_id,
    payload_of,
    problems_of,
    read_again,
    settle,
    timeline,
    writes,
)
from tests.makers import PracticeUnderTest

EVERYTHING: dict[str, Any] = {
    "names": [
        {"use": "LEGAL", "given": "Katherine", "family": "Moore"},
        {"use": "USED", "given": " Kit "},
        {"use": "FORMER", "given": "Katherine", "family": "Ångström"},
    ],
    "status": "PROSPECT",
    "pronouns": "they/them",
    "birthDate": "1990-05-04",
    "language": "PT-br",
    "timeZone": "America/Toronto",
    "privacyConsent": True,
    "emailMarketingConsent": False,
    "contactPoints": [
        {
            "channel": "PHONE", "use": "WORK", "value": "+1 (416) 555-0123", "label": "mobile", "preferred": True,
            "permissions": {"call": True, "text": False},
        },
        {"channel": "EMAIL", "value": "Kit@Example.ORG", "permissions": {"email": False}, "preferred": True},
        {"channel": "OTHER", "value": "kit on the pager"},
    ],
    "addresses": [
        {
            "lines": ["12 Elm Street", " ", "Flat 3"], "locality": "Toronto", "region": "ON", "postalCode": "M4B 1B3",
            "country": "CA", "accessNotes": "Bell is broken,\nknock.",
        }
    ],
    "relatedPeople": [
        {
            "relation": "PARTNER", "name": "Sam Moore", "phone": "+14165550124", "email": "sam@example.org",
            "emergencyContact": True, "birthDate": "1989-01-01",
        }
    ],
    "identifiers": [{"system": "OHIP", "value": "1234-567-890", "label": "health card"}],
    "safetyFlags": [{"severity": "DANGER", "text": "Loose dog", "fromDate": "2026-01-01"}],
}  # fmt: skip


async def test_a_file_holds_everything_it_was_opened_with(practice: PracticeUnderTest) -> None:
    owner = await practice.member(Role.OWNER)

    client = await opened(practice, owner, **EVERYTHING)

    assert await read_again(practice, owner, client) == client
    told = {name: client[name] for name in client if name not in ("id", "consequences")}
    for part in ("contactPoints", "addresses", "relatedPeople", "identifiers", "safetyFlags"):
        assert all(item.pop("id") for item in told[part])
    assert told == {
        "fileNumber": "C-000001", "status": "PROSPECT", "displayName": "Kit Moore", "legalName": "Katherine Moore",
        "names": [
            {"use": "LEGAL", "given": "Katherine", "family": "Moore"},
            {"use": "USED", "given": "Kit", "family": None},
            {"use": "FORMER", "given": "Katherine", "family": "Ångström"},
        ],
        "pronouns": "they/them", "birthDate": "1990-05-04", "deceasedOn": None, "language": "pt-BR",
        "timeZone": "America/Toronto", "privacyConsent": True, "emailMarketingConsent": False,
        "textMarketingConsent": None, "version": 1, "archivedAt": None,
        "contactPoints": [
            {
                "channel": "PHONE", "use": "WORK", "value": "+14165550123", "label": "mobile", "preferred": True,
                "permissions": {"email": None, "call": True, "text": False, "voicemail": None},
            },
            {
                "channel": "EMAIL", "use": "HOME", "value": "Kit@example.org", "label": None, "preferred": True,
                "permissions": {"email": False, "call": None, "text": None, "voicemail": None},
            },
            {
                "channel": "OTHER", "use": "HOME", "value": "kit on the pager", "label": None, "preferred": False,
                "permissions": {"email": None, "call": None, "text": None, "voicemail": None},
            },
        ],
        "addresses": [
            {
                "use": "HOME", "lines": ["12 Elm Street", "Flat 3"], "locality": "Toronto", "region": "ON",
                "postalCode": "M4B 1B3", "country": "CA", "accessNotes": "Bell is broken,\nknock.",
            }
        ],
        "relatedPeople": [
            {
                "relation": "PARTNER", "name": "Sam Moore", "pronouns": None, "phone": "+14165550124",
                "email": "sam@example.org", "birthDate": "1989-01-01", "deceasedOn": None, "emergencyContact": True,
                "remark": None,
            }
        ],
        "identifiers": [{"system": "OHIP", "value": "1234-567-890", "label": "health card"}],
        "safetyFlags": [{"severity": "DANGER", "text": "Loose dog", "fromDate": "2026-01-01", "toDate": None}],
    }  # fmt: skip


async def test_a_client_is_found_by_all_that_names_them(practice: PracticeUnderTest) -> None:
    owner = await practice.member(Role.OWNER)
    client = await opened(practice, owner, **EVERYTHING)
    await opened(practice, owner, names=named("Somebody", "Else"))

    for text in (
        "kit",
        "KATH moo",
        "angstr",
        "C-000001",
        "1",
        "416 555",
        "5550123",
        "kit@exam",
        "1234567890",
        "567",
        "pager",
    ):
        assert client["id"] in await found_by(practice, owner, text), text


async def test_opening_a_file_is_told_in_the_timeline_and_audited(practice: PracticeUnderTest) -> None:
    owner = await practice.member(Role.OWNER)

    client = await opened(practice, owner, identifiers=[{"system": "OHIP", "value": "1"}])

    assert await timeline(practice, client) == [("CLIENT_CREATED", {"name": "Ana Silva", "fileNumber": "C-000001"})]
    facts = await audited(practice, client)
    assert [(action, subject) for action, subject, _ in facts] == [("CREATED", "client"), ("CREATED", "identifier")]
    assert {"display_name", "names", "file_number", "status"} <= facts[0][2]


async def test_a_client_is_active_unless_said_otherwise(practice: PracticeUnderTest) -> None:
    client = await opened(practice, await practice.member())

    assert client["status"] == "ACTIVE"
    assert client["consequences"] == {"portal": True, "automatedMessages": True, "newWork": True}


async def test_nothing_goes_out_to_a_prospect_or_somebody_who_died(practice: PracticeUnderTest) -> None:
    owner = await practice.member()
    prospect = await opened(practice, owner, status="PROSPECT")
    died = await opened(practice, owner, birthDate="1930-01-01", deceasedOn="2026-01-02")

    assert prospect["consequences"] == {"portal": True, "automatedMessages": False, "newWork": True}
    assert died["consequences"] == {"portal": False, "automatedMessages": False, "newWork": False}


async def test_families_share_e_mail_and_telephone(practice: PracticeUnderTest) -> None:
    owner = await practice.member()
    points = [{"channel": "EMAIL", "value": "silva@example.org"}, {"channel": "PHONE", "value": "+49301234567"}]

    for given in ("Ana", "Rita"):
        answer = await practice.ask(
            owner, CREATE, input={"names": named(given), "contactPoints": points, "allowDuplicate": False}
        )
        assert problems_of(answer) == []


async def test_the_practice_chooses_what_stands_before_the_number(practice: PracticeUnderTest) -> None:
    owner = await practice.member()
    await opened(practice, owner)
    await settle(practice, Settings(file_number_prefix="2026/"))

    assert (await opened(practice, owner))["fileNumber"] == "2026/000002"


async def test_who_opens_a_file_as_a_practitioner_is_on_its_care_team(practice: PracticeUnderTest) -> None:
    midwife, colleague = await practice.member(Role.PRACTITIONER), await practice.member(Role.PRACTITIONER)

    client = await opened(practice, midwife)

    assert await read_again(practice, midwife, client) == client
    assert await read_again(practice, colleague, client) is None
    assert ("CREATED", "client_grant") in [fact[:2] for fact in await audited(practice, client)]


@pytest.mark.parametrize("role", [Role.OWNER, Role.ADMIN, Role.ASSISTANT])
async def test_who_reaches_every_client_gets_no_place_on_the_team(practice: PracticeUnderTest, role: Role) -> None:
    client = await opened(practice, await practice.member(role))

    assert "client_grant" not in {subject for _, subject, _ in await audited(practice, client)}


@pytest.mark.parametrize("role", [Role.BILLING, Role.READ_ONLY])
async def test_others_open_no_file(practice: PracticeUnderTest, role: Role) -> None:
    member, before = await practice.member(role), await writes(practice)

    answer = await practice.ask(member, CREATE, input={"names": named()})

    assert (answer.data, answer.codes) == ({"clientCreate": None}, ["FORBIDDEN"])
    assert await writes(practice) == before


CLINICAL = [{"clinicalSex": "FEMALE"}, {"gender": "woman"}]


@pytest.mark.parametrize("role", [Role.ADMIN, Role.ASSISTANT])
@pytest.mark.parametrize("given", CLINICAL)
async def test_clinical_values_are_written_only_by_who_may_write_them(
    practice: PracticeUnderTest, role: Role, given: dict[str, str]
) -> None:
    member, before = await practice.member(role), await writes(practice)

    answer = await practice.ask(member, CREATE, input={"names": named(), **given})

    assert (answer.data, answer.codes) == ({"clientCreate": None}, ["FORBIDDEN"])
    assert await writes(practice) == before


@pytest.mark.parametrize("role", [Role.OWNER, Role.PRACTITIONER])
async def test_who_may_write_them_gives_clinical_values(practice: PracticeUnderTest, role: Role) -> None:
    member = await practice.member(role)
    client = await opened(practice, member, clinicalSex="SPECIFIED", gender="non-binary")

    data = await practice.get(member, "query ($id: ID!) { client(id: $id) { gender clinicalSex } }", id=client["id"])

    assert data["client"] == {"gender": "non-binary", "clinicalSex": "SPECIFIED"}


async def test_a_form_may_send_clinical_values_as_null(practice: PracticeUnderTest) -> None:
    assistant = await practice.member(Role.ASSISTANT)

    assert (await opened(practice, assistant, clinicalSex=None, gender=None))["version"] == 1


TOMORROW = (datetime.now(UTC) + timedelta(days=1)).date().isoformat()
REFUSED: list[tuple[dict[str, Any], list[list[str]]]] = [
    ({"names": []}, [["input", "names"]]),
    ({"names": named(" ", "​")}, [["input", "names"]]),
    ({"names": named("x" * 201)}, [["input", "names", "0", "given"]]),
    ({"names": named("a\x00b")}, [["input", "names", "0", "given"]]),
    ({"names": named("a\ud800b")}, [["input", "names", "0", "given"]]),
    ({"names": named() * 21}, [["input", "names"]]),
    ({"status": "ARCHIVED"}, [["input", "status"]]),
    ({"birthDate": TOMORROW}, [["input", "birthDate"]]),
    ({"birthDate": "1890-01-01"}, [["input", "birthDate"]]),
    ({"birthDate": "2000-01-02", "deceasedOn": "2000-01-01"}, [["input", "deceasedOn"]]),
    ({"language": "klingon tongue", "timeZone": "Mars/Olympus"}, [["input", "language"], ["input", "timeZone"]]),
    ({"contactPoints": [{"channel": "EMAIL", "value": "not an address"}]}, [["input", "contactPoints", "0", "value"]]),
    ({"contactPoints": [{"channel": "PHONE", "value": "030 1234567"}]}, [["input", "contactPoints", "0", "value"]]),
    (
        {"contactPoints": [{"channel": "EMAIL", "value": "a@x.org", "permissions": {"text": False}}]},
        [["input", "contactPoints", "0", "permissions", "text"]],
    ),
    (
        {"contactPoints": [{"channel": "EMAIL", "value": f"{n}@x.org", "preferred": True} for n in "ab"]},
        [["input", "contactPoints", "1", "preferred"]],
    ),
    (
        {"contactPoints": [{"id": other_id(Kind.CONTACT_POINT), "channel": "EMAIL", "value": "a@x.org"}]},
        [["input", "contactPoints", "0", "id"]],
    ),
    ({"addresses": [{"lines": [" "], "accessNotes": "Knock"}]}, [["input", "addresses", "0", "lines"]]),
    ({"addresses": [{"lines": ["x"]}] * 101}, [["input", "addresses"]]),
    (
        {"relatedPeople": [{"relation": "CHILD", "name": "", "phone": "1", "birthDate": TOMORROW}]},
        [["input", "relatedPeople", "0", at] for at in ("birthDate", "name", "phone")],
    ),
    ({"identifiers": [{"system": "", "value": "1"}]}, [["input", "identifiers", "0", "system"]]),
    (
        {"safetyFlags": [{"severity": "DANGER", "text": "Dog", "fromDate": "2026-02-02", "toDate": "2026-02-01"}]},
        [["input", "safetyFlags", "0", "toDate"]],
    ),
]


@pytest.mark.parametrize(("given", "paths"), REFUSED)
async def test_what_is_wrong_is_named_at_its_place_and_nothing_is_written(
    practice: PracticeUnderTest, given: dict[str, Any], paths: list[list[str]]
) -> None:
    owner, before = await practice.member(), await writes(practice)

    answer = await practice.ask(owner, CREATE, input={"names": named(), **given})

    payload = payload_of(answer)
    assert [problem["path"] for problem in payload["problems"]] == paths
    assert {problem["code"] for problem in payload["problems"]} <= {"INVALID", "NOT_FOUND"}
    assert (payload["client"], payload["possibleDuplicates"]) == (None, [])
    assert await writes(practice) == before
    assert (await opened(practice, owner))["fileNumber"] == "C-000001"


async def test_a_day_is_a_day_of_the_practice(practice: PracticeUnderTest) -> None:
    owner = await practice.member()
    await settle(practice, Settings(time_zone="Pacific/Kiritimati"))
    there = (datetime.now(UTC) + timedelta(hours=14)).date()

    assert (await opened(practice, owner, birthDate=there.isoformat()))["birthDate"] == there.isoformat()


async def test_every_part_is_a_node(practice: PracticeUnderTest) -> None:
    owner, midwife = await practice.member(), await practice.member(Role.PRACTITIONER)
    stranger = await (await PracticeUnderTest.founded(practice.casegraph)).member()
    client = await opened(practice, owner, **EVERYTHING)
    parts = [
        client[name][0]["id"] for name in ("contactPoints", "addresses", "relatedPeople", "identifiers", "safetyFlags")
    ]
    asked = ", ".join(f'"{part}"' for part in parts)

    for member, seen in ((owner, parts), (midwife, [None] * 5), (stranger, [None] * 5)):
        nodes = (await practice.get(member, f"{{ nodes(ids: [{asked}]) {{ id }} }}"))["nodes"]
        assert [node and node["id"] for node in nodes] == seen
