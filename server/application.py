"""What the edge asks of the application behind it; `resolvers.casegraph.Casegraph` and its operations answer."""

from contextlib import AbstractAsyncContextManager
from typing import Protocol

from auth.arriving import Arrival
from auth.credentials import Credentials
from auth.viewers import Viewer


class Operation(Protocol):
    """One GraphQL operation: opened before its first resolver, closed before its answer leaves."""

    @property
    def cookies(self) -> list[str]:
        """Finished `Set-Cookie` values for the response."""

    @property
    def statements(self) -> int:
        """How many statements it has sent to the database."""

    async def answered(self) -> None:
        """One of the answers of a subscription is about to leave."""


class Application(Protocol):
    """The opened application."""

    async def viewer_of(self, credentials: Credentials) -> Viewer:
        """Who is asking. Raises an `AuthError` for credentials that are refused."""

    async def received(self, credentials: Credentials, *, by_memory: bool = True) -> Arrival:
        """The same, for a request that is answered at once; the caller closes the arrival.

        With `by_memory` it may be a guess: the operation then ends with `Mistaken` if it was wrong.
        """

    def operation(
        self,
        asks: Viewer | Arrival,
        *,
        request_id: str,
        idempotency_key: str | None = None,
        operation_name: str | None = None,
        address: str | None = None,
    ) -> AbstractAsyncContextManager[Operation]:
        """A new operation of the viewer."""

    async def until_somebody_changes(self) -> None:
        """Return when a write of this process has ended or changed what somebody is known by."""

    async def ready(self) -> bool:
        """Whether its database answers."""
