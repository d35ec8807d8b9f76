"""How much one document may ask for: one pass over it, linear in its length however its fragments are nested.

Every fragment is measured once, after the fragments it spreads. Depth is a maximum, all else a sum, and sums stop
growing at a ceiling, so doubling fragments sixty times costs sixty additions.

The cost of a document is the number of field values that its answer may hold. A connection (a field with `first` or
`last`) passes its page size on to the lists directly inside it, so a selection costs a flat part and a part for each
item of the page around it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLList,
    GraphQLNamedType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    ValueNode,
    get_named_type,
    get_nullable_type,
    is_composite_type,
    is_introspection_type,
)

CEILING = 10**12
INTROSPECTED_LIST = 10


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that one document may ask for."""

    document_bytes: int = 64 * 1024
    """UTF-8 bytes of its text."""
    tokens: int = 2_500
    """Lexical tokens; a generous page of the case file has about 600."""
    depth: int = 20
    """Fields within fields; GraphiQL's introspection has 15."""
    aliases: int = 100
    directives: int = 100
    root_fields: int = 50
    cost: int = 200_000
    """Field values in the answer."""
    page: int = 20
    """Items of a list whose size is not asked for."""
    longest_page: int = 100
    """Items of a page whose size comes in a variable."""


class TooCostly(Exception):
    """A document asks for more than one request may."""

    code: ClassVar[str] = "TOO_COSTLY"

    def __init__(self, limit: str, allowed: int, asked: int | None = None) -> None:
        super().__init__(f"The document asks for too much: at most {allowed} {limit} in one request.")
        self.details = {"limit": limit, "allowed": allowed} | ({} if asked is None else {"asked": asked})


class Measure(NamedTuple):
    """What a selection asks for."""

    depth: int = 0
    aliases: int = 0
    directives: int = 0
    root_fields: int = 0
    flat: int = 0
    each: int = 0
    """Field values for each item of the page around the selection; `flat` are those whatever its size."""

    def beside(self, other: "Measure") -> "Measure":
        """Both selections in one."""
        return Measure(
            max(self.depth, other.depth),
            min(self.aliases + other.aliases, CEILING),
            min(self.directives + other.directives, CEILING),
            min(self.root_fields + other.root_fields, CEILING),
            min(self.flat + other.flat, CEILING),
            min(self.each + other.each, CEILING),
        )

    def cost(self, size: int) -> int:
        """Field values in a page of `size` items."""
        return min(self.flat + self.each * size, CEILING)


def check(document: DocumentNode, schema: GraphQLSchema, limits: Limits) -> None:
    """Raise `TooCostly` when an operation of the document asks for more than the limits allow."""
    for measure in _Measuring(document, schema, limits).operations():
        asked = {
            "levels of fields": (measure.depth, limits.depth),
            "aliases": (measure.aliases, limits.aliases),
            "directives": (measure.directives, limits.directives),
            "root fields": (measure.root_fields, limits.root_fields),
            "field values": (measure.cost(limits.page), limits.cost),
        }
        for name, (count, allowed) in asked.items():
            if count > allowed:
                raise TooCostly(name, allowed, count)


class _Measuring:
    """One pass over one document."""

    def __init__(self, document: DocumentNode, schema: GraphQLSchema, limits: Limits) -> None:
        self.document = document
        self.schema = schema
        self.limits = limits
        self.measured: dict[str, Measure] = {}

    def operations(self) -> Iterator[Measure]:
        """The measure of each operation."""
        for fragment in self._innermost_first():
            inside = self.schema.get_type(fragment.type_condition.name.value)
            self.measured[fragment.name.value] = self._selections(fragment.selection_set, inside)
        for definition in self.document.definitions:
            if isinstance(definition, OperationDefinitionNode):
                root = self.schema.get_root_type(definition.operation)
                asked = self._selections(definition.selection_set, root)
                yield asked.beside(Measure(directives=len(definition.directives or ())))

    def _innermost_first(self) -> Iterator[FragmentDefinitionNode]:
        """Each fragment after those it spreads; a spread that closes a cycle is left to the rule about cycles."""
        definitions = self.document.definitions
        fragments = {node.name.value: node for node in definitions if isinstance(node, FragmentDefinitionNode)}
        entered: set[str] = set()
        for root in fragments:
            path = [(root, _spreads(fragments[root]))] if root not in entered else []
            entered.add(root)
            while path:
                inner = next((spread for spread in path[-1][1] if spread in fragments and spread not in entered), None)
                if inner is None:
                    yield fragments[path.pop()[0]]
                else:
                    entered.add(inner)
                    path.append((inner, _spreads(fragments[inner])))

    def _selections(self, selections: SelectionSetNode | None, inside: GraphQLNamedType | None) -> Measure:
        measure = Measure()
        for selection in selections.selections if selections else ():
            measure = measure.beside(self._selection(selection, inside))
            if selection.directives:
                measure = measure.beside(Measure(directives=len(selection.directives)))
        return measure

    def _selection(self, node: SelectionNode, inside: GraphQLNamedType | None) -> Measure:
        if isinstance(node, FieldNode):
            return self._field(node, inside)
        if isinstance(node, InlineFragmentNode):
            narrowed = self.schema.get_type(node.type_condition.name.value) if node.type_condition else inside
            return self._selections(node.selection_set, narrowed)
        return self.measured.get(node.name.value, Measure()) if isinstance(node, FragmentSpreadNode) else Measure()

    def _field(self, node: FieldNode, inside: GraphQLNamedType | None) -> Measure:
        field = self.schema.get_field(inside, node.name.value) if is_composite_type(inside) else None
        inner = self._selections(node.selection_set, get_named_type(field.type) if field else None)
        size = self._asked_size(node, field)
        usual = INTROSPECTED_LIST if inside and is_introspection_type(inside) else self.limits.page
        flat, each = 1 + inner.cost(usual if size is None else size), 0
        if field and isinstance(get_nullable_type(field.type), GraphQLList):
            item = 1 + inner.cost(usual)
            flat, each = (0, item) if size is None else (size * item, 0)
        return Measure(
            inner.depth + 1,
            inner.aliases + (1 if node.alias else 0),
            inner.directives,
            1,
            min(flat, CEILING),
            min(each, CEILING),
        )

    def _asked_size(self, node: FieldNode, field: GraphQLField | None) -> int | None:
        """The page size that the field is asked for by `first`, `last` or a list of `ids`, if it takes one of these."""
        sizes = [self._size(argument.value) for argument in node.arguments or () if argument.name.value in _SIZING]
        if sizes:
            return max(sizes)
        return self.limits.page if field and _SIZING & field.args.keys() else None

    def _size(self, value: ValueNode) -> int:
        if isinstance(value, IntValueNode):
            return min(max(int(value.value[:12]), 0), CEILING)
        return len(value.values) if isinstance(value, ListValueNode) else self.limits.longest_page


_SIZING = frozenset({"first", "last", "ids"})


def _spreads(fragment: FragmentDefinitionNode) -> Iterator[str]:
    """The names of the fragments spread within a fragment, at any depth."""
    waiting: list[Sequence[object]] = [fragment.selection_set.selections]
    while waiting:
        for selection in waiting.pop():
            if isinstance(selection, FragmentSpreadNode):
                yield selection.name.value
            elif isinstance(selection, FieldNode | InlineFragmentNode) and selection.selection_set:
                waiting.append(selection.selection_set.selections)
