"""Timelines followed live: every entry once and in order, only while the viewer may read it, nothing left behind."""

import asyncio
import random
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete, select

from auth import sessions
from auth.viewers import Anonymous, Member
from domain.events import Change
from domain.identity import new_id
from domain.people import Level, Role
from domain.timeline import EntryKind, Visibility
from resolvers import live, writing
from resolvers.timeline import following as feeds
from storage.database.audit import AccessEvent, AccessSubject
from storage.database.people import ClientGrant, Membership, PracticeSettings
from storage.database.timeline import PracticeEvent, PracticeSeq, TimelineEntry
from tests import filing
from tests.following import following
from tests.makers import PracticeUnderTest
from tests.waiting import until

PAGE = """
query ($id: ID!) { client(id: $id) { timeline { edges { node { summary } } liveCursor } } }
"""


@pytest.fixture
async def client(practice: PracticeUnderTest) -> UUID:
    """A client with nothing on the timeline."""
    return await filing.client(practice)


@pytest.fixture(autouse=True)
async def nobody_follows_in_the_end(practice: PracticeUnderTest) -> AsyncIterator[None]:
    """Leaving a subscription closes everything, however it was left."""
    yield
    assert practice.casegraph.hub.followers == 0


async def live_cursor(practice: PracticeUnderTest, viewer: Member, client: UUID) -> str:
    """Where a subscription goes on from what the page shows now."""
    page = await practice.get(viewer, PAGE, id=filing.client_id(client))
    return str(page["client"]["timeline"]["liveCursor"])


async def practitioner(practice: PracticeUnderTest, client: UUID, **given: Any) -> tuple[Member, UUID]:
    """A practitioner on the client's care team, and their grant."""
    member = await practice.member(Role.PRACTITIONER, "Ama Mensah")
    return member, await filing.grant(practice, member, client, **given)


async def test_what_was_missed_comes_first_and_then_what_happens(practice: PracticeUnderTest, client: UUID) -> None:
    owner = await practice.member()
    await filing.entries(practice, client, "On the page")
    cursor = await live_cursor(practice, owner, client)
    await filing.entries(practice, client, "Missed one", "Missed two")

    async with following(practice, owner, clientId=filing.client_id(client), after=cursor) as feed:
        assert await feed.texts(2) == ["Missed one.", "Missed two."]
        await filing.entries(practice, client, "Live")
        assert await feed.texts(1) == ["Live."]
        assert await feed.is_silent()


async def test_without_a_cursor_it_begins_now(practice: PracticeUnderTest, client: UUID) -> None:
    owner = await practice.member()
    await filing.entries(practice, client, "Before")

    async with following(practice, owner, clientId=filing.client_id(client)) as feed:
        await feed.begins()
        await filing.entries(practice, client, "After")
        assert await feed.texts(1) == ["After."]


async def test_an_update_says_what_happened_and_shows_the_entry_whole(
    practice: PracticeUnderTest, client: UUID
) -> None:
    owner = await practice.member(name="Rosa Lind")
    create = "mutation ($input: NoteCreateInput!) { noteCreate(input: $input) { note { id } } }"
    update = "mutation ($input: NoteUpdateInput!) { noteUpdate(input: $input) { note { id } } }"
    archive = "mutation ($input: NoteArchiveInput!) { noteArchive(input: $input) { note { id } } }"

    async with following(practice, owner, clientId=filing.client_id(client)) as feed:
        await feed.begins()
        given = {"clientId": filing.client_id(client), "title": "First", "text": "All well"}
        note = (await practice.get(owner, create, input=given))["noteCreate"]["note"]["id"]
        written = await feed.next()
        await practice.get(owner, update, input={"id": note, "expectedVersion": 1, "text": "All very well"})
        changed = await feed.next()
        await practice.get(owner, archive, input={"id": note, "reason": "Wrong file"})
        removed = await feed.next()

    assert (written["change"], written["entryId"]) == ("ADDED", written["entry"]["id"])
    assert written["entry"]["summary"] == "Note “First”."
    assert written["entry"]["subject"] == {"text": "All well"}
    assert written["entry"]["actor"] == {"name": "Rosa Lind"}
    assert (changed["change"], changed["entryId"]) == ("CHANGED", written["entryId"])
    assert changed["entry"]["subject"] == {"text": "All very well"}
    assert (removed["change"], removed["entry"]["removed"], removed["entry"]["subject"]) == ("CHANGED", True, None)
    assert removed["entry"]["summary"] == "A note was removed by Rosa Lind."


async def test_pinning_a_note_is_told_although_its_entry_stays_the_same(
    practice: PracticeUnderTest, client: UUID
) -> None:
    owner = await practice.member()
    create = "mutation ($input: NoteCreateInput!) { noteCreate(input: $input) { note { id } } }"
    update = "mutation ($input: NoteUpdateInput!) { noteUpdate(input: $input) { note { pinned } } }"
    given = {"clientId": filing.client_id(client), "title": "First", "text": "All well"}
    note = (await practice.get(owner, create, input=given))["noteCreate"]["note"]["id"]

    async with following(practice, owner, clientId=filing.client_id(client)) as feed:
        await feed.begins()
        await practice.get(owner, update, input={"id": note, "expectedVersion": 1, "pinned": True})
        told = await feed.next()
        await practice.get(owner, update, input={"id": note, "expectedVersion": 1, "pinned": True})
        assert await feed.is_silent()

    assert (told["change"], told["entry"]["summary"]) == ("CHANGED", "Note “First”.")


async def test_every_cursor_goes_on_behind_its_own_update(practice: PracticeUnderTest, client: UUID) -> None:
    owner = await practice.member()
    cursor = await live_cursor(practice, owner, client)
    await filing.entries(practice, client, "One", "Two", "Three")

    async with following(practice, owner, clientId=filing.client_id(client), after=cursor) as feed:
        cursors = [(await feed.next())["cursor"] for _ in range(3)]

    for number, after in enumerate(cursors):
        async with following(practice, owner, clientId=filing.client_id(client), after=after) as feed:
            assert await feed.texts(2 - number) == ["Two.", "Three."][number:]
            assert await feed.is_silent()


async def test_a_journey_can_be_followed_alone(practice: PracticeUnderTest, client: UUID) -> None:
    mine, other = await filing.journey(practice, client), await filing.journey(practice, client)
    member, _ = await practitioner(practice, client, journey_id=mine)

    async with following(practice, member, journeyId=filing.journey_id(mine)) as feed:
        await feed.begins()
        await filing.entries(practice, client, "Of the client")
        await filing.entries(practice, client, "Elsewhere", journey_id=other)
        await filing.entries(practice, client, "Here", journey_id=mine)
        assert await feed.texts(1) == ["Here."]


async def test_other_clients_are_not_heard_of(practice: PracticeUnderTest, client: UUID) -> None:
    owner, other = await practice.member(), await filing.client(practice)

    async with following(practice, owner, clientId=filing.client_id(client)) as feed:
        await feed.begins()
        await filing.entries(practice, other, "Elsewhere")
        assert await feed.is_silent()


@pytest.mark.parametrize("role", [Role.BILLING, Role.ASSISTANT, Role.ADMIN])
async def test_clinical_entries_are_passed_over_in_silence(
    practice: PracticeUnderTest, client: UUID, role: Role
) -> None:
    viewer = await practice.member(role)

    async with following(practice, viewer, clientId=filing.client_id(client)) as feed:
        await feed.begins()
        hidden = await filing.entries(practice, client, "Clinical", visibility=Visibility.CLINICAL)
        await filing.announce(practice, hidden[0])
        assert await feed.is_silent()
        await filing.entries(practice, client, "General")
        assert await feed.texts(1) == ["General."]


async def test_an_entry_that_was_shown_and_is_hidden_now_is_removed(practice: PracticeUnderTest, client: UUID) -> None:
    viewer = await practice.member(Role.BILLING)

    async with following(practice, viewer, clientId=filing.client_id(client)) as feed:
        await feed.begins()
        shown, never_shown = await filing.entries(practice, client, "General"), None
        assert await feed.texts(1) == ["General."]
        never_shown = await filing.entries(practice, client, "Clinical", visibility=Visibility.CLINICAL)
        for entry in (*never_shown, *shown):
            await filing.change(practice, TimelineEntry, entry, visibility=Visibility.CLINICAL, facts={"text": "New"})
        told = await feed.next()
        await filing.announce(practice, shown[0])
        assert await feed.is_silent()

    assert (told["change"], told["entryId"]) == ("REMOVED", filing.entry_id(shown[0]))
    assert told["entry"] is None


@pytest.mark.parametrize("variables", [{}, {"clientId": "client_x", "journeyId": "journey_x"}])
async def test_one_thing_is_followed(practice: PracticeUnderTest, variables: dict[str, str]) -> None:
    async with following(practice, await practice.member(), **variables) as feed:
        assert await feed.refused() == ["BAD_ARGUMENTS"]


async def test_what_is_out_of_reach_is_not_found(practice: PracticeUnderTest, client: UUID) -> None:
    journey = await filing.journey(practice, client)
    stranger = await practice.member(Role.PRACTITIONER)
    elsewhere = await (await PracticeUnderTest.founded(practice.casegraph)).member()

    for viewer in (stranger, elsewhere):
        for given in (
            {"clientId": filing.client_id(client)},
            {"journeyId": filing.journey_id(journey)},
            {"clientId": filing.client_id(new_id())},
        ):
            async with following(practice, viewer, **given) as feed:
                assert await feed.refused() == ["NOT_FOUND"]


async def test_who_is_not_signed_in_follows_nothing(practice: PracticeUnderTest, client: UUID) -> None:
    async with following(practice, Anonymous(), clientId=filing.client_id(client)) as feed:
        assert await feed.refused() == ["NOT_SIGNED_IN"]


async def test_a_cursor_of_another_practice_or_made_up_is_refused(practice: PracticeUnderTest, client: UUID) -> None:
    other = await PracticeUnderTest.founded(practice.casegraph)
    foreign = await live_cursor(other, await other.member(), await filing.client(other))
    owner = await practice.member()

    for cursor in (foreign, "made.up", ""):
        async with following(practice, owner, clientId=filing.client_id(client), after=cursor) as feed:
            assert await feed.refused() == ["BAD_CURSOR"]


async def test_nothing_committed_after_a_grant_has_ended_is_told(practice: PracticeUnderTest, client: UUID) -> None:
    member, grant = await practitioner(practice, client)

    async with following(practice, member, clientId=filing.client_id(client)) as feed:
        await feed.begins()
        await filing.entries(practice, client, "While on the team")
        assert await feed.texts(1) == ["While on the team."]
        await filing.change(practice, ClientGrant, grant, to_at=datetime.now(UTC))
        await filing.entries(practice, client, "Afterwards")
        assert await feed.next() == {"__typename": "ResyncRequired", "reason": "REACH_CHANGED"}
        assert await feed.ends()


async def test_what_was_written_before_a_grant_ended_but_not_yet_told_stays_untold(
    practice: PracticeUnderTest, client: UUID
) -> None:
    member, grant = await practitioner(practice, client)
    cursor = await live_cursor(practice, member, client)
    await filing.entries(practice, client, "One")
    await filing.entries(practice, client, "Two")

    async with following(practice, member, clientId=filing.client_id(client), after=cursor) as feed:
        assert await feed.texts(1) == ["One."]
        await filing.change(practice, ClientGrant, grant, to_at=datetime.now(UTC))
        assert (await feed.next())["__typename"] == "ResyncRequired"
        assert await feed.ends()


async def test_a_grant_that_runs_out_by_the_clock_ends_the_feed(practice: PracticeUnderTest, client: UUID) -> None:
    until = datetime.now(UTC) + timedelta(seconds=2)
    member, _ = await practitioner(practice, client, to_at=until)

    async with following(practice, member, clientId=filing.client_id(client)) as feed:
        await feed.begins()
        await asyncio.sleep(max(0.0, (until - datetime.now(UTC)).total_seconds()))
        await filing.entries(practice, client, "Too late")
        assert await feed.next() == {"__typename": "ResyncRequired", "reason": "REACH_CHANGED"}
        assert await feed.ends()


async def test_a_practice_without_news_still_notices_that_a_grant_has_run_out(
    practice: PracticeUnderTest, client: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds, "LOOK_AGAIN_SECONDS", 0.1)
    member, _ = await practitioner(practice, client, to_at=datetime.now(UTC) + timedelta(seconds=2))

    async with following(practice, member, clientId=filing.client_id(client)) as feed:
        assert await feed.next() == {"__typename": "ResyncRequired", "reason": "REACH_CHANGED"}


async def test_a_place_on_another_clients_team_disturbs_nobody(practice: PracticeUnderTest, client: UUID) -> None:
    member, _ = await practitioner(practice, client)

    async with following(practice, member, clientId=filing.client_id(client)) as feed:
        await feed.begins()
        await filing.grant(practice, member, await filing.client(practice))
        await filing.grant(practice, await practice.member(Role.PRACTITIONER), client)
        await filing.entries(practice, client, "Goes on")
        assert await feed.texts(1) == ["Goes on."]


async def test_a_cursor_from_before_a_change_of_reach_leads_to_reading_anew(
    practice: PracticeUnderTest, client: UUID
) -> None:
    member, grant = await practitioner(practice, client)
    cursor = await live_cursor(practice, member, client)
    await filing.change(practice, ClientGrant, grant, rank=Level.EDIT.rank)

    async with following(practice, member, clientId=filing.client_id(client), after=cursor) as feed:
        assert await feed.next() == {"__typename": "ResyncRequired", "reason": "REACH_CHANGED"}
        assert await feed.ends()


async def test_another_role_ends_the_feed(practice: PracticeUnderTest, client: UUID) -> None:
    owner = await practice.member()

    async with following(practice, owner, clientId=filing.client_id(client)) as feed:
        await feed.begins()
        await filing.change(practice, Membership, owner.membership_id, role=Role.BILLING)
        await filing.entries(practice, client, "Clinical", visibility=Visibility.CLINICAL)
        assert await feed.next() == {"__typename": "ResyncRequired", "reason": "REACH_CHANGED"}
        assert await feed.ends()


async def test_a_membership_that_has_ended_ends_the_feed(practice: PracticeUnderTest, client: UUID) -> None:
    owner = await practice.member()

    async with following(practice, owner, clientId=filing.client_id(client)) as feed:
        await feed.begins()
        await filing.change(practice, Membership, owner.membership_id, to_at=datetime.now(UTC))
        await filing.entries(practice, client, "Afterwards")
        assert await feed.refused() == ["NOT_SIGNED_IN"]


async def test_a_session_that_has_ended_ends_the_feed(practice: PracticeUnderTest, client: UUID) -> None:
    owner = await practice.member()

    async with following(practice, owner, clientId=filing.client_id(client)) as feed:
        await feed.begins()
        async with practice.casegraph.database.write(None) as session:
            await sessions.end(session, datetime.now(UTC), session_id=owner.session_id)
            await session.commit()
        await filing.entries(practice, client, "Afterwards")
        assert await feed.refused() == ["NOT_SIGNED_IN"]


async def test_new_settings_send_practitioners_back_to_the_page_and_nobody_else(
    practice: PracticeUnderTest, client: UUID
) -> None:
    (member, _), owner = await practitioner(practice, client), await practice.member()

    async with (
        following(practice, member, clientId=filing.client_id(client)) as theirs,
        following(practice, owner, clientId=filing.client_id(client)) as owners,
    ):
        await theirs.begins()
        await owners.begins(others=1)
        await _set(practice, {"practitioners_reach": "ALL"})
        await filing.entries(practice, client, "Afterwards")
        assert await theirs.next() == {"__typename": "ResyncRequired", "reason": "REACH_CHANGED"}
        assert await owners.texts(1) == ["Afterwards."]


async def _set(practice: PracticeUnderTest, values: dict[str, Any]) -> None:
    async with writing.opened(practice.casegraph.database, practice.system, "test.settings") as write:
        await write.add(
            PracticeSettings(
                id=new_id(), effective_from=datetime.now(UTC).date(), version=1, values=values,
                recorded_at=write.moment,
            )
        )  # fmt: skip
    filing.ring(practice, write)


async def test_after_a_restore_the_page_is_read_anew(practice: PracticeUnderTest, client: UUID) -> None:
    owner = await practice.member()
    cursor = await live_cursor(practice, owner, client)

    async with following(practice, owner, clientId=filing.client_id(client)) as feed:
        await feed.begins()
        await _restore(practice, epoch=new_id())
        await filing.entries(practice, client, "In another life")
        assert await feed.next() == {"__typename": "ResyncRequired", "reason": "RESTORED"}
        assert await feed.ends()
    async with following(practice, owner, clientId=filing.client_id(client), after=cursor) as feed:
        assert await feed.next() == {"__typename": "ResyncRequired", "reason": "RESTORED"}


async def test_a_cursor_beyond_all_that_was_written_is_of_another_life(
    practice: PracticeUnderTest, client: UUID
) -> None:
    owner = await practice.member()
    async with practice.casegraph.database.write(practice.id) as session:
        seq = (await session.scalars(select(PracticeSeq).where(PracticeSeq.practice_id == practice.id))).one()
    beyond = live.Place(seq.seq + 1, 0, seq.epoch).sealed(practice.casegraph.ring, practice.id)

    async with following(practice, owner, clientId=filing.client_id(client), after=beyond) as feed:
        assert await feed.next() == {"__typename": "ResyncRequired", "reason": "RESTORED"}


async def test_a_cursor_whose_events_were_removed_is_forgotten(practice: PracticeUnderTest, client: UUID) -> None:
    owner = await practice.member()
    await filing.entries(practice, client, "On the page")
    cursor = await live_cursor(practice, owner, client)
    await filing.entries(practice, client, "Missed", "And kept")
    async with practice.casegraph.database.write(practice.id) as session:
        newest = await session.scalar(select(PracticeSeq.seq).where(PracticeSeq.practice_id == practice.id))
        gone = delete(PracticeEvent).where(PracticeEvent.practice_id == practice.id, PracticeEvent.seq < newest)
        await session.execute(gone)
        await session.commit()

    async with following(practice, owner, clientId=filing.client_id(client), after=cursor) as feed:
        assert await feed.next() == {"__typename": "ResyncRequired", "reason": "FORGOTTEN"}
        assert await feed.ends()
    async with following(practice, owner, clientId=filing.client_id(client)) as feed:
        await feed.begins()
        await filing.entries(practice, client, "From now")
        assert await feed.texts(1) == ["From now."]


async def _restore(practice: PracticeUnderTest, **values: Any) -> None:
    async with practice.casegraph.database.write(practice.id) as session:
        row = (await session.scalars(select(PracticeSeq).where(PracticeSeq.practice_id == practice.id))).one()
        for name, value in values.items():
            setattr(row, name, value)
        await session.commit()


async def test_a_write_of_another_process_is_found_without_a_bell(practice: PracticeUnderTest, client: UUID) -> None:
    owner = await practice.member()

    async with following(practice, owner, clientId=filing.client_id(client)) as feed:
        await feed.begins()
        async with writing.opened(practice.casegraph.database, practice.system, "test.entries") as write:
            await write.happened(EntryKind.ADMINISTRATION, client, {"text": "Unheard"})
        assert await feed.texts(1) == ["Unheard."]


async def test_following_leaves_one_access_event_at_its_start(practice: PracticeUnderTest, client: UUID) -> None:
    owner = await practice.member()

    async with following(practice, owner, clientId=filing.client_id(client)) as feed:
        await feed.begins()
        await filing.entries(practice, client, "One", "Two", "Three")
        await feed.texts(3)

    assert await accesses(practice, owner) == [("FOLLOW", client, False)]


async def test_a_long_subscription_leaves_an_access_event_every_hour(
    practice: PracticeUnderTest, client: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds, "ACCESS_KEPT_EVERY", timedelta(seconds=0.2))
    monkeypatch.setattr(feeds, "LOOK_AGAIN_SECONDS", 0.25)
    owner = await practice.member()

    async def has_three() -> bool:
        return len(await accesses(practice, owner)) >= 3

    async with following(practice, owner, clientId=filing.client_id(client)) as feed:
        await feed.begins()
        await until(has_three)

    assert set(await accesses(practice, owner)) == {("FOLLOW", client, False)}


async def test_a_refused_subscription_stands_in_the_access_log(practice: PracticeUnderTest, client: UUID) -> None:
    stranger = await practice.member(Role.PRACTITIONER)

    async with following(practice, stranger, clientId=filing.client_id(client)) as feed:
        assert await feed.refused() == ["NOT_FOUND"]

    assert await accesses(practice, stranger) == [("FOLLOW", client, True)]


async def accesses(practice: PracticeUnderTest, viewer: Member) -> list[tuple[str, UUID, bool]]:
    """The purpose, client and refusal of every access of a member."""
    chosen = (
        select(AccessEvent.purpose, AccessSubject.client_id, AccessSubject.refused)
        .join(AccessSubject, AccessSubject.access_id == AccessEvent.id)
        .where(AccessEvent.practice_id == practice.id, AccessEvent.actor_id == viewer.membership_id)
    )
    async with practice.casegraph.database.write(practice.id) as session:
        return [(row.purpose, row.client_id, row.refused) for row in await session.execute(chosen)]


async def test_leaving_in_the_middle_closes_everything(practice: PracticeUnderTest, client: UUID) -> None:
    owner = await practice.member()
    cursor = await live_cursor(practice, owner, client)
    await filing.entries(practice, client, "One", "Two")

    async with following(practice, owner, clientId=filing.client_id(client), after=cursor) as feed:
        await feed.texts(1)
        assert practice.casegraph.hub.followers == 1
    assert practice.casegraph.hub.followers == 0
    assert not feed.operation.ask.is_open

    async with following(practice, owner, clientId=filing.client_id(client)) as feed:
        await feed.begins()
        assert await feed.is_silent()
        assert practice.casegraph.hub.followers == 1
        assert not feed.operation.ask.is_open
    assert practice.casegraph.hub.followers == 0


async def test_more_may_follow_than_there_are_connections(practice: PracticeUnderTest, client: UUID) -> None:
    owner = await practice.member()
    feeds_of_many = [following(practice, owner, clientId=filing.client_id(client)) for _ in range(30)]

    opened = [await feed.__aenter__() for feed in feeds_of_many]
    try:
        await asyncio.gather(*(feed.begins(others=29) for feed in opened))
        await filing.entries(practice, client, "Said to all")
        told = await asyncio.gather(*(feed.texts(1) for feed in opened))
    finally:
        for feed in feeds_of_many:
            await feed.__aexit__(None, None, None)

    assert told == [["Said to all."]] * 30


@pytest.mark.parametrize("count", [600, pytest.param(5_000, marks=pytest.mark.proof)])
async def test_who_reconnects_50_times_while_others_write_hears_everything_once_and_in_order(
    practice: PracticeUnderTest, client: UUID, count: int
) -> None:
    owner, chance = await practice.member(), random.Random(count)
    cursor = await live_cursor(practice, owner, client)
    said = [f"Entry {number}." for number in range(count)]
    writer = asyncio.create_task(_write_all(practice, client, said, random.Random(count + 1)))

    heard: list[str] = []
    stops = sorted(chance.sample(range(1, count), 50))
    for stop in [*stops, count]:
        async with following(practice, owner, clientId=filing.client_id(client), after=cursor) as feed:
            while len(heard) < stop:
                update = await feed.next()
                assert update["change"] == "ADDED"
                heard.append(update["entry"]["summary"])
                cursor = update["cursor"]
            if stop < count and chance.random() < 0.5:
                feed.coming()  # one is on its way when the line breaks
                await asyncio.sleep(chance.random() / 50)
    await writer

    assert heard == said


async def _write_all(practice: PracticeUnderTest, client: UUID, said: list[str], chance: random.Random) -> None:
    """Write entries, a few in one write, some of them beside others' entries."""
    other = await filing.client(practice)
    left = list(said)
    while left:
        size = chance.randrange(1, 5)
        await filing.entries(practice, client, *left[:size])
        del left[:size]
        if chance.random() < 0.2:
            await filing.entries(practice, other, "Elsewhere")
        if chance.random() < 0.3:
            await asyncio.sleep(chance.random() / 100)


async def test_a_change_of_an_entry_in_the_same_write_comes_in_its_place(
    practice: PracticeUnderTest, client: UUID
) -> None:
    owner = await practice.member()
    cursor = await live_cursor(practice, owner, client)
    first = (await filing.entries(practice, client, "First"))[0]
    async with writing.opened(practice.casegraph.database, practice.system, "test.both") as write:
        await write.happened(EntryKind.ADMINISTRATION, client, {"text": "Second"})
        row = await write.session.get(TimelineEntry, (practice.id, first))
        assert row is not None
        write.announce(Change.CHANGED, row)
    filing.ring(practice, write)

    async with following(practice, owner, clientId=filing.client_id(client), after=cursor) as feed:
        told = [await feed.next() for _ in range(3)]

    assert [(each["change"], each["entry"]["summary"]) for each in told] == [
        ("ADDED", "First."), ("ADDED", "Second."), ("CHANGED", "First.")
    ]  # fmt: skip
