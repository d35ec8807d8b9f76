"""Letting a request in: who asks is confirmed in the very snapshot that answers.

Reading a practice's rows needs the practice named first, and which practice it is stands in the session. So where a
secret led a moment ago is remembered, as a guess: the snapshot is opened there, and its first statement confirms that
session and membership still hold. What the request asks travels in one piece with it, and is answered as if the guess
were right; no answer leaves before that is certain. What was remembered never lets anybody in.
"""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import UTC, datetime

from auth import recognising, sessions
from auth.credentials import Credentials
from auth.errors import NotSignedIn
from auth.reach import reach_of
from auth.starting import Started
from auth.viewers import Key, Member, Viewer
from storage.database.opening import Database
from storage.database.people import EndingRow, first_end_of_grants
from storage.database.reading import Snapshot

MOST_REMEMBERED = 10_000


class Mistaken(Exception):
    """Who asks is not, or no longer quite, who they were taken for: what was found for them goes unseen."""


@dataclass(slots=True)
class Arrival:
    """Who has come, and the snapshot for the first who asks; `moment` is not later than what it sees."""

    viewer: Viewer
    moment: datetime
    snapshot: Snapshot | None = None
    confirming: Started[None] | None = None
    """Under way where the viewer is a guess."""
    is_certain: bool = True

    async def confirmed(self) -> None:
        """Return once it is certain who has come. Raises `Mistaken`, however often it is asked."""
        if not self.is_certain:
            confirming, self.confirming = self.confirming, None
            if confirming is None:
                raise Mistaken
            await confirming
            self.is_certain = True

    def taken(self) -> Snapshot | None:
        """The snapshot, which is then the taker's to close."""
        snapshot, self.snapshot = self.snapshot, None
        return snapshot

    async def close(self) -> None:
        """Close the snapshot if nobody took it."""
        if self.confirming is not None:
            self.confirming.close()
        snapshot = self.taken()
        if snapshot is not None:
            await snapshot.close()


class Arrivals:
    """Lets requests in, and remembers for a minute where their secrets led."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._remembered: OrderedDict[bytes, tuple[Member | Key, datetime]] = OrderedDict()

    async def received(self, credentials: Credentials, *, by_memory: bool = True) -> Arrival:
        """Who asks: a guess if they are remembered, unless without `by_memory`. Raises `NotSignedIn` for a session
        that has ended or never was."""
        secret = credentials.bearer or credentials.cookie
        key = sessions.hashed(secret) if secret else b""
        found, since = self._remembered.get(key, (None, None))
        # A session is looked up in full as often as its idle end moves on.
        if by_memory and found is not None and since is not None and datetime.now(UTC) - since < sessions.TOUCHED_EVERY:
            return await self._taken_for(found)
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

    async def _taken_for(self, guess: Member | Key) -> Arrival:
        """The guess, with its confirmation under way in a new snapshot."""
        snapshot = await self._database.reader.snapshot(guess.practice_id, guess.person_id)
        # Waiting for a connection may take a while: what ended meanwhile must not count any more.
        moment = datetime.now(UTC)
        bound = {
            "practice": guess.practice_id, "member": guess.membership_id, "person": guess.person_id, "moment": moment
        }  # fmt: skip
        try:
            rows = sessions.asking(self._database, snapshot, bound)
            return Arrival(guess, moment, snapshot, Started(_confirmed(rows, guess, moment)), is_certain=False)
        except BaseException:
            await snapshot.close()
            raise


async def _confirmed(rows: sessions.Rows, guess: Member | Key, moment: datetime) -> None:
    """Return when the guess stands in the snapshot as it was remembered. Raises `Mistaken`.

    The snapshot is fixed a little later than its moment, and may know of a place on a care team that ended in between:
    by the moment it still counts, so it must not have ended by now.
    """
    ending = Started(rows(EndingRow, first_end_of_grants)) if reach_of(guess).is_by_grants else None
    try:
        viewer = await recognising.viewer_again(rows, guess, moment)
        ends = await ending if ending is not None else []
    except NotSignedIn:
        raise Mistaken from None
    if (viewer is not guess and viewer != guess) or any(sessions.has_ended(each.to_at) for each in ends):
        raise Mistaken
