"""Makers of what tests need, one line each: a practice, people in it, operations as one of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from itertools import count
from typing import Any
from uuid import UUID

import orjson

from auth import sessions
from auth.viewers import Member, System, Viewer
from domain.people import Role
from domain.settings import DEFAULT
from resolvers import practices
from resolvers.casegraph import Casegraph
from schema.graph import build_schema
from schema.limits import Limits
from schema.operations import Operations
from schema.scalars import as_json

numbers = count(1)


@cache
def operations() -> Operations:
    """The operations of the product's own schema."""
    return Operations(build_schema(), Limits())


@dataclass
class Answer:
    """What an operation came to."""

    data: Any
    codes: list[str]
    paths: list[list[str | int]] = field(default_factory=list)


@dataclass
class PracticeUnderTest:
    """A practice of a test's own."""

    casegraph: Casegraph
    id: UUID

    @classmethod
    async def founded(cls, casegraph: Casegraph) -> "PracticeUnderTest":
        """A new practice with nobody in it."""
        return cls(casegraph, await practices.found(casegraph.database, f"Practice {next(numbers)}"))

    @property
    def system(self) -> System:
        """The practice's own machinery."""
        return System(self.id, "test")

    async def member(self, role: Role = Role.OWNER, name: str = "") -> Member:
        """A new member, signed in."""
        number = next(numbers)
        held = await practices.let_in(
            self.casegraph.database, self.id, email=f"m{number}.{self.id.hex}@example.org",
            name=name or f"Member {number}", role=role,
        )  # fmt: skip
        database = self.casegraph.database
        async with database.write(None, held.person_id) as session:
            session_id, _ = await sessions.begin(session, held.person_id, held, DEFAULT, datetime.now(UTC))
            await session.commit()
        return Member(self.id, held.person_id, held.id, role, session_id)

    async def ask(self, viewer: Viewer, text: str, /, *, key: str | None = None, **variables: Any) -> Answer:
        """Run an operation as the viewer."""
        prepared = operations().prepare(text)
        async with self.casegraph.operation(viewer, request_id="test", idempotency_key=key) as operation:
            result = await operations().answer(prepared, variables, operation)
        errors = result.errors or []
        codes = [str((error.extensions or {}).get("code")) for error in errors]
        return Answer(orjson.loads(as_json(result.data)), codes, [list(error.path or []) for error in errors])

    async def get(self, viewer: Viewer, text: str, /, **variables: Any) -> Any:
        """The data of an operation that must go well."""
        answer = await self.ask(viewer, text, **variables)
        assert answer.codes == [], (answer.codes, answer.paths)
        return answer.data

    @contextmanager
    def counted(self) -> Iterator[list[str]]:
        """The statements read meanwhile."""
        read: list[str] = []
        self.casegraph.database.on_read = read.append
        try:
            yield read
        finally:
            self.casegraph.database.on_read = None
