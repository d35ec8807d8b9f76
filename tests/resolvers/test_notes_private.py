"""What is private to one member is not there for anybody else: every answer is the same, byte for byte, without it."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as some

from auth.viewers import Member
from domain.identity import Kind, new_id, read, written
from domain.people import Level, Role
from domain.timeline import EntryKind
from resolvers.casegraph import Casegraph
from resolvers.verifying import verify
from storage.database.audit import AuditDetail
from storage.database.timeline import TimelineEntry
from tests import care, filing, noting
from tests.following import following
from tests.makers import PracticeUnderTest

NOTE = (
    "id heading text excerpt status private labels updatedAt version author { name }"
    " addenda { text } revisions { text }"
)
PAGES = "pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount(exact: true) { value isExact }"
ENTRY = "id summary removed occurredAt movedTo { id } actor { name } subject { __typename ... on Note { text } }"
GIVEN = {
    "ids": "[ID!]!", "typed": "String", "notes": "NoteFilter", "timeline": "TimelineFilter", "archived": "Boolean",
    "size": "Int", "back": "Int",
}  # fmt: skip
NOTES = f"""
notes(filter: $notes, archived: $archived, first: $size, last: $back) {{
  edges {{ cursor node {{ {NOTE} }} }} {PAGES}
}}
"""
TIMELINE = f"""
timeline(filter: $timeline, first: $size, last: $back) {{ edges {{ cursor node {{ {ENTRY} }} }} {PAGES} liveCursor }}
"""
CLIENTS = "clients(first: 3, filter: {text: $typed})"
ASKED = [
    f"{{ {CLIENTS} {{ edges {{ cursor node {{ displayName updatedAt version {NOTES} }} }} {PAGES} }} }}",
    f"{{ {CLIENTS} {{ edges {{ cursor node {{ fileNumber {TIMELINE} }} }} }} }}",
    f"""{{
      node(id: "JOURNEY") {{ ... on Journey {{ updatedAt version {NOTES} {TIMELINE} }} }}
      nodes(ids: $ids) {{ __typename id ... on Note {{ {NOTE} }} }}
    }}""",
    f"""{{
      {NOTES} notesToCosign {{ edges {{ node {{ {NOTE} }} }} {PAGES} }} noteLabels {{ label notes }}
      viewer {{ notifications {{ edges {{ cursor node {{ id summary }} }} {PAGES} unreadCount liveCursor }} }}
    }}""",
]
WORDS = ("heel", "sleep", "worry", "xyl", "note", "mensah", "removed")
ACTS = ("write", "change", "type", "sign", "add", "archive", "restore", "move", "pin", "label")
FEW = settings(
    deadline=None, max_examples=12, suppress_health_check=[HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)  # fmt: skip
LIVE = re.compile(rb'"liveCursor":"([^"]+)"')


@dataclass
class Ward:
    """Two files with what everybody may read, one member with secrets, and everybody else."""

    practice: PracticeUnderTest
    clients: list[UUID]
    journey: UUID
    author: Member
    others: dict[str, Member]
    known: list[str]

    async def answered(self, name: str, asked: dict[str, Any]) -> bytes:
        """The whole answer to one of the others. A live cursor is another each time; its length is kept."""
        answers = []
        for text in ASKED:
            given = {name: kind for name, kind in GIVEN.items() if f"${name}" in text}
            named = ", ".join(f"${name}: {kind}" for name, kind in given.items())
            document = f"query ({named}) {text}".replace("JOURNEY", filing.journey_id(self.journey))
            values = {name: asked[name] for name in given if name in asked}
            answers.append(await self.practice.ask(self.others[name], document, **values))
        told = orjson.dumps([[answer.data, answer.codes, answer.paths] for answer in answers])
        return LIVE.sub(lambda found: b'"liveCursor":%d' % len(found[1]), told)

    def place(self, number: int) -> dict[str, str]:
        """One of the places where a note can stand."""
        client = {"clientId": filing.client_id(self.clients[number % 2])}
        return client | ({"journeyId": filing.journey_id(self.journey)} if number == 2 else {})


async def warded(casegraph: Casegraph) -> Ward:
    """A practice without anything private in it yet."""
    practice = await PracticeUnderTest.founded(casegraph)
    clients = [await filing.client(practice) for _ in range(2)]
    journey = await filing.journey(practice, clients[0])
    owner = await practice.member(name="Olu Owner")
    author = await noting.trainee(practice, owner, clients[0])
    await filing.grant(practice, author, clients[1], Level.EDIT)
    others = {role.value: await practice.member(role) for role in Role} | {"OWNER": owner}
    for name in ("ADMIN", "PRACTITIONER", "READ_ONLY"):
        await filing.grant(practice, others[name], clients[0], Level.EDIT)
        await filing.grant(practice, others[name], clients[1], Level.EDIT)
    others["of the journey"] = await practice.member(Role.PRACTITIONER)
    await filing.grant(practice, others["of the journey"], clients[0], Level.EDIT, journey)
    others["stranger"] = await (await PracticeUnderTest.founded(casegraph)).member()
    ward = Ward(practice, clients, journey, author, others, [filing.journey_id(journey)])
    for number, text in enumerate(("Left heel, worry", "Sleeps well", "# Heel\n\nNo worry")):
        note = await noting.written(practice, owner, text=text, labels=["Heel"], **_at(ward, number))
        ward.known.append(note["id"])
    await noting.changed(practice, author, {"id": ward.known[1], "version": 1}, text="Left heel, less worry")
    return ward


def _at(ward: Ward, number: int) -> dict[str, Any]:
    place = ward.place(number)
    return {"client": read(place.pop("clientId"))[1], **place}


@dataclass
class Secrets:
    """The author's private notes, as they see them."""

    ward: Ward
    notes: list[dict[str, Any]]

    async def act(self, act: str, number: int) -> None:
        """Write a private note, or do something with one."""
        ward = self.ward
        if act == "write" or not self.notes:
            mentions = [
                care.member_id(other) for other in ward.others.values() if other.practice_id == ward.practice.id
            ]
            await self._keep(noting.written(
                ward.practice, ward.author, text="Xylem: heel, worry, sleep", private=True, pinned=True,
                labels=["heel", "secret"], mentionIds=mentions, occurredAt=f"2026-01-0{1 + number}T09:30:00Z",
                **_at(ward, number),
            ))  # fmt: skip
            return
        note = self.notes[number % len(self.notes)]
        await self._do(act, note, number)
        self.notes[self.notes.index(note)] = await noting.read(ward.practice, ward.author, note["id"])

    async def _keep(self, writing: Awaitable[Any]) -> None:
        self.notes.append(await writing)

    async def _do(self, act: str, note: dict[str, Any], number: int) -> None:
        practice, author = self.ward.practice, self.ward.author
        doing: dict[str, Callable[[], Awaitable[Any]]] = {
            "change": lambda: noting.changed(practice, author, note, text=f"Xylem {number} heel"),
            "type": lambda: noting.changed(practice, author, note, text=f"Typed {number} heel", autosave=True),
            "pin": lambda: noting.changed(practice, author, note, pinned=bool(number % 2)),
            "label": lambda: noting.changed(practice, author, note, labels=["Heel", f"more {number}"]),
            "sign": lambda: noting.signed(practice, author, note),
            "add": lambda: noting.added(practice, author, note, "Xylem again, worry"),
            "archive": lambda: noting.carried(practice, author, "noteArchive", id=note["id"], reason="Secret"),
            "restore": lambda: noting.carried(practice, author, "noteRestore", id=note["id"]),
            "move": lambda: noting.moved(practice, author, note, **_at(self.ward, number)),
        }
        await doing[act]()


def asked_of(ward: Ward) -> some.SearchStrategy[dict[str, Any]]:
    """Any mixture of filters, pages and counts."""
    typed = some.sampled_from(WORDS)
    filters = {
        "text": typed,
        "labels": some.lists(some.sampled_from(["HEEL", "secret"]), max_size=2),
        "status": some.lists(some.sampled_from(["DRAFT", "AWAITING_COSIGNATURE", "SIGNED"]), max_size=2),
        "authorIds": some.just([care.member_id(ward.author)]),
        "pinned": some.booleans(),
        "private": some.booleans(),
        "since": some.just("2026-01-02T00:00:00Z"),
    }
    timeline = {"text": typed, "kinds": some.just(["NOTE"]), "actorIds": some.just([care.member_id(ward.author)])}
    asked = some.fixed_dictionaries({
        "ids": some.just(ward.known), "typed": some.sampled_from([None, "kit", "xylem"]), "archived": some.booleans(),
        "notes": some.fixed_dictionaries({}, optional=filters),
        "timeline": some.fixed_dictionaries({}, optional=timeline),
    })  # fmt: skip
    sized = some.tuples(some.sampled_from(["size", "back"]), some.integers(1, 4))
    return some.builds(lambda chosen, part: chosen | {part[0]: part[1]}, asked, sized)


@FEW
@given(data=some.data())
async def test_with_and_without_private_notes_every_answer_to_others_is_the_same(
    casegraph: Casegraph, data: some.DataObject
) -> None:
    ward = await warded(casegraph)
    requests = [(name, data.draw(asked_of(ward))) for name in ward.others for _ in range(2)]
    without = [await ward.answered(name, asked) for name, asked in requests]
    secrets = Secrets(ward, [])

    await secrets.act("write", data.draw(some.integers(0, 2)))
    for act, number in data.draw(some.lists(some.tuples(some.sampled_from(ACTS), some.integers(0, 2)), max_size=10)):
        await secrets.act(act, number)

    assert [await ward.answered(name, asked) for name, asked in requests] == without
    for other in ward.others.values():
        await _is_as_if_there_were_none(ward, other, secrets.notes[0]["id"])
    assert await _timeline_of(ward) != []


async def _timeline_of(ward: Ward) -> list[str]:
    """The author alone sees them all."""
    rows = await care.rows_of(ward.practice, TimelineEntry)
    ids = [written(Kind.ENTRY, row["id"]) for row in rows if row["private_to"] is not None]
    assert {row["private_to"] for row in rows} == {None, ward.author.membership_id}
    for other in (ward.author, *ward.others.values()):
        found = (await ward.practice.get(other, "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=ids))["nodes"]
        assert [node and node["id"] for node in found] == (ids if other is ward.author else [None] * len(ids))
    return ids


async def _is_as_if_there_were_none(ward: Ward, other: Member, secret: str) -> None:
    """Whatever somebody else tries with the id is answered as with an id that was never given."""
    never = written(Kind.NOTE, new_id())
    client = filing.client_id(ward.clients[0])
    tries: list[tuple[str, str, dict[str, Any]]] = [
        ("noteUpdate", "id", {"expectedVersion": 1, "text": "Mine"}), ("noteArchive", "id", {"reason": "Mine"}),
        ("noteRestore", "id", {}), ("noteSign", "id", {"expectedVersion": 1}), ("noteCosign", "id", {}),
        ("noteMove", "id", {"expectedVersion": 1, "clientId": client}), ("noteAddendumAdd", "noteId", {"text": "Mine"}),
    ]  # fmt: skip
    for act, name, more in tries:
        answers = [
            await noting.asked(ward.practice, other, act, "note { id }", **{name: id}, **more) for id in (secret, never)
        ]
        assert answers[0] == answers[1], (act, other.role)
    answers = [await ward.practice.ask(other, "query ($id: ID!) { node(id: $id) { id } note(id: $id) { text } }", id=id)
               for id in (secret, never)]  # fmt: skip
    assert answers[0] == answers[1]
    assert answers[0].data["node"] is None


async def test_a_feed_tells_others_nothing_of_private_notes_and_goes_on_with_what_is_theirs(
    casegraph: Casegraph,
) -> None:
    ward = await warded(casegraph)
    secrets, practice = Secrets(ward, []), ward.practice
    followed = {"clientId": filing.client_id(ward.clients[0])}

    async with (
        following(practice, ward.others["PRACTITIONER"], **followed) as theirs,
        following(practice, ward.author, **followed) as own,
    ):
        await theirs.begins(0)
        await own.begins(1)
        for act in ("write", "change", "add", "sign", "add", "archive", "restore", "pin"):
            await secrets.act(act, 0)
        await noting.written(practice, ward.others["OWNER"], ward.clients[0], "For all")
        heard = await theirs.next()
        assert (heard["change"], heard["entry"]["subject"]) == ("ADDED", {"text": "For all"})
        assert (await own.next())["entry"]["subject"]["text"].startswith("Xylem")
        assert await theirs.is_silent()


async def test_a_private_note_can_be_shown_to_the_others_and_then_is_there_like_any(casegraph: Casegraph) -> None:
    ward = await warded(casegraph)
    practice, client, ben = ward.practice, ward.clients[0], ward.others["PRACTITIONER"]
    note = await noting.written(practice, ward.author, client, "Xylem", private=True, mentionIds=[care.member_id(ben)])

    async with following(practice, ben, clientId=filing.client_id(client)) as feed:
        await feed.begins()
        shown = await noting.changed(practice, ward.author, note, private=False, mentionIds=[care.member_id(ben)])
        heard = await feed.next()

    assert (heard["change"], heard["entry"]["subject"]) == ("ADDED", {"text": "Xylem"})
    assert (shown["note"]["private"], shown["note"]["version"]) == (False, 1)
    assert shown["mentioned"] == [{"name": (await noting.read(practice, ben, note["id"])) and await name_of(ward, ben)}]
    assert await noting.listed(practice, ben, client, text="xylem") == ["Xylem"]
    assert await noting.sentences(practice, ben) == ["Tia Trainee mentioned you in a note."]
    again = await noting.changed(practice, ward.author, note, private=True)
    assert again["problems"] == [{"code": "NOT_ALLOWED_NOW", "path": ["input", "private"]}]


async def name_of(ward: Ward, member: Member) -> str:
    """The name of a member."""
    data = await ward.practice.get(member, "{ viewer { ... on MemberViewer { member { name } } } }")
    return str(data["viewer"]["member"]["name"])


async def test_putting_a_journey_away_with_its_notes_leaves_the_private_ones_of_others(casegraph: Casegraph) -> None:
    ward = await warded(casegraph)
    practice, owner, journey = ward.practice, ward.others["OWNER"], filing.journey_id(ward.journey)
    secret = await noting.written(practice, ward.author, ward.clients[0], "Xylem", private=True, journeyId=journey)
    archive = {"id": journey, "archiveNotes": True}

    await noting.carried(practice, owner, "journeyArchive", "journey { id }", **archive)
    assert (await noting.read(practice, ward.author, secret["id"]))["archivedAt"] is None
    await noting.carried(practice, owner, "journeyRestore", "journey { id }", id=journey)

    assert await noting.read(practice, ward.author, secret["id"]) == secret
    assert (await noting.read(practice, owner, ward.known[3]))["archivedAt"] is None
    entries = [row for row in await care.rows_of(practice, TimelineEntry) if row["kind"] is EntryKind.NOTE]
    assert {row["removed_at"] for row in entries} == {None}


async def test_the_audit_log_holds_hashes_of_private_notes_and_none_of_their_words(casegraph: Casegraph) -> None:
    ward = await warded(casegraph)
    secrets = Secrets(ward, [])
    for act in ("write", "change", "label", "sign", "add", "archive"):
        await secrets.act(act, 0)

    details = await care.rows_of(ward.practice, AuditDetail)
    assert "heel" in str(details)
    assert not any(word in str(details) for word in ("Xylem", "secret", "Secret", "more 0"))
    assert (await verify(ward.practice.casegraph.database, ward.practice.id, None)).is_sound


async def test_a_program_and_the_machinery_write_no_private_notes(practice: PracticeUnderTest) -> None:
    client = await filing.client(practice)
    given = {"clientId": filing.client_id(client), "text": "Xylem", "private": True}

    payload = await noting.carried(practice, practice.system, "noteCreate", **given)

    assert payload["problems"] == [{"code": "INVALID", "path": ["input", "private"]}]
