"""A connection to PostgreSQL on which many statements travel at once.

Whatever is asked in one turn of the event loop leaves in one piece, and its answers come back in one: the questions of
a level of the graph cost one round trip together, and beginning a transaction costs none of its own. A system call that
wakes PostgreSQL costs more than most of the statements, so this is where a reading server's time was.
libpq's pipeline mode does the talking (psycopg's `pq`); what is here keeps the order of the answers.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from typing import Any

from psycopg import AsyncConnection, OperationalError
from psycopg.errors import error_from_result
from psycopg.pq import ExecStatus, Format
from psycopg.pq.abc import PGconn, PGresult

from storage.database.binary import Encode, Reading, encoder

_END = object()
"""Stands, among those who wait for an answer, for the end of a piece."""
_NOBODY = object()
"""Nobody waits for this answer, but nothing goes on without it."""
_FAILED = ExecStatus.FATAL_ERROR
_NO_ANSWERS = frozenset({_FAILED, ExecStatus.PIPELINE_ABORTED})


class Prepared:
    """A statement that the connection has prepared: how its values are written and its rows are read."""

    __slots__ = ("_encoders", "_formats", "_reading", "name")

    def __init__(self, name: bytes, described: PGresult) -> None:
        self.name = name
        self._encoders: list[Encode] = [encoder(described.param_type(place)) for place in range(described.nparams)]
        self._formats = [Format.BINARY] * described.nparams
        self._reading = Reading([described.ftype(place) for place in range(described.nfields)])

    def put(self, pgconn: PGconn, arguments: Sequence[Any]) -> None:
        """Put the question into the piece that leaves next."""
        values = [
            None if value is None else encode(value) for encode, value in zip(self._encoders, arguments, strict=True)
        ]
        pgconn.send_query_prepared(self.name, values, self._formats, Format.BINARY)

    def records(self, result: PGresult) -> list[tuple[Any, ...]]:
        """The rows that were found."""
        return self._reading.records(result)


class Pipeline:
    """A connection. What is sent is answered in its order; after an error, the rest of its piece is called off."""

    def __init__(self, connection: "AsyncConnection[Any]") -> None:
        self._connection = connection  # kept: it would close what it made
        self._pgconn = connection.pgconn
        self.is_closed = False
        self._loop = asyncio.get_running_loop()
        self._socket = self._pgconn.socket
        self._waiting: deque[Any] = deque()
        self._is_leaving = False
        self._is_full = False
        self._cause: BaseException | None = None
        self._named = 0
        self._prepared: dict[str, Prepared] = {}
        self._pgconn.nonblocking = 1
        self._pgconn.enter_pipeline_mode()
        self._loop.add_reader(self._socket, self._arrive)

    @classmethod
    async def opened(cls, url: str) -> "Pipeline":
        """Connect to `postgresql://…`."""
        return cls(await AsyncConnection.connect(url, autocommit=True))

    @property
    def owes(self) -> bool:
        """Whether it still owes an answer, maybe to somebody who has left."""
        return any(isinstance(each, asyncio.Future) for each in self._waiting)

    async def prepared(self, sql: str) -> Prepared:
        """The statement, prepared at its first use: as many as the program has, so none is ever dropped."""
        found = self._prepared.get(sql)
        if found is None:
            # Without a name PostgreSQL would plan it anew each time. No name comes twice, also after a caller who left
            # while theirs was being prepared.
            self._named += 1
            name = b"statement_%d" % self._named
            self._check_open()
            self._pgconn.send_prepare(name, sql.encode())
            self._wait(None)
            self._pgconn.send_describe_prepared(name)
            found = self._prepared[sql] = Prepared(name, await self._answer())
        return found

    async def fetch(self, sql: str, arguments: Sequence[Any]) -> list[tuple[Any, ...]]:
        """The rows a statement finds."""
        statement = self._prepared.get(sql) or await self.prepared(sql)
        self._check_open()
        statement.put(self._pgconn, arguments)
        return statement.records(await self._answer())

    def say(self, statement: Prepared, *arguments: Any) -> None:
        """Put a statement into the piece that leaves next, and wait for nothing: if it fails, all is lost."""
        self._check_open()
        statement.put(self._pgconn, arguments)
        self._wait(_NOBODY)

    def _answer(self) -> "asyncio.Future[PGresult]":
        """The answer to what was put into the piece last."""
        answer: asyncio.Future[PGresult] = self._loop.create_future()
        self._wait(answer)
        return answer

    def _wait(self, answer: Any) -> None:
        """Have what was put into the piece last answered to this. It leaves when this turn of the loop ends."""
        self._waiting.append(answer)
        if not self._is_leaving:
            self._is_leaving = True
            self._loop.call_soon(self._end_piece)

    def _check_open(self) -> None:
        if self.is_closed:
            raise OperationalError("The connection to the database is lost.")

    def _end_piece(self) -> None:
        self._is_leaving = False
        if not self.is_closed:
            try:
                self._pgconn.pipeline_sync()
                self._waiting.append(_END)
                self._send()
            except OperationalError as error:
                self._lose(error)

    def _send(self) -> None:
        """Send what the socket takes; the rest when it takes more."""
        is_full = bool(self._pgconn.flush())
        if is_full and not self._is_full:
            self._loop.add_writer(self._socket, self._send_more)
        elif self._is_full and not is_full:
            self._loop.remove_writer(self._socket)
        self._is_full = is_full

    def _send_more(self) -> None:
        try:
            self._send()
        except OperationalError as error:
            self._lose(error)

    def _arrive(self) -> None:
        """Something has arrived: tell those who waited for it."""
        pgconn, waiting = self._pgconn, self._waiting
        try:
            pgconn.consume_input()
            while waiting and not pgconn.is_busy():
                result = pgconn.get_result()
                if result is not None:  # else the end of one answer
                    self._tell(waiting.popleft(), result)
        except OperationalError as error:
            self._lose(error)

    def _tell(self, answer: Any, result: PGresult) -> None:
        status = result.status
        if status == _FAILED:
            self._cause = error_from_result(result)
        if answer is _END:
            self._cause = None
        elif status not in _NO_ANSWERS:
            if isinstance(answer, asyncio.Future) and not answer.done():
                answer.set_result(result)
        elif answer is _NOBODY:
            raise OperationalError(str(self._cause))
        elif answer is not None and not answer.done():
            answer.set_exception(self._cause or OperationalError("Called off."))

    def _lose(self, error: BaseException) -> None:
        """The connection is gone: so are all answers."""
        self.close()
        waiting, self._waiting = self._waiting, deque()
        for answer in waiting:
            if isinstance(answer, asyncio.Future) and not answer.done():
                answer.set_exception(OperationalError(str(error)))

    def abandon(self) -> None:
        """Close it, and have the database stop working for whoever has left."""
        if not self.is_closed and self.owes:
            stopping = self._loop.run_in_executor(None, self._pgconn.cancel_conn().blocking)
            stopping.add_done_callback(_seen)
        self.close()

    def close(self) -> None:
        """Let go of the connection, wherever it stands."""
        if not self.is_closed:
            self.is_closed = True
            self._loop.remove_reader(self._socket)
            self._loop.remove_writer(self._socket)
            self._pgconn.finish()


def _seen(stopping: "asyncio.Future[None]") -> None:
    if not stopping.cancelled():
        stopping.exception()  # the connection is closed either way, which ends the statement a little later
