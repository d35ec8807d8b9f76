"""Who is asking: by a session's cookie or token, or by an API key; and whether they still stand as they stood."""

from datetime import datetime

from auth import api_keys, sessions
from auth.credentials import Credentials
from auth.viewers import Anonymous, Key, Member, Viewer
from storage.database.opening import Database


async def viewer_of(database: Database, credentials: Credentials) -> Viewer:
    """Who is asking. No credentials are Anonymous; a session or key that has ended is `NotSignedIn`."""
    if credentials.bearer and api_keys.is_key(credentials.bearer):
        return await api_keys.viewer_of_key(database, credentials.bearer)
    secret = credentials.bearer or credentials.cookie
    return await sessions.viewer_of_secret(database, secret) if secret else Anonymous()


async def viewer_again(rows: sessions.Rows, viewer: Viewer, moment: datetime) -> Viewer:
    """The viewer as they stand at `moment`, without the secret they came with.

    `rows` asks a statement of a snapshot, with `practice`, `member` and `moment` bound. Raises `NotSignedIn` when the
    session, the key or the membership has ended.
    """
    match viewer:
        case Member():
            return await sessions.session_again(rows, viewer, moment)
        case Key():
            return await api_keys.key_again(rows, viewer, moment)
        case _:
            return viewer
