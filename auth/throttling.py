"""How often somebody may try: moving windows over addresses and accounts, in the memory of this process."""

import hashlib

from limits import RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from auth.errors import TooManyRequests

PER_ACCOUNT = (RateLimitItemPerMinute(5), RateLimitItemPerHour(30))
PER_ADDRESS = (RateLimitItemPerMinute(30), RateLimitItemPerHour(300))
WAIT_SECONDS = 60


class Throttle:
    """Counts tries to sign in. Accounts are counted by a hash, whether or not anybody has that account."""

    def __init__(self) -> None:
        self._windows = MovingWindowRateLimiter(MemoryStorage())

    def try_sign_in(self, email: str, address: str | None) -> None:
        """Count one try; raises `TooManyRequests` when it is one too many."""
        account = hashlib.sha256(email.encode()).hexdigest()
        tries = [(item, "account", account) for item in PER_ACCOUNT]
        tries += [(item, "address", address) for item in PER_ADDRESS if address is not None]
        # Every window counts the try, so that none can be used to learn about another.
        allowed = [self._windows.hit(item, kind, key) for item, kind, key in tries]
        if not all(allowed):
            raise TooManyRequests(WAIT_SECONDS)
