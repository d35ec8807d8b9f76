"""What a request brings to say who is asking; nothing of it is believed yet."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Credentials:
    """The secrets of one request or socket. They are left out of its `repr`, so they cannot reach a log by accident."""

    cookie: str | None = field(default=None, repr=False)
    """The session cookie of a browser."""
    bearer: str | None = field(default=None, repr=False)
    """A session token or an API key; it goes before the cookie."""
