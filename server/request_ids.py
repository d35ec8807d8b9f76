"""Every request has an id: the caller's if it is a sane one, else ours. It stands in the log and in the response."""

import os
import re
from contextvars import ContextVar
from typing import Any

from starlette.requests import HTTPConnection
from starlette.types import Scope

HEADER = b"x-request-id"

CURRENT: ContextVar[str | None] = ContextVar("request_id", default=None)
"""Of the request that is being answered, also in its tasks."""

_SANE = re.compile(rb"[A-Za-z0-9._-]{8,64}")


def given(scope: Scope) -> str:
    """The id of a request or a socket that arrives, which is known by it from then on."""
    brought = next((value for name, value in scope["headers"] if name == HEADER), b"")
    request_id = brought.decode() if _SANE.fullmatch(brought) else fresh()
    scope.setdefault("state", {})["request_id"] = request_id
    return request_id


def fresh() -> str:
    """A new id."""
    return os.urandom(16).hex()


def of(connection: HTTPConnection) -> str:
    """The id of the request."""
    request_id: str = connection.scope["state"]["request_id"]
    return request_id


def told(logger: Any, method: str, event: Any) -> Any:
    """Give a line of the log the id of its request; one of structlog's processors."""
    request_id = CURRENT.get()
    if request_id is not None:
        event.setdefault("request_id", request_id)
    return event
