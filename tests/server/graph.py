"""A small real schema for the tests of the edge, and what the edge asks of the application behind it."""

import asyncio
from collections.abc import AsyncIterator
from enum import Enum
from typing import ClassVar

import strawberry

from tests.server.casefile import id_of


class Forbidden(Exception):
    """An error of ours, recognised by its code."""

    code: ClassVar[str] = "FORBIDDEN"


@strawberry.enum
class Mood(Enum):
    CALM = "CALM"
    TENSE = "TENSE"


@strawberry.input
class PersonInput:
    name: str
    age: int = 0
    mood: Mood = Mood.CALM
    born: strawberry.Maybe[str]
    tags: list[int] = strawberry.field(default_factory=list)


@strawberry.input(one_of=True)
class Finder:
    name: strawberry.Maybe[str]
    age: strawberry.Maybe[int]


@strawberry.type
class Edge:
    node: "Person"


@strawberry.type
class Connection:
    edges: list[Edge]


@strawberry.type
class Person:
    name: str

    @strawberry.field
    def friends(self, first: int = 20, last: int | None = None) -> list["Person"]:
        return [Person(name=f"{self.name}{number}") for number in range(min(first, 2))]

    @strawberry.field
    def circle(self, first: int = 20) -> Connection:
        return Connection(edges=[Edge(node=self)] * min(first, 2))

    @strawberry.field
    def names(self) -> list[str]:
        return [self.name]


@strawberry.type
class Query:
    @strawberry.field
    def me(self) -> Person:
        return Person(name="Ada")

    @strawberry.field
    def people(self, ids: list[strawberry.ID]) -> list[Person]:
        return [Person(name=one) for one in ids]

    @strawberry.field
    def echo(self, text: str, number: int = 0, ratio: float = 0.0, sure: bool = True) -> str:
        return text

    @strawberry.field
    def find(self, by: Finder) -> str | None:
        return None

    @strawberry.field
    def caller(self, info: strawberry.Info) -> str:
        names = {id_of(name): name for name in ("Ada", "Bob", "Eve")}
        return names.get(info.context.viewer.person_id, "nobody")

    @strawberry.field
    def request_id(self, info: strawberry.Info) -> str:
        return str(info.context.request_id)

    @strawberry.field
    def idempotency_key(self, info: strawberry.Info) -> str | None:
        key: str | None = info.context.idempotency_key
        return key

    @strawberry.field
    def secret(self) -> str | None:
        raise Forbidden("You may not read this.")

    @strawberry.field
    def broken(self) -> str | None:
        raise ValueError("the password is hunter2")

    @strawberry.field
    def huge(self) -> int | None:
        return 2**40

    @strawberry.field
    async def slow(self, info: strawberry.Info, seconds: float) -> str:
        live = info.context.live
        live.running += 1
        try:
            await asyncio.sleep(seconds)
            return "done"
        finally:
            live.running -= 1


@strawberry.type
class Mutation:
    @strawberry.mutation
    def rename(self, info: strawberry.Info, input: PersonInput) -> Person:
        info.context.live.written.append(input.name)
        return Person(name=input.name)

    @strawberry.mutation
    def enter(self, info: strawberry.Info) -> bool:
        info.context.cookies.append("session=fresh; Path=/; HttpOnly")
        return True


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def count(self, info: strawberry.Info, to: int = 3, pause: float = 0.0) -> AsyncIterator[int]:
        live = info.context.live
        live.running += 1
        try:
            for number in range(to):
                await asyncio.sleep(pause)
                yield number
        finally:
            live.running -= 1

    @strawberry.subscription
    async def denied(self) -> AsyncIterator[int]:
        raise Forbidden("You may not follow this.")
        yield 0

    @strawberry.subscription
    async def torn(self) -> AsyncIterator[int]:
        yield 0
        raise ValueError("the password is hunter2")


schema = strawberry.Schema(Query, Mutation, Subscription)
