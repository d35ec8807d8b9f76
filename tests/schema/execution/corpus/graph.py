"""The corpus graph: a schema that holds every feature of the specification, made with the project's own helpers."""

import asyncio
import json
from datetime import date, datetime
from typing import Annotated, Any

import strawberry
from graphql import DirectiveLocation, GraphQLArgument, GraphQLDirective, GraphQLNonNull, GraphQLString
from strawberry.schema.config import StrawberryConfig

import schema.given
from auth.permissions import May
from schema.fields import answered_by, carried_out_by, followed_by, presents
from schema.problems import Problem
from schema.scalars import SCALARS
from tests.schema.execution.corpus import acts, inputs, questions, rows

for vocabulary in (rows.Kind, rows.Mood):
    schema.given.one_of(vocabulary)

AnimalRef = Annotated["Animal", strawberry.lazy("tests.schema.execution.corpus.graph")]
BeingRef = Annotated["Being", strawberry.lazy("tests.schema.execution.corpus.graph")]
BoxRef = Annotated["Box", strawberry.lazy("tests.schema.execution.corpus.graph")]
PersonRef = Annotated["Person", strawberry.lazy("tests.schema.execution.corpus.graph")]
ThingRef = Annotated["Thing", strawberry.lazy("tests.schema.execution.corpus.graph")]


@strawberry.interface(description="Whoever is.")
class Being:
    """Whoever is."""

    number: int = strawberry.field(description="The number.")
    name: str | None = strawberry.field(description="The name.")
    mood: rows.Mood = strawberry.field(description="How it feels.")
    friends: list[AnimalRef] = answered_by(questions.friends)
    best: BeingRef | None = answered_by(questions.best)


@strawberry.interface(description="Whoever has paws.")
class Animal(Being):
    """Whoever has paws."""

    lives: int | None = strawberry.field(description="How many lives.")
    tags: list[str] | None = strawberry.field(description="What it is marked by.")
    owner: PersonRef | None = answered_by(questions.owners)


@presents(rows.AnimalRow, where=lambda row: row.kind is rows.Kind.CAT)
class Cat(Animal):
    """A cat."""

    number: int = answered_by(questions.numbers)
    name: str | None
    "The cat's name."
    mood: rows.Mood
    "How it feels."
    lives: int | None
    "How many lives are left."
    tags: list[str] | None
    "What it is marked by."
    weight: float | None
    "What it weighs."
    sure_owner: PersonRef = answered_by(questions.sure_owners)


@presents(rows.AnimalRow, where=lambda row: row.kind is rows.Kind.DOG)
class Dog(Animal):
    """A dog."""

    number: int
    "The number."
    name: str | None
    "The dog's name."
    mood: rows.Mood
    "How it feels."
    lives: int | None
    "How many lives: one."
    tags: list[str] | None
    "What it is marked by."
    weight: float
    "What it surely weighs."
    kind: rows.Kind
    "What it is."
    walker: PersonRef | None = answered_by(questions.owners, deprecated="Ask for the owner.")


@presents(rows.PersonRow)
class Person(Being):
    """A person."""

    number: int = answered_by(questions.numbers)
    name: str | None
    "The name."
    mood: rows.Mood
    "How they feel."
    height: float | None
    "How tall they are."
    even: inputs.Even | None
    "An even number."
    adult: bool | None
    "Whether they have grown up."
    born: date | None
    "The day of their birth."
    seen: datetime | None
    "When they were last seen."
    pets: list[AnimalRef | None] | None = answered_by(questions.pets)
    boxes: list[BoxRef] | None = answered_by(questions.boxes_of)

    @strawberry.field(description="A field with a resolver of its own and no question.")
    def shout(self, info: strawberry.Info, times: int = 1) -> str | None:
        """The name, loud."""
        name: Any = self.name
        return name.upper() * times

    @strawberry.field(description="The same, awaited.")
    async def whisper(self) -> str:
        """The name, soft; null for some."""
        await asyncio.sleep(0)
        name: Any = self.name if self.number < 12 else None  # type: ignore[operator] # the row's own number
        return name


Thing = Annotated[Cat | Person | BoxRef, strawberry.union("Thing", description="What can be in a box.")]


@presents(rows.BoxRow)
class Box:
    """A box."""

    number: int
    "The number."
    label: str
    "What is written on it."
    mark: int = answered_by(questions.marks)
    things: list[ThingRef | None] | None = answered_by(questions.things)
    sure_things: list[ThingRef] = answered_by(questions.things)
    shelves: list[list[AnimalRef | None] | None] | None = answered_by(questions.shelves)
    full_shelves: list[list[AnimalRef]] = answered_by(questions.full_shelves)
    lid: BoxRef | None = answered_by(questions.lids)
    sure_lid: BoxRef = answered_by(questions.lids)


@presents(rows.ListsRow)
class Lists:
    """Lists of whole numbers and of people, in every shape of nullability."""

    number: int
    "The number."
    free: list[int | None] | None
    "[Int]"
    full: list[int] | None
    "[Int!]"
    some: list[int | None]
    "[Int]!"
    all: list[int]
    "[Int!]!"
    grid: list[list[int | None] | None] | None
    "[[Int]]"
    solid: list[list[int]]
    "[[Int!]!]!"
    cube: list[list[list[int] | None]] | None
    "[[[Int!]]!]"
    free_people: list[PersonRef | None] | None = answered_by(questions.held_people)
    full_people: list[PersonRef] | None = answered_by(questions.held_people)
    some_people: list[PersonRef | None] = answered_by(questions.held_people)
    all_people: list[PersonRef] = answered_by(questions.held_people)
    grid_people: list[list[PersonRef | None] | None] | None = answered_by(questions.held_people)
    solid_people: list[list[PersonRef]] = answered_by(questions.held_people)
    loose_people: list[list[PersonRef]] | None = answered_by(questions.held_people)


@strawberry.input(one_of=True, description="One way to find somebody.")
class By:
    """One way to find somebody."""

    number: strawberry.Maybe[int] = strawberry.field(description="By number.")
    name: strawberry.Maybe[str] = strawberry.field(description="By name.")
    within: strawberry.Maybe["By"] = strawberry.field(description="Another way.")


@strawberry.input(description="An input whose defaults stand in the graph.")
class Weights:
    """An input whose defaults stand in the graph."""

    ratio: float = strawberry.field(default=0.25, description="A ratio.")
    mood: rows.Mood = strawberry.field(default=rows.Mood.TENSE, description="A mood.")
    numbers: list[int | None] | None = strawberry.field(default_factory=lambda: [1, None], description="Numbers.")
    even: inputs.Even | None = strawberry.field(default=None, description="An even number.")


@strawberry.type(description="What can be asked.")
class Query:
    """What can be asked."""

    animal: Animal | None = answered_by(questions.animal, allow=May.ANYONE)
    animals: list[Animal] | None = answered_by(questions.animals, allow=May.ANYONE)
    being: Being | None = answered_by(questions.being, allow=May.ANYONE)
    beings: list[Being | None] | None = answered_by(questions.beings, allow=May.ANYONE)
    sure_beings: list[Being] | None = answered_by(questions.beings, allow=May.ANYONE)
    found: list[Thing | None] | None = answered_by(questions.found, allow=May.ANYONE)
    person: Person | None = answered_by(questions.person, allow=May.ANYONE)
    sure_person: Person = answered_by(questions.person, allow=May.ANYONE)
    people: list[Person] | None = answered_by(questions.people, allow=May.ANYONE)
    boxes: list[Box] | None = answered_by(questions.boxes, allow=May.ANYONE)
    lists: Lists | None = answered_by(questions.lists, allow=May.ANYONE)
    echo: str | None = answered_by(questions.echo, allow=May.ANYONE)
    echoes: str | None = answered_by(questions.echoes, allow=May.ANYONE)
    nothing: Person | None = answered_by(questions.nothing, allow=May.ANYONE)
    something: str = answered_by(questions.nothing, allow=May.ANYONE)
    broken: Person | None = answered_by(questions.broken, allow=May.ANYONE)
    surely_broken: Person = answered_by(questions.broken, allow=May.ANYONE)
    refused: str | None = answered_by(questions.refused, allow=May.ANYONE)
    given_error: list[int] | None = answered_by(questions.given_error, allow=May.ANYONE)
    denied: Person | None = answered_by(questions.nothing, allow=May.WRITE_SETTINGS)

    @strawberry.field(description="What a oneOf input came to; a field without a question.")
    def found_by(self, by: By) -> str:
        """What a oneOf input came to."""
        return json.dumps({name: repr(value) for name, value in vars(by).items()})

    @strawberry.field(description="What an input with defaults came to; a field without a question.")
    async def weighed(self, by: Weights, text: str | None = "t") -> str:
        """What an input with defaults came to."""
        return f"{by} {text}"


@presents(acts.Renamed)
class RenamePayload:
    """What came of a new name."""

    animal: Animal | None = answered_by(acts.renamed)
    sure_animal: Animal = answered_by(acts.renamed)
    names: list[str] = answered_by(acts.all_names)
    problems: list[Problem]
    "What kept it from being done."


@strawberry.type(description="What can be changed.")
class Mutation:
    """What can be changed."""

    rename: RenamePayload | None = carried_out_by(acts.rename, allow=May.ANYONE)
    rename_surely: RenamePayload = carried_out_by(acts.rename, allow=May.ANYONE)
    rename_here: RenamePayload | None = carried_out_by(acts.rename_here, allow=May.ANYONE, session=True)


@strawberry.type(description="What can be followed.")
class Subscription:
    """What can be followed."""

    beings: Being = followed_by(acts.events, allow=May.ANYONE)
    maybe_beings: Being | None = followed_by(acts.events, allow=May.ANYONE)
    denied: Being | None = followed_by(acts.events, allow=May.WRITE_SETTINGS)


MARKED = GraphQLDirective(
    "marked",
    [DirectiveLocation.FIELD, DirectiveLocation.FRAGMENT_SPREAD],
    {"value": GraphQLArgument(GraphQLNonNull(GraphQLString)), "how": GraphQLArgument(GraphQLString)},
    description="Declared only: nothing in the execution knows it.",
)
EVEN = strawberry.scalar(
    name="Even", description="An even number.", parse_value=inputs.read_even, serialize=inputs.write_even
)


def build_schema(**options: Any) -> strawberry.Schema:
    """The schema. `options` choose how it is executed."""
    config = StrawberryConfig(scalar_map={**SCALARS, inputs.Even: EVEN}, disable_field_suggestions=True)
    made = strawberry.Schema(
        query=Query, mutation=Mutation, subscription=Subscription, types=[Cat, Dog, Person], config=config, **options
    )
    made._schema.directives = (*made._schema.directives, MARKED)
    return made
