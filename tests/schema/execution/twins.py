"""Two equal practices, so that one operation can write through each door and come to the same."""

import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from auth.keys import KeyRing
from resolvers.casegraph import Casegraph
from resolvers.files.stores import Stores
from storage.database.migrating import migrate
from storage.files.links import Links
from storage.files.memory import Memory
from tests.makers import PracticeUnderTest
from tests.schema.execution.practices import SEALED, Filled

MEMBERS = 30
AN_ID = re.compile(r"\b[a-z]+_[0-9a-f]{32}\b")
A_TOKEN = re.compile(r"(cgk_[0-9a-f]{8}_)?[\w-]{43}|cgk_[0-9a-f]{8}")


@dataclass
class Twins:
    """A filled practice and its copy; the same members are in both."""

    one: Filled
    other: Filled
    members: list[str]
    known: set[str]

    def plain(self, data: Any) -> Any:
        """The data with what a write makes anew told by its order: ids, moments of today, cursors."""
        met: dict[str, str] = {}
        return self._plain(self.one.settled(data), met)

    def _plain(self, data: Any, met: dict[str, str]) -> Any:
        if isinstance(data, dict):
            return {name: self._plain(value, met) for name, value in data.items()}
        if isinstance(data, list):
            return [self._plain(value, met) for value in data]
        if isinstance(data, datetime):
            # What begins now may also end so many days from now.
            apart = (data - datetime.now(UTC) + timedelta(hours=1)) % timedelta(days=1)
            return "just now" if apart < timedelta(hours=2) else data
        if not isinstance(data, str):
            return data
        if SEALED.search(data) or A_TOKEN.fullmatch(data):
            return "a cursor or token"
        return AN_ID.sub(lambda id: self._id(id[0], met), data)

    def _id(self, id: str, met: dict[str, str]) -> str:
        return id if id in self.known else met.setdefault(id, f"new {len(met)}")


@asynccontextmanager
async def twins(folder: Path) -> AsyncIterator[Twins]:
    """Fill a practice on SQLite, copy its file, and open both with the same keys."""
    ring, first, second = KeyRing.made(), folder / "one.sqlite", folder / "other.sqlite"
    stores = Stores(Memory(links=Links(ring, "/files/links")))
    await migrate(f"sqlite:///{first}")
    async with Casegraph.opened(f"sqlite:///{first}", ring, stores=stores) as casegraph:
        filled = await Filled.of(await PracticeUnderTest.founded(casegraph))
        members = [f"member {number}" for number in range(MEMBERS)]
        for name in members:
            filled.viewers[name] = await filled.practice.member()
    for suffix in ("", "-wal", "-shm"):
        if first.with_name(first.name + suffix).exists():
            shutil.copy(first.with_name(first.name + suffix), second.with_name(second.name + suffix))
    known = {each for ids in filled.ids.values() for each in ids} | set(filled.world.ids)
    async with (
        Casegraph.opened(f"sqlite:///{first}", ring, stores=stores) as one,
        Casegraph.opened(f"sqlite:///{second}", ring, stores=stores) as other,
    ):
        here, there = (replace(filled, practice=PracticeUnderTest(each, filled.practice.id)) for each in (one, other))
        yield Twins(here, there, members, known)
