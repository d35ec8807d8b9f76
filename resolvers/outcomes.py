"""What comes of a write: ids and problems, never content; so a repeat can read its payload as the caller of now."""

from dataclasses import dataclass, fields
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints
from uuid import UUID

import orjson

from domain.refusals import Problem, ProblemCode

SomeOutcome = TypeVar("SomeOutcome", bound="Outcome")


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What every mutation gives: what kept it from being carried out, if anything did."""

    problems: tuple[Problem, ...] = ()


def kept(outcome: Outcome) -> dict[str, Any]:
    """The outcome as it is stored beside an idempotency key."""
    values = {field.name: getattr(outcome, field.name) for field in fields(outcome)}
    stored: dict[str, Any] = orjson.loads(orjson.dumps(values, default=str))
    return stored


def read(kind: type[SomeOutcome], stored: dict[str, Any]) -> SomeOutcome:
    """The outcome behind what `kept` gave."""
    hints = get_type_hints(kind)
    return kind(**{field.name: _read(hints[field.name], stored[field.name]) for field in fields(kind)})


def _read(annotation: Any, value: Any) -> Any:
    if get_origin(annotation) in (Union, UnionType):
        inner = [each for each in get_args(annotation) if each is not type(None)]
        return None if value is None else _read(inner[0], value)
    if get_origin(annotation) is tuple:
        return tuple(_read(get_args(annotation)[0], each) for each in value)
    if annotation is UUID:
        return UUID(value)
    if annotation is Problem:
        return Problem(ProblemCode(value["code"]), value["message"], tuple(value["path"]))
    return value
