"""Passwords: argon2id, a few at a time, and the same work whether or not the address is known."""

import asyncio
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# Each takes 64 MiB while it runs: more at once would let sign-ins eat the memory.
_AT_ONCE = 2


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@cache
def _decoy() -> str:
    """What an unknown address is checked against, so that it takes as long as a known one."""
    return _hasher().hash("nobody has this password")


class Passwords:
    """Hashing and checking off the event loop."""

    def __init__(self) -> None:
        self._turns = asyncio.Semaphore(_AT_ONCE)

    async def hashed(self, password: str) -> str:
        """The argon2id hash to keep."""
        async with self._turns:
            return await asyncio.to_thread(_hasher().hash, password)

    async def fits(self, password: str, kept: str | None) -> bool:
        """Whether the password is the one behind the hash; with no hash, a check of the same length that fails."""
        async with self._turns:
            fits = await asyncio.to_thread(_fits, password, kept or _decoy())
        return fits and kept is not None

    def is_outdated(self, kept: str) -> bool:
        """Whether the hash was made with weaker settings than today's."""
        return _hasher().check_needs_rehash(kept)


def _fits(password: str, kept: str) -> bool:
    try:
        return _hasher().verify(kept, password)
    except (VerificationError, InvalidHashError):
        return False
