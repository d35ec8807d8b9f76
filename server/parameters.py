"""The parameters of a GraphQL request, read strictly: every wrong shape is refused before anything looks inside."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

import orjson

from server.refusals import BadRequest

LONGEST_KEY = 255
MOST_URL_PARAMETERS = 20
MOST_VALUES = 10_000


@dataclass(frozen=True, slots=True)
class Parameters:
    """One GraphQL request."""

    query: str | None
    """The document; None where it is named by its hash in the extensions."""
    operation_name: str | None = None
    variables: dict[str, Any] | None = None
    extensions: dict[str, Any] | None = None

    @property
    def idempotency_key(self) -> str | None:
        """The key in the extensions, if any. Raises `BadRequest` for one of a wrong shape."""
        key = (self.extensions or {}).get("idempotencyKey")
        return None if key is None else idempotency_key(key)


def of_body(body: bytes) -> Parameters:
    """The parameters in a JSON body. Raises `BadRequest`."""
    if not body:
        raise BadRequest("The body is empty.")
    content = parsed(body)
    if isinstance(content, list):
        raise BadRequest("Several operations in one request are not taken: send one object.")
    # Every value takes a byte at least, and JSON has no other way to write the NUL character.
    if len(body) > MOST_VALUES or rb"\u0000" in body:
        refuse_unfit(content)
    return of_object(content)


def of_url(query_string: bytes) -> Parameters:
    """The parameters in the query string of a GET. Raises `BadRequest`."""
    try:
        pairs = parse_qsl(
            query_string.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=MOST_URL_PARAMETERS
        )
    except ValueError as error:
        raise BadRequest("The query string cannot be read.") from error
    content: dict[str, Any] = dict(pairs)
    if len(content) < len(pairs):
        raise BadRequest("A parameter is given twice.")
    for name in ("variables", "extensions"):
        if content.get(name):
            content[name] = parsed(content[name].encode())
        else:
            content.pop(name, None)
    refuse_unfit(content)
    return of_object(content)


def of_object(content: object) -> Parameters:
    """The parameters in a JSON object. Raises `BadRequest`."""
    if not isinstance(content, dict):
        raise BadRequest("The request must be a JSON object.")
    query = content.get("query")
    extensions = _object(content, "extensions")
    if not isinstance(query, str) and (query is not None or (extensions or {}).get("persistedQuery") is None):
        raise BadRequest("The request needs a text in `query`, or a hash in `extensions.persistedQuery`.")
    operation_name = content.get("operationName")
    if operation_name is not None and not isinstance(operation_name, str):
        raise BadRequest("`operationName` must be a text.")
    return Parameters(query, operation_name, _object(content, "variables"), extensions)


def parsed(text: bytes | str) -> Any:
    """The value of a JSON text. Raises `BadRequest`: also for deep nesting, endless numbers and half characters."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        # orjson's own sentence may quote the text.
        raise BadRequest(f"The JSON cannot be read at line {error.lineno}, column {error.colno}.") from None


def refuse_unfit(content: object) -> None:
    """Raise `BadRequest` for too many values to look through, and for a NUL character, which no database keeps."""
    waiting, seen = [content], 0
    while waiting:
        value = waiting.pop()
        seen += 1
        if seen > MOST_VALUES:
            raise BadRequest(f"A request may bring at most {MOST_VALUES} values.")
        if isinstance(value, str):
            if "\0" in value:
                raise BadRequest("A text may not hold the NUL character.")
        elif isinstance(value, dict):
            waiting.extend(value)
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)


def idempotency_key(key: object) -> str:
    """The key, checked. Raises `BadRequest`."""
    if not isinstance(key, str) or not 0 < len(key) <= LONGEST_KEY or not (key.isascii() and key.isprintable()):
        raise BadRequest(f"An idempotency key has 1 to {LONGEST_KEY} printable ASCII characters.")
    return key


def _object(content: dict[str, Any], name: str) -> dict[str, Any] | None:
    value = content.get(name)
    if value is not None and not isinstance(value, dict):
        raise BadRequest(f"`{name}` must be an object.")
    return value
