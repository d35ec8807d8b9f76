"""Turning what resolvers take, plain dataclasses, enums and ids, into GraphQL inputs, enums and IDs."""

import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from enum import Enum
from functools import cache
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID

import strawberry
from strawberry.types.arguments import InputContext

import schema.describing
from domain import identity
from domain.identity import Kind, NotAnId
from resolvers.given import ANY_KIND, NOWHERE, AbsentType

Convert = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Taken:
    """How something is taken in: the annotation Strawberry sees, and what turns its value into ours."""

    annotation: Any
    convert: Convert | None = None


@cache
def taken(annotation: Any) -> Taken:
    """How a value of this annotation is taken in."""
    origin, inside = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        if ANY_KIND in inside[1:]:
            return Taken(strawberry.ID)
        kind = next((each for each in inside[1:] if isinstance(each, Kind)), None)
        return Taken(strawberry.ID, lambda text: id_of(kind, text)) if kind else taken(inside[0])
    if origin in (Union, types.UnionType):
        return _optional([each for each in inside if each is not AbsentType])
    if origin in (list, tuple):
        inner = taken(inside[0])
        return Taken(list[inner.annotation], _each(inner.convert))  # type: ignore[name-defined] # built at run time
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return Taken(one_of(annotation))
    if is_dataclass(annotation) and isinstance(annotation, type):
        return Taken(input_of(annotation))
    return Taken(annotation)


def id_of(kind: Kind, text: str) -> UUID:
    """The UUID behind an id; text that is no id of that kind becomes one that no row has, so it is not found."""
    try:
        found, value = identity.read(text)
    except NotAnId:
        return NOWHERE
    return value if found is kind else NOWHERE


def _optional(inside: list[Any]) -> Taken:
    given = [each for each in inside if each is not type(None)]
    inner = taken(given[0])
    if len(given) == len(inside):
        return inner
    convert = inner.convert
    return Taken(inner.annotation | None, convert and (lambda value: None if value is None else convert(value)))


def _each(convert: Convert | None) -> Convert | None:
    return convert and (lambda values: [convert(value) for value in values])


@cache
def one_of(vocabulary: type[Enum]) -> type[Enum]:
    """A domain's vocabulary as a GraphQL enum, its words described by the strings under them."""
    strawberry.enum(vocabulary, description=schema.describing.of(vocabulary))
    said = schema.describing.members(vocabulary)
    for value in vocabulary.__strawberry_definition__.values:  # type: ignore[attr-defined] # set by the line above
        value.description = said[value.name]
    return vocabulary


@cache
def input_of(plain: type) -> type:
    """A plain dataclass as a GraphQL input. What reaches resolvers is the dataclass itself.

    A field with a default may be left out, and then has that default: `ABSENT` where leaving out differs from null.
    """
    hints = get_type_hints(plain, include_extras=True)
    said = schema.describing.members(plain)
    members: dict[str, Any] = {"__annotations__": {}, "__doc__": plain.__doc__, "__module__": plain.__module__}
    converts: dict[str, Convert] = {}
    for field in fields(plain):
        how = taken(hints[field.name])
        optional = field.default is not MISSING or field.default_factory is not MISSING
        annotation = how.annotation
        members["__annotations__"][field.name] = annotation | None if optional else annotation
        unset = {"default": strawberry.UNSET} if optional else {}
        # `from_` is `from` in the graph: the name is a word of Python's own.
        name = field.name[:-1] if field.name.endswith("_") else None
        members[field.name] = strawberry.field(name=name, description=said[field.name], **unset)
        if how.convert is not None:
            converts[field.name] = how.convert
    made: type = strawberry.input(
        type(plain.__name__, (), members), name=plain.__name__, description=schema.describing.of(plain)
    )
    _build_plain(made, plain, converts)
    return made


def _build_plain(made: Any, plain: type, converts: Mapping[str, Convert]) -> None:
    """Have Strawberry build the dataclass itself from what was given."""
    nullable = {field.name: _takes_null(get_type_hints(plain)[field.name]) for field in fields(plain)}

    def build(_: type, value: Mapping[str, Any], context: InputContext) -> Any:
        given = {}
        for field in made.__strawberry_definition__.fields:
            name = context.config.name_converter.from_field(field)
            if name not in value or (value[name] is None and not nullable[field.python_name]):
                continue
            kept = context.convert(value[name], field.resolve_type(), name)
            convert = converts.get(field.python_name)
            given[field.python_name] = kept if convert is None or kept is None else convert(kept)
        return plain(**given)

    made.__strawberry_definition__.from_input = build


def _takes_null(annotation: Any) -> bool:
    return type(None) in get_args(annotation)
