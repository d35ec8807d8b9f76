"""Values for generated arguments: real ids and cursors, words of enums, texts and numbers; now and then a bad one."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLSchema,
    Undefined,
    get_named_type,
)

Make = Callable[[random.Random], Any]

SCALARS: dict[str, Make] = {
    "Int": lambda chance: chance.choice((0, 1, 1, 2, 3, 7)),
    "Float": lambda chance: chance.choice((0.5, 2, -1.25)),
    "Boolean": lambda chance: chance.random() < 0.5,
    "String": lambda chance: chance.choice(("one", "Two words", 'with "quotes" \\ and\nlines', "Zoë")),
    "ID": lambda chance: "nothing_0",
    "Date": lambda chance: f"2026-0{chance.randint(1, 9)}-1{chance.randint(0, 9)}",
    "DateTime": lambda chance: f"2026-0{chance.randint(1, 9)}-11T09:30:00Z",
    "LocalTime": lambda chance: "09:30:00",
    "Duration": lambda chance: "PT30M",
    "TimeZone": lambda chance: chance.choice(("America/Toronto", "Europe/Berlin")),
    "Locale": lambda chance: chance.choice(("fr-CA", "en")),
    "Decimal": lambda chance: "12.50",
    "Currency": lambda chance: "CAD",
    "ByteCount": lambda chance: 2_000,
    "EmailAddress": lambda chance: f"one{chance.randint(1, 9)}@example.org",
    "PhoneNumber": lambda chance: "+14165550123",
    "URL": lambda chance: "https://example.org/",
}
NUMBERS = {"Int", "Float", "Boolean", "Even"}
BAD = 0.006


class Word(str):
    """A word of an enum: written without quotes."""

    __slots__ = ()


@dataclass
class Values:
    """Where the values of one graph come from."""

    graph: GraphQLSchema
    ids: Mapping[str, list[str]] = field(default_factory=dict)
    """Ids that exist, by the name of their type."""
    cursors: Mapping[str, list[str]] = field(default_factory=dict)
    """Cursors, by the field whose list they open: `Client.timeline`."""
    named: Mapping[str, Make] = field(default_factory=dict)
    """Values of arguments and input fields by their name: what only this graph knows."""
    scalars: Mapping[str, Make] = field(default_factory=lambda: SCALARS)
    seen: set[str] = field(default_factory=set)
    """The input fields that were given: `ClientFilter.text`."""

    def of(self, kind: GraphQLInputType, owner: str, name: str, chance: random.Random) -> Any:
        """A value of the type, for an argument or input field of this name; `owner` is the field or the input."""
        if isinstance(kind, GraphQLNonNull):
            return self._given(kind.of_type, owner, name, chance)
        return None if chance.random() < 0.04 else self._given(kind, owner, name, chance)

    def _given(self, kind: Any, owner: str, name: str, chance: random.Random) -> Any:
        special = self._special(kind, owner, name, chance)
        if special is not None:
            return special
        if isinstance(kind, GraphQLList):
            return [self._item(kind.of_type, owner, name, chance) for _ in range(self._length(name, chance))]
        if isinstance(kind, GraphQLEnumType):
            return Word(chance.choice(list(kind.values)))
        if isinstance(kind, GraphQLInputObjectType):
            return self._object(kind, chance)
        return self.scalars[kind.name](chance)

    @staticmethod
    def _length(name: str, chance: random.Random) -> int:
        return chance.choice((1, 3, 6, 8) if name == "ids" else (0, 1, 2, 3, 4, 5))

    def _item(self, kind: Any, owner: str, name: str, chance: random.Random) -> Any:
        return self.of(kind, owner, name, chance)

    def _special(self, kind: Any, owner: str, name: str, chance: random.Random) -> Any:
        if name in self.named and not isinstance(kind, GraphQLList):
            value = self.named[name](chance)
            if isinstance(value, str) is not (kind.name in NUMBERS):
                return value
        if name in ("first", "last"):
            return chance.choice((0, 101, -1)) if chance.random() < BAD else chance.choice((1, 2, 3, 4, 6))
        if name in ("after", "before"):
            return chance.choice(self.cursors.get(owner, ["no cursor"])) if chance.random() > BAD else "no cursor"
        if get_named_type(kind).name == "ID" and not isinstance(kind, GraphQLList):
            return self._id(owner, name, chance)
        return None

    def _id(self, owner: str, name: str, chance: random.Random) -> str:
        if chance.random() < BAD:
            return chance.choice(("", "client_0", "journey_" + "0" * 32))
        known = self.ids.get(self._named_by(owner, name) or "") or [each for ids in self.ids.values() for each in ids]
        return chance.choice(known)

    def _named_by(self, owner: str, name: str) -> str | None:
        """The type whose ids a field or input means: by the name, by what the field returns, by the input's name."""
        said = name[:1].upper() + name[1:].removesuffix("s").removesuffix("Id")
        fitting = [each for each in self.ids if said.endswith(each)]
        if not fitting and "." in owner:
            kind, _, member = owner.partition(".")
            returned = get_named_type(self.graph.type_map[kind].fields[member].type).name
            return returned if returned in self.ids else None
        if not fitting:
            fitting = [each for each in self.ids if owner.startswith(each)]
        return max(fitting, key=len, default=None)

    def _object(self, kind: GraphQLInputObjectType, chance: random.Random) -> dict[str, Any]:
        if _takes_one(kind):
            name = chance.choice(list(kind.fields))
            return {name: self._member(kind, name, chance)}
        given = {}
        for name, field_ in kind.fields.items():
            required = isinstance(field_.type, GraphQLNonNull) and field_.default_value is Undefined
            likely = 0.3 if f"{kind.name}.{name}" in self.seen else 0.7
            if required or chance.random() < likely:
                given[name] = self._member(kind, name, chance)
        return given

    def _member(self, kind: GraphQLInputObjectType, name: str, chance: random.Random) -> Any:
        self.seen.add(f"{kind.name}.{name}")
        type_ = kind.fields[name].type
        if _takes_one(kind):
            return self._given(type_, kind.name, name, chance)
        return self.of(type_, kind.name, name, chance)


def _takes_one(kind: GraphQLInputObjectType) -> bool:
    definition = kind.extensions.get("strawberry-definition")
    return bool(kind.is_one_of or (definition is not None and definition.is_one_of))


def literal(value: Any) -> str:
    """A value as a document writes it."""
    if isinstance(value, Word):
        return str(value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {literal(each)}" for name, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(literal, value)) + "]"
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    return _text(value) if isinstance(value, str) else repr(value)


def _text(value: str) -> str:
    quoted = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{quoted}"'
