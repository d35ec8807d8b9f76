"""Changing a client's profile."""

from dataclasses import dataclass

from auth.permissions import May
from domain import clients, texts, versions
from domain.clients import ClientStatus
from domain.refusals import Conflict, Findings
from domain.timeline import EntryKind
from resolvers import settings
from resolvers.clients import checking, indexing, listing
from resolvers.clients.checking import AT, PARTS, Checking, Columns
from resolvers.clients.listing import Replacement
from resolvers.clients.outcomes import ClientUpdated
from resolvers.clients.parts import PersonNameInput, Profile
from resolvers.given import ABSENT, AbsentType, ClientId
from resolvers.writing import Write
from storage.database.clients import Client

# What the words by which a client is found are made of.
FOUND_BY = frozenset({"names", "contact_points", "identifiers"})


@dataclass(frozen=True, kw_only=True)
class Seen:
    """The client to change, as the caller has seen it; the fields that stand first."""

    id: ClientId
    """The client."""
    expected_version: int
    """The version that the caller has seen."""
    names: list[PersonNameInput] | AbsentType = ABSENT
    """The client's names: the whole list; one at least."""


@dataclass(frozen=True, kw_only=True)
class ClientUpdateInput(Profile, Seen):
    """What to change of a profile; what is left out stays as it is.

    Of a list, an item with an `id` is kept and changed, one without is added, and what is missing is removed.
    """

    status_reason: str | None = None
    """Why the status changes; told in the timeline."""


async def update(write: Write, input: ClientUpdateInput) -> ClientUpdated:
    """Change a client's profile. When somebody else changed it meanwhile, nothing is written and `current` is given.
    An archived client is restored first."""
    client = await found(write, input.id, input.expected_version)
    if input.gender is not ABSENT or input.clinical_sex is not ABSENT:
        # Also for null: who cannot see a value must not clear it by sending back what they saw.
        await write.find(Client, client.id, May.WRITE_CLINICAL, "client", at="id")
    clients.check_changeable(client.status)
    before = client.status
    judge = Checking(await settings.today(write), Findings())
    columns, reason = _judged(input, client, judge)
    plans = [
        await listing.planned(write, client.id, kind, getattr(input, kind.field), judge)
        for kind in PARTS
        if getattr(input, kind.field) is not ABSENT
    ]
    judge.findings.settle()
    if _applied(write, client, columns, plans):
        await _carry_out(write, client, plans)
        await _renew_words(write, client, columns, plans)
        await _tell_status(write, client, before, reason)
    return ClientUpdated(client_id=client.id)


async def found(write: Write, client_id: ClientId, expected_version: int | None) -> Client:
    """The client, locked, if the caller has seen how it stands; `Conflict` otherwise."""
    client = await write.find(Client, client_id, May.WRITE_CLIENTS, "client", at="id")
    try:
        versions.agree(expected_version, client.version, (*AT, "expectedVersion"))
    except Conflict as conflict:
        raise conflict.with_beside(current_id=client.id) from None
    return client


def touch(write: Write, client: Client) -> None:
    """Count a change of the client's profile."""
    client.version = versions.following(client.version)
    client.updated_at = write.moment


def _judged(input: ClientUpdateInput, client: Client, judge: Checking) -> tuple[Columns, str | None]:
    columns = checking.profile(input, judge)
    if input.names is not ABSENT:
        columns |= checking.named(input.names, judge)
    if "birth_date" in columns or "deceased_on" in columns:
        judge.life(columns.get("birth_date", client.birth_date), columns.get("deceased_on", client.deceased_on))
    if input.status is not ABSENT:
        columns["status"] = clients.status_changed(client.status, input.status, (*AT, "status"))
    reason = judge.optional(input.status_reason, texts.OPTIONAL_REASON, (*AT, "statusReason"))
    return columns, reason


def _applied(write: Write, client: Client, columns: Columns, plans: list[Replacement]) -> bool:
    """Change the profile and what is kept of its lists; says whether anything is to read differently."""
    for name, value in columns.items():
        setattr(client, name, value)
    differs = [plan.apply(write) for plan in plans]
    return write.session.is_modified(client) or any(differs)


async def _carry_out(write: Write, client: Client, plans: list[Replacement]) -> None:
    touch(write, client)
    for plan in plans:
        await plan.carry_out(write)
    await write.flush()


async def _renew_words(write: Write, client: Client, columns: Columns, plans: list[Replacement]) -> None:
    if FOUND_BY & {*columns, *(plan.kind.field for plan in plans)}:
        await indexing.renew(write, client)


async def _tell_status(write: Write, client: Client, before: ClientStatus, reason: str | None) -> None:
    if client.status is not before:
        facts = {"from": before.value, "to": client.status.value, "reason": reason}
        await write.happened(EntryKind.CLIENT_STATUS_CHANGED, client.id, facts, subject_id=client.id)
