"""What stands behind the edge in its tests: callers known by a token, operations that say when they are open."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from types import TracebackType
from typing import ClassVar, Self

from auth.credentials import Credentials


class NotSignedIn(Exception):
    """A token that nobody was given."""

    code: ClassVar[str] = "NOT_SIGNED_IN"


@dataclass(frozen=True, slots=True)
class Anonymous:
    """Nobody in particular."""

    def __str__(self) -> str:
        return "nobody"


@dataclass(frozen=True, slots=True)
class Member:
    """Someone signed in."""

    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(slots=True)
class Live:
    """What is going on inside, for tests to look at."""

    running: int = 0
    """Resolvers and streams that have begun and not ended."""
    open_operations: int = 0
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

    viewer: Anonymous | Member
    live: Live
    request_id: str = "-"
    idempotency_key: str | None = None
    operation_name: str | None = None
    address: str | None = None
    cookies: list[str] = field(default_factory=list)
    statements: int = 0

    async def __aenter__(self) -> Self:
        self.live.open_operations += 1
        self.live.opened.append(self)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.live.open_operations -= 1


@dataclass(slots=True)
class CaseFile:
    """An opened application of two members."""

    live: Live = field(default_factory=Live)
    sessions: dict[str, str] = field(default_factory=lambda: {"ada-token": "Ada", "bob-token": "Bob"})
    is_ready: bool = True

    async def viewer_of(self, credentials: Credentials) -> Anonymous | Member:
        token = credentials.bearer or credentials.cookie
        if token is None or (credentials.bearer is None and token not in self.sessions):
            return Anonymous()
        if token not in self.sessions:
            raise NotSignedIn("The token is not known, or has ended.")
        return Member(self.sessions[token])

    def operation(
        self,
        viewer: Anonymous | Member,
        *,
        request_id: str,
        idempotency_key: str | None = None,
        operation_name: str | None = None,
        address: str | None = None,
    ) -> Operation:
        return Operation(viewer, self.live, request_id, idempotency_key, operation_name, address)

    async def ready(self) -> bool:
        return self.is_ready


@asynccontextmanager
async def opened(case_file: CaseFile) -> AsyncIterator[CaseFile]:
    """The case file, open."""
    yield case_file
