"""What a caller may read of an error, and what only the log may.

Three families leave this house:

    ours          an exception whose class has a `code` in capitals (`FORBIDDEN`, `BAD_CURSOR`, …):
                  its message and its code go out
    the caller's  what graphql-core says about a document or its variables: goes out without the values it quotes
    defects       all else: a sentence and an id go out; kind and place of the exception are logged under that id
"""

import re
import secrets
import traceback
from collections.abc import Mapping
from typing import Any

import structlog
from graphql import ExecutionResult, GraphQLError
from graphql.language import ArgumentNode, FieldNode, ValueNode
from strawberry.exceptions import StrawberryInputCoercionError

BAD_DOCUMENT = "BAD_DOCUMENT"
BAD_VARIABLES = "BAD_VARIABLES"
DEFECT = "DEFECT"

DEFECT_MESSAGE = "Something went wrong on our side. Quote the error id when you report it."
LONGEST_MESSAGE = 500

# Capitals only: SQLAlchemy's exceptions carry a class attribute `code` too ("gkpj"), beside statements and parameters.
_CODE = re.compile(r"[A-Z][A-Z0-9_]*")

# graphql-core puts the offending value last, after one of these openings, or in double quotes; names in single ones.
_QUOTED_VALUES = (
    (re.compile(r"(,? but encountered error '.*)?[,;.]? [Ff]ound: .*", re.DOTALL), "."),
    (re.compile(r"(cannot represent[^:'\"]*|must be [^:'\"]*|Expected type [^,]*):? .*", re.DOTALL), r"\1."),
    (re.compile(r"Value '.*' does not exist in", re.DOTALL), "The value does not exist in"),
    (re.compile(r"\b(String|BlockString|Int|Float|Comment) '.*", re.DOTALL), r"\1."),
    (re.compile(r'".*"', re.DOTALL), "…"),
)

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


def code_of(error: BaseException) -> str | None:
    """The code of an exception of ours, `None` of any other."""
    code = getattr(type(error), "code", None)
    return code if isinstance(code, str) and _CODE.fullmatch(code) else None


def answered(error: BaseException) -> GraphQLError:
    """What the caller reads of an exception that happened outside any field."""
    return _ours(error, GraphQLError(str(error))) if code_of(error) else _defect(error, GraphQLError(str(error)))


def refused(error: GraphQLError, code: str) -> GraphQLError:
    """What the caller reads of an error in the document or its variables; `code` unless the cause has its own."""
    own = _own_cause(error)
    return _ours(own, error) if own else _copy(error, without_values(error.message), {"code": code})


def masked(result: ExecutionResult) -> ExecutionResult:
    """The result with every error as its caller may read it."""
    if not result.errors:
        return result
    return ExecutionResult(result.data, [_of_field(error) for error in result.errors])


def without_values(message: str) -> str:
    """The message of a request error without the values that it quotes."""
    for quoted, instead in _QUOTED_VALUES:
        message = quoted.sub(instead, message)
    return message[:LONGEST_MESSAGE]


def _of_field(error: GraphQLError) -> GraphQLError:
    own = _own_cause(error)
    if own:
        return _ours(own, error)
    if _is_about_arguments(error):
        return refused(error, BAD_VARIABLES)
    return _defect(error.original_error or error, error)


def _own_cause(error: BaseException | None) -> BaseException | None:
    while error is not None and code_of(error) is None:
        error = error.original_error if isinstance(error, GraphQLError) else None
    return error


def _is_about_arguments(error: GraphQLError) -> bool:
    """Whether a field failed because of what it was given: graphql-core then points at the value, not at the field."""
    if isinstance(error.original_error, StrawberryInputCoercionError):
        return True
    return bool(error.nodes) and all(isinstance(node, (ArgumentNode, ValueNode)) for node in error.nodes or ())


def _ours(own: BaseException, error: GraphQLError) -> GraphQLError:
    details: Mapping[str, Any] = getattr(own, "details", {})
    return _copy(error, str(own), {"code": code_of(own), **details})


def _defect(cause: BaseException, error: GraphQLError) -> GraphQLError:
    error_id = secrets.token_hex(8)
    fields = [node.name.value for node in error.nodes or () if isinstance(node, FieldNode)]
    log.error("defect", error_id=error_id, exception=_kind(cause), raised_at=_places(cause), fields=fields[:1])
    return _copy(error, DEFECT_MESSAGE, {"code": DEFECT, "errorId": error_id})


def _kind(error: BaseException) -> str:
    return f"{type(error).__module__}.{type(error).__qualname__}"


def _places(error: BaseException) -> list[str]:
    """Where the exception and its causes were raised. Never their messages: these may quote a person's data."""
    frames = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)]
    cause = error.__cause__ or error.__context__
    return frames + ([f"after {_kind(cause)}", *_places(cause)] if cause else [])


def _copy(error: GraphQLError, message: str, extensions: dict[str, Any]) -> GraphQLError:
    return GraphQLError(message, error.nodes, error.source, error.positions, error.path, extensions=extensions)
