"""The four helpers that join the graph's types to their resolvers.

    presents(Row)              a type whose plain fields are read off the row
    answered_by(resolver)      a field whose value comes from a resolver
    carried_out_by(resolver)   a mutation
    followed_by(resolver)      a subscription

A relation's resolver answers for many parents at once, `(ask, parents, *, …) -> Sequence[…]`; a root's is
`(ask, *, …)`. There is no resolver for a single parent: `answered_by` refuses one at import, so an N+1 cannot be
written by accident.
A resolver's docstring is the field's description; an argument's is the `Doc` in its annotation.
"""

import inspect
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, TypeVar, dataclass_transform, get_origin, get_type_hints

import strawberry

import schema.asking
import schema.describing
import schema.given
from auth.permissions import May
from resolvers.asking import Ask
from resolvers.operations import Operation
from resolvers.outcomes import Outcome
from resolvers.writing import Write
from schema.given import Convert

Type = TypeVar("Type", bound=type)


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """A resolver, and what an executor must know to put it for a whole level at once."""

    resolver: Callable[..., Any]
    of_parents: bool
    awaits: bool
    allow: May
    reads: frozenset[str] | None
    converts: dict[str, Convert] = field(default_factory=dict)

    async def put(self, ask: Ask, parents: Sequence[Any], arguments: Mapping[str, Any]) -> Sequence[Any]:
        """One answer for each parent, in their order; an answer may be an exception. A root has one answer."""
        if not self.awaits and self.of_parents:
            return self.put_at_once(ask, parents, arguments)
        if self.allow is not May.ANYONE:
            ask.require(self.allow)
        if not self.of_parents:
            return [await self.resolver(ask, **arguments)]
        return self._one_for_each(parents, await self.resolver(ask, parents, **arguments))

    def put_at_once(self, ask: Ask, parents: Sequence[Any], arguments: Mapping[str, Any]) -> Sequence[Any]:
        """The same of a resolver for parents that has nothing to wait for."""
        if self.allow is not May.ANYONE:
            ask.require(self.allow)
        return self._one_for_each(parents, self.resolver(ask, parents, **arguments))

    def _one_for_each(self, parents: Sequence[Any], answers: Sequence[Any]) -> Sequence[Any]:
        if len(answers) != len(parents):
            raise RuntimeError(f"{self.resolver.__qualname__} gave {len(answers)} answers for {len(parents)} parents.")
        return answers

    def given(self, arguments: dict[str, Any]) -> dict[str, Any]:
        """The arguments as the resolver takes them."""
        return {
            name: self.converts[name](value) if name in self.converts and value is not None else value
            for name, value in arguments.items()
        }


@dataclass(frozen=True, slots=True, eq=False)
class Deed(Question):
    """A mutation: what it does, and how an executor has it done."""

    session: bool = False
    """Whether it opens or ends sessions."""

    async def carried_out(self, operation: Operation, arguments: Mapping[str, Any]) -> Outcome:
        """The outcome; the operation's Ask is then a fresh one, for the payload."""
        if self.session:
            return await operation.change_session(self.resolver, **arguments)
        return await operation.carry_out(self.resolver, arguments["input"], self.allow)


@dataclass_transform(kw_only_default=True, field_specifiers=(strawberry.field,))
def presents(
    row: type, *, where: Callable[[Any], bool] | None = None, name: str | None = None
) -> Callable[[Type], Type]:
    """A GraphQL type whose plain fields are read from the attributes of `row`.

    `where` tells two types over one row class apart. The string under a plain field is its description.
    """

    def decorate(made: Type) -> Type:
        said = schema.describing.members(made)
        for attribute in made.__annotations__:
            if attribute not in vars(made):
                setattr(made, attribute, strawberry.field(description=said[attribute]))
        made.is_type_of = classmethod(  # type: ignore[attr-defined] # the hook Strawberry looks for
            lambda cls, value, info: isinstance(value, row) and (where is None or where(value))
        )
        made.presented_row = row  # type: ignore[attr-defined] # read by the executor and the parity test
        made.presented_where = where  # type: ignore[attr-defined] # read by the executor
        return strawberry.type(made, description=schema.describing.of(made), name=name)

    return decorate


def answered_by(resolver: Callable[..., Any], *, allow: May | None = None, deprecated: str | None = None) -> Any:
    """A field whose value comes from a resolver. A root must say what it needs (`allow`)."""
    parameters = _parameters(resolver, Ask)
    of_parents = len(parameters) == 2
    if of_parents:
        _refuse_single_parent(resolver, parameters[1])
    elif allow is None:
        raise TypeError(f"{resolver.__qualname__} is a root: say what it needs, `allow=May.…`.")
    question = _question(resolver, of_parents, allow or May.ANYONE)
    described = schema.describing.with_permission(schema.describing.of(resolver), question.allow)
    return strawberry.field(
        resolver=_signed(schema.asking.answer, question),
        description=described,
        deprecation_reason=deprecated,
        metadata={"question": question},
    )


def carried_out_by(resolver: Callable[..., Any], *, allow: May = May.SIGNED_IN, session: bool = False) -> Any:
    """A mutation: its act runs as one write, its payload is read after the commit.

    `session`: it opens or ends sessions, so it is given the Operation instead of a Write.
    """
    hints = get_type_hints(resolver)
    if not issubclass(hints["return"], Outcome):
        raise TypeError(f"{resolver.__qualname__} must return an Outcome.")
    if not session:
        _parameters(resolver, Write)
    deed = Deed(resolver, False, True, allow, None, _converts(resolver), session)
    return strawberry.field(
        resolver=_signed(schema.asking.carry_out, deed),
        description=schema.describing.with_permission(schema.describing.of(resolver), allow),
        metadata={"mutation": deed},
    )


def followed_by(resolver: Callable[..., AsyncIterator[Any]], *, allow: May) -> Any:
    """A subscription: each event is answered from a fresh snapshot."""
    question = _question(resolver, False, allow)
    return strawberry.subscription(
        resolver=_signed(schema.asking.follow, question),
        description=schema.describing.with_permission(schema.describing.of(resolver), allow),
        metadata={"subscription": question},
    )


def _parameters(resolver: Callable[..., Any], first: type) -> list[inspect.Parameter]:
    parameters = [
        each for each in inspect.signature(resolver).parameters.values() if each.kind is each.POSITIONAL_OR_KEYWORD
    ]
    hints = get_type_hints(resolver)
    if not parameters or hints.get(parameters[0].name) is not first:
        raise TypeError(f"{resolver.__qualname__} must take {first.__name__} first.")
    return parameters


def _refuse_single_parent(resolver: Callable[..., Any], parent: inspect.Parameter) -> None:
    hints = get_type_hints(resolver)
    for name in (parent.name, "return"):
        if get_origin(hints[name]) not in (Sequence, list, tuple):
            raise TypeError(
                f"{resolver.__qualname__}: `{name}` must be a Sequence: one answer for each of many parents."
            )


def _question(resolver: Callable[..., Any], of_parents: bool, allow: May) -> Question:
    awaits = inspect.iscoroutinefunction(resolver)
    return Question(resolver, of_parents, awaits, allow, getattr(resolver, "reads", None), _converts(resolver))


def _converts(resolver: Callable[..., Any]) -> dict[str, Convert]:
    """What turns the values of its arguments into ours, by their names."""
    hints = get_type_hints(resolver, include_extras=True)
    names = [each.name for each in _arguments(resolver)]
    return {name: how.convert for name in names if (how := schema.given.taken(hints[name])).convert}


def _arguments(resolver: Callable[..., Any]) -> list[inspect.Parameter]:
    """The parameters that are arguments in the graph: keyword-only ones, and a mutation's `input`."""
    parameters = inspect.signature(resolver).parameters.values()
    return [each for each in parameters if each.kind is each.KEYWORD_ONLY or each.name == "input"]


def _signed(through: Callable[..., Any], question: Question) -> Callable[..., Any]:
    """A function that Strawberry takes for the resolver: its arguments, annotated with GraphQL's types."""
    through = through(question)
    hints = get_type_hints(question.resolver, include_extras=True)
    parameters = [
        inspect.Parameter("root", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=Any),
        inspect.Parameter("info", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=strawberry.Info),
    ]
    for each in _arguments(question.resolver):
        parameters.append(each.replace(kind=each.KEYWORD_ONLY, **_argument(each, hints[each.name])))
    through.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined] # read by inspect
    through.__annotations__ = {each.name: each.annotation for each in parameters}
    through.__name__ = question.resolver.__name__
    through.__module__ = question.resolver.__module__
    return through


def _argument(parameter: inspect.Parameter, hint: Any) -> dict[str, Any]:
    annotation = schema.given.taken(hint).annotation
    description = schema.describing.said(hint) or ("What to do." if parameter.name == "input" else None)
    if description is None:
        raise TypeError(f"The argument {parameter.name} needs a Doc: it is printed into the SDL.")
    annotation = Annotated[annotation, strawberry.argument(description=description)]
    # A default of None is left to the resolver: the SDL then says `after: String`, not `after: String = null`.
    default = strawberry.UNSET if parameter.default is None else parameter.default
    return {"annotation": annotation, "default": default}
