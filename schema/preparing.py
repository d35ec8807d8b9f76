"""Operations made ready to run, and kept: parsed, judged and planned once, however often they are sent."""

from collections import OrderedDict
from dataclasses import dataclass
from functools import cached_property

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    get_operation_ast,
)
from graphql.execution.collect_fields import FragmentDetails

from schema.documents import BadDocument
from schema.execution.plans import Plans
from schema.variables import Variables

# What a parsed document weighs in memory, for each character of its text.
DOCUMENT_BYTES = 50


@dataclass(frozen=True, eq=False)
class Prepared:
    """An operation that may be executed, as often as wished."""

    document: DocumentNode
    definition: OperationDefinitionNode
    graph: GraphQLSchema

    @property
    def kind(self) -> OperationType:
        """Query, mutation or subscription."""
        return self.definition.operation

    @cached_property
    def name(self) -> str | None:
        """The name the document gives the operation."""
        return self.definition.name.value if self.definition.name else None

    @cached_property
    def definitions(self) -> dict[str, FragmentDefinitionNode]:
        """The document's fragments by name."""
        nodes = [node for node in self.document.definitions if isinstance(node, FragmentDefinitionNode)]
        return {node.name.value: node for node in nodes}

    @cached_property
    def fragments(self) -> dict[str, FragmentDetails]:
        """The same, as graphql-core collects fields from them."""
        return {name: FragmentDetails(node) for name, node in self.definitions.items()}

    @cached_property
    def variables(self) -> Variables:
        """What it may be given."""
        return Variables(self.graph, self.definition.variable_definitions or ())

    @cached_property
    def plans(self) -> Plans:
        """How it is executed."""
        return Plans(self.graph, self.definition, self.fragments)


class KeptDocument:
    """A document and its operations."""

    def __init__(self, text: str, document: DocumentNode, graph: GraphQLSchema) -> None:
        self._text_length = len(text)
        self._document = document
        self._graph = graph
        self._operations: dict[str | None, Prepared] = {}

    def operation(self, name: str | None) -> Prepared:
        """The operation of that name, or the only one. Raises `BadDocument`."""
        prepared = self._operations.get(name)
        if prepared is None:
            definition = get_operation_ast(self._document, name or None)
            if definition is None:
                raise BadDocument.because(
                    "The document has no operation of that name."
                    if name
                    else "The document has several operations: name the one to run in operationName."
                )
            prepared = self._operations[name] = Prepared(self._document, definition, self._graph)
        return prepared

    @property
    def weight(self) -> int:
        """About how many bytes it holds, with its plans."""
        plans = (each.plans for each in self._operations.values())
        return self._text_length * DOCUMENT_BYTES + sum(each.weight for each in plans)


class KeptDocuments:
    """Documents by their text; beyond so many bytes the one unused the longest goes."""

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._by_text: OrderedDict[str, KeptDocument] = OrderedDict()

    def __len__(self) -> int:
        return len(self._by_text)

    def get(self, text: str) -> KeptDocument | None:
        """The document of this very text."""
        document = self._by_text.get(text)
        if document is not None:
            self._by_text.move_to_end(text)
        return document

    def keep(self, text: str, document: KeptDocument) -> None:
        """Keep one more, and let go of what no longer fits."""
        self._by_text[text] = document
        # Plans grow as they are used, so what all of it weighs is only known by weighing.
        held = sum(each.weight for each in self._by_text.values())
        while held > self._most:
            _, oldest = self._by_text.popitem(last=False)
            held -= oldest.weight
