"""One socket's conversation in graphql-transport-ws.

Every operation is an `Operation` of its own with the viewer of its moment. The socket is closed as soon as anything
about the conversation is wrong; an operation that fails ends alone.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from dataclasses import dataclass
from typing import Any

import orjson
import structlog
from graphql import OperationType
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketDisconnected

from auth.credentials import Credentials
from auth.errors import AuthError, NotSignedIn
from auth.viewers import Anonymous, Viewer
from schema import masking
from schema.documents import BadDocument
from server import answers, credentials, frames, parameters, request_ids
from server.edge import Edge
from server.frames import BadFrame, Complete, ConnectionInit, Frame, Ping, Subscribe
from server.parameters import Parameters
from server.refusals import BadRequest, Refused, TimedOut
from server.running import Caller, Runner

GOING_AWAY = 1001
TOO_BIG = 1009
DEFECT = 1011
BAD_MESSAGE = 4400
NOT_ACKNOWLEDGED = 4401
FORBIDDEN = 4403
NO_FIRST_MESSAGE = 4408
ID_TAKEN = 4409
SECOND_INIT = 4429

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


class Closing(Exception):
    """The socket is to be closed by us."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


@dataclass(eq=False, slots=True)
class _Running:
    """One operation under way."""

    task: asyncio.Task[None]
    is_subscription: bool = False


class Conversation:
    """What goes on over one open socket."""

    def __init__(self, websocket: WebSocket, runner: Runner, edge: Edge) -> None:
        self.websocket = websocket
        self.runner = runner
        self.rules = edge.sockets
        self.credentials = credentials.of(websocket, edge.cookie)
        self.viewer: Viewer = Anonymous()
        self.is_acknowledged = False
        self.running: dict[str, _Running] = {}
        self.stopping = asyncio.Event()
        self.closed = asyncio.Event()

    async def serve(self) -> None:
        """Answer until the socket is closed, by either side."""
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._keep_time())
                tasks.create_task(self._look_again())
                tasks.create_task(self._stop_when_told())
                tasks.create_task(self._listen(tasks))
        except* WebSocketDisconnect:
            pass
        except* Closing as group:
            await self._close(_first(group))
        except* Exception as group:
            masking.answered(group.exceptions[0])
            await self._close(Closing(DEFECT, "Something went wrong on our side"))
        finally:
            self.closed.set()

    async def drain(self) -> None:
        """Let the last answers leave, then close."""
        self.stopping.set()
        await self.closed.wait()

    async def _listen(self, tasks: asyncio.TaskGroup) -> None:
        while True:
            message = await self.websocket.receive()
            if message["type"] == "websocket.disconnect":
                raise WebSocketDisconnect(message.get("code", 1005))
            if len(message.get("text") or message.get("bytes") or "") > self.rules.message_bytes:
                raise Closing(TOO_BIG, "The message is too long")
            try:
                frame = frames.read(message)
            except BadFrame as error:
                raise Closing(BAD_MESSAGE, str(error)) from error
            await self._take(frame, tasks)

    async def _take(self, frame: Frame, tasks: asyncio.TaskGroup) -> None:
        match frame:
            case ConnectionInit(payload):
                await self._acknowledge(payload)
            case Ping():
                await self._send({"type": "pong"})
            case Subscribe(identifier, asked):
                await self._begin(identifier, asked, tasks)
            case Complete(identifier) if identifier in self.running:
                self.running.pop(identifier).task.cancel()

    async def _acknowledge(self, payload: dict[str, Any]) -> None:
        if self.is_acknowledged:
            raise Closing(SECOND_INIT, "Too many initialisation requests")
        authorization = payload.get("authorization", payload.get("Authorization"))
        if authorization is not None:
            token = credentials.bearer(authorization) if isinstance(authorization, str) else None
            if token is None:
                raise Closing(FORBIDDEN, "The authorization must be a Bearer token")
            self.credentials = Credentials(bearer=token)
        self.viewer = await self._viewer()
        self.is_acknowledged = True
        await self._send({"type": "connection_ack"})

    async def _begin(self, identifier: str, asked: Parameters, tasks: asyncio.TaskGroup) -> None:
        if not self.is_acknowledged:
            raise Closing(NOT_ACKNOWLEDGED, "Unauthorized")
        if identifier in self.running:
            raise Closing(ID_TAKEN, "Subscriber for this id already exists")
        if len(self.running) >= self.rules.operations or self.stopping.is_set():
            message = f"At most {self.rules.operations} operations at one time on one socket."
            await self._send(_error(identifier, [{"message": message, "extensions": {"code": "TOO_MANY_REQUESTS"}}]))
            return
        self.running[identifier] = _Running(tasks.create_task(self._run(identifier, asked)))

    async def _run(self, identifier: str, asked: Parameters) -> None:
        """One operation, from its first message to its last. The id is free again before the last one leaves."""
        try:
            async with aclosing(self._payloads(identifier, asked)) as payloads:
                async for payload in payloads:
                    await self._send({"id": identifier, "type": "next", "payload": orjson.Fragment(payload)})
            last: dict[str, Any] = {"id": identifier, "type": "complete"}
        except BadDocument as error:
            if any((each.extensions or {}).get("code") == NotSignedIn.code for each in error.errors):
                await self._recheck()
            last = _error(identifier, answers.formatted(error.errors))
        except (BadRequest, TimedOut) as error:
            last = _error(identifier, [_refusal(error)])
        except (Closing, WebSocketDisconnect):
            raise
        except Exception as error:
            last = _error(identifier, answers.formatted([masking.answered(error)]))
        del self.running[identifier]
        await self._send(last)

    async def _payloads(self, identifier: str, asked: Parameters) -> AsyncGenerator[bytes, None]:
        parameters.refuse_unfit([asked.query, asked.variables, asked.extensions])
        prepared = self.runner.prepare(asked)
        caller = await self._caller(asked)
        if prepared.kind is not OperationType.SUBSCRIPTION:
            answer = await self.runner.answer(prepared, asked.variables, caller, answers.written)
            yield answer.content
            return
        self.running[identifier].is_subscription = True
        with self.runner.metrics.subscriptions.track_inprogress():
            async with aclosing(self.runner.follow(prepared, asked.variables, caller)) as results:
                async for result in results:
                    yield answers.written(result)

    async def _caller(self, asked: Parameters) -> Caller:
        await self._recheck()
        address = self.websocket.client.host if self.websocket.client else None
        return Caller(self.viewer, request_ids.fresh(), asked.idempotency_key, address)

    async def _recheck(self) -> None:
        """Look at the session again. Raises `Closing` when it has ended or gone over to another practice."""
        viewer = await self._viewer()
        if _has_lost(self.viewer, viewer):
            raise Closing(FORBIDDEN, "The session has ended")
        self.viewer = viewer

    async def _viewer(self) -> Viewer:
        try:
            return await credentials.viewer_of(self.runner.application, self.credentials)
        except AuthError as error:
            raise Closing(FORBIDDEN, "Forbidden") from error

    async def _keep_time(self) -> None:
        await asyncio.sleep(self.rules.first_message_seconds)
        if not self.is_acknowledged:
            raise Closing(NO_FIRST_MESSAGE, "Connection initialisation timeout")

    async def _look_again(self) -> None:
        """Look at the session from time to time, and whenever this process has ended some."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(self.rules.recheck_seconds):
                    await self.runner.application.until_somebody_changes()
            if self.is_acknowledged:
                await self._recheck()

    async def _stop_when_told(self) -> None:
        await self.stopping.wait()
        last = [running.task for running in self.running.values() if not running.is_subscription]
        if last:
            await asyncio.wait(last, timeout=self.rules.last_answers_seconds)
        raise Closing(GOING_AWAY, "The server is stopping")

    async def _send(self, content: dict[str, Any]) -> None:
        try:
            await self.websocket.send_text(orjson.dumps(content).decode())
        except WebSocketDisconnected as error:
            raise WebSocketDisconnect(1006) from error

    async def _close(self, closing: Closing) -> None:
        try:
            await self.websocket.close(closing.code, closing.reason)
        except (WebSocketDisconnect, WebSocketDisconnected):
            log.debug("socket was gone before it was closed", code=closing.code)


def _has_lost(before: Viewer, now: Viewer) -> bool:
    """Whether what the socket was let in by is gone: its practice (of a session, a key, a link), or its session."""
    if before.practice_id is not None:
        return now.practice_id != before.practice_id
    return before.session_id is not None and now.session_id is None


def _first(group: BaseExceptionGroup[Closing]) -> Closing:
    first = group.exceptions[0]
    return first if isinstance(first, Closing) else _first(first)


def _error(identifier: str, errors: list[Any]) -> dict[str, Any]:
    return {"id": identifier, "type": "error", "payload": errors}


def _refusal(error: Refused) -> dict[str, Any]:
    return {"message": str(error), "extensions": {"code": error.code}}
