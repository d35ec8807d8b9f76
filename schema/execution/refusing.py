"""What Strawberry runs for each field of each object does not run when whole levels are resolved at once.

So a schema that counts on it is refused at start-up: nobody shall believe in a permission that is never asked.
"""

from collections.abc import Iterator

import strawberry
from graphql import GraphQLInterfaceType, GraphQLObjectType
from strawberry.extensions import SchemaExtension

_PER_FIELD = ("resolve", "on_execute", "on_operation", "on_parse", "on_validate", "get_results")


class RunsPerField(TypeError):
    """The schema expects something to run that does not."""


def refuse_what_runs_per_field(schema: strawberry.Schema) -> None:
    """Raise `RunsPerField` for extensions of the schema and for permissions, extensions and handlers of its fields."""
    found = [*_of_schema(schema), *_of_fields(schema)]
    if found:
        raise RunsPerField(f"These do not run when levels are resolved at once: {', '.join(found)}.")


def _of_schema(schema: strawberry.Schema) -> Iterator[str]:
    for extension in schema.extensions:
        kind = extension if isinstance(extension, type) else type(extension)
        if not issubclass(kind, SchemaExtension) or any(name in vars(kind) for name in _PER_FIELD):
            yield f"the extension {kind.__name__}"
    for handler in schema.exception_handlers:
        yield f"the exception handler {type(handler).__name__}"
    for directive in schema.directives:
        if getattr(directive, "resolver", None) is not None:
            yield f"the directive {directive.python_name}"


def _of_fields(schema: strawberry.Schema) -> Iterator[str]:
    for kind in schema._schema.type_map.values():
        if not isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
            continue
        for name, field in kind.fields.items():
            definition = field.extensions.get("strawberry-definition")
            for what in ("permission_classes", "extensions"):
                if getattr(definition, what, None):
                    yield f"the {what.replace('_', ' ')} of {kind.name}.{name}"
