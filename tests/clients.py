"""Makers for tests of clients: the operations, and what they answer."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import func, select

from auth.viewers import Viewer
from domain.identity import Kind, new_id, read
from domain.people import Level
from domain.settings import Settings, kept
from resolvers import writing
from resolvers.asking import Ask
from storage.database.audit import AuditEvent
from storage.database.clients import SearchWord
from storage.database.people import ClientGrant, PracticeSettings
from storage.database.selecting import table_of
from storage.database.timeline import HeadRow, TimelineEntry, head
from tests.makers import Answer, PracticeUnderTest

PROFILE = """
  id fileNumber status displayName legalName names { use given family } pronouns birthDate deceasedOn
  language timeZone privacyConsent emailMarketingConsent textMarketingConsent version archivedAt
  consequences { portal automatedMessages newWork }
  contactPoints { id channel use value label permissions { email call text voicemail } preferred }
  addresses { id use lines locality region postalCode country accessNotes }
  relatedPeople { id relation name pronouns phone email birthDate deceasedOn emergencyContact remark }
  identifiers { id system value label }
  safetyFlags { id severity text fromDate toDate }
"""
PROBLEMS = "problems { code message path }"
CREATE = (
    "mutation ($input: ClientCreateInput!) { clientCreate(input: $input) {"
    f" client {{ {PROFILE} }} possibleDuplicates {{ score reasons client {{ id }} }} {PROBLEMS} }} }}"
)
UPDATE = (
    "mutation ($input: ClientUpdateInput!) { clientUpdate(input: $input) {"
    f" client {{ {PROFILE} }} current {{ id version displayName }} {PROBLEMS} }} }}"
)
ARCHIVE = (
    "mutation ($input: ClientArchiveInput!) { clientArchive(input: $input) {"
    f" client {{ {PROFILE} }} current {{ id version }} {PROBLEMS} }} }}"
)
RESTORE = (
    "mutation ($input: ClientRestoreInput!) { clientRestore(input: $input) {"
    f" client {{ {PROFILE} }} current {{ id version }} {PROBLEMS} }} }}"
)
CLIENT = f"query ($id: ID!) {{ client(id: $id) {{ {PROFILE} }} }}"
FOUND = "query ($typed: String!) { clients(filter: {text: $typed}, first: 100) { edges { node { id } } } }"


def named(given: str | None = "Ana", family: str | None = "Silva", use: str = "LEGAL") -> list[dict[str, Any]]:
    """One name."""
    return [{"use": use, "given": given, "family": family}]


async def opened(practice: PracticeUnderTest, viewer: Viewer, **input: Any) -> Any:
    """A new client, as the viewer sees it."""
    given = {"names": named(), "allowDuplicate": True, **input}
    payload = (await practice.get(viewer, CREATE, input=given))["clientCreate"]
    assert payload["problems"] == [], payload["problems"]
    return payload["client"]


async def changed(practice: PracticeUnderTest, viewer: Viewer, client: Any, **input: Any) -> Any:
    """The client after a change that must go well."""
    given = {"id": client["id"], "expectedVersion": client["version"], **input}
    payload = (await practice.get(viewer, UPDATE, input=given))["clientUpdate"]
    assert payload["problems"] == [], payload["problems"]
    return payload["client"]


async def read_again(practice: PracticeUnderTest, viewer: Viewer, client: Any) -> Any:
    """The client as it stands."""
    return (await practice.get(viewer, CLIENT, id=client["id"]))["client"]


async def found_by(practice: PracticeUnderTest, viewer: Viewer, text: str) -> set[str]:
    """The ids of the clients that a text finds."""
    data = await practice.get(viewer, FOUND, typed=text)
    return {edge["node"]["id"] for edge in data["clients"]["edges"]}


def payload_of(answer: Answer) -> Any:
    """The one payload of a mutation that was not turned away."""
    assert answer.codes == [], (answer.codes, answer.paths)
    (payload,) = answer.data.values()
    return payload


def problems_of(answer: Answer) -> list[tuple[str, list[str]]]:
    """The codes and paths of the problems."""
    return [(problem["code"], problem["path"]) for problem in payload_of(answer)["problems"]]


async def writes(practice: PracticeUnderTest) -> int:
    """How many writes the practice has seen: the same before and after says that nothing was written."""
    ask = Ask.opened(practice.casegraph.database, practice.system)
    try:
        row = await ask.row(HeadRow, head)
    finally:
        await ask.close()
    assert row is not None
    return row.seq


async def grant(
    practice: PracticeUnderTest, client: Any, member: Any, level: Level, journey_id: Any = None
) -> ClientGrant:
    """A place on the client's care team."""
    moment = datetime.now(UTC)
    row = ClientGrant(
        id=new_id(), client_id=bare(client), journey_id=journey_id, membership_id=member.membership_id,
        rank=level.rank, from_at=moment, created_at=moment,
    )  # fmt: skip
    async with writing.opened(practice.casegraph.database, practice.system, "test") as write:
        await write.add(row)
    return row


async def settle(practice: PracticeUnderTest, settings: Settings) -> None:
    """Put these settings in force."""
    row = PracticeSettings(
        id=new_id(), effective_from=date(2000, 1, 1), version=1, values=kept(settings), recorded_at=datetime.now(UTC)
    )
    async with writing.opened(practice.casegraph.database, practice.system, "test") as write:
        await write.add(row)


def bare(node: Any) -> Any:
    """The UUID behind a node's id."""
    return read(node["id"])[1]


async def timeline(practice: PracticeUnderTest, client: Any) -> list[tuple[str, dict[str, Any]]]:
    """The kinds and facts of the client's timeline, oldest first."""
    entry = table_of(TimelineEntry)
    async with practice.casegraph.database.write(practice.id) as session:
        found = await session.execute(
            select(entry.c.kind, entry.c.facts)
            .where(entry.c.practice_id == practice.id, entry.c.client_id == bare(client))
            .order_by(entry.c.recorded_at, entry.c.id)
        )
        return [(row.kind.value, row.facts) for row in found]


async def audited(practice: PracticeUnderTest, client: Any) -> list[tuple[str, str, set[str]]]:
    """The audit facts about the client: action, subject, and the fields that changed."""
    event = table_of(AuditEvent)
    async with practice.casegraph.database.write(practice.id) as session:
        found = await session.execute(
            select(event.c.action, event.c.subject, event.c.changes)
            .where(event.c.practice_id == practice.id, event.c.client_id == bare(client))
            .order_by(event.c.seq, event.c.ordinal)
        )
        return [(row.action, row.subject, set(row.changes)) for row in found]


async def words(practice: PracticeUnderTest, client: Any) -> int:
    """How many words the client is kept under."""
    word = table_of(SearchWord)
    statement = select(func.count()).where(word.c.practice_id == practice.id, word.c.client_id == bare(client))
    async with practice.casegraph.database.write(practice.id) as session:
        return int((await session.execute(statement)).scalar_one())


def other_id(kind: Kind) -> str:
    """An id that no row has."""
    return f"{kind.value}_{new_id().hex}"
