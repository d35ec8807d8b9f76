"""Reading the credentials that a request brings.

A cookie whose session has ended is nobody's: a browser sends it on, also with the sign-in that replaces it.
"""

from starlette.requests import HTTPConnection

from auth.arriving import Arrival
from auth.credentials import Credentials
from auth.errors import NotSignedIn
from auth.viewers import Viewer
from server.application import Application


def of(connection: HTTPConnection, cookie: str) -> Credentials:
    """The bearer token and the session cookie of a request."""
    return Credentials(cookie=connection.cookies.get(cookie), bearer=bearer(connection.headers.get("authorization")))


def by_cookie(connection: HTTPConnection, cookie: str) -> bool:
    """Whether the request would be known by its cookie, which its browser adds whoever wrote the page."""
    return bearer(connection.headers.get("authorization")) is None and cookie in connection.cookies


async def viewer_of(application: Application, brought: Credentials) -> Viewer:
    """Who is asking. Raises an `AuthError` for a bearer token that is refused."""
    try:
        return await application.viewer_of(brought)
    except NotSignedIn:
        if brought.bearer is not None:
            raise
        return await application.viewer_of(Credentials())


async def received(application: Application, brought: Credentials, *, by_memory: bool = True) -> Arrival:
    """The same, for a request that is answered at once; the caller closes the arrival, which may be a guess."""
    try:
        return await application.received(brought, by_memory=by_memory)
    except NotSignedIn:
        if brought.bearer is not None:
            raise
        return await application.received(Credentials())


def bearer(authorization: str | None) -> str | None:
    """The token of a `Bearer` authorization."""
    scheme, _, token = (authorization or "").partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None
