"""API keys as the graph shows them."""

from datetime import datetime

import strawberry

import resolvers.api_keys.finding
import schema.given
from auth.permissions import May
from domain.api_keys import ApiKeyState
from resolvers.api_keys.changing import ApiKeyChanged, ApiKeyMade
from schema.fields import answered_by, presents
from schema.nodes import Node
from schema.people import Member
from schema.problems import Problem
from storage.database.api_keys import ApiKeyRow

schema.given.one_of(ApiKeyState)


@presents(ApiKeyRow)
class ApiKey(Node):
    """A program's way in. Needs MANAGE_KEYS. The key itself is shown only when it is made."""

    id: strawberry.ID = answered_by(resolvers.api_keys.finding.ids)
    name: str
    "What it is for."
    prefix: str
    "How the key begins, to tell it from others; it opens nothing."
    scopes: list[May] = answered_by(resolvers.api_keys.finding.scopes)
    state: ApiKeyState = answered_by(resolvers.api_keys.finding.states)
    member: Member = answered_by(resolvers.api_keys.finding.makers)
    created_at: datetime
    "When it was made."
    ends_at: datetime
    "Until when it works."
    used_at: datetime | None
    "When it was last used, to the minute; null if never."
    revoked_at: datetime | None
    "When it was revoked."
    version: int
    "Grows by one with every change; may be given back as `expectedVersion`."


@presents(ApiKeyMade)
class ApiKeyCreatePayload:
    """What came of making an API key."""

    api_key: ApiKey | None = answered_by(resolvers.api_keys.finding.of_outcomes)
    secret: str | None
    "The key itself, for `Authorization: Bearer …`; shown this once."
    problems: list[Problem]
    "What kept it from being made; empty when it was."


@presents(ApiKeyChanged)
class ApiKeyRevokePayload:
    """What came of revoking an API key."""

    api_key: ApiKey | None = answered_by(resolvers.api_keys.finding.of_outcomes)
    current: ApiKey | None = answered_by(resolvers.api_keys.finding.current_of_outcomes)
    problems: list[Problem]
    "What kept it from being done; empty when it was."
