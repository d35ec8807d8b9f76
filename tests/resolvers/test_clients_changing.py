"""Changing a client's profile."""

import asyncio
from typing import Any

import pytest

from domain.identity import Kind
from domain.people import Level, Role
from schema.documents import BadDocument
from tests.clients import (
    UPDATE,
    audited,
    changed,
    found_by,
    grant,
    named,
    opened,
    other_id,
    payload_of,
    problems_of,
    read_again,
    timeline,
    words,
    writes,
)
from tests.makers import PracticeUnderTest

FULL: dict[str, Any] = {
    "pronouns": "she/her", "birthDate": "1990-05-04", "language": "de", "timeZone": "Europe/Berlin",
    "privacyConsent": True, "emailMarketingConsent": True, "textMarketingConsent": False,
    "contactPoints": [
        {"channel": "EMAIL", "value": "ana@example.org", "permissions": {"email": True}},
        {"channel": "PHONE", "value": "+49301234567"},
    ],
    "addresses": [{"lines": ["Elm Street 12"]}],
    "relatedPeople": [{"relation": "PARTNER", "name": "Sam"}],
    "identifiers": [{"system": "OHIP", "value": "943476"}, {"system": "Clinic", "value": "X-77"}],
    "safetyFlags": [{"severity": "CAUTION", "text": "Stairs"}],
}  # fmt: skip


async def test_what_is_left_out_stays_and_null_clears(practice: PracticeUnderTest) -> None:
    owner = await practice.member()
    client = await opened(practice, owner, **FULL)

    after = await changed(practice, owner, client, pronouns=None, privacyConsent=None, timeZone=None)

    assert after == {**client, "pronouns": None, "privacyConsent": None, "timeZone": None, "version": 2}


async def test_an_empty_text_clears_too(practice: PracticeUnderTest) -> None:
    owner = await practice.member()
    client = await opened(practice, owner, **FULL)

    after = await changed(practice, owner, client, pronouns="", language=" ")

    assert (after["pronouns"], after["language"]) == (None, None)


async def test_a_list_keeps_what_has_an_id_adds_what_has_none_and_removes_what_is_missing(
    practice: PracticeUnderTest,
) -> None:
    owner = await practice.member()
    client = await opened(practice, owner, **FULL)
    email, phone = client["contactPoints"]
    first, second = client["identifiers"]

    after = await changed(
        practice, owner, client,
        contactPoints=[
            {"channel": "OTHER", "value": "pager 12"},
            {"id": phone["id"], "channel": "PHONE", "value": "+49 30 7654321", "permissions": {"call": False}},
        ],
        identifiers=[
            {"id": second["id"], "system": "Clinic", "value": "X-77"},
            {"id": first["id"], "system": "OHIP", "value": "943476"},
        ],
        safetyFlags=[],
    )  # fmt: skip

    assert [point["value"] for point in after["contactPoints"]] == ["pager 12", "+49307654321"]
    assert after["contactPoints"][1]["id"] == phone["id"]
    assert after["contactPoints"][1]["permissions"]["call"] is False
    assert after["contactPoints"][0]["id"] not in (email["id"], phone["id"])
    assert after["identifiers"] == [second, first]
    assert after["safetyFlags"] == []
    assert (after["addresses"], after["relatedPeople"]) == (client["addresses"], client["relatedPeople"])


async def test_every_kind_of_part_can_be_replaced(practice: PracticeUnderTest) -> None:
    owner = await practice.member()
    client = await opened(practice, owner, **FULL)
    before = {name: [part["id"] for part in client[name]] for name in FULL if isinstance(FULL[name], list)}

    after = await changed(practice, owner, client, **{name: FULL[name] for name in before})

    for name, ids in before.items():
        assert len(after[name]) == len(ids)
        assert not {part["id"] for part in after[name]} & set(ids)


async def test_a_removed_part_stays_in_the_audit_log(practice: PracticeUnderTest) -> None:
    owner = await practice.member()
    client = await opened(practice, owner, **FULL)

    await changed(practice, owner, client, addresses=[], pronouns="they/them")

    assert (await audited(practice, client))[-2:] == [
        ("REMOVED", "address", {"client_id", "position", "use", "lines"}),
        ("CHANGED", "client", {"pronouns"}),
    ]


async def test_a_part_of_another_client_is_not_found(practice: PracticeUnderTest) -> None:
    owner = await practice.member()
    client = await opened(practice, owner, **FULL)
    other = await opened(practice, owner, **FULL)
    before = await writes(practice)
    foreign = [{"id": other["identifiers"][0]["id"], "system": "OHIP", "value": "1"}]
    made_up = [{"id": other_id(Kind.ADDRESS), "lines": ["x"]}]
    wrong_kind = [{"id": client["addresses"][0]["id"], "severity": "DANGER", "text": "x"}]

    answer = await practice.ask(
        owner, UPDATE,
        input={
            "id": client["id"], "expectedVersion": 1,
            "identifiers": foreign, "addresses": made_up, "safetyFlags": wrong_kind,
        },
    )  # fmt: skip

    assert problems_of(answer) == [
        ("NOT_FOUND", ["input", "addresses", "0", "id"]),
        ("NOT_FOUND", ["input", "identifiers", "0", "id"]),
        ("NOT_FOUND", ["input", "safetyFlags", "0", "id"]),
    ]
    assert await writes(practice) == before
    assert await read_again(practice, owner, other) == other


async def test_a_part_is_not_given_twice(practice: PracticeUnderTest) -> None:
    owner = await practice.member()
    client = await opened(practice, owner, **FULL)
    same = {"id": client["identifiers"][0]["id"], "system": "OHIP", "value": "1"}

    answer = await practice.ask(
        owner, UPDATE, input={"id": client["id"], "expectedVersion": 1, "identifiers": [same, same]}
    )

    assert problems_of(answer) == [("INVALID", ["input", "identifiers", "1", "id"])]
    assert await read_again(practice, owner, client) == client


async def test_a_stale_version_changes_nothing_and_gives_the_current_client(practice: PracticeUnderTest) -> None:
    owner = await practice.member()
    client = await opened(practice, owner)
    await changed(practice, owner, client, names=named("Rita"))
    before = await writes(practice)

    payload = payload_of(
        await practice.ask(owner, UPDATE, input={"id": client["id"], "expectedVersion": 1, "names": named("Zoe")})
    )

    assert payload == {
        "client": None,
        "current": {"id": client["id"], "version": 2, "displayName": "Rita Silva"},
        "problems": [
            {
                "code": "CONFLICT",
                "message": "It was changed meanwhile: it now stands at version 2.",
                "path": ["input", "expectedVersion"],
            }
        ],
    }
    assert await writes(practice) == before


async def test_of_ten_who_change_the_same_version_at_once_one_does(practice: PracticeUnderTest) -> None:
    owner = await practice.member()
    client = await opened(practice, owner)

    answers = await asyncio.gather(
        *(
            practice.ask(
                owner, UPDATE,
                input={
                    "id": client["id"], "expectedVersion": 1,
                    "identifiers": [{"system": "Clinic", "value": f"X{number}"}],
                },
            )
            for number in range(10)
        )
    )  # fmt: skip

    codes = [[code for code, _ in problems_of(answer)] for answer in answers]
    assert sorted(codes) == [[], *[["CONFLICT"]] * 9]
    after = await read_again(practice, owner, client)
    assert (after["version"], len(after["identifiers"])) == (2, 1)


async def test_saving_what_stands_already_writes_nothing(practice: PracticeUnderTest) -> None:
    owner = await practice.member()
    client = await opened(practice, owner, **FULL)
    before = await writes(practice)
    same = {name: client[name] for name in FULL}

    after = await changed(practice, owner, client, **same, names=client["names"], status="ACTIVE")

    assert after == client
    assert await writes(practice) == before


async def test_a_change_of_status_is_told_in_the_timeline(practice: PracticeUnderTest) -> None:
    owner = await practice.member()
    client = await opened(practice, owner)

    after = await changed(practice, owner, client, status="INACTIVE", statusReason=" Moved on ")

    assert after["status"] == "INACTIVE"
    assert after["consequences"] == {"portal": True, "automatedMessages": False, "newWork": True}
    assert (await timeline(practice, client))[1:] == [
        ("CLIENT_STATUS_CHANGED", {"from": "ACTIVE", "to": "INACTIVE", "reason": "Moved on"})
    ]


@pytest.mark.parametrize("target", ["PROSPECT", "ARCHIVED"])
async def test_a_status_that_the_rules_do_not_allow_is_refused(practice: PracticeUnderTest, target: str) -> None:
    owner = await practice.member()
    client = await opened(practice, owner)

    answer = await practice.ask(owner, UPDATE, input={"id": client["id"], "expectedVersion": 1, "status": target})

    assert problems_of(answer) == [("NOT_ALLOWED_NOW", ["input", "status"])]
    assert await read_again(practice, owner, client) == client


async def test_the_shown_name_and_the_words_follow_the_names(practice: PracticeUnderTest) -> None:
    owner = await practice.member()
    client = await opened(practice, owner, names=named("Katherine", "Moore"), identifiers=FULL["identifiers"])
    used = [*named("Katherine", "Łukasz"), {"use": "USED", "given": "Kit"}]

    after = await changed(practice, owner, client, names=used)

    assert (after["displayName"], after["legalName"]) == ("Kit Łukasz", "Katherine Łukasz")
    assert [await found_by(practice, owner, text) for text in ("moore", "lukasz kit", "943476", "C-000001")] == [
        set(), {client["id"]}, {client["id"]}, {client["id"]}
    ]  # fmt: skip


async def test_the_words_follow_contact_points_and_identifiers(practice: PracticeUnderTest) -> None:
    owner = await practice.member()
    client = await opened(practice, owner, **FULL)

    await changed(practice, owner, client, contactPoints=[{"channel": "EMAIL", "value": "rita@example.org"}])

    assert [await found_by(practice, owner, text) for text in ("ana@ex", "030 1234567", "rita@", "X-77")] == [
        set(), set(), {client["id"]}, {client["id"]}
    ]  # fmt: skip
    again = await read_again(practice, owner, client)
    await changed(practice, owner, again, contactPoints=[], identifiers=[], names=named("Bo", None))
    assert await words(practice, client) == len({"bo", "c", "000001", "1", "c000001"})


@pytest.mark.parametrize(
    ("given", "paths"),
    [
        ({"names": []}, [["input", "names"]]),
        ({"birthDate": "1890-01-01", "language": "?"}, [["input", "language"], ["input", "birthDate"]]),
        ({"deceasedOn": "1980-01-01"}, [["input", "deceasedOn"]]),
        ({"contactPoints": [{"channel": "PHONE", "value": "1"}]}, [["input", "contactPoints", "0", "value"]]),
        ({"statusReason": "a\x00"}, [["input", "statusReason"]]),
    ],
)
async def test_what_is_wrong_is_named_at_its_place_and_nothing_is_changed(
    practice: PracticeUnderTest, given: dict[str, Any], paths: list[list[str]]
) -> None:
    owner = await practice.member()
    client = await opened(practice, owner, **FULL)
    before = await writes(practice)

    answer = await practice.ask(owner, UPDATE, input={"id": client["id"], "expectedVersion": 1, **given})

    assert problems_of(answer) == [("INVALID", path) for path in paths]
    assert await writes(practice) == before
    assert await read_again(practice, owner, client) == client


async def test_the_version_must_be_given(practice: PracticeUnderTest) -> None:
    owner = await practice.member()
    client = await opened(practice, owner)

    with pytest.raises(BadDocument):
        await practice.ask(owner, UPDATE, input={"id": client["id"], "pronouns": "x"})

    assert await read_again(practice, owner, client) == client


CLINICAL_FIELDS = "query ($id: ID!) { client(id: $id) { gender clinicalSex } }"


@pytest.mark.parametrize("given", [{"gender": "man"}, {"clinicalSex": "MALE"}, {"gender": None}])
async def test_clinical_values_are_changed_only_by_who_may_write_them(
    practice: PracticeUnderTest, given: dict[str, Any]
) -> None:
    owner, admin, assistant = [await practice.member(role) for role in (Role.OWNER, Role.ADMIN, Role.ASSISTANT)]
    client = await opened(practice, owner, gender="woman", clinicalSex="FEMALE")
    change = {"id": client["id"], "expectedVersion": 1, "pronouns": "x", **given}
    before = await writes(practice)

    for member in (admin, assistant):
        answer = await practice.ask(member, UPDATE, input=change)
        assert (answer.data, answer.codes) == ({"clientUpdate": None}, ["FORBIDDEN"])

    assert await writes(practice) == before
    kept = await practice.get(owner, CLINICAL_FIELDS, id=client["id"])
    assert kept["client"] == {"gender": "woman", "clinicalSex": "FEMALE"}


async def test_an_administrator_with_a_grant_changes_clinical_values(practice: PracticeUnderTest) -> None:
    owner, admin = await practice.member(), await practice.member(Role.ADMIN)
    client = await opened(practice, owner)
    await grant(practice, client, admin, Level.EDIT)

    await changed(practice, admin, client, clinicalSex="UNKNOWN")

    kept = await practice.get(admin, CLINICAL_FIELDS, id=client["id"])
    assert kept["client"] == {"gender": None, "clinicalSex": "UNKNOWN"}


async def test_who_may_not_change_a_client_changes_nothing(practice: PracticeUnderTest) -> None:
    owner, onlooker = await practice.member(), await practice.member(Role.PRACTITIONER)
    billing, reader = await practice.member(Role.BILLING), await practice.member(Role.READ_ONLY)
    stranger = await practice.member(Role.PRACTITIONER)
    foreigner = await (await PracticeUnderTest.founded(practice.casegraph)).member()
    client = await opened(practice, owner, **FULL)
    for member in (onlooker, reader):
        await grant(practice, client, member, Level.VIEW)
    before = await writes(practice)
    change = {"id": client["id"], "expectedVersion": 7, "pronouns": "x"}

    for member in (onlooker, reader, billing):
        answer = await practice.ask(member, UPDATE, input=change)
        assert (answer.data, answer.codes) == ({"clientUpdate": None}, ["FORBIDDEN"])
    for member in (stranger, foreigner):
        payload = payload_of(await practice.ask(member, UPDATE, input=change))
        assert [(problem["code"], problem["path"]) for problem in payload["problems"]] == [
            ("NOT_FOUND", ["input", "id"])
        ]
        assert (payload["client"], payload["current"]) == (None, None)

    assert await writes(practice) == before
    assert await read_again(practice, owner, client) == client


async def test_out_of_reach_reads_exactly_as_if_it_did_not_exist(practice: PracticeUnderTest) -> None:
    owner, stranger = await practice.member(), await practice.member(Role.PRACTITIONER)
    client = await opened(practice, owner)

    answers = [
        await practice.ask(stranger, UPDATE, input={"id": id, "expectedVersion": 1})
        for id in (client["id"], other_id(Kind.CLIENT), other_id(Kind.JOURNEY), "client_1", "")
    ]

    assert {str(answer) for answer in answers} == {str(answers[0])}


async def test_a_practitioner_with_an_editing_grant_changes_the_profile(practice: PracticeUnderTest) -> None:
    owner, midwife = await practice.member(), await practice.member(Role.PRACTITIONER)
    client = await opened(practice, owner)
    await grant(practice, client, midwife, Level.EDIT)

    assert (await changed(practice, midwife, client, pronouns="they/them"))["pronouns"] == "they/them"
