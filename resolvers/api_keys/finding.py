"""Finding API keys, and what they are made of."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

from typing_extensions import Doc

import storage.database.api_keys
from auth.permissions import May
from auth.viewers import Key
from domain.api_keys import ApiKeyState
from domain.identity import Kind, written
from resolvers.api_keys.changing import ApiKeyChanged, ApiKeyMade
from resolvers.asking import Ask
from resolvers.given import reads
from resolvers.loaders import loaded
from resolvers.paging import After, Before, First, Last, Page
from resolvers.practice_lists import page_of
from storage.database.api_keys import ApiKeyRow
from storage.database.ordering import Order
from storage.database.people import MemberRow, PracticeRow

NEWEST = Order(("created_at", "id"), (datetime, UUID), descending=True)

Past = Annotated[bool, Doc("Also those revoked and run out.")]


@reads()
async def of_practices(
    ask: Ask, practices: Sequence[PracticeRow], *, past: Past = False,
    first: First = None, after: After = None, last: Last = None, before: Before = None,
) -> Sequence[Page[ApiKeyRow]]:  # fmt: skip
    """The API keys of the practice, newest first."""
    return await page_of(
        ask, practices, ApiKeyRow, storage.database.api_keys.page_of, storage.database.api_keys.count_of,
        name="api keys", order=NEWEST, all=past, first=first, after=after, last=last, before=before,
    )  # fmt: skip


@reads()
def ids(ask: Ask, rows: Sequence[ApiKeyRow]) -> Sequence[str]:
    """The key's id; it opens nothing."""
    return [written(Kind.API_KEY, row.id) for row in rows]


@reads("scopes")
def scopes(ask: Ask, rows: Sequence[ApiKeyRow]) -> Sequence[list[May]]:
    """What it may, at most; of that only what its maker may at that moment."""
    return [[May(scope) for scope in row.scopes] for row in rows]


@reads("revoked_at", "ends_at")
def states(ask: Ask, rows: Sequence[ApiKeyRow]) -> Sequence[ApiKeyState]:
    """Where it stands."""
    return [_state(row, ask.moment) for row in rows]


def _state(row: ApiKeyRow, moment: datetime) -> ApiKeyState:
    if row.revoked_at is not None:
        return ApiKeyState.REVOKED
    return ApiKeyState.ACTIVE if moment < row.ends_at else ApiKeyState.EXPIRED


@reads()
async def makers(ask: Ask, rows: Sequence[ApiKeyRow]) -> Sequence[MemberRow | None]:
    """Who made it, and on whose behalf it acts."""
    return await loaded(ask.loaders.member_by_id, [row.membership_id for row in rows])


def scopes_of_viewers(ask: Ask, viewers: Sequence[Key]) -> Sequence[list[May]]:
    """What the key may, at most."""
    return [[May(scope) for scope in sorted(viewer.scopes)] for viewer in viewers]


async def of_outcomes(ask: Ask, outcomes: Sequence[ApiKeyMade | ApiKeyChanged]) -> Sequence[ApiKeyRow | None]:
    """The key; null when nothing was done."""
    return await loaded(ask.loaders.api_key_by_id, [outcome.key_id for outcome in outcomes])


async def current_of_outcomes(ask: Ask, outcomes: Sequence[ApiKeyChanged]) -> Sequence[ApiKeyRow | None]:
    """The key as it stands now, when the caller had seen another version."""
    return await loaded(ask.loaders.api_key_by_id, [outcome.current_id for outcome in outcomes])
