"""Operations made by chance from a schema: the same for the same seed, valid, within the product's limits.

What a generator has not used yet it takes first, so that some hundred operations hold every field, argument and
abstract type.
"""

import random
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    OperationType,
    Undefined,
    get_named_type,
    is_abstract_type,
    is_composite_type,
    is_leaf_type,
)

from tests.schema.execution.running import Asked
from tests.schema.execution.values import Values, literal

PAGING = {"first", "last", "after", "before"}
LEADING_ON = {"edges", "node"}


@dataclass
class Scope:
    """The response keys of one place, over all its fragments: equal keys must mean equal fields."""

    keys: dict[str, tuple[str, "Scope"]] = field(default_factory=dict)

    def take(self, key: str, signature: str) -> "Scope | None":
        """The place below a key, or None when the key means something else here."""
        held = self.keys.setdefault(key, (signature, Scope()))
        return held[1] if held[0] == signature else None


@dataclass
class Draft:
    """An operation under way."""

    budget: int
    variables: dict[str, Any] = field(default_factory=dict)
    declared: list[str] = field(default_factory=list)
    fragments: list[tuple[str, str, Scope, str]] = field(default_factory=list)
    """Name, type, place and text of each."""


class Generator:
    """Makes operations on one graph."""

    def __init__(
        self,
        graph: GraphQLSchema,
        values: Values,
        seed: int,
        *,
        budget: int = 30,
        depth: int = 9,
        seldom: frozenset[str] = frozenset(),
        fertile: tuple[str, ...] = (),
    ) -> None:
        """`budget`: about how many fields an operation has; `seldom`: root fields that leave little of any answer;
        `fertile`: those that give much."""
        self.graph = graph
        self.seldom = seldom
        self.fertile = fertile
        self.values = values
        self.chance = random.Random(seed)
        self.budget = budget
        self.depth = depth
        self.fixed: Mapping[str, str] = {}
        self.used: Counter[str] = Counter()
        """How often each field, argument and abstract type occurred: `Client.id`, `Client.notes(first:)`, `Node`."""

    def operation(self, kind: OperationType = OperationType.QUERY, fixed: Mapping[str, str] | None = None) -> Asked:
        """One more operation; `fixed` has the written arguments of root fields that cannot be left to chance."""
        self.fixed = fixed or {}
        root = self.graph.get_root_type(kind)
        assert root is not None
        draft = Draft(self.chance.randint(self.budget // 2, self.budget * 2))
        body = self._roots(root, draft, kind)
        declared = f"({', '.join(draft.declared)})" if draft.declared else ""
        text = f"{kind.value} Made{declared} {{ {body} }}"
        text += "".join(f"\nfragment {name} on {on} {{ {inner} }}" for name, on, _, inner in draft.fragments)
        if self.chance.random() < 0.03:
            return Asked(f"{text}\nquery Other {{ __typename }}", draft.variables, "Made", events=3)
        return Asked(text, draft.variables, events=3)

    def _roots(self, root: GraphQLObjectType, draft: Draft, kind: OperationType) -> str:
        scope = Scope()
        names = self._least_used(root, list(root.fields), lambda name: root.name != "Query" or self._is_due(root, name))
        if kind is OperationType.SUBSCRIPTION:
            return self._field(root, names[0], scope, draft, 0, steered=False)
        count = self.chance.choice((1, 2, 3))
        parts = [self._field(root, name, scope, draft, 0) for name in names[:count]]
        fertile = self.fertile if kind is OperationType.QUERY else ()
        if fertile and self.chance.random() < 0.9:
            parts += [self._field(root, self.chance.choice(fertile), scope, draft, 0, steered=False) for _ in range(2)]
        while draft.budget > 0 and kind is OperationType.QUERY:
            parts.append(self._field(root, self.chance.choice(fertile or names), scope, draft, 0))
        return " ".join(filter(None, parts)) or "__typename"

    def _is_due(self, root: GraphQLObjectType, name: str) -> bool:
        if name not in self.seldom or self.chance.random() < 0.02:
            return True
        every = [f"Query.{name}", *(f"Query.{name}({argument}:)" for argument in root.fields[name].args)]
        return not all(self.used[each] for each in every)

    def _selection(self, named: Any, scope: Scope, draft: Draft, depth: int) -> str:
        """The selections on a composite type; never empty."""
        if not scope.keys and self.chance.random() < 0.15:
            for name, on, place, _ in draft.fragments:
                if on == named.name:
                    scope.keys = place.keys
                    return f"...{name}"
        parts = list(self._parts(named, scope, draft, depth))
        self.chance.shuffle(parts)
        text = " ".join(parts) or "__typename"
        if self.chance.random() < 0.1:
            name = f"F{len(draft.fragments)}"
            draft.fragments.append((name, named.name, scope, text))
            return f"...{name}"
        return text

    def _parts(self, named: Any, scope: Scope, draft: Draft, depth: int) -> Iterator[str]:
        if is_abstract_type(named):
            self.used[named.name] += 1
            yield "__typename"
            yield from self._narrowed(named, scope, draft, depth)
        elif self.chance.random() < 0.2:
            yield "__typename"
        if not isinstance(named, GraphQLUnionType):
            yield from self._fields(named, scope, draft, depth)
        if isinstance(named, GraphQLObjectType) and self.chance.random() < 0.12:
            wider = self.chance.choice([*named.interfaces, named])
            if wider is not named:
                self.used[wider.name] += 1
            yield f"... on {wider.name} {{ {' '.join(self._fields(wider, scope, draft, depth)) or '__typename'} }}"

    def _narrowed(self, named: Any, scope: Scope, draft: Draft, depth: int) -> Iterator[str]:
        """Fragments on some of the types that an abstract type may turn out to be."""
        kinds: list[Any] = list(self.graph.get_possible_types(named))
        narrower = [each for each in self.graph.type_map.values() if isinstance(each, GraphQLInterfaceType)]
        kinds += [each for each in narrower if set(self.graph.get_possible_types(each)) < set(kinds)]
        self.chance.shuffle(kinds)
        kinds.sort(
            key=lambda kind: sum(self.used[f"{kind.name}.{name}"] for name in kind.fields) > 3 * len(kind.fields)
        )
        for kind in kinds[: self.chance.choice((1, 2, 3, 5))]:
            inner = self._selection(kind, scope, draft, depth)
            yield f"... on {kind.name}{self._steered(draft)} {{ {inner} }}"

    def _fields(self, named: Any, scope: Scope, draft: Draft, depth: int) -> Iterator[str]:
        fields: dict[str, GraphQLField] = named.fields
        leaves = self._least_used(named, list(fields), lambda name: is_leaf_type(get_named_type(fields[name].type)))
        below = self._least_used(named, list(fields), lambda name: is_composite_type(get_named_type(fields[name].type)))
        below.sort(key=lambda name: name not in LEADING_ON)
        for name in leaves[: self.chance.choice((4, 6, 8))]:
            yield self._field(named, name, scope, draft, depth)
        if depth < self.depth:
            most = self.chance.choice((1, 2, 3))
            if below and below[0] in LEADING_ON and all(self.used[f"{named.name}.{name}"] > 2 for name in below):
                most = self.chance.choice((1, 1, 2))
            for name in below[:most]:
                if draft.budget > 0 or name in LEADING_ON or not self._uses(named, name):
                    yield self._field(named, name, scope, draft, depth)

    def _least_used(self, named: Any, names: list[str], fits: Any) -> list[str]:
        """The names that fit, those hardly used first, otherwise by chance."""
        fitting = [name for name in names if fits(name)]
        self.chance.shuffle(fitting)
        return sorted(fitting, key=lambda name: self._uses(named, name))

    def _uses(self, named: Any, name: str) -> int:
        """How often a field was used, up to a few times; never, as long as one of its arguments was not."""
        owner = f"{named.name}.{name}"
        if not all(self.used[f"{owner}({argument}:)"] for argument in named.fields[name].args):
            return 0
        return min(self.used[owner], 3)

    def _field(
        self, named: Any, name: str, scope: Scope, draft: Draft, depth: int, *, steered: bool = True
    ) -> str:  # fmt: skip
        owner = f"{named.name}.{name}"
        definition: GraphQLField = named.fields[name]
        self.used[owner] += 1
        draft.budget -= 1
        given = self.fixed[name] if not depth and name in self.fixed else self._arguments(owner, definition, draft)
        signature = f"{name}{given}{definition.type}"
        key = name if self.chance.random() > 0.12 else f"{name}_{self.chance.randint(1, 3)}"
        place = scope.take(key, signature)
        while place is None:
            key = f"{name}_{len(scope.keys)}_{self.chance.randint(0, 99)}"
            place = scope.take(key, signature)
        head = f"{name if key == name else f'{key}: {name}'}{given}{self._steered(draft) if steered else ''}"
        below = get_named_type(definition.type)
        if is_leaf_type(below):
            return head
        return f"{head} {{ {self._selection(below, place, draft, depth + 1)} }}"

    def _steered(self, draft: Draft) -> str:
        """Now and then @skip or @include, by a literal or a variable; what they leave out is little."""
        if self.chance.random() > 0.05:
            return ""
        directive, wanted = self.chance.choice((("skip", False), ("include", True)))
        value = wanted if self.chance.random() < 0.9 else not wanted
        through = self._variable("Boolean!", value, draft) if self.chance.random() < 0.6 else literal(value)
        return f" @{directive}(if: {through})"

    def _arguments(self, owner: str, definition: GraphQLField, draft: Draft) -> str:
        chosen = [name for name, each in definition.args.items() if self._is_given(owner, name, each, definition)]
        if {"first", "last"} <= set(chosen) and self.chance.random() < 0.95:
            chosen.remove("first" if not self.used[f"{owner}(last:)"] else "last")
        texts = []
        for name in chosen:
            self.used[f"{owner}({name}:)"] += 1
            argument = definition.args[name]
            value = self.values.of(argument.type, owner, name, self.chance)
            texts.append(f"{name}: {self._written(argument, value, draft)}")
        return f"({', '.join(texts)})" if texts else ""

    def _is_given(self, owner: str, name: str, argument: GraphQLArgument, definition: GraphQLField) -> bool:
        if isinstance(argument.type, GraphQLNonNull) and argument.default_value is Undefined:
            return True
        if name == "first":
            return self.chance.random() < 0.95
        seldom = 0.04 if name in PAGING else 0.1
        return self.chance.random() < (seldom if self.used[f"{owner}({name}:)"] else 0.9)

    def _written(self, argument: GraphQLArgument, value: Any, draft: Draft) -> str:
        """The value as a literal or through a variable, sometimes one that is not given or has a default."""
        if self.chance.random() < 0.6:
            return literal(value)
        kind = str(argument.type)
        if kind.endswith("!") and argument.default_value is not Undefined and self.chance.random() < 0.4:
            return self._variable(kind[:-1], value, draft)
        if not kind.endswith("!") and self.chance.random() < 0.2:
            return self._variable(kind, Undefined, draft)
        return self._variable(kind, value, draft, default=self.chance.random() < 0.2)

    def _variable(self, kind: str, value: Any, draft: Draft, *, default: bool = False) -> str:
        name = f"v{len(draft.declared)}"
        if default and value is not None:
            draft.declared.append(f"${name}: {kind} = {literal(value)}")
        else:
            draft.declared.append(f"${name}: {kind}")
            if value is not Undefined:
                draft.variables[name] = value
        return f"${name}"


def everything(graph: GraphQLSchema, *roots: GraphQLObjectType | None) -> set[str]:
    """Every field, argument and abstract type below these roots, as a generator counts them."""
    found: set[str] = set()
    waiting: list[Any] = [root for root in roots if root is not None]
    met: set[str] = set()
    while waiting:
        named = waiting.pop()
        if named.name in met or not is_composite_type(named):
            continue
        met.add(named.name)
        if is_abstract_type(named):
            found.add(named.name)
            waiting += graph.get_possible_types(named)
        if not isinstance(named, GraphQLUnionType):
            waiting += named.interfaces
            for name, definition in named.fields.items():
                found.add(f"{named.name}.{name}")
                found |= {f"{named.name}.{name}({argument}:)" for argument in definition.args}
                waiting.append(get_named_type(definition.type))
    return found
