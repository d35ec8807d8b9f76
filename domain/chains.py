"""Hash chains: how one is made, and how to tell from what stands there what was done to it.

Every link hashes the link before it, its own number and a digest of what it carries, so a chain can be walked from its
beginning with nothing remembered but the last link. Whoever rewrites a chain from one place to its end leaves no
contradiction inside it; only links that were written down elsewhere (the anchor) give that away.
"""

import hashlib
from dataclasses import dataclass
from enum import StrEnum

FIRST_LINK = bytes(32)
"""What the first link follows."""


class Damage(StrEnum):
    """What was done to a chain."""

    EDITED = "EDITED"
    """Something says other than it did."""
    DELETED = "DELETED"
    """Something is gone from the middle."""
    INSERTED = "INSERTED"
    """Something stands there that was never written."""
    REORDERED = "REORDERED"
    """Something stands at another place than it did."""
    TRUNCATED = "TRUNCATED"
    """The end is gone."""


@dataclass(frozen=True, slots=True)
class Finding:
    """The first bad number of a chain and what was done there. When it is only known that the first bad number is one
    of several, they are `number` to `until`."""

    number: int
    damage: Damage
    until: int


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a chain: its last number and link."""

    number: int
    link: bytes


@dataclass(frozen=True, slots=True)
class Item:
    """What stands at a number: the digest of what it carries, its link, and what is wrong with it by itself."""

    number: int
    digest: bytes
    link: bytes
    damage: Damage | None = None


def chained(last_link: bytes, number: int, digest: bytes) -> bytes:
    """The next link: SHA-256 over the link before, the number (8 bytes, big-endian, signed) and the digest."""
    return hashlib.sha256(last_link + number.to_bytes(8, "big", signed=True) + digest).digest()


class Walk:
    """A walk along a chain, in the order of its numbers, from the first item to the head that is said to be its end."""

    def __init__(self, head: Head) -> None:
        self._head = head
        self._last = Head(0, FIRST_LINK)
        self._before_last = FIRST_LINK
        self._vouched = 0
        self._beyond: int | None = None
        self._suspicion: _Suspicion | None = None
        self._finding: Finding | None = None

    @property
    def is_settled(self) -> bool:
        """Whether nothing that follows can change what was found."""
        return self._finding is not None

    def take(self, item: Item, anchored: bytes | None = None) -> None:
        """Go on to the next item. `anchored` is the link that was once written down elsewhere for its number."""
        if self._finding is not None:
            return
        if self._beyond is None and self._last.number >= self._head.number:
            self._beyond = item.number
        if self._suspicion is not None:
            self._suspicion.look_at(item)
        elif item.number <= self._last.number:
            self._found(Damage.INSERTED, item.number)
        elif item.number > self._last.number + 1:
            self._suspicion = _Suspicion(self._last, None, self._before_last, item.number - 1)
            self._suspicion.look_at(item)
        elif item.damage is not None or chained(self._last.link, item.number, item.digest) != item.link:
            self._suspicion = _Suspicion(self._last, item, self._before_last, item.number)
        else:
            self._go_on(item, anchored)

    def _go_on(self, item: Item, anchored: bytes | None) -> None:
        self._before_last, self._last = self._last.link, Head(item.number, item.link)
        if anchored is None:
            return
        if anchored != item.link:
            # Without a contradiction inside: rewritten from somewhere behind the last number that was vouched for.
            self._found(Damage.EDITED, self._vouched + 1, item.number)
        self._vouched = item.number

    def end(self, anchored: int = 0) -> Finding | None:
        """What is wrong with the chain, if anything; to be asked when every item was taken.

        `anchored` is the highest number beyond the last item that was ever written down elsewhere.
        """
        if self._finding is not None:
            return self._finding
        judged = self._suspicion.verdict(self._head) if self._suspicion is not None else None
        if judged is not None and judged.number <= self._head.number:
            self._finding = judged
        elif self._beyond is not None and self._vouched <= self._head.number:
            self._found(Damage.INSERTED, self._beyond)
        else:
            self._compare_with_head(anchored)
        return self._finding

    def _compare_with_head(self, anchored: int) -> None:
        last, head = self._last.number, self._head.number
        if last < max(head, anchored):
            self._found(Damage.TRUNCATED, last + 1, max(head, anchored))
        elif self._head != self._last:
            # Either the head was changed, or everything behind the last number that was vouched for.
            self._found(Damage.EDITED, min(self._vouched + 1, head), head)

    def _found(self, damage: Damage, number: int, until: int | None = None) -> None:
        self._finding = Finding(number, damage, number if until is None else until)


class _Suspicion:
    """Something does not follow from the link before it; what comes after tells what was done there."""

    def __init__(self, last: Head, occupant: Item | None, before_last: bytes, until: int) -> None:
        self.last = last
        self.number = last.number + 1
        self.until = until
        self.occupant = occupant
        self.before_last = before_last
        self.end = Head(occupant.number, occupant.link) if occupant else last
        self.genuine_is_elsewhere = False
        self.occupant_is_genuine = False

    def look_at(self, item: Item) -> None:
        """See whether the item is what once stood here, and whether what stands here belongs there."""
        rightful = chained(self.last.link, self.number, item.digest)
        if self.occupant is None:
            self.genuine_is_elsewhere |= rightful == item.link
        elif rightful == self.occupant.link:
            # The contents changed places, the links stayed.
            self.genuine_is_elsewhere = self.occupant_is_genuine = True
        else:
            self.genuine_is_elsewhere |= rightful == item.link
            self.occupant_is_genuine |= self._belongs_near(self.occupant, item)
        self.end = Head(item.number, item.link)

    def _belongs_near(self, occupant: Item, item: Item) -> bool:
        """Whether the occupant once followed the item or one that stood before it."""
        places = ((item.link, item.number), (item.link, item.number + 1), (item.link, self.number + 1))
        if any(chained(link, number, occupant.digest) == occupant.link for link, number in places):
            return True
        return chained(self.end.link, item.number, occupant.digest) == occupant.link

    def verdict(self, head: Head) -> Finding:
        """What was done, judged by everything that followed."""
        shift = self.end.number - head.number if self.end.link == head.link else 0
        if self.occupant is None:
            damage = Damage.REORDERED if self.genuine_is_elsewhere else Damage.DELETED
            return Finding(self.number, damage, self.number if self.genuine_is_elsewhere else self.until)
        if self.genuine_is_elsewhere:
            return self._at(Damage.REORDERED if self.occupant_is_genuine else Damage.INSERTED)
        if self.occupant.damage is not None:
            return self._at(self.occupant.damage)
        if 0 < shift < self.number:
            # Everything from here on once stood `shift` places further down.
            return Finding(self.number - shift, Damage.INSERTED, self.number - 1)
        if shift < 0:
            return Finding(self.number, Damage.DELETED, self.number - shift - 1)
        if self.occupant.link == chained(self.before_last, self.number - 1, self.occupant.digest):
            return Finding(self.number - 1, Damage.INSERTED, self.number - 1)
        return self._at(Damage.EDITED)

    def _at(self, damage: Damage) -> Finding:
        return Finding(self.number, damage, self.number)
