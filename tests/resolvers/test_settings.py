"""The practice's settings through the graph: who may see and change them, and from which day they count."""

import asyncio
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from auth import sessions
from auth.credentials import Credentials
from auth.viewers import Member, Viewer
from domain import settings
from domain.identity import new_id
from domain.people import Role
from domain.settings import DEFAULT, Settings
from resolvers import writing
from resolvers.settings import PracticeSettingsUpdateInput, SettingsShown
from schema.settings import PracticeSettings as PracticeSettingsType
from storage.database.people import Membership, PracticeSettings
from tests.care import client, client_id, everything, rows_of
from tests.makers import PracticeUnderTest

VALUES = "practitionersReach fileNumberPrefix sessionIdleMinutes sessionHours timeZone locale duplicateThreshold"
READ = f"""query($on: Date) {{ practice {{ settings(on: $on) {{
  {VALUES} version effectiveFrom nextChangeOn recordedAt recordedBy {{ name }} }} }} }}"""
UPDATE = f"""mutation($input: PracticeSettingsUpdateInput!) {{ practiceSettingsUpdate(input: $input) {{
  practice {{ settings {{ {VALUES} version effectiveFrom }} }} current {{ settings {{ version }} }}
  problems {{ code path }} }} }}"""


def in_days(number: int) -> str:
    return (datetime.now(UTC).date() + timedelta(days=number)).isoformat()


async def read(practice: PracticeUnderTest, viewer: Viewer, on: str | None = None) -> Any:
    return (await practice.get(viewer, READ, on=on))["practice"]["settings"]


async def update(practice: PracticeUnderTest, viewer: Viewer, **input: Any) -> Any:
    return (await practice.get(viewer, UPDATE, input=input))["practiceSettingsUpdate"]


async def keep(practice: PracticeUnderTest, version: int, effective_from: date, chosen: Settings) -> None:
    """Settings of another day, straight into the rows."""
    async with writing.opened(practice.casegraph.database, practice.system, "test.settings") as write:
        values = settings.kept(chosen)
        row = PracticeSettings(id=new_id(), effective_from=effective_from, version=version, values=values)
        row.recorded_at = write.moment
        await write.add(row)


async def test_until_something_is_decided_the_defaults_count(practice: PracticeUnderTest) -> None:
    found = await read(practice, await practice.member())

    assert found == {
        "practitionersReach": "OWN", "fileNumberPrefix": "C-", "sessionIdleMinutes": 60, "sessionHours": 12,
        "timeZone": "UTC", "locale": "en", "duplicateThreshold": DEFAULT.duplicate_threshold,
        "version": 0, "effectiveFrom": None, "nextChangeOn": None, "recordedAt": None, "recordedBy": None,
    }  # fmt: skip


async def test_a_change_counts_from_today_and_says_who_decided_it(practice: PracticeUnderTest) -> None:
    owner = await practice.member(name="Ama Mensah")

    changed = await update(practice, owner, sessionHours=8, locale="FR-ca", expectedVersion=0)
    found = await read(practice, owner)

    assert changed["problems"] == []
    assert changed["practice"]["settings"]["sessionHours"] == 8
    assert (found["locale"], found["sessionIdleMinutes"], found["version"]) == ("fr-CA", 60, 1)
    assert (found["effectiveFrom"], found["recordedBy"]) == (in_days(0), {"name": "Ama Mensah"})


async def test_a_plan_counts_from_its_day(practice: PracticeUnderTest) -> None:
    owner = await practice.member()

    await update(practice, owner, sessionHours=8, effectiveFrom=in_days(10))

    assert (await read(practice, owner))["sessionHours"] == 12
    assert (await read(practice, owner))["nextChangeOn"] == in_days(10)
    assert (await read(practice, owner, in_days(9)))["sessionHours"] == 12
    assert (await read(practice, owner, in_days(10)))["sessionHours"] == 8


async def test_what_is_changed_today_is_not_taken_back_by_an_earlier_plan(practice: PracticeUnderTest) -> None:
    owner = await practice.member()

    await update(practice, owner, sessionHours=8, effectiveFrom=in_days(10))
    await update(practice, owner, locale="de")

    then = await read(practice, owner, in_days(10))
    assert (then["sessionHours"], then["locale"], then["version"]) == (8, "de", 3)


async def test_saving_the_same_again_records_nothing(practice: PracticeUnderTest) -> None:
    owner = await practice.member()
    await update(practice, owner, sessionHours=8)
    before = await everything(practice)

    same = await update(practice, owner, sessionHours=8, expectedVersion=1)

    assert same["problems"] == []
    assert await everything(practice) == before


@pytest.mark.parametrize(
    ("input", "field"),
    [
        ({"sessionIdleMinutes": 4}, "sessionIdleMinutes"),
        ({"sessionHours": 721}, "sessionHours"),
        ({"duplicateThreshold": 101}, "duplicateThreshold"),
        ({"timeZone": "Europe/Nowhere"}, "timeZone"),
        ({"locale": "deutsch!"}, "locale"),
        ({"fileNumberPrefix": "C\x00"}, "fileNumberPrefix"),
        ({"sessionHours": 8, "effectiveFrom": "2026-01-01"}, "effectiveFrom"),
    ],
)
async def test_what_cannot_be_is_refused_at_its_field(
    practice: PracticeUnderTest, input: dict[str, Any], field: str
) -> None:
    owner = await practice.member()
    before = await everything(practice)

    changed = await update(practice, owner, **input)

    assert changed["problems"] == [{"code": "INVALID", "path": ["input", field]}]
    assert changed["practice"] is None
    assert await everything(practice) == before


async def test_a_stale_version_is_a_conflict_and_changes_nothing(practice: PracticeUnderTest) -> None:
    owner = await practice.member()
    await update(practice, owner, sessionHours=8)
    before = await everything(practice)

    changed = await update(practice, owner, sessionHours=9, expectedVersion=0)

    assert changed["problems"] == [{"code": "CONFLICT", "path": ["input", "expectedVersion"]}]
    assert changed["current"] == {"settings": {"version": 1}}
    assert await everything(practice) == before


async def test_of_two_changes_from_one_version_one_is_made(practice: PracticeUnderTest) -> None:
    owner = await practice.member()

    answers = await asyncio.gather(
        update(practice, owner, sessionHours=8, expectedVersion=0),
        update(practice, owner, sessionHours=9, expectedVersion=0, effectiveFrom=in_days(3)),
    )

    assert sorted([problem["code"] for problem in answer["problems"]] for answer in answers) == [[], ["CONFLICT"]]
    assert [row["version"] for row in await rows_of(practice, PracticeSettings)] == [1]


async def test_changes_that_name_no_version_are_all_made(practice: PracticeUnderTest) -> None:
    owner = await practice.member()

    await asyncio.gather(
        update(practice, owner, sessionHours=8), update(practice, owner, locale="de"),
        update(practice, owner, duplicateThreshold=50),
    )  # fmt: skip

    found = await read(practice, owner)
    assert (found["sessionHours"], found["locale"], found["duplicateThreshold"], found["version"]) == (8, "de", 50, 3)


@pytest.mark.parametrize("role", [Role.PRACTITIONER, Role.BILLING, Role.ASSISTANT, Role.READ_ONLY])
async def test_roles_without_the_permission_neither_see_nor_change_them(
    practice: PracticeUnderTest, role: Role
) -> None:
    member = await practice.member(role)
    before = await everything(practice)

    answer = await practice.ask(member, "{ practice { name settings { locale } } }")
    changed = await practice.ask(member, UPDATE, input={"locale": "de"})

    assert (answer.codes, answer.paths) == (["FORBIDDEN"], [["practice", "settings"]])
    assert answer.data["practice"]["settings"] is None
    assert answer.data["practice"]["name"]
    assert (changed.codes, changed.data) == (["FORBIDDEN"], {"practiceSettingsUpdate": None})
    assert await everything(practice) == before


async def test_an_administrator_changes_them(practice: PracticeUnderTest) -> None:
    assert (await update(practice, await practice.member(Role.ADMIN), locale="de"))["problems"] == []


async def test_one_practice_s_settings_are_not_another_s(practice: PracticeUnderTest) -> None:
    elsewhere = await PracticeUnderTest.founded(practice.casegraph)
    await update(practice, await practice.member(), locale="de")

    assert (await read(elsewhere, await elsewhere.member()))["locale"] == "en"


async def secret_of(practice: PracticeUnderTest, member: Member) -> Credentials:
    """The bearer token of a session of the member."""
    async with writing.opened(practice.casegraph.database, practice.system, "test.session") as write:
        held = await write.session.get_one(Membership, (practice.id, member.membership_id))
        _, secret = await sessions.begin(write.session, member.person_id, held, DEFAULT, write.moment)
    return Credentials(bearer=secret)


async def reaches(practice: PracticeUnderTest, credentials: Credentials, whose: UUID) -> bool:
    viewer = await practice.casegraph.viewer_of(credentials)
    data = await practice.get(viewer, "query($id: ID!) { client(id: $id) { id } }", id=client_id(whose))
    return data["client"] is not None


async def test_practitioners_reach_every_client_from_the_moment_it_is_decided(practice: PracticeUnderTest) -> None:
    owner, whose = await practice.member(), await client(practice)
    midwife = await secret_of(practice, await practice.member(Role.PRACTITIONER))
    found = [await reaches(practice, midwife, whose)]

    for choice in ("ALL", "OWN"):
        await update(practice, owner, practitionersReach=choice)
        found.append(await reaches(practice, midwife, whose))
    await update(practice, owner, practitionersReach="ALL", effectiveFrom=in_days(2))
    found.append(await reaches(practice, midwife, whose))

    assert found == [False, True, False, False]


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
async def test_today_is_the_practice_s_own_day(practice: PracticeUnderTest, zone: str) -> None:
    owner, whose = await practice.member(), await client(practice)
    await keep(practice, 1, date(2026, 1, 1), Settings(time_zone=zone))
    midwife = await secret_of(practice, await practice.member(Role.PRACTITIONER))
    local = datetime.now(ZoneInfo(zone)).date()

    changed = await update(practice, owner, practitionersReach="ALL")

    assert changed["practice"]["settings"]["effectiveFrom"] == local.isoformat()
    assert await reaches(practice, midwife, whose)


def test_every_setting_can_be_seen_and_changed() -> None:
    names = {field.name for field in fields(Settings)}
    assert names <= {field.name for field in fields(PracticeSettingsUpdateInput)}
    assert names <= {field.name for field in fields(SettingsShown)}
    assert names <= set(PracticeSettingsType.__annotations__)
