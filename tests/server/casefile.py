"""What stands behind the edge in its tests: callers known by a token, operations that say when they are open."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import TracebackType
from typing import Self
from uuid import NAMESPACE_DNS, UUID, uuid5

from auth.arriving import Arrival
from auth.credentials import Credentials
from auth.errors import NotSignedIn
from auth.viewers import Anonymous, Member, Viewer
from domain.people import Role


def id_of(name: str) -> UUID:
    """The id of whatever has this name."""
    return uuid5(NAMESPACE_DNS, name)


def member(name: str, practice: str = "Oak Street") -> Member:
    """The owner of a practice."""
    return Member(id_of(practice), id_of(name), id_of(name), Role.OWNER, id_of(name))


@dataclass(slots=True)
class Live:
    """What is going on inside, for tests to look at."""

    running: int = 0
    """Resolvers and streams that have begun and not ended."""
    open_operations: int = 0
    answers: int = 0
    """Answers of subscriptions that were about to leave."""
    opened: list["Operation"] = field(default_factory=list)
    written: list[str] = field(default_factory=list)

    async def settles(self, running: int = 0, within: float = 2.0) -> None:
        """Wait until so many run."""
        for _ in range(int(within / 0.005)):
            if self.running == running:
                return
            await asyncio.sleep(0.005)
        raise AssertionError(f"{self.running} still run, not {running}")


@dataclass(slots=True)
class Operation:
    """One operation, as the resolvers see it."""

    viewer: Viewer
    live: Live
    request_id: str = "-"
    idempotency_key: str | None = None
    operation_name: str | None = None
    address: str | None = None
    cookies: list[str] = field(default_factory=list)
    statements: int = 0

    async def answered(self) -> None:
        self.live.answers += 1

    async def __aenter__(self) -> Self:
        self.live.open_operations += 1
        self.live.opened.append(self)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.live.open_operations -= 1


class CaseFile:
    """An opened application of two members, and of one who has entered no practice yet."""

    live: Live
    sessions: dict[str, Viewer]
    is_ready: bool

    def __init__(self) -> None:
        self.begin_anew()

    def begin_anew(self) -> None:
        """As if nothing had happened yet."""
        self.live = Live()
        self.is_ready = True
        self.sessions = {
            "ada-token": member("Ada"),
            "bob-token": member("Bob"),
            "new-token": Anonymous(id_of("session"), id_of("Eve")),
        }

    async def viewer_of(self, credentials: Credentials) -> Viewer:
        token = credentials.bearer or credentials.cookie
        if token is None:
            return Anonymous()
        if token not in self.sessions:
            raise NotSignedIn
        return self.sessions[token]

    async def received(self, credentials: Credentials, *, by_memory: bool = True) -> Arrival:
        return Arrival(await self.viewer_of(credentials), datetime.now(UTC))

    def operation(
        self,
        asks: Viewer | Arrival,
        *,
        request_id: str,
        idempotency_key: str | None = None,
        operation_name: str | None = None,
        address: str | None = None,
    ) -> Operation:
        viewer = asks.viewer if isinstance(asks, Arrival) else asks
        return Operation(viewer, self.live, request_id, idempotency_key, operation_name, address)

    async def until_somebody_changes(self) -> None:
        await asyncio.Event().wait()

    async def ready(self) -> bool:
        return self.is_ready


@asynccontextmanager
async def opened(case_file: CaseFile) -> AsyncIterator[CaseFile]:
    """The case file, open."""
    yield case_file
