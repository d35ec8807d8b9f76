"""Putting a file away, and taking it up again."""

from typing import Any

import pytest

from domain.identity import Kind
from domain.people import Level, Role
from tests.clients import (
    ARCHIVE,
    RESTORE,
    UPDATE,
    audited,
    grant,
    opened,
    other_id,
    payload_of,
    problems_of,
    read_again,
    timeline,
    writes,
)
from tests.makers import PracticeUnderTest

LISTED = "{ clients { edges { node { id } } } }"


async def put_away(practice: PracticeUnderTest, viewer: Any, client: Any) -> Any:
    return payload_of(await practice.ask(viewer, ARCHIVE, input={"id": client["id"], "reason": " Moved away "}))[
        "client"
    ]


async def test_an_archived_client_leaves_the_lists_and_stays_readable(practice: PracticeUnderTest) -> None:
    owner = await practice.member()
    client = await opened(practice, owner, identifiers=[{"system": "OHIP", "value": "1"}])

    archived = await put_away(practice, owner, client)

    assert (archived["status"], archived["version"]) == ("ARCHIVED", 2)
    assert archived["consequences"] == {"portal": False, "automatedMessages": False, "newWork": False}
    assert archived["archivedAt"] is not None
    assert (await practice.get(owner, LISTED))["clients"]["edges"] == []
    assert (await read_again(practice, owner, client))["identifiers"] == client["identifiers"]
    everyone = await practice.get(owner, "{ clients(filter: {status: [ARCHIVED]}) { edges { node { id } } } }")
    assert everyone["clients"]["edges"] == [{"node": {"id": client["id"]}}]


@pytest.mark.parametrize("status", ["PROSPECT", "ACTIVE", "INACTIVE"])
async def test_restoring_brings_back_what_archiving_took(practice: PracticeUnderTest, status: str) -> None:
    owner = await practice.member()
    client = await opened(practice, owner, status=status)
    await put_away(practice, owner, client)

    restored = payload_of(await practice.ask(owner, RESTORE, input={"id": client["id"], "reason": "Came back"}))

    assert restored["client"] == {**client, "version": 3}
    assert await timeline(practice, client) == [
        ("CLIENT_CREATED", {"name": "Ana Silva", "fileNumber": "C-000001"}),
        ("CLIENT_ARCHIVED", {"reason": "Moved away"}),
        ("CLIENT_RESTORED", {"to": status, "reason": "Came back"}),
    ]
    assert [action for action, subject, _ in await audited(practice, client) if subject == "client"] == [
        "CREATED", "CHANGED", "CHANGED"
    ]  # fmt: skip


async def test_an_archived_client_is_neither_changed_nor_archived_again(practice: PracticeUnderTest) -> None:
    owner = await practice.member()
    client = await put_away(practice, owner, await opened(practice, owner))
    before = await writes(practice)

    change = {"id": client["id"], "expectedVersion": 2, "pronouns": "she/her"}
    assert problems_of(await practice.ask(owner, UPDATE, input=change)) == [("NOT_ALLOWED_NOW", [])]
    again = {"id": client["id"], "reason": "Twice"}
    assert problems_of(await practice.ask(owner, ARCHIVE, input=again)) == [("ALREADY_DONE", [])]

    assert await writes(practice) == before


async def test_only_an_archived_client_is_restored(practice: PracticeUnderTest) -> None:
    owner = await practice.member()
    client = await opened(practice, owner)

    answer = await practice.ask(owner, RESTORE, input={"id": client["id"]})

    assert problems_of(answer) == [("NOT_ALLOWED_NOW", [])]


async def test_archiving_asks_for_a_reason(practice: PracticeUnderTest) -> None:
    owner = await practice.member()
    client = await opened(practice, owner)

    answer = await practice.ask(owner, ARCHIVE, input={"id": client["id"], "reason": " "})

    assert problems_of(answer) == [("INVALID", ["input", "reason"])]
    assert await read_again(practice, owner, client) == client


@pytest.mark.parametrize("text", [ARCHIVE, RESTORE])
async def test_a_stale_version_is_a_conflict(practice: PracticeUnderTest, text: str) -> None:
    owner = await practice.member()
    client = await opened(practice, owner)
    given = {"id": client["id"], "reason": "Moved", "expectedVersion": 7}

    payload = payload_of(await practice.ask(owner, text, input=given))

    assert [problem["code"] for problem in payload["problems"]] == ["CONFLICT"]
    assert (payload["client"], payload["current"]) == (None, {"id": client["id"], "version": 1})
    assert await read_again(practice, owner, client) == client


@pytest.mark.parametrize("text", [ARCHIVE, RESTORE])
async def test_who_may_not_change_a_client_archives_and_restores_none(practice: PracticeUnderTest, text: str) -> None:
    owner, onlooker = await practice.member(), await practice.member(Role.PRACTITIONER)
    client = await opened(practice, owner)
    await grant(practice, client, onlooker, Level.VIEW)
    billing, reader = await practice.member(Role.BILLING), await practice.member(Role.READ_ONLY)
    stranger = await practice.member(Role.PRACTITIONER)
    foreigner = await (await PracticeUnderTest.founded(practice.casegraph)).member()
    before = await writes(practice)
    given = {"id": client["id"], "reason": "Moved"}

    for member in (onlooker, billing, reader):
        assert (await practice.ask(member, text, input=given)).codes == ["FORBIDDEN"]
    for member in (stranger, foreigner):
        assert problems_of(await practice.ask(member, text, input=given)) == [("NOT_FOUND", ["input", "id"])]
    nowhere = {"id": other_id(Kind.CLIENT), "reason": "Moved"}
    assert problems_of(await practice.ask(owner, text, input=nowhere)) == [("NOT_FOUND", ["input", "id"])]

    assert await writes(practice) == before
