"""The headers of a request, found by their names.

Starlette looks through all of them each time one is asked for, and a request of the graph asks for eight.
"""

from functools import lru_cache
from typing import Any

import starlette.datastructures
import starlette.requests
from starlette.types import Receive, Scope, Send

RawHeaders = list[tuple[bytes, bytes]]


class Headers(starlette.datastructures.Headers):
    """The headers of one request; of several of one name the first is found, as in Starlette."""

    def __init__(self, scope: Scope) -> None:
        super().__init__(scope=scope)
        self._first = dict(reversed(self._list))

    def __getitem__(self, name: str) -> str:
        return self._first[_raw(name)].decode("latin-1")

    def __contains__(self, name: Any) -> bool:
        return _raw(name) in self._first

    def get(self, name: str, default: Any = None) -> Any:
        """The value of the header, or the default."""
        found = self._first.get(_raw(name))
        return default if found is None else found.decode("latin-1")


@lru_cache(maxsize=256)
def _raw(name: str) -> bytes:
    return name.lower().encode("latin-1")


class Request(starlette.requests.Request):
    """A request with such headers."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        super().__init__(scope, receive, send)
        self._found = Headers(scope)

    @property
    def headers(self) -> Headers:
        """The headers it brings."""
        return self._found

    @property
    def cookies(self) -> dict[str, str]:
        """The cookies it brings; most programs bring none."""
        return super().cookies if "cookie" in self._found else {}
