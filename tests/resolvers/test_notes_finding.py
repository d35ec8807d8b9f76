"""Lists of notes: every mixture of filters against brute force, hostile filters, cursors, other practices."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as some

from auth.viewers import Member
from domain import searching
from domain.identity import Kind, new_id, written
from domain.notes import NoteStatus
from domain.people import Role
from resolvers import writing
from resolvers.casegraph import Casegraph
from resolvers.notes.finding import status_of
from storage.database.notes import Note, NoteLabel
from tests import filing, noting
from tests.makers import PracticeUnderTest

PAGE = """
query ($id: ID!, $filter: NoteFilter, $archived: Boolean, $first: Int, $after: String) {
  client(id: $id) {
    notes(filter: $filter, archived: $archived, first: $first, after: $after) {
      edges { node { id } } totalCount { value } pageInfo { endCursor }
    }
  }
}
"""
ALL = """
query ($filter: NoteFilter, $archived: Boolean) {
  notes(filter: $filter, archived: $archived, first: 100) { edges { node { id } } totalCount { value } }
}
"""
TEXTS = ("Left heel", "# Sleep\n\nno *worry*", "Größe 12 cm", "heel, worry & sleep", "100%_done")
LABELS = ("care", "sleep")
RARE = settings(
    deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)  # fmt: skip


@dataclass
class Filed:
    """A client with many notes, and two who may be asked."""

    practice: PracticeUnderTest
    client: UUID
    members: list[Member]
    notes: list[tuple[Note, set[str]]]

    def seen(self, viewer: Member, chosen: dict[str, Any], archived: bool) -> list[str]:
        """The ids that a viewer finds under a filter, by brute force over plain rows."""
        found = [
            note for note, labels in self.notes
            if note.private_to in (None, viewer.membership_id) and (archived or note.archived_at is None)
            and all(FITS[name](note, labels, value) for name, value in chosen.items())
        ]  # fmt: skip
        found.sort(key=lambda note: (note.occurred_at, note.id), reverse=True)
        return [written(Kind.NOTE, note.id) for note in found]


def _found_by(note: Note, labels: set[str], text: str) -> bool:
    if not searching.prefixes_in_text(text):
        return True
    return note.private_to is None and searching.is_in_text(searching.words_kept(note.title, note.text), text)


FITS: dict[str, Callable[[Note, set[str], Any], bool]] = {
    "text": _found_by,
    "labels": lambda note, labels, wanted: {one.casefold() for one in wanted} <= labels,
    "status": lambda note, labels, wanted: status_of(note) in wanted,
    "authorIds": lambda note, labels, wanted: any(note.author_id == UUID(one.split("_")[1]) for one in wanted),
    "since": lambda note, labels, moment: note.occurred_at >= datetime.fromisoformat(moment),
    "until": lambda note, labels, moment: note.occurred_at < datetime.fromisoformat(moment),
    "pinned": lambda note, labels, wanted: note.pinned is wanted,
    "private": lambda note, labels, wanted: (note.private_to is not None) is wanted,
}


def random_note(chance: random.Random, client: UUID, members: list[Member]) -> Note:
    """A note that stands anywhere a note can stand."""
    author = chance.choice(members).membership_id
    signed = chance.choice([None, None, filing.EARLIER])
    return Note(
        id=new_id(), client_id=client, title=chance.choice([None, "Visit"]), text=chance.choice(TEXTS),
        occurred_at=filing.EARLIER + timedelta(hours=chance.randrange(24)), recorded_at=filing.EARLIER,
        author_id=author, private_to=author if chance.random() < 0.3 else None, pinned=chance.random() < 0.3,
        imported=signed is None and chance.random() < 0.2, signed_at=signed,
        needs_cosignature=signed is not None and (needs := chance.random() < 0.6),
        cosigned_at=filing.EARLIER if signed and needs and chance.random() < 0.5 else None,
        updated_at=filing.EARLIER, archived_at=filing.EARLIER if chance.random() < 0.2 else None,
    )  # fmt: skip


@pytest.fixture(scope="session")
async def filed(casegraph: Casegraph) -> Filed:
    """80 random notes of one client, some of them private to either of two members."""
    practice = await PracticeUnderTest.founded(casegraph)
    client, chance = await filing.client(practice), random.Random(12)
    members = [await practice.member(), await practice.member(Role.PRACTITIONER)]
    await filing.grant(practice, members[1], client)
    notes = [(random_note(chance, client, members), set(chance.sample(LABELS, chance.randrange(3)))) for _ in range(80)]
    async with writing.opened(casegraph.database, practice.system, "test.notes") as write:
        await write.add(*(note for note, _ in notes))
        await write.add(
            *(NoteLabel(note_id=note.id, folded=each, label=each.title()) for note, labels in notes for each in labels)
        )
    return Filed(practice, client, members, notes)


moments = some.integers(-1, 25).map(lambda hour: (filing.EARLIER + timedelta(hours=hour)).isoformat())


def filters_of(filed: Filed) -> some.SearchStrategy[dict[str, Any]]:
    """Any mixture of filters."""
    authors = [written(Kind.MEMBERSHIP, member.membership_id) for member in filed.members]
    return some.fixed_dictionaries({}, optional={
        "text": some.sampled_from(["HEEL", "sl wor", "grosse", "größe", "12", "%", "_", "visit", "100 d", "nobody"]),
        "labels": some.lists(some.sampled_from(["CARE", "Sleep", "none"]), max_size=2),
        "status": some.lists(some.sampled_from(NoteStatus), max_size=3),
        "authorIds": some.lists(some.sampled_from(authors), max_size=2),
        "since": moments, "until": moments, "pinned": some.booleans(), "private": some.booleans(),
    })  # fmt: skip


@RARE
@given(data=some.data(), archived=some.booleans(), who=some.integers(0, 1))
async def test_every_mixture_of_filters_finds_what_brute_force_finds(
    filed: Filed, data: some.DataObject, archived: bool, who: int
) -> None:
    chosen = data.draw(filters_of(filed))
    viewer = filed.members[who]
    expected = filed.seen(viewer, chosen, archived)

    of_client = await filed.practice.get(
        viewer, PAGE, id=filing.client_id(filed.client), filter=chosen, archived=archived, first=100
    )
    of_all = await filed.practice.get(viewer, ALL, filter=chosen, archived=archived)

    for page in (of_client["client"]["notes"], of_all["notes"]):
        assert [edge["node"]["id"] for edge in page["edges"]] == expected
        assert page["totalCount"] == {"value": len(expected)}


@pytest.mark.parametrize("text", ["\x00heel\x00", "heel\ufdd0", "heel " * 5_000, "(heel)", "HEEL'; --", "heel%"])
async def test_what_a_store_would_refuse_is_looked_for_without_it(filed: Filed, text: str) -> None:
    assert len(await noting.listed(filed.practice, filed.members[0], filed.client, text=text)) > 5
    assert await noting.timeline(filed.practice, filed.members[0], filed.client, text=text) == []


@pytest.mark.parametrize("chosen", [{"labels": ["\x00x", "\ud7ff" * 300]}, {"labels": [f"l{n}" for n in range(5_000)]}])
async def test_labels_that_nobody_wrote_find_nothing(filed: Filed, chosen: dict[str, Any]) -> None:
    assert await noting.listed(filed.practice, filed.members[0], filed.client, **chosen) == []


async def test_a_cursor_opens_only_in_its_own_list_and_practice(filed: Filed) -> None:
    owner, client = filed.members[0], filing.client_id(filed.client)
    cursor = (await filed.practice.get(owner, PAGE, id=client, first=1))["client"]["notes"]["pageInfo"]["endCursor"]
    stranger = await PracticeUnderTest.founded(filed.practice.casegraph)
    theirs = filing.client_id(await filing.client(stranger))

    for practice, viewer, id, filter in (
        (filed.practice, owner, client, {"text": "heel"}), (stranger, await stranger.member(), theirs, None),
    ):  # fmt: skip
        answer = await practice.ask(viewer, PAGE, id=id, first=1, after=cursor, filter=filter)
        assert answer.codes == ["BAD_CURSOR"]


async def test_another_practice_finds_nothing_of_ours(filed: Filed) -> None:
    stranger = await (await PracticeUnderTest.founded(filed.practice.casegraph)).member()

    assert (await filed.practice.get(stranger, ALL))["notes"] == {"edges": [], "totalCount": {"value": 0}}
    assert (await filed.practice.get(stranger, PAGE, id=filing.client_id(filed.client)))["client"] is None
    assert await filed.practice.get(stranger, "{ noteLabels { label } notesToCosign { edges { node { id } } } }") == {
        "noteLabels": [], "notesToCosign": {"edges": []},
    }  # fmt: skip
