"""The worker: runs the jobs of every practice, inside the server or beside it."""

import asyncio
from datetime import UTC, datetime

import structlog

import resolvers.break_glass.letters
import resolvers.invitations.letters
import resolvers.logins.letters
from resolvers import jobs
from resolvers.bringing.importing import CLIENT_IMPORT
from resolvers.casegraph import Casegraph
from resolvers.housekeeping import HOUSEKEEPING
from resolvers.jobs import Handlers, Lease
from resolvers.uploads.checking import CHECKING
from resolvers.uploads.sweeping import SWEEPING

HANDLERS: Handlers = jobs.by_kind(
    HOUSEKEEPING,
    CHECKING,
    CLIENT_IMPORT,
    SWEEPING,
    resolvers.break_glass.letters.LETTER,
    resolvers.invitations.letters.LETTER,
    resolvers.logins.letters.RESET,
    resolvers.logins.letters.EMAIL_CHANGE,
    resolvers.logins.letters.NOTICE,
)
"""Every kind of job there is."""

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


class Worker:
    """Takes up jobs, some at once. Any number of workers may run on one database."""

    def __init__(
        self,
        casegraph: Casegraph,
        handlers: Handlers = HANDLERS,
        *,
        at_once: int = 4,
        poll_seconds: float = 1.0,
        grace_seconds: float = 10.0,
    ) -> None:
        self._casegraph = casegraph
        self._handlers = handlers
        self._at_once = at_once
        self._poll_seconds = poll_seconds
        self._grace_seconds = grace_seconds
        self._running: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Work until cancelled. What is under way then may end within the grace, or else is given back."""
        try:
            while True:
                if not await self._take_up():
                    await asyncio.sleep(self._poll_seconds)
        finally:
            await self._leave_off()

    async def _take_up(self) -> bool:
        """Take up what is due; whether to look again at once."""
        try:
            started = await self._start_due()
        except Exception as error:
            # The database may be away for a while.
            log.warning("jobs not taken up", exception=type(error).__qualname__)
            return False
        if len(self._running) >= self._at_once:
            await asyncio.wait(self._running, return_when=asyncio.FIRST_COMPLETED)
            return True
        return started

    async def _start_due(self) -> bool:
        started = False
        for practice_id in await jobs.practices_due(self._casegraph.database, datetime.now(UTC)):
            while len(self._running) < self._at_once:
                lease = await jobs.lease(self._casegraph.database, self._handlers, practice_id)
                if lease is None:
                    break
                self._start(lease)
                started = True
        return started

    def _start(self, lease: Lease) -> None:
        task = asyncio.create_task(jobs.run(self._casegraph, self._handlers, lease))
        self._running.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            # Its end could not be written down: the lease runs out, and the job is taken up again.
            log.error("job left behind", exception=type(error).__qualname__)

    async def _leave_off(self) -> None:
        if self._running:
            await asyncio.wait(self._running, timeout=self._grace_seconds)
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
