"""The product's graph on a filled practice: its ids and cursors for generated operations, and both doors to it."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from graphql import GraphQLField, GraphQLSchema, is_required_argument

from auth.viewers import Viewer
from domain.identity import Kind, written
from domain.people import Role
from resolvers.live import Place
from resolvers.nodes import MOST_NODES
from resolvers.paging import BadCursor
from schema.graph import build_schema
from schema.limits import Limits
from schema.operations import Operations
from tests.clients import opened
from tests.makers import PracticeUnderTest
from tests.schema.execution.running import Opened
from tests.schema.execution.values import Make, Values
from tests.walking import Walk
from tests.worlds import World, everyone, grant, made

WIDE = Limits(document_bytes=10**8, tokens=10**6, depth=100, aliases=10**6, root_fields=10**6, cost=10**12)
SEALED = re.compile(r"[0-9a-f]{8}\.[\w-]{20,}")
CURSOR_FIELDS = {"cursor", "liveCursor", "startCursor", "endCursor"}

NAMED: dict[str, Make] = {
    "expectedVersion": lambda chance: chance.choice((1, 1, 1, 2)),
    "text": lambda chance: chance.choice(("Example", "exa", "Silva", "tkn", "All is well.")),
    "reason": lambda chance: "It is time.",
    "minutes": lambda chance: chance.choice((5, 45)),
}
FERTILE = ("clients", "clients", "nodes", "client")

RICH: dict[str, Any] = {
    "names": [{"use": "LEGAL", "given": "Ana", "family": "Silva"}, {"use": "USED", "given": "Nina"}],
    "pronouns": "she/her", "birthDate": "1990-02-01", "language": "pt-BR", "timeZone": "America/Toronto",
    "privacyConsent": True, "emailMarketingConsent": False,
    "contactPoints": [{"channel": "EMAIL", "value": "ana@example.org"}, {"channel": "PHONE", "value": "+14165550123"}],
    "addresses": [{"lines": ["1 Main Street"], "locality": "Toronto", "country": "CA"}],
    "relatedPeople": [{"relation": "PARTNER", "name": "Joe", "birthDate": "1988-01-01"}],
    "identifiers": [{"system": "urn:health", "value": "12345"}],
    "safetyFlags": [{"severity": "DANGER", "text": "Dog", "fromDate": "2026-01-01"}],
}  # fmt: skip


@dataclass
class Filled:
    """A practice with records of every kind, seen by several viewers."""

    practice: PracticeUnderTest
    world: World
    viewers: dict[str, Viewer]
    ids: dict[str, list[str]] = field(default_factory=dict)
    cursors: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    async def of(cls, practice: PracticeUnderTest) -> "Filled":
        """Fill a practice and walk it for its ids and cursors."""
        world = await made(practice)
        owner = await practice.member(Role.OWNER)
        await grant(world, owner, "near")
        viewers = await everyone(world) | {"OWNER": owner}
        await opened(practice, owner, **RICH)
        filled = cls(practice, world, viewers)
        await filled._walk()
        return filled

    def values(self, graph: GraphQLSchema) -> Values:
        """Values for generated operations."""
        return Values(graph, self.ids, self.cursors, NAMED)

    def opened(self, viewer: str) -> Opened:
        """Opens operations of a viewer."""

        @asynccontextmanager
        async def opening() -> Any:
            async with self.practice.casegraph.operation(self.viewers[viewer], request_id="oracle") as operation:
                yield operation
                operation.looked.forget()  # a reading noted by one of the two would stand in what the other reads

        return opening

    def settled(self, data: Any) -> Any:
        """The data with the place of each live cursor instead of its text, another one each time; without accesses."""
        if isinstance(data, dict):
            # What is read by an event of a feed is noted, and so stands in the access log the next time.
            return {name: self.settled(value) for name, value in data.items() if not name.startswith("accessLog")}
        if isinstance(data, list):
            return [self.settled(value) for value in data]
        return self._place(data) if isinstance(data, str) and SEALED.match(data) else data

    def _place(self, text: str) -> str:
        try:
            return repr(Place.opened(self.practice.casegraph.ring, self.practice.id, text))
        except BadCursor:
            return text

    async def _walk(self) -> None:
        """Note the id of everything by its type, and the cursors of every list by its field."""
        operations = Operations(build_schema(), WIDE)
        walk = _Walk(operations.graph, lambda *_: "", 5)
        found: dict[str, dict[str, None]] = defaultdict(dict)
        own = {"Practice": [written(Kind.PRACTICE, self.practice.id)]}
        some = [self.world.ids[start : start + MOST_NODES] for start in range(0, len(self.world.ids), MOST_NODES)]
        for text in (*map(walk.of_root, ("viewer", "practice", "clients")), *map(walk.of_nodes, some)):
            prepared = operations.prepare(f"{{ {text} }}")
            async with self.opened("OWNER")() as operation:
                result = await operations.answer(prepared, None, operation)
            assert not result.errors, result.errors
            for name, value, under in _leaves(result.data, "Query"):
                kind, _, member = name.partition("_")
                if member == "id":
                    found[kind][value] = None
                elif member in CURSOR_FIELDS and value is not None:
                    found[under][value] = None
        self.cursors = {name: list(values) for name, values in found.items() if "." in name}
        self.ids = {name: list(values) for name, values in found.items() if "." not in name} | own


class _Walk(Walk):
    """A walk that leaves out what cannot be asked without knowing more."""

    def field(self, owner: str, name: str, field: GraphQLField, met: Counter[str], depth: int) -> str | None:
        if owner != "Query" and any(map(is_required_argument, field.args.values())):
            return None
        return super().field(owner, name, field, met, depth)

    def of_nodes(self, ids: list[str]) -> str:
        """Everything below these nodes."""
        given = ", ".join(f'"{each}"' for each in ids)
        named = self.schema.type_map["Node"]
        return f"nodes(ids: [{given}]) {{ {self.below(named, Counter(), 2)} }}"


def _leaves(data: Any, under: str) -> Iterator[tuple[str, Any, str]]:
    """Every leaf of a walk with its alias, and the field of the list that it stands in."""
    if isinstance(data, list):
        for each in data:
            yield from _leaves(each, under)
    elif isinstance(data, dict):
        for name, value in data.items():
            kind, _, member = name.partition("_")
            leads = member in ("edges", "node", "pageInfo", "totalCount") or kind.endswith(("Edge", "Connection"))
            if isinstance(value, dict | list):
                yield from _leaves(value, under if leads else f"{kind}.{member}" if member else f"Query.{name}")
            else:
                yield name, value, under
