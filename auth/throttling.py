"""How often somebody may try: moving windows over addresses and accounts, in the memory of this process."""

import hashlib
from collections.abc import Sequence

from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from auth.errors import TooManyRequests

PER_ACCOUNT = (RateLimitItemPerMinute(5), RateLimitItemPerHour(30))
PER_ADDRESS = (RateLimitItemPerMinute(30), RateLimitItemPerHour(300))
PER_LETTER = (RateLimitItemPerHour(5),)
PER_SECRET = (RateLimitItemPerMinute(10),)
WAIT_SECONDS = 60


class Throttle:
    """Counts tries. Accounts and secrets are counted by a hash, whether or not anybody has them."""

    def __init__(self) -> None:
        self._windows = MovingWindowRateLimiter(MemoryStorage())

    def try_sign_in(self, email: str, address: str | None) -> None:
        """Count one try to sign in; raises `TooManyRequests` when it is one too many."""
        self._count("account", PER_ACCOUNT, email, address)

    def try_letter(self, email: str, address: str | None) -> None:
        """Count one wish for a letter to somebody, so that nobody fills their letter box."""
        self._count("letter", PER_LETTER, email, address)

    def try_secret(self, secret: str, address: str | None) -> None:
        """Count one try with the secret of a link."""
        self._count("secret", PER_SECRET, secret, address)

    def _count(self, kind: str, rates: Sequence[RateLimitItem], what: str, address: str | None) -> None:
        hashed = hashlib.sha256(what.encode("utf-8", "surrogatepass")).hexdigest()
        tries = [(item, kind, hashed) for item in rates]
        tries += [(item, "address", address) for item in PER_ADDRESS if address is not None]
        # Every window counts the try, so that none can be used to learn about another.
        allowed = [self._windows.hit(item, kind, key) for item, kind, key in tries]
        if not all(allowed):
            raise TooManyRequests(WAIT_SECONDS)
