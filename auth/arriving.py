"""Letting a request in: who asks is confirmed in the very snapshot that then answers.

Reading a practice's rows needs the practice named first, and which practice it is stands in the session. So where a
secret led a moment ago is remembered, as a guess: the snapshot is opened there, and its first statement confirms that
session and membership still hold and reads the role anew. What was remembered never lets anybody in.
"""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import UTC, datetime

from auth import recognising, sessions
from auth.credentials import Credentials
from auth.errors import NotSignedIn
from auth.viewers import Key, Member, Viewer
from storage.database.opening import Database
from storage.database.reading import Snapshot

MOST_REMEMBERED = 10_000


@dataclass(slots=True)
class Arrival:
    """Who has come, and the snapshot they were confirmed in, for the first who asks."""

    viewer: Viewer
    moment: datetime
    snapshot: Snapshot | None = None

    def taken(self) -> Snapshot | None:
        """The snapshot, which is then the taker's to close."""
        snapshot, self.snapshot = self.snapshot, None
        return snapshot

    async def close(self) -> None:
        """Close the snapshot if nobody took it."""
        snapshot = self.taken()
        if snapshot is not None:
            await snapshot.close()


class Arrivals:
    """Lets requests in, and remembers for a minute where their secrets led."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._remembered: OrderedDict[bytes, tuple[Member | Key, datetime]] = OrderedDict()

    async def received(self, credentials: Credentials) -> Arrival:
        """Who asks. Raises `NotSignedIn` for a session that has ended or never was."""
        secret = credentials.bearer or credentials.cookie
        key = sessions.hashed(secret) if secret else b""
        found, since = self._remembered.get(key, (None, None))
        # A session is looked up in full as often as its idle end moves on.
        if found is not None and since is not None and datetime.now(UTC) - since < sessions.TOUCHED_EVERY:
            arrival = await self._confirmed(found)
            if arrival is not None:
                return arrival
        self._remembered.pop(key, None)
        viewer = await recognising.viewer_of(self._database, credentials)
        arrival = Arrival(viewer, datetime.now(UTC))
        if isinstance(viewer, Member | Key):
            self._remember(key, viewer, arrival.moment)
        return arrival

    def _remember(self, key: bytes, viewer: Member | Key, moment: datetime) -> None:
        self._remembered[key] = (viewer, moment)
        if len(self._remembered) > MOST_REMEMBERED:
            self._remembered.popitem(last=False)

    async def _confirmed(self, guess: Member | Key) -> Arrival | None:
        """The caller as they stand in a new snapshot; None when the session does not lead there any more."""
        snapshot = await self._database.reader.snapshot(guess.practice_id, guess.person_id)
        # Waiting for a connection may take a while: what ended meanwhile must not count any more.
        moment = datetime.now(UTC)
        try:
            bound = {
                "practice": guess.practice_id, "member": guess.membership_id, "person": guess.person_id,
                "moment": moment,
            }  # fmt: skip
            rows = sessions.asking(self._database, snapshot, bound)
            viewer = await recognising.viewer_again(rows, guess, moment)
        except NotSignedIn:
            await snapshot.close()
            return None
        except BaseException:
            await snapshot.close()
            raise
        # Not earlier than what the snapshot sees: what had ended by then must not count in it.
        return Arrival(viewer, datetime.now(UTC), snapshot)
