"""Notes and notifications are read off their indexes on PostgreSQL, as the application's role, also by their words."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest

import storage.database.notes
import storage.database.notifications
from auth.keys import KeyRing
from auth.reach import Reach
from domain.people import Role
from resolvers.casegraph import Casegraph
from resolvers.notes.finding import NEWEST
from resolvers.notifications.finding import NEWEST as NEWEST_TOLD
from storage.database.notes import Filter
from storage.database.ordering import Slice
from tests.makers import PracticeUnderTest
from tests.plans import as_application, as_owner, by_index, plan_of

OWNERS = Reach(Role.OWNER, False)
CLIENTS, NOTES, TOLD = 20, 20_000, 5_000
FILL = (
    "INSERT INTO client (practice_id, id, file_counter, file_number, status, names, display_name, sort_name, version,"
    " created_at, updated_at) SELECT $1, gen_random_uuid(), n, 'C-' || n, 'ACTIVE', '[]', 'Nia', 'nia ' || n, 1,"
    f" now(), now() FROM generate_series(1, {CLIENTS}) n",
    "INSERT INTO note (practice_id, id, client_id, text, search_words, occurred_at, recorded_at, updated_at, pinned,"
    " imported, version, needs_cosignature)"
    " SELECT $1, gen_random_uuid(), c.id, 'All', ' heel w' || n, now() - n * interval '1 minute', now(), now(), false,"
    f" false, 1, false FROM client c, generate_series(1, {NOTES // CLIENTS}) n WHERE c.practice_id = $1",
)
TELL = (
    "INSERT INTO notification (practice_id, id, membership_id, kind, facts, created_at)"
    " SELECT $1, gen_random_uuid(), $2, 'CARE_TEAM_JOINED', '{}', now() - n * interval '1 minute'"
    f" FROM generate_series(1, {TOLD}) n"
)


@pytest.fixture(scope="module")
async def crowded(postgres_url: str) -> AsyncIterator[tuple[PracticeUnderTest, UUID]]:
    """A practice with many notes, and a member who was told of a great deal."""
    async with Casegraph.opened(postgres_url, KeyRing.made()) as casegraph:
        practice = await PracticeUnderTest.founded(casegraph)
        members = [(await practice.member()).membership_id for _ in range(3)]
        async with as_application(postgres_url, practice.id) as application:
            for statement in FILL:
                await application.execute(statement, practice.id)
            for member in members:
                await application.execute(TELL, practice.id, member)
        async with as_owner(postgres_url) as owner:
            await owner.execute("ANALYZE client, note, notification")
        yield practice, members[0]


async def test_words_are_looked_for_in_one_file_only(crowded: tuple[PracticeUnderTest, UUID]) -> None:
    practice, member = crowded
    clients = await _clients(practice)

    plan = await plan_of(
        practice, storage.database.notes.of_parents, "postgresql", "client_id", OWNERS, Filter(words=2), Slice(NEWEST),
        frozenset({"title"}), parents=clients[:1], member=member, size=21, word_0="% heel%", word_1="% w7%",
    )  # fmt: skip

    found = by_index(plan, "note")
    assert {step["Index Name"] for step in found} == {"ix_note_practice_id_client_id_occurred_at_id"}
    assert sum(step["Actual Rows"] + step.get("Rows Removed by Filter", 0) for step in found) <= NOTES / CLIENTS


async def test_a_page_of_all_notes_touches_little_more_than_the_page(crowded: tuple[PracticeUnderTest, UUID]) -> None:
    practice, member = crowded

    plan = await plan_of(
        practice, storage.database.notes.page_of, OWNERS, Filter(), Slice(NEWEST), frozenset({"title"}),
        member=member, size=21,
    )  # fmt: skip

    found = by_index(plan, "note")
    assert {step["Index Name"] for step in found} == {"ix_note_practice_id_occurred_at_id"}
    assert max(step["Actual Rows"] for step in found) <= 21


async def test_a_page_of_notifications_touches_only_the_page(crowded: tuple[PracticeUnderTest, UUID]) -> None:
    practice, member = crowded

    plan = await plan_of(
        practice, storage.database.notifications.page_of, OWNERS, False, Slice(NEWEST_TOLD), frozenset({"kind"}),
        member=member, size=21,
    )  # fmt: skip

    found = [step for step in by_index(plan, "notification") if step.get("Relation Name") != "note"]
    assert {step["Index Name"] for step in found} == {"ix_notification_practice_id_membership_id_created_at_id"}
    assert max(step["Actual Rows"] for step in found) <= 21


async def _clients(practice: PracticeUnderTest) -> list[UUID]:
    url = practice.casegraph.database.url.set(drivername="postgresql").render_as_string(hide_password=False)
    async with as_application(url, practice.id) as application:
        rows: Any = await application.fetch("SELECT id FROM client WHERE practice_id = $1", practice.id)
    assert rows
    return [UUID(str(row["id"])) for row in rows]
