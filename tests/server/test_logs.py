"""The log: a line is structured, carries its request's id, and shows nothing that a person wrote."""

import ast
import asyncio
import json
import logging
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import structlog

import server.logs
from server import request_ids
from server.variables import ROOT, LogForm, LogLevel

SECRET = "Amara Oyelaran, +49 30 1234567"


@pytest.fixture(autouse=True)
def _logging_as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    before, level, configured = root.handlers[:], root.level, structlog.get_config()
    yield
    root.handlers[:], root.level = before, level
    structlog.configure(**configured)


def set_up(form: LogForm = LogForm.JSON, level: LogLevel = LogLevel.INFO) -> StringIO:
    stream = StringIO()
    server.logs.set_up(form, level, stream)
    return stream


def lines(stream: StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_is_json_with_its_fields_a_level_and_the_time_in_utc() -> None:
    stream = set_up()
    structlog.get_logger(__name__).info("answered", milliseconds=12, code="OK")
    [line] = lines(stream)
    assert line.pop("timestamp").endswith("Z")
    assert line == {"event": "answered", "level": "info", "milliseconds": 12, "code": "OK"}


def test_a_line_for_people_says_the_same_in_text() -> None:
    stream = set_up(LogForm.TEXT)
    structlog.get_logger().warning("retried", attempt=2)
    assert "[warning" in stream.getvalue()
    assert "attempt=2" in stream.getvalue()


async def test_every_line_of_a_request_and_of_its_tasks_carries_its_id() -> None:
    stream = set_up()

    async def say(event: str) -> None:
        await asyncio.sleep(0)
        structlog.get_logger().info(event)

    async def ask(request_id: str) -> None:
        before = request_ids.CURRENT.set(request_id)
        await asyncio.gather(say("one"), asyncio.create_task(say("two")))
        request_ids.CURRENT.reset(before)

    await asyncio.gather(ask("a"), ask("b"))
    structlog.get_logger().info("after")
    assert sorted((line["event"], line.get("request_id")) for line in lines(stream)) == [
        ("after", None), ("one", "a"), ("one", "b"), ("two", "a"), ("two", "b"),
    ]  # fmt: skip


def test_a_field_that_is_not_named_is_left_out() -> None:
    stream = set_up()
    structlog.get_logger().info("saved", note_text=SECRET, count=1)
    assert "Amara" not in stream.getvalue()
    assert lines(stream)[0]["count"] == 1


def fail() -> None:
    try:
        int(SECRET)
    except ValueError as error:
        raise RuntimeError(SECRET) from error


@pytest.mark.parametrize("form", [LogForm.JSON, LogForm.TEXT])
def test_an_exception_is_told_by_kind_and_place_without_its_message(form: LogForm) -> None:
    stream = set_up(form)
    try:
        fail()
    except RuntimeError:
        structlog.get_logger().exception("defect")
        logging.getLogger("library").exception("Task failed: %s\n%s", SECRET, SECRET)
    assert "Amara" not in stream.getvalue()
    assert "builtins.RuntimeError" in stream.getvalue()
    assert "after builtins.ValueError" in stream.getvalue()
    assert f"{__file__}" in stream.getvalue()


def test_a_library_is_heard_from_warnings_on_by_its_template() -> None:
    stream = set_up()
    logging.getLogger("library").info("not heard")
    logging.getLogger("library").warning("Cannot send to %s\nsecond line", SECRET)
    logging.getLogger("uvicorn.access").info("%s - %s", "192.0.2.7", "/graphql?after=cursor")
    logging.getLogger("uvicorn.error").info('%s - "WebSocket %s"', "192.0.2.7", "/graphql?after=cursor")
    assert [(line["logger"], line["event"], line["level"]) for line in lines(stream)] == [
        ("library", "Cannot send to %s", "warning")
    ]


def test_the_level_debug_says_messages_for_made_up_data() -> None:
    stream = set_up(level=LogLevel.DEBUG)
    try:
        fail()
    except RuntimeError:
        structlog.get_logger().exception("defect")
    assert lines(stream)[0]["raised_with"] == SECRET


def test_a_lighter_line_than_the_level_is_not_written() -> None:
    stream = set_up(level=LogLevel.ERROR)
    structlog.get_logger().warning("retried")
    assert stream.getvalue() == ""


def test_a_value_that_json_does_not_know_is_named_and_not_shown() -> None:
    stream = set_up()
    structlog.get_logger().info("opened", database=Path(SECRET), practice_id=UUID(int=7))
    assert lines(stream)[0]["database"] == "<PosixPath>"
    assert lines(stream)[0]["practice_id"] == "00000000-0000-0000-0000-000000000007"


def log_calls() -> Iterator[tuple[str, ast.Call]]:
    """Every call of a logger in the rooms."""
    for room in ("server", "schema", "resolvers", "auth", "storage", "domain"):
        for path in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                match node:
                    case ast.Call(ast.Attribute(ast.Name("log" | "logger"), attr)) if attr in LEVELS:
                        yield f"{path.relative_to(ROOT)}:{node.lineno}", node


LEVELS = {"debug", "info", "warning", "error", "critical", "exception", "bind"}


def test_every_field_that_the_code_logs_is_one_of_ours() -> None:
    known = server.logs.FIELDS.keys() | {"exc_info"}
    unknown = {f"{place} {word.arg}" for place, call in log_calls() for word in call.keywords if word.arg not in known}
    assert unknown == set()


def test_every_event_that_the_code_logs_is_a_fixed_text() -> None:
    built = {place for place, call in log_calls() for event in call.args if not isinstance(event, ast.Constant)}
    assert built == set()
