"""File numbers without gaps, and writes that are sent more than once."""

import asyncio
from typing import Any

from domain.people import Role
from tests.clients import ARCHIVE, CREATE, UPDATE, named, opened, payload_of, problems_of, read_again, writes
from tests.makers import Answer, PracticeUnderTest

LOOKALIKE: dict[str, Any] = {
    "names": named("Ana", "García"), "birthDate": "1990-05-04", "identifiers": [{"system": "OHIP", "value": "1"}]
}  # fmt: skip


async def test_file_numbers_have_no_gaps_under_concurrent_writers_some_of_whom_are_refused(
    practice: PracticeUnderTest,
) -> None:
    owner, assistant = await practice.member(), await practice.member(Role.ASSISTANT)
    midwife = await practice.member(Role.PRACTITIONER)
    await opened(practice, owner, **LOOKALIKE)

    def asked(number: int) -> Any:
        good = {"names": named(f"Given{number}", f"Family{number}")}
        member, input = [
            (owner, good),
            (owner, {**good, "birthDate": "1800-01-01"}),
            (assistant, LOOKALIKE),
            (assistant, {**good, "clinicalSex": "MALE"}),
            (midwife, good),
        ][number % 5]
        return practice.ask(member, CREATE, input=input)

    answers = await asyncio.gather(*(asked(number) for number in range(40)))

    given = [_number(answer) for answer in answers]
    assert [number is None for number in given] == [False, True, True, True, False] * 8
    assert sorted(filter(None, given)) == [f"C-{number:06}" for number in range(2, 18)]


async def test_a_number_is_not_used_again(practice: PracticeUnderTest) -> None:
    owner = await practice.member()
    numbers = []
    for place in range(3):
        client = await opened(practice, owner, names=named(f"Given{place}", f"Family{place}"))
        numbers.append(client["fileNumber"])
        await practice.get(owner, ARCHIVE, input={"id": client["id"], "reason": "Moved"})

    assert numbers == ["C-000001", "C-000002", "C-000003"]


async def test_practices_count_on_their_own(practice: PracticeUnderTest) -> None:
    other = await PracticeUnderTest.founded(practice.casegraph)
    await opened(practice, await practice.member())

    assert (await opened(other, await other.member()))["fileNumber"] == "C-000001"


async def test_the_same_key_and_input_open_one_file(practice: PracticeUnderTest) -> None:
    owner = await practice.member()
    first = payload_of(await practice.ask(owner, CREATE, key="k", input={"names": named()}))
    before = await writes(practice)

    again = payload_of(await practice.ask(owner, CREATE, key="k", input={"names": named()}))

    assert (again["client"]["id"], again["problems"]) == (first["client"]["id"], [])
    assert await writes(practice) == before


async def test_the_same_key_with_another_input_is_refused(practice: PracticeUnderTest) -> None:
    owner = await practice.member()
    await practice.ask(owner, CREATE, key="k", input={"names": named()})
    before = await writes(practice)

    answer = await practice.ask(owner, CREATE, key="k", input={"names": named("Rita")})

    assert problems_of(answer) == [("IDEMPOTENCY_MISMATCH", [])]
    assert await writes(practice) == before


async def test_a_key_is_the_callers_own(practice: PracticeUnderTest) -> None:
    owner, other = await practice.member(), await practice.member()
    first = payload_of(await practice.ask(owner, CREATE, key="k", input={"names": named()}))

    second = payload_of(await practice.ask(other, CREATE, key="k", input={"names": named("Rita", "Melo")}))

    assert second["problems"] == []
    assert second["client"]["id"] != first["client"]["id"]


async def test_twenty_concurrent_twins_open_one_file(practice: PracticeUnderTest) -> None:
    owner = await practice.member()
    before = await writes(practice)

    answers = await asyncio.gather(*(practice.ask(owner, CREATE, key="k", input={"names": named()}) for _ in range(20)))

    assert [problems_of(answer) for answer in answers] == [[]] * 20
    assert len({payload_of(answer)["client"]["id"] for answer in answers}) == 1
    assert await writes(practice) == before + 1


async def test_a_refusal_is_not_remembered_under_its_key(practice: PracticeUnderTest) -> None:
    owner = await practice.member()
    await opened(practice, owner, **LOOKALIKE)
    assert problems_of(await practice.ask(owner, CREATE, key="k", input=LOOKALIKE)) == [("POSSIBLE_DUPLICATES", [])]

    answer = await practice.ask(owner, CREATE, key="k", input={**LOOKALIKE, "allowDuplicate": True})

    assert problems_of(answer) == []


async def test_a_change_sent_again_under_its_key_is_carried_out_once(practice: PracticeUnderTest) -> None:
    owner = await practice.member()
    client = await opened(practice, owner)
    change = {"id": client["id"], "expectedVersion": 1, "pronouns": "she/her"}

    answers = [await practice.ask(owner, UPDATE, key="k", input=change) for _ in range(2)]

    assert [problems_of(answer) for answer in answers] == [[], []]
    assert (await read_again(practice, owner, client))["version"] == 2


def _number(answer: Answer) -> str | None:
    payload = answer.data["clientCreate"]
    client = payload and payload["client"]
    return client["fileNumber"] if client else None
