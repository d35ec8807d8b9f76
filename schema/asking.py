"""How a field puts its question when stock graphql-core executes: one DataLoader for each field of the document.

The graph is executed breadth first (schema/execution/), where these resolvers do not run; stock graphql-core is the
oracle that execution is judged by. The source of a subscription is the exception: both begin it here.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from aiodataloader import DataLoader
from strawberry import UNSET, Info

from resolvers.operations import Operation

if TYPE_CHECKING:
    from schema.fields import Deed, Question


def answer(question: "Question") -> Callable[..., Any]:
    """The resolver Strawberry sees for a field."""

    async def one(root: Any, info: Info, **arguments: Any) -> Any:
        operation: Operation = info.context
        given = question.given(_given(arguments))
        ask = operation.ask.wanting(None)
        if not question.of_parents:
            return (await question.put(ask, (), given))[0]
        # A field node fixes its arguments within one operation, so aliases cannot mix.
        key = (id(info._raw_info.field_nodes[0]), info._raw_info.parent_type.name, id(question))
        loader = operation.batches.get(key)
        if loader is None:
            loader = operation.batches[key] = _loader(question, ask, given)
        return await loader.load(root)

    return one


def _loader(question: "Question", ask: Any, given: dict[str, Any]) -> DataLoader[Any, Any]:
    async def batch(parents: list[Any]) -> list[Any]:
        return list(await question.put(ask, parents, given))

    return DataLoader(batch, cache=False)


def carry_out(deed: "Deed") -> Callable[..., Any]:
    """The resolver Strawberry sees for a mutation."""

    async def one(root: Any, info: Info, **arguments: Any) -> Any:
        return await deed.carried_out(info.context, deed.given(_given(arguments)))

    return one


def follow(question: "Question") -> Callable[..., Any]:
    """The generator Strawberry sees for a subscription."""

    async def events(root: Any, info: Info, **arguments: Any) -> AsyncIterator[Any]:
        operation: Operation = info.context
        operation.ask.require(question.allow)
        async with aclosing(operation.follow(question.resolver, question.given(_given(arguments)))) as following:
            async for event in following:
                yield event

    return events


def _given(arguments: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in arguments.items() if value is not UNSET}
