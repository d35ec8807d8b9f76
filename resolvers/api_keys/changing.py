"""Making and revoking API keys.

A key acts on behalf of the member who made it: it may what they may at that moment, and of that only its scopes. It
ends with their membership. The key itself is shown once; kept are a hash, which opens it, and its first characters.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from auth import api_keys, doors
from auth.errors import Forbidden
from auth.permissions import SCOPES, May
from auth.viewers import Member
from domain import texts
from domain.api_keys import ApiKeyState, check_scopes, ending
from domain.identity import new_id
from domain.refusals import AlreadyDone, Findings, NotFound
from resolvers import versions, writing
from resolvers.given import ApiKeyId
from resolvers.members.changing import revoke as end
from resolvers.operations import Operation
from resolvers.outcomes import Outcome
from resolvers.writing import Write
from storage.database.api_keys import ApiKey
from storage.database.doors import DoorKind


@dataclass(frozen=True)
class ApiKeyCreateInput:
    """A new API key."""

    name: str
    """What it is for."""
    scopes: list[May]
    """What it may, at most: permissions that its maker has themselves."""
    ends_at: datetime | None = None
    """Until when it works: a year from now if left out, two at most."""


@dataclass(frozen=True)
class ApiKeyRevokeInput:
    """Which API key ends."""

    id: ApiKeyId
    """The key."""
    expected_version: int | None = None
    """The version the caller saw; when it is not the current one, nothing is changed."""


@dataclass(slots=True, kw_only=True)
class ApiKeyMade(Outcome):
    """What came of making an API key; the key itself is kept nowhere."""

    key_id: UUID | None = None
    secret: str | None = None

    def __repr__(self) -> str:
        return f"ApiKeyMade(key_id={self.key_id!r})"


@dataclass(slots=True, kw_only=True)
class ApiKeyChanged(Outcome):
    """What came of revoking an API key."""

    key_id: UUID | None = None
    current_id: UUID | None = None


async def create(operation: Operation, *, input: ApiKeyCreateInput) -> ApiKeyMade:
    """Make an API key, for a program that acts on behalf of who makes it, within the scopes given. It is shown this
    once. No key makes a key.

    Gives a secret, so an idempotency key has no effect here.
    """
    operation.ask.require(May.MANAGE_KEYS)
    if not isinstance(operation.viewer, Member):
        raise Forbidden(May.MANAGE_KEYS)
    made, left = await writing.carry_out(
        operation.casegraph.database, operation.viewer, make, input, ApiKeyMade, request_id=operation.request_id
    )
    operation.casegraph.tell(left)
    return made


async def make(write: Write, input: ApiKeyCreateInput) -> ApiKeyMade:
    """Make an API key."""
    write.require(May.MANAGE_KEYS)
    findings = Findings()
    name = texts.taken(input.name, texts.TITLE, ("input", "name"), findings)
    own = {may for may in SCOPES if not write.reach.permission(may).is_none}
    check_scopes(input.scopes, SCOPES, own, ("input", "scopes"), findings)
    ends_at = ending(input.ends_at, write.moment, ("input", "endsAt"), findings)
    findings.settle()
    assert write.viewer.membership_id is not None  # noqa: S101 - only members come here
    secret, prefix = api_keys.made()
    row = ApiKey(
        id=new_id(), membership_id=write.viewer.membership_id, name=name, prefix=prefix,
        scopes=sorted(set(input.scopes)), created_at=write.moment, ends_at=ends_at,
    )  # fmt: skip
    await write.add(row)
    await doors.hang(write.session, secret, DoorKind.KEY, row.id, ends_at, write.practice_id)
    return ApiKeyMade(key_id=row.id, secret=secret)


async def revoke(write: Write, input: ApiKeyRevokeInput) -> ApiKeyChanged:
    """End an API key, now: what it follows ends, and what it asks for from here on is refused."""
    write.require(May.MANAGE_KEYS)
    row = await write.session.get(ApiKey, (write.practice_id, input.id), with_for_update=True)
    if row is None:
        raise NotFound("api_key", ("input", "id"))
    versions.agree(input.expected_version, row)
    if row.revoked_at is not None:
        raise AlreadyDone(ApiKeyState.REVOKED)
    await end(write, row)
    return ApiKeyChanged(key_id=row.id)
