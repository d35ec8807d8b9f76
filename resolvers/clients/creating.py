"""Opening a client's file."""

from dataclasses import asdict, dataclass
from uuid import UUID

from auth.errors import Forbidden
from auth.permissions import Extent, May
from domain import clients
from domain.clients import ClientStatus
from domain.identity import new_id
from domain.people import Level, Role
from domain.refusals import Findings, PossibleDuplicates
from domain.timeline import EntryKind
from resolvers import practices, settings
from resolvers.auditing import Fact
from resolvers.clients import checking, indexing
from resolvers.clients.checking import AT, PARTS, Checking, Columns
from resolvers.clients.duplicates import Parts, lookalikes
from resolvers.clients.outcomes import ClientCreated, Lookalike
from resolvers.clients.parts import PersonNameInput, Profile, names_in
from resolvers.given import ABSENT
from resolvers.writing import Write
from storage.database.clients import Client
from storage.database.people import ClientGrant

MOST_SHOWN = 20
OPENED_THE_FILE = "Opened the file"


@dataclass(frozen=True, kw_only=True)
class Named:
    """Somebody with a name; the field that stands first."""

    names: list[PersonNameInput]
    """The client's names; one at least."""


@dataclass(frozen=True, kw_only=True)
class ClientCreateInput(Profile, Named):
    """A new client."""

    allow_duplicate: bool = False
    """Open the file although clients within reach look like the same person. The audit log keeps who they were."""


async def create(write: Write, input: ClientCreateInput) -> ClientCreated:
    """Open a client's file. When clients within reach look like the same person, nothing is written and they are given
    as `possibleDuplicates`, unless `allowDuplicate` is true. A practitioner who opens a file is on its care team."""
    level = _level_of_creator(write)
    _require_clinical(write, input, level)
    policies = await settings.in_force(write)
    columns, parts = _judged(input, Checking(await settings.today(write), Findings()))
    # The number is taken first: its lock lets one file be opened at a time, so of two people who open the same file
    # at the same moment the second hears of the first. A write that is refused gives its number back.
    counter = await write.take_number(practices.FILES)
    alike = await lookalikes(write, columns, parts, policies.duplicate_threshold)
    if alike and not input.allow_duplicate:
        raise PossibleDuplicates(len(alike)).with_beside(possible_duplicates=alike[:MOST_SHOWN])
    number = clients.file_number(policies.file_number_prefix, counter)
    client = await _open_file(write, counter, number, columns, parts)
    if alike:
        _record_override(write, client.id, alike)
    if level is not None:
        await write.add(_place_on_team(write, client.id, level))
    facts = {"name": client.display_name, "fileNumber": number}
    await write.happened(EntryKind.CLIENT_CREATED, client.id, facts, subject_id=client.id)
    return ClientCreated(client_id=client.id)


def _judged(input: ClientCreateInput, judge: Checking) -> tuple[Columns, Parts]:
    columns = {"status": ClientStatus.ACTIVE, **checking.profile(input, judge), **checking.named(input.names, judge)}
    if input.status is not ABSENT:
        columns["status"] = input.status
    if input.status is ClientStatus.ARCHIVED:
        judge.findings.invalid((*AT, "status"), "must not be ARCHIVED for a new client")
    judge.life(columns.get("birth_date"), columns.get("deceased_on"))
    parts: Parts = {}
    for kind in PARTS:
        given = getattr(input, kind.field)
        if given is not ABSENT:
            kind.refuse_ids(given, judge)
            parts[kind.field] = kind.judged(given, judge)
    judge.findings.settle()
    return columns, parts


async def _open_file(write: Write, counter: int, number: str, columns: Columns, parts: Parts) -> Client:
    client = Client(
        id=new_id(),
        file_counter=counter,
        file_number=number,
        created_at=write.moment,
        updated_at=write.moment,
        **columns,
    )
    await write.add(client)
    for kind in PARTS:
        items = parts.get(kind.field, [])
        await write.add(*(kind.made(client.id, place, item) for place, item in enumerate(items)))
    points = [(item["channel"], item["value"]) for item in parts.get("contact_points", ())]
    identifiers = [item["value"] for item in parts.get("identifiers", ())]
    words = indexing.words_of(number, names_in(client.names), points, identifiers)
    await indexing.add(write, client.id, words)
    return client


def _level_of_creator(write: Write) -> Level | None:
    """The level of the place on the care team that the creator gets; None for who reaches every client anyway.

    Who reaches clients by grants alone and cannot hold one would never see the file again.
    """
    if write.viewer.role is Role.PRACTITIONER and write.viewer.membership_id is not None:
        return Level.SHARE
    if write.reach.permission(May.READ_CLIENTS).extent is not Extent.ALL:
        raise Forbidden(May.CREATE_CLIENTS)
    return None


def _require_clinical(write: Write, input: ClientCreateInput, level: Level | None) -> None:
    """Turn away who gives clinical values and may not write them for this client. A null gives none."""
    given = [value for value in (input.gender, input.clinical_sex) if value is not ABSENT]
    if not any(given):
        return
    allowed = write.reach.permission(May.WRITE_CLINICAL)
    if allowed.extent is Extent.ALL:
        return
    if allowed.extent is Extent.NONE or level is None or level.rank < allowed.level.rank:
        raise Forbidden(May.WRITE_CLINICAL)


def _place_on_team(write: Write, client_id: UUID, level: Level) -> ClientGrant:
    member = write.viewer.membership_id
    return ClientGrant(
        id=new_id(), client_id=client_id, membership_id=member, rank=level.rank, from_at=write.moment,
        reason=OPENED_THE_FILE, created_at=write.moment, created_by=member,
    )  # fmt: skip


def _record_override(write: Write, client_id: UUID, alike: tuple[Lookalike, ...]) -> None:
    values = {"possible_duplicates": [None, [asdict(each) for each in alike]]}
    write.facts.append(Fact("DUPLICATE_ALLOWED", "client", str(client_id), client_id, values))
