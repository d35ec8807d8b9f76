"""Clients who may be one person: reported before a second file is opened, only from within the caller's reach."""

import asyncio
from typing import Any

from domain.people import Level, Role
from domain.settings import Settings
from tests.clients import ARCHIVE, CREATE, audited, grant, named, opened, payload_of, problems_of, settle, writes
from tests.makers import PracticeUnderTest

ANA: dict[str, Any] = {
    "names": named("Ana", "García"),
    "birthDate": "1990-05-04",
    "contactPoints": [{"channel": "EMAIL", "value": "ana@example.org"}],
}
AGAIN: dict[str, Any] = {
    "names": [{"use": "USED", "given": "ANA", "family": "Garcia"}],
    "birthDate": "1990-05-04",
    "contactPoints": [{"channel": "EMAIL", "value": "Ana@EXAMPLE.org"}],
}


async def test_a_possible_duplicate_is_reported_with_score_and_reasons(practice: PracticeUnderTest) -> None:
    owner = await practice.member()
    first = await opened(practice, owner, **ANA)
    before = await writes(practice)

    payload = payload_of(await practice.ask(owner, CREATE, input=AGAIN))

    assert payload == {
        "client": None,
        "possibleDuplicates": [
            {
                "score": 100,
                "reasons": ["SAME_NAME", "SAME_BIRTH_DATE", "SAME_EMAIL"],
                "client": {"id": first["id"]},
            }
        ],
        "problems": [{"code": "POSSIBLE_DUPLICATES", "message": "One other looks like the same.", "path": []}],
    }
    assert await writes(practice) == before


async def test_an_explicit_override_opens_the_file_and_is_audited(practice: PracticeUnderTest) -> None:
    owner = await practice.member()
    await opened(practice, owner, **ANA)

    second = await opened(practice, owner, **AGAIN, allowDuplicate=True)

    assert second["fileNumber"] == "C-000002"
    assert ("DUPLICATE_ALLOWED", "client", {"possible_duplicates"}) in await audited(practice, second)


async def test_an_override_without_a_lookalike_is_nothing_to_write_down(practice: PracticeUnderTest) -> None:
    client = await opened(practice, await practice.member(), **ANA, allowDuplicate=True)

    assert "DUPLICATE_ALLOWED" not in {action for action, _, _ in await audited(practice, client)}


async def test_a_lookalike_out_of_reach_is_not_revealed(practice: PracticeUnderTest) -> None:
    midwife, colleague = await practice.member(Role.PRACTITIONER), await practice.member(Role.PRACTITIONER)
    hidden = await opened(practice, midwife, **ANA, identifiers=[{"system": "OHIP", "value": "1"}])

    payload = payload_of(
        await practice.ask(colleague, CREATE, input={**AGAIN, "identifiers": [{"system": "OHIP", "value": "1"}]})
    )

    assert (payload["problems"], payload["possibleDuplicates"]) == ([], [])
    assert payload["client"]["displayName"] == "ANA Garcia"
    assert hidden["id"] not in str(payload)
    assert "DUPLICATE_ALLOWED" not in {action for action, _, _ in await audited(practice, payload["client"])}


async def test_only_those_within_reach_are_counted(practice: PracticeUnderTest) -> None:
    midwife, colleague = await practice.member(Role.PRACTITIONER), await practice.member(Role.PRACTITIONER)
    await opened(practice, midwife, **ANA)
    shown = await opened(practice, midwife, **ANA)
    await grant(practice, shown, colleague, Level.VIEW)

    payload = payload_of(await practice.ask(colleague, CREATE, input=AGAIN))

    assert [each["client"]["id"] for each in payload["possibleDuplicates"]] == [shown["id"]]
    assert payload["problems"][0]["message"] == "One other looks like the same."


async def test_another_practice_is_not_looked_into(practice: PracticeUnderTest) -> None:
    other = await PracticeUnderTest.founded(practice.casegraph)
    await opened(other, await other.member(), **ANA)

    assert problems_of(await practice.ask(await practice.member(), CREATE, input=AGAIN)) == []


async def test_an_archived_client_is_a_possible_duplicate_too(practice: PracticeUnderTest) -> None:
    owner = await practice.member()
    client = await opened(practice, owner, **ANA)
    await practice.get(owner, ARCHIVE, input={"id": client["id"], "reason": "Moved"})

    assert problems_of(await practice.ask(owner, CREATE, input=AGAIN)) == [("POSSIBLE_DUPLICATES", [])]


async def test_the_same_identifier_is_enough(practice: PracticeUnderTest) -> None:
    owner = await practice.member()
    await opened(practice, owner, names=named("Ana"), identifiers=[{"system": "OHIP", "value": "1234-567"}])

    answer = await practice.ask(
        owner, CREATE, input={"names": named("Béa", "Roy"), "identifiers": [{"system": "OHIP", "value": "1234 567"}]}
    )

    assert payload_of(answer)["possibleDuplicates"][0]["reasons"] == ["SAME_IDENTIFIER"]


async def test_the_same_name_alone_asks_back_only_where_the_practice_wants_it(practice: PracticeUnderTest) -> None:
    owner = await practice.member()
    await opened(practice, owner, names=named("Ana", "Silva"))
    again = {"names": named("Ana", "Silva")}

    assert problems_of(await practice.ask(owner, CREATE, input=again)) == []
    await settle(practice, Settings(duplicate_threshold=40))
    payload = payload_of(await practice.ask(owner, CREATE, input=again))

    assert [each["score"] for each in payload["possibleDuplicates"]] == [40, 40]
    assert payload["problems"][0]["message"] == "2 others look like the same."


async def test_at_most_twenty_lookalikes_are_shown_but_all_are_counted(practice: PracticeUnderTest) -> None:
    owner = await practice.member()
    for _ in range(22):
        await opened(practice, owner, **ANA)

    payload = payload_of(await practice.ask(owner, CREATE, input=AGAIN))

    assert len(payload["possibleDuplicates"]) == 20
    assert payload["problems"][0]["message"] == "22 others look like the same."


async def test_of_many_who_open_the_same_file_at_once_one_does(practice: PracticeUnderTest) -> None:
    owner, assistant = await practice.member(), await practice.member(Role.ASSISTANT)

    answers = await asyncio.gather(
        *(practice.ask((owner, assistant)[number % 2], CREATE, input=AGAIN) for number in range(8))
    )

    codes = [[code for code, _ in problems_of(answer)] for answer in answers]
    assert sorted(codes) == [[], *[["POSSIBLE_DUPLICATES"]] * 7]
