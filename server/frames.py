"""The messages of graphql-transport-ws that a client may send, read strictly."""

from dataclasses import dataclass
from typing import Any

from starlette.types import Message

from server import parameters
from server.parameters import Parameters
from server.refusals import BadRequest

PROTOCOL = "graphql-transport-ws"


class BadFrame(Exception):
    """A message that is none of the protocol's."""


@dataclass(frozen=True, slots=True)
class ConnectionInit:
    """The first message; its payload may carry an authorization."""

    payload: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Ping:
    """To be answered by a pong."""


@dataclass(frozen=True, slots=True)
class Pong:
    """A sign of life."""


@dataclass(frozen=True, slots=True)
class Subscribe:
    """Run an operation of any kind."""

    id: str
    parameters: Parameters


@dataclass(frozen=True, slots=True)
class Complete:
    """Stop an operation."""

    id: str


Frame = ConnectionInit | Ping | Pong | Subscribe | Complete


def read(message: Message) -> Frame:
    """The frame in a message of the socket. Raises `BadFrame`."""
    text = message.get("text")
    if text is None:
        raise BadFrame("Only text messages are taken")
    try:
        content = parameters.parsed(text)
    except BadRequest as error:
        raise BadFrame("The message is not JSON") from error
    if not isinstance(content, dict):
        raise BadFrame("The message is not an object")
    return _frame(content)


def _frame(content: dict[str, Any]) -> Frame:
    match content.get("type"):
        case "connection_init":
            return ConnectionInit(_payload(content))
        case "ping":
            _payload(content)
            return Ping()
        case "pong":
            _payload(content)
            return Pong()
        case "subscribe":
            return Subscribe(_id(content), _parameters(content))
        case "complete":
            return Complete(_id(content))
    raise BadFrame("The message has no type that a client may send")


def _payload(content: dict[str, Any]) -> dict[str, Any]:
    payload = content.get("payload")
    if payload is None:
        return {}
    if not isinstance(payload, dict):
        raise BadFrame("The payload is not an object")
    return payload


def _id(content: dict[str, Any]) -> str:
    identifier = content.get("id")
    if not isinstance(identifier, str) or not identifier:
        raise BadFrame("The message needs an id that is a text")
    return identifier


def _parameters(content: dict[str, Any]) -> Parameters:
    try:
        return parameters.of_object(content.get("payload"))
    except BadRequest as error:
        raise BadFrame(f"The payload is refused: {error}") from error
