"""Makers for tests of tags: the operations, and what stands in the rows."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import event, func, select

from auth.viewers import Viewer
from domain.clients import ClientStatus
from domain.identity import Kind, new_id, written
from resolvers import writing
from resolvers.practices import FILES
from storage.database.audit import AuditEvent
from storage.database.clients import Client
from storage.database.selecting import table_of
from storage.database.tags import ClientTag
from tests.makers import PracticeUnderTest

TAG = "id name colour description visibleTo version archivedAt mergedInto { id } usage { active archived }"
PROBLEMS = "problems { code message path }"


def _mutation(name: str, asked: str) -> str:
    kind = f"{name[0].upper()}{name[1:]}Input!"
    return f"mutation ($input: {kind}) {{ {name}(input: $input) {{ {asked} {PROBLEMS} }} }}"


CREATE = _mutation("tagCreate", f"tag {{ {TAG} }} existing {{ id }}")
UPDATE = _mutation("tagUpdate", f"tag {{ {TAG} }} existing {{ id }} current {{ id version }}")
ARCHIVE = _mutation("tagArchive", f"tag {{ {TAG} }} current {{ id version }}")
RESTORE = _mutation("tagRestore", f"tag {{ {TAG} }} current {{ id version }}")
MERGE = _mutation("tagMerge", f"tag {{ {TAG} }} current {{ id version }}")
REORDER = _mutation("tagsReorder", "tags { name }")
ADD = _mutation("clientTagsAdd", "changed results { clientId client { id } result }")
REMOVE = _mutation("clientTagsRemove", "changed results { clientId client { id } result }")
LIST = f"query ($archived: Boolean) {{ practice {{ tags(archived: $archived) {{ {TAG} }} }} }}"
ON_CLIENT = """
query ($id: ID!, $past: Boolean) { client(id: $id) { tags(past: $past) {
  id tag { name } client { id } addedAt addedBy { name } removedAt removedBy { name }
} } }
"""
FILTERED = """
query ($filter: ClientFilter) {
  clients(filter: $filter, first: 100) { edges { node { id } } totalCount { value } }
}
"""


async def tagged(practice: PracticeUnderTest, viewer: Viewer, name: str, **input: Any) -> Any:
    """A new tag."""
    payload = (await practice.get(viewer, CREATE, input={"name": name, **input}))["tagCreate"]
    assert payload["problems"] == [], payload["problems"]
    return payload["tag"]


async def put_on(practice: PracticeUnderTest, viewer: Viewer, clients: list[str], tags: list[Any]) -> Any:
    """What came of putting tags on clients, which must go well as a whole."""
    given = {"clientIds": clients, "tagIds": [tag["id"] for tag in tags]}
    payload = (await practice.get(viewer, ADD, input=given))["clientTagsAdd"]
    assert payload["problems"] == [], payload["problems"]
    return payload


async def taken_off(practice: PracticeUnderTest, viewer: Viewer, clients: list[str], tags: list[Any]) -> Any:
    """What came of taking tags off clients, which must go well as a whole."""
    given = {"clientIds": clients, "tagIds": [tag["id"] for tag in tags]}
    payload = (await practice.get(viewer, REMOVE, input=given))["clientTagsRemove"]
    assert payload["problems"] == [], payload["problems"]
    return payload


async def names(practice: PracticeUnderTest, viewer: Viewer, **asked: Any) -> list[str]:
    """The names of the practice's tags, as the viewer is shown them."""
    return [tag["name"] for tag in (await practice.get(viewer, LIST, **asked))["practice"]["tags"]]


async def on_client(practice: PracticeUnderTest, viewer: Viewer, client: str, *, past: bool = False) -> list[Any]:
    """What a client is, or was, tagged with."""
    found: list[Any] = (await practice.get(viewer, ON_CLIENT, id=client, past=past))["client"]["tags"]
    return found


async def listed(practice: PracticeUnderTest, viewer: Viewer, **tags: Any) -> set[str]:
    """The clients a filter by tags finds; their number is as counted."""
    data = (await practice.get(viewer, FILTERED, filter={"tags": tags}))["clients"]
    found = {edge["node"]["id"] for edge in data["edges"]}
    assert data["totalCount"]["value"] == len(found)
    return found


async def crowd(practice: PracticeUnderTest, number: int) -> list[str]:
    """The ids of so many new clients, made at once."""
    moment = datetime.now(UTC)
    async with writing.opened(practice.casegraph.database, practice.system, "test.crowd") as write:
        first = await write.take_number(FILES, number)
        ids = [new_id() for _ in range(number)]
        rows = [
            {
                "id": id, "file_counter": each, "file_number": f"C-{each:06}", "status": ClientStatus.ACTIVE,
                "names": [], "display_name": f"Client {each}", "sort_name": f"client {each:06}", "version": 1,
                "created_at": moment, "updated_at": moment,
            }
            for each, id in enumerate(ids, first)
        ]  # fmt: skip
        await write.add_many(Client, rows)
    return [written(Kind.CLIENT, id) for id in ids]


async def rows_present(practice: PracticeUnderTest) -> int:
    """How many tags are on clients of the practice."""
    on = table_of(ClientTag)
    counted = select(func.count()).where(on.c.practice_id == practice.id, on.c.removed_at.is_(None))
    async with practice.casegraph.database.write(practice.id) as session:
        return int((await session.execute(counted)).scalar_one())


async def audited_facts(practice: PracticeUnderTest, subject: str = "client_tag") -> list[tuple[int, str]]:
    """The number of its write and the action of each audit fact about such rows."""
    fact = table_of(AuditEvent)
    chosen = select(fact.c.seq, fact.c.action).where(fact.c.practice_id == practice.id, fact.c.subject == subject)
    async with practice.casegraph.database.write(practice.id) as session:
        found = await session.execute(chosen.order_by(fact.c.seq, fact.c.ordinal))
        return [(row.seq, row.action) for row in found]


@contextmanager
def written_statements(practice: PracticeUnderTest) -> Iterator[list[str]]:
    """The statements that writes send to the database meanwhile, however many rows each carries."""
    sent: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        sent.append(statement)

    engine = practice.casegraph.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)
