"""From the text of a document to one that may be executed: parsed, within the limits, valid."""

import re

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    StringValueNode,
    Visitor,
    parse,
    specified_rules,
    validate,
    visit,
)
from graphql.validation import OverlappingFieldsCanBeMergedRule, ValidationContext
from graphql.validation.rules import ASTValidationRule
from graphql.validation.validate import ValidationAbortedError
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

from schema import limits, masking
from schema.limits import Limits, TooCostly

MOST_ERRORS = 20


class BadDocument(Exception):
    """A request that is answered by errors alone: its document, its variables or its stream could not be taken up."""

    def __init__(self, errors: list[GraphQLError]) -> None:
        super().__init__(f"{len(errors)} errors")
        self.errors = errors
        """As the caller may read them."""

    @classmethod
    def because(cls, message: str) -> "BadDocument":
        """Of one error that stands nowhere in the document."""
        return cls([masking.refused(GraphQLError(message), masking.BAD_DOCUMENT)])


class _FieldsMerge(OverlappingFieldsCanBeMergedRule):
    """The rule that compares every two fields of one name, with little patience: it is quadratic."""

    budget = 20_000

    def __init__(self, context: ValidationContext) -> None:
        super().__init__(context)
        self.rule_context.remaining_complexity_budget = self.budget


_RULES: tuple[type[ASTValidationRule], ...] = (
    *(_FieldsMerge if rule is OverlappingFieldsCanBeMergedRule else rule for rule in specified_rules),
    MaybeNullValidationRule,
    OneOfInputValidationRule,
)


def read(text: str, schema: GraphQLSchema, allowed: Limits) -> DocumentNode:
    """The document in the text.

    Raises `BadDocument` for one that is too large, not GraphQL, too costly or not valid, judged in this order:
    what is costly to judge is only judged of what is small.
    """
    try:
        document = _parsed(text, allowed)
        limits.check(document, schema, allowed)
    except TooCostly as error:
        raise BadDocument([masking.answered(error)]) from error
    except GraphQLError as error:
        raise BadDocument([masking.refused(error, masking.BAD_DOCUMENT)]) from error
    errors = validate(schema, document, _RULES, max_errors=MOST_ERRORS, hide_suggestions=True)
    if errors:
        raise BadDocument([_refused(error) for error in errors])
    return document


def _parsed(text: str, allowed: Limits) -> DocumentNode:
    # A character is at most four bytes, so a text of a megabyte is not encoded just to be counted.
    if len(text) > allowed.document_bytes or len(text.encode(errors="surrogatepass")) > allowed.document_bytes:
        raise TooCostly("bytes of text", allowed.document_bytes)
    try:
        document = parse(text, max_lexical_tokens=allowed.tokens, max_comments=allowed.tokens)
    except GraphQLSyntaxError as error:
        raise _parsing_stopped(error, allowed) or error from error
    if _NUL_ESCAPE.search(text):
        visit(document, _WithoutNul())
    return document


def _parsing_stopped(error: GraphQLSyntaxError, allowed: Limits) -> TooCostly | None:
    """The limit that made graphql-core give up reading; it says so in prose only."""
    if not error.message.endswith("Parsing aborted."):
        return None
    if "tokens" in error.message or "comments" in error.message:
        return TooCostly("tokens", allowed.tokens)
    return TooCostly("levels of fields", allowed.depth)


def _refused(error: GraphQLError) -> GraphQLError:
    if isinstance(error, ValidationAbortedError) and error.message == "Validation aborted.":
        return masking.answered(TooCostly("comparisons of fields of one name", _FieldsMerge.budget))
    return masking.refused(error, masking.BAD_DOCUMENT)


_NUL_ESCAPE = re.compile(r"\\u(0000|\{0+\})")


class _WithoutNul(Visitor):
    """Refuses texts that hold the NUL character, which no database keeps."""

    def enter_string_value(self, node: StringValueNode, *_: object) -> None:
        if "\0" in node.value:
            raise GraphQLError("A text may not hold the NUL character.", node)
