"""Any list of the graph as a table: which list an operation asks for, and what its columns are.

The operation is an ordinary query with one connection in it. It is run page by page like any other, so who may read
what, and what is written down of the reading, is decided where it always is.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from graphql import (
    ArgumentNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSyntaxError,
    InlineFragmentNode,
    IntValueNode,
    NameNode,
    OperationDefinitionNode,
    OperationType,
    SelectionNode,
    SelectionSetNode,
    VariableNode,
    parse,
    print_ast,
)
from graphql.language import NamedTypeNode, VariableDefinitionNode

from schema.scalars import as_json

AFTER, PAGE = "exportAfter", "exportPage"
ROWS_A_PAGE = 100
PAGING = frozenset({"first", "last", "after", "before"})
DENIED = "no access"
BETWEEN = "; "
MOST_DEPTH = 20

Path = tuple[str, ...]


class NotAList(Exception):
    """The operation is not a query for one list; the message says what it should be."""

    code = "NOT_A_LIST"


@dataclass(frozen=True, slots=True)
class Listing:
    """A list to be read page by page."""

    text: str
    """The operation for one page; `exportAfter` is the cursor that it begins behind."""
    operation_name: str | None
    path: Path
    """Where the connection stands in the answer."""
    columns: tuple[Path, ...]
    """Where the columns stand in a node."""

    @property
    def headings(self) -> list[str]:
        """The first row."""
        return [".".join(column) for column in self.columns]

    def connection(self, data: Any) -> dict[str, Any] | None:
        """The connection in an answer; None when it, or what it belongs to, is not there."""
        for step in self.path:
            data = data.get(step) if isinstance(data, dict) else None
        return data if isinstance(data, dict) else None

    def rows(self, connection: Mapping[str, Any], denied: set[tuple[int, Path]]) -> Iterator[list[str | None]]:
        """The rows of a page; `denied` are the cells, by place and column, that the caller may not read."""
        for place, edge in enumerate(connection["edges"]):
            yield [
                DENIED if any((place, column[:end]) in denied for end in range(1, len(column) + 1))
                else cell(_at(edge["node"], column))
                for column in self.columns
            ]  # fmt: skip

    def denied_cell(self, path: list[str | int]) -> tuple[int, Path] | None:
        """The cell that an error's path leads to; None when it is about something else."""
        start = len(self.path)
        if tuple(path[:start]) != self.path or path[start : start + 1] != ["edges"] or len(path) < start + 4:
            return None
        place = path[start + 1]
        return (place, tuple(str(step) for step in path[start + 3 :] if isinstance(step, str))) if isinstance(
            place, int
        ) else None  # fmt: skip


def listing(text: str, operation_name: str | None) -> Listing:
    """The list that an operation asks for. Raises `NotAList`."""
    document = _parsed(text)
    operation = _operation(document, operation_name)
    fragments = {each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)}
    found = list(_connections(operation.selection_set, fragments, ()))
    if len(found) != 1:
        raise NotAList(f"The query must ask for one list with `edges {{ node {{ … }} }}`, not for {len(found)}.")
    path, connection = found[0]
    columns = tuple(_columns(connection, fragments))
    if not columns:
        raise NotAList("The list's `node` must ask for a field.")
    paged = _replaced(operation.selection_set, fragments, path)
    variables = (*(operation.variable_definitions or ()), _variable())
    changed = OperationDefinitionNode(
        operation=operation.operation, name=operation.name, variable_definitions=variables,
        directives=operation.directives, selection_set=paged,
    )  # fmt: skip
    return Listing(print_ast(changed), operation.name.value if operation.name else None, path, columns)


def cell(value: Any) -> str | None:
    """A value of the graph as the text of a cell."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return as_json(value).decode().strip('"')
    if isinstance(value, list):
        return BETWEEN.join(filter(None, (cell(each) for each in value))) or None
    return str(value)


def _at(value: Any, path: Path) -> Any:
    if not path or value is None:
        return value
    if isinstance(value, list):
        return [_at(each, path) for each in value]
    return _at(value.get(path[0]), path[1:])


def _parsed(text: str) -> DocumentNode:
    try:
        return parse(text, max_tokens=2_000)
    except (GraphQLSyntaxError, RecursionError) as error:
        raise NotAList(f"The query cannot be read: {error}.") from None


def _operation(document: DocumentNode, name: str | None) -> OperationDefinitionNode:
    found = [
        each for each in document.definitions
        if isinstance(each, OperationDefinitionNode) and (name is None or (each.name and each.name.value == name))
    ]  # fmt: skip
    if len(found) != 1 or found[0].operation is not OperationType.QUERY:
        raise NotAList("One query must be named.")
    return found[0]


def _flat(
    chosen: SelectionSetNode | None, fragments: Mapping[str, FragmentDefinitionNode], depth: int = 0
) -> Iterator[FieldNode]:
    """The fields of a selection, those of fragments too."""
    if depth > MOST_DEPTH:
        raise NotAList("Its fragments go too deep.")
    for each in chosen.selections if chosen else ():
        if isinstance(each, FieldNode):
            yield each
        elif isinstance(each, InlineFragmentNode):
            yield from _flat(each.selection_set, fragments, depth + 1)
        elif isinstance(each, FragmentSpreadNode) and each.name.value in fragments:
            yield from _flat(fragments[each.name.value].selection_set, fragments, depth + 1)


def _key(field: FieldNode) -> str:
    return (field.alias or field.name).value


def _connections(
    chosen: SelectionSetNode | None, fragments: Mapping[str, FragmentDefinitionNode], path: Path
) -> Iterator[tuple[Path, FieldNode]]:
    if len(path) > MOST_DEPTH:
        raise NotAList("The list stands too deep.")
    for field in _flat(chosen, fragments):
        if any(each.name.value == "edges" for each in _flat(field.selection_set, fragments)):
            yield (*path, _key(field)), field
        else:
            yield from _connections(field.selection_set, fragments, (*path, _key(field)))


def _columns(connection: FieldNode, fragments: Mapping[str, FragmentDefinitionNode]) -> Iterator[Path]:
    seen = set()
    for edges in _flat(connection.selection_set, fragments):
        for node in _flat(edges.selection_set, fragments) if _key(edges) == "edges" else ():
            for column in _leaves(node.selection_set, fragments, ()) if _key(node) == "node" else ():
                if column not in seen:
                    seen.add(column)
                    yield column


def _leaves(
    chosen: SelectionSetNode | None, fragments: Mapping[str, FragmentDefinitionNode], path: Path
) -> Iterator[Path]:
    if len(path) > MOST_DEPTH:
        raise NotAList("Its columns stand too deep.")
    for field in _flat(chosen, fragments):
        here = (*path, _key(field))
        if field.selection_set is None:
            yield here
        else:
            yield from _leaves(field.selection_set, fragments, here)


def _replaced(
    chosen: SelectionSetNode, fragments: Mapping[str, FragmentDefinitionNode], path: Path
) -> SelectionSetNode:
    """The selection with nothing beside the list, its fragments written out, and the list a page at a time."""
    return SelectionSetNode(selections=tuple(_kept(chosen.selections, fragments, path)))


def _kept(
    selections: tuple[SelectionNode, ...], fragments: Mapping[str, FragmentDefinitionNode], path: Path
) -> Iterator[SelectionNode]:
    for each in selections:
        if isinstance(each, FieldNode):
            yield _kept_field(each, fragments, path)
        elif isinstance(each, InlineFragmentNode):
            inside = _replaced(each.selection_set, fragments, path)
            yield InlineFragmentNode(
                type_condition=each.type_condition, directives=each.directives, selection_set=inside
            )
        elif isinstance(each, FragmentSpreadNode) and each.name.value in fragments:
            held = fragments[each.name.value]
            inside = _replaced(held.selection_set, fragments, path)
            yield InlineFragmentNode(
                type_condition=held.type_condition, directives=each.directives, selection_set=inside
            )
        else:
            yield each


def _kept_field(field: FieldNode, fragments: Mapping[str, FragmentDefinitionNode], path: Path) -> FieldNode:
    arguments, inside = field.arguments or (), field.selection_set
    if inside is not None:
        on_the_way = bool(path) and _key(field) == path[0]
        inside = _replaced(inside, fragments, path[1:] if on_the_way else ())
        if on_the_way and len(path) == 1:
            if given := sorted(PAGING & {each.name.value for each in arguments}):
                raise NotAList(f"The whole list is read: leave out {', '.join(given)}.")
            arguments = (*arguments, *_page_arguments())
            inside = SelectionSetNode(selections=(*inside.selections, _page_info()))
    return FieldNode(
        alias=field.alias, name=field.name, arguments=arguments, directives=field.directives, selection_set=inside
    )


def _page_arguments() -> tuple[ArgumentNode, ArgumentNode]:
    first = IntValueNode(value=str(ROWS_A_PAGE))
    after = VariableNode(name=NameNode(value=AFTER))
    return (
        ArgumentNode(name=NameNode(value="first"), value=first),
        ArgumentNode(name=NameNode(value="after"), value=after),
    )


def _page_info() -> FieldNode:
    names = (FieldNode(name=NameNode(value=name)) for name in ("hasNextPage", "endCursor"))
    return FieldNode(
        alias=NameNode(value=PAGE), name=NameNode(value="pageInfo"),
        selection_set=SelectionSetNode(selections=tuple(names)),
    )  # fmt: skip


def _variable() -> VariableDefinitionNode:
    return VariableDefinitionNode(
        variable=VariableNode(name=NameNode(value=AFTER)), type=NamedTypeNode(name=NameNode(value="String"))
    )
