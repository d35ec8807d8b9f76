"""An Operation: one GraphQL operation of one viewer, from its first question to its last."""

from asyncio import CancelledError
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, get_type_hints

from auth.arriving import Arrival
from auth.errors import NotSignedIn
from auth.permissions import May
from auth.viewers import Anonymous, Viewer
from domain.refusals import Refusal
from resolvers.accesses import access_of
from resolvers.asking import Ask
from resolvers.looking import Looked
from resolvers.outcomes import Outcome, SomeOutcome
from resolvers.repeating import Repeatable
from resolvers.writing import Written, carry_out
from storage.database.opening import unbroken

if TYPE_CHECKING:
    from resolvers.casegraph import Casegraph


class Operation:
    """What resolvers' helpers act through; Strawberry's `info.context`.

    A query has one Ask; a mutation's payload and every event of a subscription get a fresh one, so that nothing read
    before a commit answers for what came after it. Leaving the operation closes its Ask and keeps its access event.
    """

    def __init__(
        self,
        casegraph: "Casegraph",
        asks: Viewer | Arrival,
        *,
        request_id: str | None = None,
        idempotency_key: str | None = None,
        operation_name: str | None = None,
        address: str | None = None,
    ) -> None:
        self.casegraph = casegraph
        self._arrival = asks if isinstance(asks, Arrival) else None
        self.viewer = asks.viewer if isinstance(asks, Arrival) else asks
        self.request_id = request_id
        self.idempotency_key = idempotency_key
        self.operation_name = operation_name
        self.address = address
        self.cookies: list[str] = []
        self.batches: dict[Any, Any] = {}
        self.looked = Looked()
        self.statements = 0
        self._position = 0
        self.ask = self._new_ask(asks)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # Nothing is shown of what was called off, so nobody waits to learn for whom it was.
        is_called_off = kind is not None and issubclass(kind, CancelledError)
        try:
            if not is_called_off:
                await self.confirmed()
        finally:
            await self.ask.close()
        self.statements += self.ask.statements
        if self._arrival is None or self._arrival.is_certain:
            await self.keep_access()

    async def confirmed(self) -> None:
        """Return once it is certain who asks: nothing may leave before, nor be changed. Raises `Mistaken`."""
        if self._arrival is not None:
            await self._arrival.confirmed()

    def _new_ask(self, asks: Viewer | Arrival) -> Ask:
        house = self.casegraph
        return Ask.opened(house.database, asks, self.looked, house.ring, house.stores)

    async def renew(self) -> Ask:
        """End the Ask and begin the next: a new snapshot, with nothing remembered."""
        await self.ask.close()
        self.statements += self.ask.statements
        self.batches = {}
        self.ask = self._new_ask(self.viewer)
        return self.ask

    async def answered(self) -> None:
        """Nothing is asked before the next event: hold no snapshot while the answer is sent, and while waiting."""
        await self.ask.close()

    async def keep_access(self, purpose: str = "READ") -> None:
        """Keep what was looked at so far, and begin anew."""
        access = access_of(
            self.viewer, self.looked, self.ask.moment,
            operation=self.operation_name, request_id=self.request_id, purpose=purpose,
        )  # fmt: skip
        self.looked.forget()
        if access is not None:
            await self.casegraph.accesses.keep(access)

    async def carry_out(
        self, act: Callable[..., Awaitable[SomeOutcome]], given: Any, allow: May, *, remember: bool = True
    ) -> SomeOutcome:
        """Carry out a mutation; a refusal becomes the problems of its outcome. The payload is read after the commit.

        Without `remember` it goes by no idempotency key: it is part of another, or a repeat of it does nothing anyway.
        """
        await self.confirmed()
        self.ask.require(allow)
        await self.ask.close()
        outcome: type[SomeOutcome] = get_type_hints(act)["return"]
        repeatable = None
        if remember:
            self._position += 1
            repeatable = Repeatable(self.idempotency_key, self._position) if self.idempotency_key else None
        try:
            found, written = await carry_out(
                self.casegraph.database, self.viewer, act, given, outcome,
                repeatable=repeatable, request_id=self.request_id, refused=self.looked.refused,
            )  # fmt: skip
            await self.tell(written)
        except Refusal as refusal:
            found = outcome(problems=refusal.problems, **refusal.beside)
        finally:
            await self.renew()
        return found

    async def tell(self, *committed: Written) -> None:
        """Ring for what was committed; where that changes who somebody is, go on as the viewer stands now."""
        self.casegraph.tell(*committed)
        if any(written.standing_changed for written in committed):
            ask = self._new_ask(self.viewer)
            try:
                self.viewer = await ask.viewer_again()
            except NotSignedIn:
                self.viewer = Anonymous()
            finally:
                await ask.close()

    async def change_session(self, act: Callable[..., Any], **given: Any) -> Outcome:
        """Open, enter or end a session. These ignore an idempotency key: what they give is a secret."""
        await self.confirmed()
        await self.ask.close()
        outcome: type[Outcome] = get_type_hints(act)["return"]
        try:
            found: Outcome = await unbroken(act(self, **given))
        except Refusal as refusal:
            found = outcome(problems=refusal.problems)
        finally:
            await self.renew()
        return found

    async def follow(
        self, source: Callable[..., AsyncIterator[Any]], given: dict[str, Any]
    ) -> AsyncGenerator[Any, None]:
        """The events of a subscription; each is answered by the Ask that stands when it is given."""
        async with aclosing(source(self, **given)) as events:  # type: ignore[type-var] # a resolver is a generator
            async for event in events:
                yield event
