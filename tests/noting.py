"""Makers for tests of notes and notifications: acts of the graph by name, and what lists and timelines show."""

from typing import Any
from uuid import UUID

from auth.viewers import Member, Viewer
from domain.people import Level, Role
from tests import care, filing
from tests.makers import Answer, PracticeUnderTest

NOTE = """
  id title text version status private labels occurredAt recordedAt pinned archivedAt cosignedAt
  client { id } journey { id } author { name } cosignedBy { name }
  signature { signedAt digest intact signedBy { name } }
  addenda { id text recordedAt author { name } }
  revisions { version text }
"""
MENTIONS = "mentioned { name } notNotified"
TIMELINE = """
query ($id: ID!, $filter: TimelineFilter) {
  client(id: $id) { timeline(filter: $filter) { edges { node { id summary } } totalCount { value } } }
}
"""
LISTED = """
query ($id: ID!, $filter: NoteFilter, $archived: Boolean) {
  client(id: $id) {
    notes(filter: $filter, archived: $archived, first: 100) { edges { node { id heading } } totalCount { value } }
  }
}
"""
TOLD = """
query ($unread: Boolean) {
  viewer {
    notifications(unread: $unread) {
      unreadCount totalCount { value }
      edges { node { id kind summary readAt actor { name } client { id } note { id text } } }
    }
  }
}
"""
READ = "notifications { id readAt } unreadCount"


def operation(act: str, selected: str) -> str:
    """The text of a mutation that says what kept it from being carried out."""
    kind = act[0].upper() + act[1:]
    return f"mutation ($input: {kind}Input!) {{ {act}(input: $input) {{ {selected} problems {{ code path }} }} }}"


async def asked(practice: PracticeUnderTest, viewer: Viewer, act: str, selected: str = "", **input: Any) -> Answer:
    """What an act of the graph is answered, whether or not it went well."""
    return await practice.ask(viewer, operation(act, selected), input=input)


async def carried(
    practice: PracticeUnderTest, viewer: Viewer, act: str, selected: str = f"note {{ {NOTE} }}", **input: Any
) -> Any:
    """The payload of an act that nobody was turned away from."""
    answer = await asked(practice, viewer, act, selected, **input)
    assert answer.codes == [], (answer.codes, answer.paths)
    return answer.data[act]


async def written(
    practice: PracticeUnderTest, viewer: Viewer, client: UUID, text: str = "All well.", **input: Any
) -> Any:
    """A new note."""
    given = {"clientId": filing.client_id(client), "text": text, **input}
    payload = await carried(practice, viewer, "noteCreate", **given)
    assert payload["problems"] == []
    return payload["note"]


async def changed(practice: PracticeUnderTest, viewer: Viewer, note: Any, **input: Any) -> Any:
    """What comes of changing a note as it was seen."""
    selected = f"note {{ {NOTE} }} current {{ version text }} sentText sentTitle {MENTIONS}"
    given = {"id": note["id"], "expectedVersion": note["version"], **input}
    return await carried(practice, viewer, "noteUpdate", selected, **given)


async def signed(practice: PracticeUnderTest, viewer: Viewer, note: Any) -> Any:
    """What comes of signing a note as it was seen."""
    selected = f"note {{ {NOTE} }} current {{ version }}"
    return await carried(practice, viewer, "noteSign", selected, id=note["id"], expectedVersion=note["version"])


async def moved(practice: PracticeUnderTest, viewer: Viewer, note: Any, client: UUID, **input: Any) -> Any:
    """What comes of moving a note to another client."""
    given = {"id": note["id"], "expectedVersion": note["version"], "clientId": filing.client_id(client), **input}
    return await carried(practice, viewer, "noteMove", **given)


async def added(practice: PracticeUnderTest, viewer: Viewer, note: Any, text: str, **input: Any) -> Any:
    """What comes of adding to a note."""
    selected = f"note {{ {NOTE} }} addendum {{ id text }} {MENTIONS}"
    return await carried(practice, viewer, "noteAddendumAdd", selected, noteId=note["id"], text=text, **input)


async def read(practice: PracticeUnderTest, viewer: Viewer, id: str) -> Any:
    """A note as the viewer sees it, by its id."""
    return (await practice.get(viewer, f"query ($id: ID!) {{ note(id: $id) {{ {NOTE} }} }}", id=id))["note"]


async def listed(practice: PracticeUnderTest, viewer: Viewer, client: UUID, **filter: Any) -> list[str]:
    """The headings of the client's notes that a filter finds, counted as well."""
    data = await practice.get(viewer, LISTED, id=filing.client_id(client), filter=filter)
    page = data["client"]["notes"]
    headings = [edge["node"]["heading"] for edge in page["edges"]]
    assert page["totalCount"]["value"] == len(headings)
    return headings


async def timeline(practice: PracticeUnderTest, viewer: Viewer, client: UUID, **filter: Any) -> list[str]:
    """The sentences of the client's timeline that a filter finds, counted as well."""
    data = await practice.get(viewer, TIMELINE, id=filing.client_id(client), filter=filter)
    page = data["client"]["timeline"]
    sentences = [edge["node"]["summary"] for edge in page["edges"]]
    assert page["totalCount"]["value"] == len(sentences)
    return sentences


async def told(practice: PracticeUnderTest, viewer: Viewer, **arguments: Any) -> Any:
    """What the viewer is told of."""
    return (await practice.get(viewer, TOLD, **arguments))["viewer"]["notifications"]


async def sentences(practice: PracticeUnderTest, viewer: Viewer) -> list[str]:
    """The sentences of what the viewer is told of, newest first."""
    return [edge["node"]["summary"] for edge in (await told(practice, viewer))["edges"]]


async def practitioner(
    practice: PracticeUnderTest, name: str, client: UUID | None = None, level: Level = Level.EDIT
) -> Member:
    """A practitioner, on the client's care team if one is given."""
    member = await practice.member(Role.PRACTITIONER, name)
    if client is not None:
        await filing.grant(practice, member, client, level=level)
    return member


async def trainee(practice: PracticeUnderTest, owner: Viewer, client: UUID) -> Member:
    """A practitioner on the client's care team who works under supervision."""
    member = await practitioner(practice, "Tia Trainee", client)
    payload = await carried(
        practice, owner, "memberSupervise", "member { supervised }", id=care.member_id(member), supervised=True
    )
    assert payload == {"member": {"supervised": True}, "problems": []}
    return member


def codes(payload: Any) -> list[str]:
    """The codes of what kept an act from being carried out."""
    return [problem["code"] for problem in payload["problems"]]
