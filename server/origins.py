"""Who wrote the page that sends a request: the guard against requests forged by other sites.

A browser adds our cookie to whatever any site sends us. So a cookie counts only with a proof that our own page is
asking: its `Origin` is this host, or the browser vouches for it (`Sec-Fetch-Site`), or it brings a header that no
foreign page may set without asking first, which we never allow.
"""

from collections.abc import Collection
from urllib.parse import SplitResult, urlsplit

from starlette.requests import HTTPConnection

PROVING_HEADERS = ("x-requested-with", "apollo-require-preflight", "graphql-require-preflight")

_PORTS = {"http": 80, "https": 443}


def is_ours(connection: HTTPConnection, also: Collection[str] = ()) -> bool:
    """Whether the `Origin` of the request is this host, or one of those in `also`."""
    origin = connection.headers.get("origin", "")
    return origin in also or _is_this_host(connection, origin)


def is_foreign(connection: HTTPConnection, also: Collection[str] = ()) -> bool:
    """Whether the request says that it comes from another site's page."""
    return "origin" in connection.headers and not is_ours(connection, also)


def is_proved(connection: HTTPConnection, also: Collection[str] = ()) -> bool:
    """Whether the request provably comes from our own page."""
    if "origin" in connection.headers:
        return is_ours(connection, also)
    site = connection.headers.get("sec-fetch-site")
    if site in ("same-origin", "none", None):
        return site == "same-origin" or any(name in connection.headers for name in PROVING_HEADERS)
    return False


def _is_this_host(connection: HTTPConnection, origin: str) -> bool:
    page, host = _split(origin), _split(f"//{connection.headers.get('host', '')}")
    if page is None or host is None or page.scheme not in _PORTS or not page.hostname:
        return False
    # Behind TLS a page without it is another page, which anyone on the way could have written.
    if connection.url.scheme in ("https", "wss") and page.scheme != "https":
        return False
    default = _PORTS[page.scheme]
    return (page.hostname, page.port or default) == (host.hostname, host.port or default)


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises for a port that is no number
    except ValueError:
        return None
    return parts
