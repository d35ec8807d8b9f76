"""Structured logs, a line for each happening: JSON for machines, text for people, under the request's id.

A log never holds a document's text or a person's data. So a line has only the fields named here, of an exception it
says the kind and the places but not the message (which may quote what somebody wrote), and of a library's message
the template alone. The level `debug` says messages too: it is for made-up data.
"""

import logging
import sys
import traceback
from collections.abc import Iterator, MutableMapping
from types import TracebackType
from typing import Any, TextIO

import orjson
import structlog
from structlog.typing import Processor

from server import request_ids
from server.variables import LogForm, LogLevel

FIELDS = {
    "event": "what happened, in words of the code",
    "level": "how bad it is",
    "timestamp": "when, in UTC",
    "logger": "the library that says it",
    "request_id": "the request it belongs to",
    "error_id": "the id a caller was given to quote",
    "exception": "the kind of an exception",
    "raised_at": "where it was raised, and after which others",
    "raised_with": "its message, at the level debug only",
    "fields": "the fields of the graph it concerns",
    "operation": "the name of an operation in a document",
    "kind": "the kind of an operation, a job or a record",
    "code": "the code a caller was answered with",
    "status": "the status of an HTTP answer or the code of a closed socket",
    "milliseconds": "how long it took",
    "statements": "how many statements went to the database",
    "count": "how many",
    "attempt": "which try of a job this was",
    "practice_id": "the practice it concerns",
    "job_id": "the job it concerns",
    "upload_id": "the upload it concerns",
    "store": "the store of files it concerns",
    "key": "the opaque key of a file in its store",
    "seq": "the number of a write",
    "anchored": "the number that the anchor knows",
    "address": "the address the server listens on",
    "database": "the database's URL, without a password",
    "version": "the version that runs",
    "revision": "the shape the database stands at",
    "signal": "the signal that stops the server",
}
"""Every field a line may have, and what it holds. Any other is left out; a test finds those in the code."""

DETAILS_OF_SERVERS = ("uvicorn.access", "uvicorn.error")
"""They write callers' addresses, and paths with their queries."""


def set_up(form: LogForm, level: LogLevel, stream: TextIO | None = None) -> None:
    """Send every log line of the process, ours and the libraries', to `stream` (the standard error)."""
    stream = stream or sys.stderr
    says_messages = level is LogLevel.DEBUG
    chain: list[Processor] = [
        request_ids.told,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        TellException(says_messages),
        keep_known_fields,
    ]
    render = renderer(form, stream)
    structlog.configure(
        processors=[*chain, render],
        wrapper_class=structlog.make_filtering_bound_logger(level.value),
        logger_factory=structlog.WriteLoggerFactory(stream),
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[TellLibrary(says_messages), *chain],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, render],
        )
    )
    set_up_libraries(handler, says_messages)


def set_up_libraries(handler: logging.Handler, says_messages: bool) -> None:
    """Let the libraries say warnings and worse, through our handler alone."""
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO if says_messages else logging.WARNING)
    for name in DETAILS_OF_SERVERS:
        library = logging.getLogger(name)
        library.handlers.clear()
        library.propagate = True
        library.setLevel(logging.WARNING)


def renderer(form: LogForm, stream: TextIO) -> Processor:
    """How a line is written."""
    if form is LogForm.JSON:
        return structlog.processors.JSONRenderer(serializer=as_json)
    return structlog.dev.ConsoleRenderer(
        colors=stream.isatty(), exception_formatter=structlog.dev.plain_traceback, pad_event_to=24
    )


def as_json(line: Any, **_: Any) -> str:
    """A line as JSON. A value of another kind is named, not shown."""
    return orjson.dumps(line, default=lambda value: f"<{type(value).__name__}>").decode()


def keep_known_fields(_: Any, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Leave out every field that is not one of ours."""
    for name in [name for name in line if name not in FIELDS and not name.startswith("_")]:
        del line[name]
    return line


class TellException:
    """Put the kind and the places of an exception into its line, in the place of the exception."""

    def __init__(self, says_messages: bool) -> None:
        self.says_messages = says_messages

    def __call__(self, _: Any, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        error = exception_of(line.pop("exc_info", None))
        line.pop("raised_with", None)
        if error is not None:
            line["exception"], line["raised_at"] = kind(error), list(places(error))
            if self.says_messages:
                line["raised_with"] = str(error)
        return line


class TellLibrary:
    """Turn a library's record into a line: the first line of its template, without what it was filled with."""

    def __init__(self, says_messages: bool) -> None:
        self.says_messages = says_messages

    def __call__(self, _: Any, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        record: logging.LogRecord = line["_record"]
        line["logger"] = record.name
        if not self.says_messages:
            line["event"] = (str(record.msg).splitlines() or [""])[0]
        if record.exc_info:
            line["exc_info"] = record.exc_info
        return line


def exception_of(exc_info: Any) -> BaseException | None:
    """The exception that `exc_info` of a log call means."""
    if isinstance(exc_info, BaseException):
        return exc_info
    said = exc_info if isinstance(exc_info, tuple) else sys.exc_info()
    return said[1] if exc_info and isinstance(said[1], BaseException) else None


def kind(error: BaseException) -> str:
    """The full name of an exception's class."""
    return f"{type(error).__module__}.{type(error).__qualname__}"


def places(error: BaseException) -> Iterator[str]:
    """Where an exception was raised, from the outside in, then the same of what it came after."""
    yield from frames(error.__traceback__)
    if (before := error.__cause__ or error.__context__) is not None:
        yield f"after {kind(before)}"
        yield from places(before)


def frames(trace: TracebackType | None) -> Iterator[str]:
    """The file, line and function of each frame; its variables and its line of code stay unread."""
    for frame, number in traceback.walk_tb(trace):
        yield f"{frame.f_code.co_filename}:{number} {frame.f_code.co_qualname}"
